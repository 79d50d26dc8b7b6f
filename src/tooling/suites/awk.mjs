/**
 * The tests of the one true awk: programs `p.*` and `t.*` over given data, scripts `T.*`, and faults that were mended. What
 * they print differs between the awks in places, as in the order of `for (k in a)`: a test passes where this project agrees
 * with the computer's awk, or with the one true awk that the tests are of (Debian's original-awk), where that is installed.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { filesOf, here, reference, tools } from './shells.mjs';

export const name = 'awk';
export const isSuite = (dir) =>
  fs.existsSync(join(dir, 'T.expr')) || fs.existsSync(join(dir, 'bugs-fixed'));

export async function* run(dir, only) {
  const tests = fs.existsSync(join(dir, 'testdir')) ? join(dir, 'testdir') : dir;
  const files = { ...filesOf(tests, 'work'), 'work/echo': '#!/bin/sh\necho "$@"\n' };
  for (const test of fs.readdirSync(tests).sort()) {
    if (only && !test.startsWith(only)) continue;
    if (/^[pt]\.\w+/.test(test)) {
      const data = test.startsWith('p') ? 'test.countries test.countries' : 'test.data';
      yield same(test, { args: ['-c', `awk -f ${test} ${data}`], files });
    } else if (test.startsWith('T.')) {
      const job = { args: [`./${test}`], files, env: { awk: 'awk', oldawk: 'awk' }, wall: 60_000 };
      const actual = complaints(await here(job));
      const [news] = references(job)
        .map((each) => actual.filter((line) => !complaints(each).includes(line)))
        .sort((a, b) => a.length - b.length);
      yield { name: test, verdict: news.length ? 'fails' : 'passes', detail: news.join('\n') };
    }
  }
  const bugs = join(dir, 'bugs-fixed');
  if (!fs.existsSync(bugs)) return;
  const faults = filesOf(bugs, 'work');
  for (const test of fs.readdirSync(bugs).sort())
    if (test.endsWith('.awk') && (!only || test.startsWith(only))) {
      const input = fs.existsSync(join(bugs, test.replace('.awk', '.in')))
        ? test.replace('.awk', '.in')
        : '';
      yield same(`bugs-fixed/${test}`, { args: ['-c', `awk -f ${test} ${input}`], files: faults });
    }
}

async function same(name, job) {
  const actual = await here(job);
  const all = references(job);
  const agrees = all.some(
    ({ stdout, status }) => stdout === actual.stdout && status === actual.status,
  );
  return agrees
    ? { name, verdict: 'passes', detail: '' }
    : { name, verdict: 'fails', detail: actual.stderr, expected: all[0], actual };
}

const ORIGINAL = '/usr/bin/original-awk';

function references(job) {
  const first = reference(job);
  if (!fs.existsSync(ORIGINAL)) return [first];
  const files = { ...job.files, 'tools/awk': `#!/bin/sh\nexec ${ORIGINAL} "$@"\n` };
  try {
    return [first, reference({ ...job, files })];
  } finally {
    fs.rmSync(join(tools, 'awk'));
  }
}

const complaints = ({ stdout, stderr }) =>
  `${stdout}\n${stderr}`.split('\n').filter((line) => /BAD|[Ff]ail|error|not found/.test(line));
