/**
 * npm run suites -- DIR…: reads every archive below these directories and compares with what bsdtar, tar, unzip and 7z
 * make of it, as far as they are installed. The test archives of libarchive, Go and CPython are such directories; they are
 * no part of this project. Exit status 1 where content is served that a tool calls damaged, or the reader crashes or hangs.
 */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { references, unpackedBy } from './suitesreferences.mjs';

const HANG = 120_000;
/** How well two trees agree, from the best. */
const ranks = ['same', 'same but times', 'same, some refused', 'differs'];

const dirs = process.argv.slice(2);
if (dirs.length === 0) {
  console.error('usage: npm run suites -- DIR…');
  process.exit(2);
}
if (references.length === 0) {
  console.error('suites: none of bsdtar, tar, unzip and 7z is installed');
  process.exit(2);
}

let reader;
const counts = new Map();
for (const file of dirs.flatMap(filesBelow)) {
  const found = await read(file);
  const { verdict, detail = '' } = verdictOf(file, found);
  counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  console.log(`${verdict.padEnd(22)} ${file}${detail && `: ${detail}`}`);
}
reader?.kill();
console.log('\nCompared with', references.join(', '));
for (const [verdict, count] of [...counts].sort(([a], [b]) => a.localeCompare(b)))
  console.log(String(count).padStart(6), verdict);
process.exit([...counts.keys()].some((verdict) => verdict.startsWith('FAIL')) ? 1 : 0);

function filesBelow(path) {
  if (!fs.statSync(path).isDirectory()) return [path];
  return fs
    .readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** The tree as this project reads it, or that the reader hangs. */
async function read(file) {
  reader ??= await startReader();
  const own = reader;
  return new Promise((resolve) => {
    const done = (answer) => {
      clearTimeout(timer);
      own.removeAllListeners();
      if (answer.hangs || answer.crashed) {
        own.kill('SIGKILL');
        reader = undefined;
      }
      resolve(answer);
    };
    const timer = setTimeout(() => done({ hangs: true }), HANG);
    own.once('message', done);
    own.once('exit', (code) => done({ crashed: `the reader ended with ${code}` }));
    own.send(file);
  });
}

function startReader() {
  const child = fork(new URL('./suitesreader.mjs', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve) => child.once('message', () => resolve(child)));
}

/** The best that any of the tools agrees with. */
function verdictOf(file, found) {
  if (found.hangs) return { verdict: 'FAIL: hangs' };
  if (found.crashed) return { verdict: 'FAIL: crashes', detail: found.crashed };
  const all = references.map((tool) => ({ tool, ...unpackedBy(tool, file) }));
  const able = all.filter(({ entries }) => Object.keys(entries).length > 0);
  if (found.refused) {
    if (able.length === 0) return { verdict: 'both refuse', detail: found.refused };
    return { verdict: 'refused here', detail: `${found.refused} (${able[0].tool} reads it)` };
  }
  const wrong = all.flatMap(({ tool, damaged }) =>
    damaged.filter((name) => found.entries[name]?.content).map((name) => `${tool}: ${name}`),
  );
  const compared = (able.length > 0 ? able : all).map((reference) => compare(found, reference));
  const best = compared.sort((a, b) => a.rank - b.rank)[0];
  // Where another tool has the same content the first one does not know the format well enough.
  if (wrong.length > 0 && best.rank > 2)
    return { verdict: 'FAIL: damage is served', detail: wrong.join(', ') };
  return best;
}

function compare({ entries, problems }, { tool, entries: expected }) {
  const leftOut = new Set(problems.map(({ name }) => name?.replace(/^(\.?\/)+|\/$/g, '')));
  const refused = [];
  let times = 0;
  const differences = [];
  for (const name of new Set([...Object.keys(entries), ...Object.keys(expected)])) {
    const [own, other] = [entries[name], expected[name]];
    if (own?.refused) refused.push(`${name}: ${own.refused}`);
    else if (!own && leftOut.has(name)) refused.push(`${name} is left out`);
    else if (!own || !other) differences.push(`${name} is ${own ? 'only here' : 'missing here'}`);
    else if (own.kind !== other.kind)
      differences.push(`${name} is a ${own.kind}, not a ${other.kind}`);
    else if (own.kind !== 'dir' && (own.size !== other.size || own.content !== other.content))
      differences.push(`${name} has other content`);
    else if (own.kind === 'file' && own.mtime !== other.mtime) times++;
  }
  for (const { kind, why } of problems) if (kind === 'damaged') refused.push(why);
  const verdict =
    differences.length > 0
      ? 'differs'
      : refused.length > 0
        ? 'same, some refused'
        : times > 0
          ? 'same but times'
          : 'same';
  const detail = [...differences.slice(0, 3), ...refused.slice(0, 2)].join('; ');
  return {
    rank: ranks.indexOf(verdict),
    verdict,
    detail: verdict === 'same' ? '' : `(${tool}) ${detail}`,
  };
}
