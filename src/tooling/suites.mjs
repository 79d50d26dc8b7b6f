/**
 * npm run suites -- DIR… [--only TEXT] [--verbose]: runs test suites that others wrote, which are no part of this project:
 *
 * - the folder `spec` of Oils (oils-for-unix/oils), the folder `testsuite` of BusyBox, the sources of the one true awk, the
 *   folder `tests` of jq, the folders of tests of GNU grep, GNU sed, mvdan/sh (`interp`), yash and mksh: each against this
 *   project's shell and tools, with the computer's bash and tools as the reference;
 * - any other folder: its archives, as those of libarchive, Go and CPython.
 *
 * `--only` takes the tests whose name has the text; `--verbose` prints what was expected and what came. The exit status is
 * 1 where a test fails.
 */
import { parseArgs } from 'node:util';
import * as archives from './suites/archives.mjs';
import * as awk from './suites/awk.mjs';
import * as busybox from './suites/busybox.mjs';
import * as gnu from './suites/gnu.mjs';
import * as jq from './suites/jq.mjs';
import * as mksh from './suites/mksh.mjs';
import * as mvdan from './suites/mvdan.mjs';
import * as oils from './suites/oils.mjs';
import { endShells } from './suites/shells.mjs';
import * as yash from './suites/yash.mjs';

const kinds = [oils, busybox, awk, jq, gnu, mvdan, yash, mksh, archives];
const { values, positionals: dirs } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, verbose: { type: 'boolean' } },
});
if (dirs.length === 0) {
  console.error('usage: npm run suites -- DIR… [--only TEXT] [--verbose]');
  process.exit(2);
}

let failed = false;
for (const dir of dirs) {
  const suite = kinds.find((kind) => kind.isSuite(dir));
  const counts = new Map();
  for await (const test of suite.run(dir, values.only)) {
    counts.set(test.verdict, (counts.get(test.verdict) ?? 0) + 1);
    failed ||= test.verdict.startsWith('fails');
    print(test);
  }
  console.log(`\n${suite.name}:`);
  for (const [verdict, count] of [...counts].sort(([a], [b]) => a.localeCompare(b)))
    console.log(String(count).padStart(6), verdict);
}
endShells();
process.exit(failed ? 1 : 0);

function print({ name, verdict, detail = '', script, expected, actual }) {
  console.log(`${verdict.padEnd(22)} ${name}${detail && `: ${detail.trimEnd()}`}`);
  if (!values.verbose || !expected) return;
  if (script) console.log(script.replaceAll(/^/gm, '    | '));
  for (const [label, { stdout, stderr, status }] of Object.entries({ expected, actual }))
    console.log(
      `  ${label}, status ${status}:\n${`${stdout}\n--\n${stderr}`.replaceAll(/^/gm, '    ')}`,
    );
}
