/**
 * Runs the same script twice: by this project's shell, and by the bash and the tools of the computer. Both have the
 * same files below the same path, so that a path that a script prints is the same.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Child } from './child.mjs';

const WALL = 15_000;
/** What a script has for itself; it is removed after each script. */
const root = fs.mkdtempSync('/tmp/oanix-suite-');
const child = new Child(new URL('./shellreader.mjs', import.meta.url));

process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));

/** Where a script begins. */
export const work = join(root, 'work');
/** The folder of commands that a suite brings along, first on PATH. */
export const tools = join(root, 'tools');

const base = {
  HOME: '/home',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  TMP: join(root, 'tmp'),
  PATH: `${tools}:/usr/bin:/bin`,
};

/** `files` by paths below the script's root, each character a byte; one that ends in a slash is a directory. A file that begins with `#!` can be run. */
const filesAt = (files) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [join(root, path), text]));

/**
 * What this project's shell makes of a script: `{ stdout, stderr, status }`, or why there is no answer. `bin` names the
 * programs of /bin that it may run.
 */
export async function here({ args, files = {}, stdin = '', env = {}, wall = WALL, bin = [] }) {
  const answer = await child.ask(
    {
      args,
      stdin,
      wall,
      bin,
      env: { ...base, ...env },
      cwd: work,
      files: { [`${base.TMP}/`]: '', ...filesAt(files) },
    },
    wall + WALL,
  );
  if (answer.hangs) return { stdout: '', stderr: 'it hangs', status: -1 };
  if (answer.crashed) return { stdout: '', stderr: answer.crashed, status: -1 };
  return answer;
}

/** What the computer's bash makes of it, at most for the same time. */
export function reference({ args, files = {}, stdin = '', env = {}, wall = WALL }) {
  for (const path of [work, base.TMP]) fs.rmSync(path, { recursive: true, force: true });
  for (const path of [work, base.TMP]) fs.mkdirSync(path, { recursive: true });
  for (const [path, text] of Object.entries(filesAt(files))) {
    fs.mkdirSync(dirname(`${path}.`), { recursive: true });
    if (path.endsWith('/')) continue;
    fs.writeFileSync(path, text, 'latin1');
    if (text.startsWith('#!')) fs.chmodSync(path, 0o755);
  }
  // In a session of its own: a script that signals its group reaches nobody else.
  const { stdout, stderr, status } = spawnSync(
    'setsid',
    ['--wait', 'timeout', '-k', '1', String(wall / 1000), 'bash', ...args],
    {
      cwd: work,
      env: { ...base, ...env },
      input: Buffer.from(stdin, 'latin1'),
      encoding: 'latin1',
      maxBuffer: 1 << 26,
      timeout: 2 * wall,
    },
  );
  return { stdout: stdout ?? '', stderr: stderr ?? '', status: status ?? -1 };
}

export const endShells = () => child.end();

/** Every file below a folder of the computer, each character a byte, by its path below `at`. */
export function filesOf(dir, at) {
  const files = {};
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files[join(at, path.slice(dir.length))] = fs.readFileSync(path, 'latin1');
  }
  return files;
}
