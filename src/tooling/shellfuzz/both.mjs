/**
 * Runs many scripts by this project's shell and by the computer's bash, at the same time. Each shell stays warm: ours runs
 * in one process, and one bash starts a bash for each script, which is some ten times faster than to start it from Node.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Child } from '../suites/child.mjs';

const root = fs.mkdtempSync('/tmp/oanix-fuzz-');
process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));

/** So many seconds a script may take. */
const WALL = 10;
const env = {
  HOME: '/home',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  TMP: '/tmp',
  PATH: '/usr/bin:/bin',
};

/** Reads folders, runs the script of each in its folder `work`, and prints its status. */
const STARTER = `ulimit -f 65536
while IFS= read -r dir; do
  IFS= read -r -d '' script <"$dir/script"
  cd "$dir/work" && timeout -k 1 ${WALL} bash -c "$script" </dev/null >"$dir/out" 2>"$dir/err"
  echo "$?"
done`;
const starter = spawn('bash', ['-c', STARTER], { env, stdio: ['pipe', 'pipe', 'ignore'] });
const statuses = createInterface({ input: starter.stdout })[Symbol.asyncIterator]();
const child = new Child(new URL('../suites/shellreader.mjs', import.meta.url));

export function endBoth() {
  child.end();
  starter.stdin.end();
}

/** Loads our shell: the first script takes no longer than the others. */
export const warmUp = () =>
  child.ask({ args: [], stdin: '', wall: 1, env, cwd: '/', files: {} }, 600_000);

let number = 0;

let before = Promise.resolve();

/** What both make of each script, in order: `{ ours, theirs }`, and `slow` where one of them did not end in time. */
export function runBoth(jobs) {
  // One call after the other: who made the last one may not have waited for its end.
  before = before.then(() => run(jobs));
  return before;
}

async function run(jobs) {
  const placed = jobs.map(place);
  starter.stdin.write(placed.map(({ dir }) => `${dir}\n`).join(''));
  const [ours, theirs] = await Promise.all([each(placed, here), each(placed, there)]);
  for (const { dir } of placed) fs.rmSync(dir, { recursive: true, force: true });
  return jobs.map((_, index) => ({
    ours: ours[index],
    theirs: theirs[index],
    slow: { ours: ended(ours[index], [137, -1]), theirs: ended(theirs[index], [124, 137]) },
  }));
}

/** A script that takes all of its time is ended: by our kernel with the status 137, by timeout with 124 or 137. */
const ended = ({ status, seconds }, killed) => killed.includes(status) && seconds >= WALL;

async function each(placed, run) {
  const results = [];
  for (const job of placed) {
    const from = Date.now();
    const result = await run(job);
    results.push({ ...result, seconds: (Date.now() - from) / 1000 });
  }
  return results;
}

function place({ script, files }) {
  const dir = join(root, String(number++));
  fs.mkdirSync(join(dir, 'work'), { recursive: true });
  fs.writeFileSync(join(dir, 'script'), script);
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(join(dir, 'work', name), content, 'latin1');
  return { dir, script, files };
}

async function there({ dir }) {
  const status = Number((await statuses.next()).value);
  const [stdout, stderr] = ['out', 'err'].map((name) => fs.readFileSync(join(dir, name), 'latin1'));
  return { stdout, stderr, status };
}

async function here({ dir, script, files }) {
  const cwd = join(dir, 'work');
  const answer = await child.ask(
    {
      args: ['-c', script],
      stdin: '',
      wall: WALL * 1000,
      env,
      cwd,
      files: Object.fromEntries(
        Object.entries(files).map(([name, content]) => [join(cwd, name), content]),
      ),
    },
    2 * WALL * 1000,
  );
  if (answer.hangs) return { stdout: '', stderr: 'it hangs', status: -1 };
  if (answer.crashed) return { stdout: '', stderr: answer.crashed, status: -1 };
  return answer;
}
