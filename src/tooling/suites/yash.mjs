/**
 * The tests of yash for every POSIX shell (*-p.tst). A file is a script that calls `testcase` with a script as descriptor 3;
 * it is run once for each test, by bash in POSIX mode, and calls that one only.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { compare } from './compare.mjs';
import { reference, tools } from './shells.mjs';

export const name = 'yash';
export const isSuite = (dir) => fs.existsSync(join(dir, 'andor-p.tst'));

const WALL = 10_000;
/** What needs a terminal, or a real kernel. */
const FOREIGN =
  /^(bg|fg|job|sigtstp\w*|sigttin\w*|sigttou\w*|sigstop\w*|sigcont\w*|ulimit|history|fc)-p/;

/** Stops a shell while its subshell goes on: these are processes of a real kernel. */
const STOPS = /\b(STOP|TSTP|TTIN|TTOU)\b/;

/** Prints `LINE NAME` of each test where ONE is empty, else runs the test of that line and name. */
const HARNESS =
  String.raw`
posix= skip= setup_script= LC_ALL=C.UTF-8
unset -v OLDPWD
export TESTEE="$1"
nl='
'
setup() {
  case "\${1--}" in
    -) setup "$(cat)" ;;
    -d) setup "$UTILITIES" ;;
    *) setup_script="$setup_script$nl$1" ;;
  esac
}
testcase() {
  line=$1
  shift
  OPTIND=1
  while getopts de: option; do :; done
  shift "$((OPTIND - 1))"
  id="$line $1"
  shift
  if [ "$skip" ]; then return; fi
  if [ -z "$ONE" ]; then printf '%s\n' "$id"; return; fi
  if [ "$id" != "$ONE" ]; then return; fi
  { printf '%s\n' "$setup_script"; cat <&3; } > test.in
  status=0
  ("$TESTEE" "$@" < test.in 3<&- 4<&- 5<&-) || status=$?
  echo "status $status"
}
testee() { "$TESTEE" "$@"; }
shopt -s expand_aliases
`.replaceAll('\\$', '$') +
  ['x', 'o', 'O', 'e', 'oe', 'Oe', 'E', 'oE', 'OE']
    .map((kind) => {
      const out = kind.includes('o') ? String.raw`4<<\__OUT__` : '';
      const err = kind.includes('e') ? String.raw`5<<\__ERR__` : '';
      return String.raw`alias test_${kind}='testcase "$LINENO" 3<<\__IN__ ${out} ${err}'`;
    })
    .join('\n') +
  '\n. "$2"\n';

const UTILITIES = String.raw`_empty= _sp=' ' _tab='	' _nl='
'
echoraw() { printf '%s\n' "$*"; }
bracket() { if [ $# -gt 0 ]; then printf '[%s]' "$@"; fi; echo; }
`;

export async function* run(dir, only) {
  const shell = join(tools, 'sh');
  for (const file of fs.readdirSync(dir).sort()) {
    if (
      !file.endsWith('-p.tst') ||
      FOREIGN.test(file) ||
      (only && !file.startsWith(only.split(' ')[0]))
    )
      continue;
    const files = {
      'work/harness': HARNESS,
      [`work/${file}`]: fs.readFileSync(join(dir, file), 'latin1'),
      'tools/sh': '#!/bin/bash\nexec bash --posix "$@"\n',
    };
    const job = { args: ['harness', shell, `./${file}`], files, wall: WALL };
    const env = { UTILITIES, ONE: '' };
    const list = reference({ ...job, env })
      .stdout.split('\n')
      .filter(Boolean);
    for (const ONE of list) {
      const id = `${file} ${ONE}`;
      if (only && !id.startsWith(only)) continue;
      if (STOPS.test(id)) {
        yield { name: id, verdict: 'not applicable', detail: 'it stops a process' };
        continue;
      }
      yield { name: id, ...(await compare({ ...job, env: { UTILITIES, ONE } })) };
    }
  }
}
