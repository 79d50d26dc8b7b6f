/** The tests of the one true awk: programs `p.*` and `t.*` over given data, scripts `T.*`, and faults that were mended. */
import fs from 'node:fs';
import { join } from 'node:path';
import { filesOf, here, reference } from './shells.mjs';

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
      const [expected, actual] = [complaints(reference(job)), complaints(await here(job))];
      const news = actual.filter((line) => !expected.includes(line));
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
  const [expected, actual] = [reference(job), await here(job)];
  const agrees = expected.stdout === actual.stdout && expected.status === actual.status;
  return agrees
    ? { name, verdict: 'passes', detail: '' }
    : { name, verdict: 'fails', detail: actual.stderr, expected, actual };
}

const complaints = ({ stdout, stderr }) =>
  `${stdout}\n${stderr}`.split('\n').filter((line) => /BAD|[Ff]ail|error|not found/.test(line));
