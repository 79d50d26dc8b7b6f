/** `bash` and `sh` as commands, beside real bash: how they are called, what they inherit, what they say. */
import { describe, expect, it, vi } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { sh } from '../testing/shell.ts';
import { invocationOf } from './invocation.ts';
import { State } from './state.ts';

describe.runIf(isDebian)('bash is called as on Debian', () => {
  it.each([
    `bash -Z 2>&1 | head -1; bash --nosuch 2>&1 | head -1; bash -c; echo $?; bash -- -c; bash - -c; bash -c -- 'echo $0 $1' a b`,
    `bash -c -e 'echo $- $0 $1' a b; bash -ce 'false; echo no'; echo $?; bash -e +e -c 'echo $-'; bash +h -c 'echo $-'; bash -B -k -p -c 'echo $-'`,
    `bash -s a b <<< 'echo $0 $1 $-'; bash -n -c 'echo a'; bash -euo pipefail -c 'echo $-'; bash -eo pipefail -c 'false | true; echo no'; echo $?`,
    `bash -co errexit 'echo $-'; bash --login -c 'echo ok'; bash --norc --noprofile -c 'echo $-'; bash --init-file x -c 'echo y'; bash -O nullglob -c 'echo *.zz'`,
    `bash -c '' ; echo $?; bash -c 'echo $0 $BASH_EXECUTION_STRING'; bash -c 'echo "$@"' name 'a b' c; bash -c 'shift; echo $1' n a b; bash -c 'echo $#'`,
    `bash -a -c 'z=1; env | grep ^z='; bash -f -c 'echo *'; bash -C -c 'echo a > f; echo b > f'; cat f; bash -u -c 'echo $nope; echo no'; echo $?`,
    `bash nosuch; echo $?; bash /tmp; echo $?; printf 'a\\0b\\n' > f; bash f; echo $?; bash -c 'exit 7'; echo $?; bash -c 'false; exit'; echo $?`,
    `bash -c 'trap "echo bye" EXIT; exit 4'; echo $?; bash -c 'cd /; pwd'; bash -c '[ $$ = $BASHPID ] && echo same'`,
  ])('%s', (script) => expectDebian(script));
});

describe.runIf(isDebian)('bash inherits what is exported', () => {
  it.each([
    `f() { echo "f: $*"; g; }; g() { echo g; }; export -f f; bash -c 'f 1 2' 2> /dev/null; export -f g; bash -c 'f 1 2; declare -F'; export -nf f; bash -c f; echo $?`,
    `x=1; export y=2; arr=(1 2); set -f; shopt -s nullglob; alias q=ls; bash -c 'echo "[$x][$y][\${arr[0]}] $-"; alias q; echo $#'`,
    `export X=1; X=2 bash -c 'echo $X'; Y=3 bash -c 'echo $Y'; export -n X; bash -c 'echo [$X]'; readonly R=1; export R; bash -c 'R=2; echo $R'`,
    `export E=$'a\\nb' B=$'\\xff'; bash -c 'echo "$E"; printf %s "$B" | od -An -tx1'; export A=(1 2); bash -c 'echo [$A]'; declare -x U; bash -c 'echo \${U-unset}'`,
    `echo 'echo env file $0' > e; BASH_ENV=./e bash -c 'echo main'; BASH_ENV=nosuch bash -c 'echo main'; BASH_ENV='$PWD/e' bash -c 'echo main'; echo 'echo body' > s; BASH_ENV=./e bash s`,
    `env A=5 bash -c 'echo $A'; env -u HOME bash -c 'echo [\${HOME-unset}]'; HOME=/x bash -c 'echo ~'`,
  ])('%s', (script) => expectDebian(script));
});

describe.runIf(isDebian)('scripts run as on Debian', () => {
  it.each([
    `printf 'echo "$0|$1|$#|$BASH_SOURCE|\${FUNCNAME[0]}"\\nf() { echo "$FUNCNAME $LINENO \${BASH_LINENO[*]} \${BASH_SOURCE[*]} \${FUNCNAME[*]}"; }\\nf\\n' > s; bash s a b; bash ./s; chmod +x s; ./s q; . ./s z; bash < s`,
    `printf '#!/bin/bash -e\\necho $-; false; echo no\\n' > a; chmod +x a; ./a; echo $?; printf '#!/usr/bin/env bash\\necho "$0 $@"\\n' > b; chmod +x b; ./b 1 '2 3'; printf '#! /bin/sh\\necho $0\\n' > c; chmod +x c; ./c`,
    `printf '#!/bin/cat\\nhello\\n' > g; chmod +x g; ./g; printf '#!/usr/bin/sed -nf\\n2p\\n' > p; chmod +x p; printf 'a\\nb\\n' > t; ./p t; printf '#!/usr/bin/env -S sed -n 2p\\n' > q; chmod +x q; ./q`,
    `printf 'echo plain $0 $1\\n' > s; ./s; echo $?; chmod +x s; ./s x; PATH=$PWD:$PATH; mkdir d; cd d; s y | sed 's,/[^ ]*/,,'; : > e; chmod +x e; ./e; echo $?`,
    `printf '#!/no/such\\n' > a; chmod +x a; ./a; echo $?; printf 'a\\0b\\n' > c; chmod +x c; ./c; echo $?; mkdir d; ./d; echo $?; /nosuch/x; echo $?; ./nosuch; echo $?; nosuch; echo $?`,
    `/usr/bin/env bash -c 'echo ok'; /bin/echo hi; /usr/bin/printf '%s\\n' x; /usr/bin/test a = a; echo $?; touch t; /bin/ls t; /usr/bin/cd; echo $?; /bin/nosuch; echo $?`,
    `seq 3 | xargs -n1 bash -c 'echo "$0-$1"' z; seq 2 | xargs -I{} sh -c 'echo n={}'; timeout 5 bash -c 'exit 3'; echo $?; x=$(bash -c 'echo $(bash -c "echo in")'); echo $x`,
    `touch x y; find . -type f -exec sh -c 'echo "$1 $#"' _ {} \\; | sort; find . -name x -exec bash -c 'for f; do echo "got $f"; done' _ {} +`,
    `printf '#!./a\\n' > a; chmod +x a; ./a; echo $?; printf '#!./c\\n' > b; printf '#!./b x\\n' > c; chmod +x b c; ./b; echo $?`,
    `for i in 1 2 3 4 5 6; do printf "#!./s$((i+1)) $i\\n" > s$i; done; printf '#!/bin/echo\\n' > s7; chmod +x s*; for i in 1 2 3 4; do ./s$i a; echo $i $?; done`,
    `printf '#!./i -x\\n' > a; printf '#!./j -y\\n' > i; printf '#!/no/such\\n' > j; chmod +x a i j; ./a; echo $?`,
    `printf 'echo a\\r\\necho b\\r\\n' > s; bash s | od -c; printf '\\r\\n' > e; bash e; echo $?`,
  ])('%s', (script) => expectDebian(script));
});

describe.runIf(isDebian)('a shell reads its commands as they come', () => {
  it.each([
    `printf 'read y\\nline2\\necho "got $y"\\n' | bash; printf 'cat\\nrest\\nof it\\n' | bash; printf 'exec < /dev/null\\necho x\\n' | bash`,
    `printf 'x=1\\nif [ $x = 1 ]\\nthen echo yes\\nfi\\ncat <<E\\nhere $x\\nE\\necho a \\\\\\n b\\n' | bash; printf 'exit 3\\necho no\\n' | bash; echo $?`,
    `printf 'f() {\\n echo $LINENO\\n}\\nf\\necho $LINENO\\nnosuch\\n' | bash; printf 'false\\n' | bash; echo $?; printf 'echo q; bash\\necho inner\\n' | bash`,
    `printf 'if true\\nthen cat\\nfi\\nrest\\nof it\\n' | bash; printf 'cat <<E\\na\\nb\\nE\\ncat\\nrest\\0x\\n' > f; bash < f | od -c; bash -s a b < f | wc -c`,
    `printf 'shopt -s expand_aliases\\nalias x="echo a\\necho b"\\nif true\\nthen echo hi\\nfi; x\\necho c\\nx\\ncat\\nrest\\n' | bash`,
    `printf 'echo a \\\\\\nb\\necho "x\\ny"; echo $LINENO\\nf() {\\n:\\n}\\n\\necho $LINENO' | bash`,
    `printf 'echo )\\necho hi\\n' | bash; echo $?; printf 'if true\\n' | bash; echo $?`,
  ])('%s', (script) => expectDebian(script));
});

it.each(['pipe', 'file'])(
  'a long command on standard input is parsed a few times, not once a line: from a %s',
  async (from) => {
    const lines = 3000;
    const text = `f() {\n${':\n'.repeat(lines)}}\nf\ncat\nrest\n`;
    const asked = vi.spyOn(State.prototype, 'aliasOf');
    try {
      const { stdout } = await sh(from === 'pipe' ? 'bash' : 'cat > f; bash < f', text);
      expect(stdout).toBe('rest\n');
      // Once a command, whenever it is parsed.
      expect(asked.mock.calls.length).toBeGreaterThan(lines);
      expect(asked.mock.calls.length).toBeLessThan(20 * lines);
    } finally {
      asked.mockRestore();
    }
  },
);

describe.runIf(isDebian)('a mistake ends what it ends in bash', () => {
  it.each([
    `readonly a=1
a=2; echo no
echo "after $?"
f() { a=3; echo no; }
f; echo no
(a=4; echo no); echo "s $?"
x=$(a=5; echo no); echo "s $?"
for i in 1 2; do a=6; echo no; done; echo no
if a=7; then echo no; fi
a=3 true; echo "pre $?"
declare a=4; echo "decl $?"; export a=5; echo $?; read a <<< x; echo $?
((a = 1)); echo $?; : $((a = 1)); echo no
unset a; echo $?; for a in 1 2; do echo no; done; echo $?`,
    `echo \${a b}
echo "b $?"
echo $((1/0)); echo no
b[-5]=2; echo no
echo "i $?"
let 'x=1/0'; echo "let $?"; ((1/0)); echo "arith $?"; [[ 1/0 -eq 1 ]]; echo "cond $?"
case $((1/0)) in *) echo no;; esac
echo c $?
> $((1/0))
while x=$((1/0)); do echo no; done
echo w $?
echo \${!nosuch}; echo no
echo \${zz?msg}; echo no
echo never`,
    `f() { x=$((1/0)); echo no; }
f || echo or
! f
f | cat
echo "\${PIPESTATUS[*]}"; ( : \${a?} ); echo $?; x=$(: \${a:?}); echo $?
trap 'echo exit $?' EXIT
set -u
(echo $nope; echo no); echo $?
echo $nope
echo never`,
    `printf 'if true' > s; bash s; . ./s; echo $?; printf 'echo ok\\n\\nfi\\n' > s; bash s; bash -c $'echo 1\\n\\n)'; bash -c 'if'; bash -c 'echo $(echo a'`,
    `eval 'if'; echo $?; eval 'echo )'; echo "st $?"; bash -c $'cat <<E\\nabc'; printf 'return 5\\n' > r; bash r; echo $?; printf 'break; echo ok\\n' > r; bash r`,
    `printf 'echo a\\nnosuch\\ncd /nope\\n\\nfor i in 1; do\\n  nosuch2\\ndone\\nx=$((1/0))\\necho after\\n' > s; bash s; echo $?; bash < s; echo $?`,
    `echo 'set -- new; shift 0' > l; . ./l one two; echo $1; set -- P; . ./l; echo $1; echo 'shift' > l; . ./l a b; echo $1; . ./l; echo $#`,
  ])('%s', (script) => expectDebian(script));
});

it('says what it is and how it is used', async () => {
  expect((await sh('bash --version')).stdout).toMatch(/GNU bash, version 5\.2/);
  expect((await sh('bash --help')).stdout).toContain('--norc');
});

it('reads the profile of a login shell, unless it is told not to', async () => {
  const { stdout } = await sh(
    `echo 'echo from profile' > ~/.profile; bash -lc 'echo a'; bash --noprofile -lc 'echo b'`,
  );
  expect(stdout).toBe('from profile\na\nb\n');
});

it('expands aliases where it is to act as at a prompt', async () => {
  expect((await sh(`bash -ic $'alias hi="echo hello"\\nhi you'`)).stdout).toBe('hello you\n');
});

it('takes everything behind the script for its arguments', () => {
  const { script, args, options } = invocationOf(['bash', '-x', 'file', '-e', '--', 'a']);
  expect({ script, args, options }).toEqual({
    script: 'file',
    args: ['-e', '--', 'a'],
    options: [{ name: 'xtrace', on: true }],
  });
});
