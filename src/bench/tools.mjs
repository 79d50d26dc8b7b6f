/** Rows of the shell and its tools beside the computer's bash and tools. */
import { printTogether, rowOf } from './report.mjs';
import { runsOf, textOf, treeOf } from './toolinput.mjs';
import { Computer, OwnMachine } from './toolmachine.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/**
 * Rounds that are not counted: what is used more often is compiled better, until nothing is left to be compiled. Many short
 * calls need the most of them.
 */
const WARMING = { least: 3, most: 30, ms: 15_000 };
const MIB = 1 << 20;
const SIZE = Number(process.env.MIB ?? 100) * MIB;

/** Each reads all of the input, of `SIZE` bytes, and writes to a file. */
const tools = [
  'grep -r cfooe tree',
  "grep -rE '[0-9]+x' tree",
  'grep foo text',
  'grep -c foo text',
  'grep -vn e text',
  "grep -E '(foo|bar).*[0-9]$' text",
  'sort text',
  'sort -n -k2,2 text',
  'sort -k2 text',
  'sort -t: -k2,2nr -s text',
  'sort -u runs',
  'sed s/foo/bar/ text',
  'sed -E s/[0-9]+/N/g text',
  "sed 's/^/> /' text",
  'sed -n 1~3p text',
  'sed 1~3d text',
  "sed -E 's/^([a-z]+) ([0-9]+)/\\2 \\1/' text",
  "sed -n '/foo/,/x$/p' text",
  "sed 's/ .*//; s/e/E/; /q/d' text",
  `awk '{s+=$2} END{printf "%.0f\\n", s}' text`,
  "awk '{print $1}' text",
  "awk -F: '$2 > 500 {print $1, $3}' text",
  "awk '{n[$1]++} END{for (w in n) print w, n[w]}' text | sort",
  "awk '/foo/ {print NR, $0}' text",
  `awk '{gsub(/[0-9]+/, "N"); print}' text`,
  "awk 'length($0) > 40 {n++} END {print n}' text",
  'wc text',
  'wc -l text',
  "cut -d' ' -f2 text",
  'cut -c3-9 text',
  'uniq -c runs',
  'tr a-z A-Z < text',
  "tr -s ' :' '\\n' < text",
  'head -n 1000000 text',
  'tail -n 1000000 text',
  'cat text | cat | cat',
  "cut -d' ' -f1 text | sort | uniq -c | sort -rn",
];

const loop = (count, command) => `for ((i = 0; i < ${count}; i++)); do ${command}; done`;

/** A call each, in µs: the loop counts along. */
const builtIns = [
  ':',
  'x=1',
  '[ $i -lt 5 ]',
  '[[ $i == 5* ]]',
  'echo $i',
  'echo >/dev/null',
  'printf "%d\\n" $i',
  'x=ab; y=$(( (i + 1) * 2 ))',
  'f() { :; }; f a b',
  'v=b; case $v in a) ;; b*) ;; esac',
  'read -r z <<< abc',
  'z=$(echo a)',
];

/** A call each, in ms. */
const externals = [
  'basename /a/b',
  'cat small',
  'grep -c foo small',
  'sed s/a/b/ small',
  "awk '{print $1}' small",
  'sort small',
  'wc -l < small',
  'head -n 1 small',
  'cut -c1 small',
  'mkdir -p d/e',
  'ls',
  'echo a | cat',
  'find d',
  'date +%s%N | tr -d 0-9',
];

const groups = [
  {
    title: `Tools on ${SIZE / MIB} MiB, processor time in ms`,
    rows: tools.map((script) => ({ script, count: 1, scale: 1 })),
  },
  {
    title: 'Built-ins in a loop, processor time of each in µs',
    rows: builtIns.map((command) => ({ script: command, count: 10_000, scale: 0.1 })),
  },
  {
    title: 'Tools on a small file, processor time of each in ms',
    rows: externals.map((command) => ({ script: command, count: 200, scale: 1 / 200 })),
  },
];

async function fill(machine) {
  const text = textOf(SIZE);
  await machine.write('text', text);
  await machine.write('runs', runsOf(SIZE));
  await machine.write('small', text.subarray(0, 2000));
  for (const [path, part] of treeOf(text)) await machine.write(path, part);
}

/** In which order the files of a folder come is nobody's promise. */
const sorted = (bytes) =>
  Buffer.from(bytes.toString('latin1').split('\n').sort().join('\n'), 'latin1');

async function compare(own, computer, script) {
  const hasOrder = !script.startsWith('grep -r');
  const [mine, theirs] = [await own.read('out'), computer.read('out')].map((each) =>
    hasOrder ? each : sorted(each),
  );
  if (!mine.equals(theirs)) throw new Error(`the outputs of ${script} differ`);
}

async function measure(own, computer, { script, count, scale }) {
  const repeated = count === 1 ? script : loop(count, script);
  const whole = `{ ${repeated}\n} > out < /dev/null`;
  const samples = new Map([
    ['oanix', []],
    ['Debian', []],
  ]);
  const round = async (isCounted) => {
    const [mine, theirs] = [await own.run(whole), await computer.run(whole)];
    if (mine.status !== theirs.status)
      throw new Error(`${script} ended with ${mine.status}, ${theirs.status}`);
    if (!isCounted) return;
    for (const [peer, { total, elapsed }] of [
      ['oanix', mine],
      ['Debian', theirs],
    ])
      samples.get(peer).push({ total: total * scale, elapsed: elapsed * scale });
  };
  await round(false);
  await compare(own, computer, script);
  const { least, most, ms } = WARMING;
  const end = performance.now() + ms;
  for (let i = 1; i < least || (i < most && performance.now() < end); i++) await round(false);
  for (let i = 0; i < ROUNDS; i++) await round(true);
  return rowOf(script, ROUNDS, samples);
}

/** Measures the rows whose names contain `only`, prints them, and returns them. */
export async function measureTools(only) {
  const wanted = groups
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ script }) => script.includes(only)) }))
    .filter(({ rows }) => rows.length > 0);
  if (wanted.length === 0) return [];
  const computer = new Computer();
  try {
    const own = await OwnMachine.start();
    for (const machine of [own, computer]) await fill(machine);
    const results = [];
    for (const { title, rows } of wanted) {
      const measured = [];
      for (const row of rows) {
        const result = await measure(own, computer, row);
        const [mine, theirs] = result.rows.map((each) => each.median);
        const [myClock, theirClock] = result.rows.map((each) => each.phases.elapsed);
        const ratios = `${(mine / theirs).toFixed(2)} ${(myClock / theirClock).toFixed(2)}`;
        process.stderr.write(`${ratios} ${row.script}\n`);
        measured.push(result);
      }
      printTogether(title, measured);
      results.push(...measured);
    }
    return results;
  } finally {
    computer.end();
  }
}
