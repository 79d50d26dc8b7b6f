/** The tests of jq (tests/*.test): a program, its input and its outputs, a line each; `%%FAIL` before what must not compile. */
import fs from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { filesOf, here } from './shells.mjs';

export const name = 'jq';
export const isSuite = (dir) => fs.existsSync(join(dir, 'jq.test'));

export async function* run(dir, only) {
  const files = filesOf(join(dir, 'modules'), 'work/modules');
  for (const file of ['jq.test', 'base64.test', 'uri.test', 'onig.test', 'man.test'])
    if (fs.existsSync(join(dir, file)))
      for (const test of testsOf(fs.readFileSync(join(dir, file), 'utf8')))
        if (!only || test.program.includes(only))
          yield verdictOf(file, test, await answer(test, files));
}

const latin1 = (text) => Buffer.from(text).toString('latin1');

const answer = ({ program, input }, files) =>
  here({
    args: ['-c', 'jq -c -L modules "$(cat program)"'],
    files: { ...files, 'work/program': latin1(program) },
    stdin: latin1(input ?? 'null'),
  });

function verdictOf(file, { program, outputs, fails }, { stdout, stderr, status }) {
  const id = `${file}: ${program}`;
  if (fails)
    return { name: id, verdict: status === 3 ? 'passes' : 'fails', detail: `status ${status}` };
  const lines = Buffer.from(stdout, 'latin1').toString().split('\n').filter(Boolean);
  const same =
    lines.length === outputs.length && lines.every((line, i) => isSame(line, outputs[i]));
  return {
    name: id,
    verdict: same ? 'passes' : 'fails',
    detail: same ? '' : `${lines.join(' ')} instead of ${outputs.join(' ')} ${stderr}`,
  };
}

function isSame(a, b) {
  if (a === b) return true;
  try {
    return isDeepStrictEqual(JSON.parse(a), JSON.parse(b));
  } catch {
    return false;
  }
}

function testsOf(text) {
  const groups = text
    .split(/\n\s*\n/)
    .map((group) => group.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line)))
    .filter((lines) => lines.length > 0);
  return groups.map((lines) =>
    lines[0].startsWith('%%FAIL')
      ? { fails: true, program: lines[1], outputs: [] }
      : { fails: false, program: lines[0], input: lines[1], outputs: lines.slice(2) },
  );
}
