/**
 * The tests of jq (tests/*.test): a program, its input and its outputs, a line each. `%%FAIL` stands before a program that
 * must not compile, and its message stands behind it.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { filesOf, here } from './shells.mjs';

export const name = 'jq';
export const isSuite = (dir) => fs.existsSync(join(testsIn(dir), 'jq.test'));

/** The folder is that of the tests, or of the whole source. */
const testsIn = (dir) => (fs.existsSync(join(dir, 'jq.test')) ? dir : join(dir, 'tests'));

const NAMES = ['jq.test', 'base64.test', 'uri.test', 'onig.test', 'man.test', 'manonig.test'];
/** So many tests are run by one script. */
const GROUP = 50;
/** A program that runs for longer has failed. */
const SECONDS = 20;

/** Prints the status, the output and the messages of each program, in base64. */
const SCRIPT = `for each; do
  timeout ${SECONDS} jq -c -L modules "$(<$each.jq)" < $each.json > out 2> err
  echo "$?:$(base64 -w0 out):$(base64 -w0 err)"
done`;

export async function* run(dir, only) {
  const folder = testsIn(dir);
  const modules = filesOf(join(folder, 'modules'), 'work/modules');
  const tests = NAMES.filter((file) => fs.existsSync(join(folder, file))).flatMap((file) =>
    testsOf(fs.readFileSync(join(folder, file), 'utf8'))
      .filter(({ program }) => !only || program.includes(only))
      .map((test) => ({ ...test, name: `${file}: ${test.program}` })),
  );
  for (let at = 0; at < tests.length; at += GROUP) {
    const group = tests.slice(at, at + GROUP);
    const ends = await endsOf(group, modules);
    for (const [i, test] of group.entries()) yield verdictOf(test, ends[i]);
  }
}

const latin1 = (text) => Buffer.from(text).toString('latin1');

async function endsOf(tests, modules) {
  const files = tests.flatMap(({ program, input }, i) => [
    [`work/${i}.jq`, latin1(program)],
    [`work/${i}.json`, latin1(input ?? 'null')],
  ]);
  const { stdout, stderr } = await here({
    args: ['-c', SCRIPT, 'bash', ...tests.keys()].map(String),
    files: { ...modules, ...Object.fromEntries(files) },
    bin: ['jq.wasm'],
    // The manual shows them.
    env: { PAGER: 'less' },
    wall: GROUP * SECONDS * 1000,
  });
  if (stderr) console.error(stderr);
  const decode = (text = '') => Buffer.from(text, 'base64').toString();
  return stdout.split('\n').map((line) => {
    const [status, output, messages] = line.split(':');
    return { status: Number(status), stdout: decode(output), stderr: decode(messages) };
  });
}

function verdictOf({ name: id, outputs, fails, message }, { stdout, stderr, status }) {
  if (fails) {
    const same = status === 3 && stderr.includes(message);
    const detail = same ? '' : `status ${status}, ${stderr} instead of ${message}`;
    return { name: id, verdict: same ? 'passes' : 'fails', detail };
  }
  const lines = stdout.split('\n').filter(Boolean);
  const same =
    lines.length === outputs.length && lines.every((line, i) => isSame(line, outputs[i]));
  return {
    name: id,
    verdict: same ? 'passes' : 'fails',
    detail: same ? '' : `${lines.join(' ')} instead of ${outputs.join(' ')} ${stderr}`,
  };
}

/** -0 is the same as 0, as jq compares them. */
const parsed = (text) => JSON.parse(text, (_key, value) => (value === 0 ? 0 : value));

function isSame(a, b) {
  if (a === b) return true;
  try {
    return isDeepStrictEqual(parsed(a), parsed(b));
  } catch {
    return false;
  }
}

function testsOf(text) {
  const groups = text
    .split(/\n\s*\n/)
    .map((group) => group.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line)))
    .filter((lines) => lines.length > 0);
  return groups.map(([first, ...rest]) => {
    if (!first.startsWith('%%FAIL'))
      return { fails: false, program: first, input: rest[0], outputs: rest.slice(1) };
    const [program, ...message] = rest;
    const isIgnored = first.includes('IGNORE MSG');
    return { fails: true, program, outputs: [], message: isIgnored ? '' : message.join('\n') };
  });
}
