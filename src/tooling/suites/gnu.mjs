/**
 * The tests of GNU grep (its folder `tests`) and GNU sed (its folder `testsuite`): lists of patterns, and scripts that end with
 * status 0 where the tool does right. A script that Debian's tools do not pass does not count.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { runLists } from './greplists.mjs';
import { filesOf, here, reference, work } from './shells.mjs';

export const name = 'GNU grep and sed';
export const isSuite = (dir) => isGrep(dir) || fs.existsSync(join(dir, 'cmd-l.sh'));
const isGrep = (dir) => fs.existsSync(join(dir, 'spencer1.tests'));

const WALL = 60_000;
/** What the scripts need that is no shell and no tool: a kernel, a compiled program, another language. */
const NEEDS =
  /^(Coreutils|CuSkip|CuTmpdir|Makefile|init\.|no-perl|.*\.(c|pl|awk|sed|in|am|cfg)$)|valgrind|selinux|help-version/;

/** What in the text of a script tells that it cannot be run here, all of it together, and why. */
const LIMITS = [
  { signs: [/\bmkfifo\b|\/dev\/full\b/], reason: 'it needs a pipe with a name or a device' },
  { signs: [/\b(user_time_|hi_res_time_|max_seconds)\b/], reason: 'it measures time' },
  { signs: [/\d ?GiB|\bseek=\d{4}/], reason: 'it needs files of gigabytes' },
  { signs: [/LC_ALL=C\b(?!\.)/, /\\[23][0-7]{2}/], reason: 'it needs bytes in the locale C' },
];

const limitOf = (text) =>
  LIMITS.find(({ signs }) => signs.every((sign) => sign.test(text)))?.reason;

/** The functions that the scripts call, in place of those of the projects. */
const FUNCTIONS = String.raw`
fail=0
stderr_fileno_=2
path_prepend_() { :; }
print_ver_() { :; }
require_timeout_() { :; }
require_en_utf8_locale_() { :; }
require_ru_utf8_locale_() { :; }
require_compiled_in_MB_support() { :; }
require_unibyte_locale() { skip_ 'no locale of single bytes'; }
require_hi_res_time_() { skip_ 'it measures time'; }
require_tr_utf8_locale_() { skip_ 'no Turkish locale'; }
require_ru_RU_koi8_r() { skip_ 'no Russian locale'; }
require_el_iso88597_locale_() { skip_ 'no Greek locale'; }
require_JP_EUC_locale_() { skip_ 'no Japanese locale'; }
require_ja_shiftjis_locale_() { skip_ 'no Japanese locale'; }
require_valid_ja_eucjp_locale_() { skip_ 'no Japanese locale'; }
require_valid_ja_shiftjis_locale_() { skip_ 'no Japanese locale'; }
get-mb-cur-max() { case $1 in C.UTF-8) echo 6;; C) echo 1;; *) return 1;; esac; }
require_pcre_() { echo . | grep -P . > /dev/null || skip_ 'no -P'; }
remove_cr_inplace() { :; }
skip_() { echo "skipped: $*" >&2; exit 77; }
fail_() { echo "failed: $*" >&2; exit 1; }
warn_() { echo "$*" >&2; }
framework_failure_() { echo 'the preparation failed' >&2; exit 99; }
fatal_() { exit 99; }
expensive_() { :; }
require_valgrind_() { skip_ "no valgrind"; }
very_expensive_() { skip_ 'it takes too long'; }
setup_() { :; }
hex_printf_() { local format=$1; shift; printf "$(printf '%s' "$format" | sed 's/\\x\([0-9a-f][0-9a-f]\)/\\x\1/g')" "$@"; }
returns_() { local expected=$1 status=0; shift; "$@" || status=$?; test "$status" -eq "$expected"; }
compare_dev_null_() { test $# = 2 && if test "$1" = /dev/null; then test ! -s "$2"; else test ! -s "$1"; fi; }
compare_() { diff -u "$@"; }
compare() { diff -u "$@"; }
Exit() { exit "$1"; }
`;

export async function* run(dir, only) {
  const folder = isGrep(dir) ? 'tests' : 'testsuite';
  if (isGrep(dir)) yield* runLists(dir, only);
  const source = join(work, '../source');
  // The only locale of UTF-8 that every machine has.
  const files = Object.fromEntries(
    Object.entries(filesOf(dir, `source/${folder}`)).map(([path, text]) => [
      path,
      text
        .replaceAll(/\b(en_US|ru_RU)\.(UTF-8|utf8)\b/g, 'C.UTF-8')
        // It stands for a program of the machine that is no script.
        .replaceAll('-f /bin/sh', '-f ../sed/machine'),
    ]),
  );
  files[`source/${folder}/init.sh`] = FUNCTIONS;
  // The program that the project builds.
  files['sed/machine'] = '\x7fELF\0';
  files['sed/sed'] = '#!/bin/sh\nexec sed "$@"\n';
  const env = {
    srcdir: isGrep(dir) ? join(source, folder) : source,
    abs_srcdir: join(source, folder),
    abs_top_srcdir: source,
    abs_top_builddir: source,
    top_srcdir: source,
    LOCALE_FR_UTF8: '',
    SHELL: 'bash',
    AWK: 'awk',
  };
  for (const test of fs.readdirSync(dir).sort()) {
    const text = files[`source/${folder}/${test}`];
    if (!text?.startsWith('#!') || NEEDS.test(test) || (only && !test.includes(only))) continue;
    const limit = limitOf(text);
    if (limit) {
      yield { name: test, verdict: 'not applicable', detail: limit };
      continue;
    }
    const job = { args: [join(source, folder, test)], files, env, wall: WALL };
    const expected = reference(job);
    if (expected.status !== 0) {
      yield { name: test, verdict: 'not applicable', detail: lastLine(expected) };
      continue;
    }
    const actual = await here(job);
    const passes = actual.status === 0;
    yield {
      name: test,
      verdict: passes ? 'passes' : 'fails',
      detail: passes ? '' : `status ${actual.status}, ${lastLine(actual)}`,
      expected: passes ? undefined : expected,
      actual,
    };
  }
}

const lastLine = ({ stdout, stderr }) => `${stdout}\n${stderr}`.trimEnd().split('\n').at(-1);
