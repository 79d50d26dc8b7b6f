/** env, printenv and timeout beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

describe.runIf(isDebian)('env and printenv', () => {
  it.each([
    'env -i a=1 b=2; env -i a=1 env; env - A=x printenv A; env -i -0 a=1 b=2 | od -c',
    'export x=1 y=2; env -u x -u z printenv x; echo $?; env -u x printenv y; env x=3 printenv x; echo $x; printenv x y; printenv none x; echo $?',
    'mkdir d; touch d/f; env -C d ls; env --chdir=d cat f; env -C none pwd; echo $?; touch f; env -C f pwd; echo $?; env -C d; echo $?',
    `env nope; echo $?; mkdir d; env ./d; echo $?; env false; echo $?; env awk 'BEGIN{exit 7}'; echo $?`,
    'env -z; echo $?; env -u; echo $?; env --nope; echo $?; env -u a=b true; echo $?; env -0 true; echo $?',
    `env -S 'a=1 printenv a'; env -S '-i b="x y" printenv b'; env '-Sprintf <%s> a\\_b "c\\_d" \\'e\\_f\\' g#h #i'`,
    `export v=val; env -S 'printf <%s>\\n \${v} "\${v}x" \${none}y \\$v'; env '-vS true x' 2>&1; env --split-string='echo a\\tb\\cno'`,
    `env -S 'echo "a'; echo $?; env -S 'echo $v'; echo $?; env -S 'echo \\q'; echo $?`,
    'env -v -u X a=1 true; env -v -i true',
    'printenv -z; echo $?; printenv -0 HOME | od -c; printenv a=b; echo $?',
    "env 'a b=1' 'c=x\ny' printenv 'a b' c; env =x true; echo $?",
    "env -i a=$'\\xff' printenv a | od -c",
    'for c in export cd type source eval : read command exec wait set shift let times; do env $c x; echo $?; done',
    'env echo hi; env printf "%s|" x y; env test a; echo $?; env [ a = b ]; echo $?; env true; echo $?; env false; echo $?; env pwd | wc -l; env kill -0 $$; echo $?',
    'mkdir d; touch d/f; env ./d/f; echo $?; env /bin/echo x; env /usr/bin/printf y; env /usr/bin/cd; echo $?; f() { echo f; }; export -f f; env f; echo $?',
    'nohup cd /; echo $?; nohup ./nosuch; echo $?; nohup echo hi',
  ])('%s', (script) => expectDebian(script));
});

describe.runIf(isDebian)('timeout', () => {
  it.each([
    `timeout 5 echo a; echo $?; timeout 0 echo b; timeout 1m awk 'BEGIN{exit 3}'; echo $?`,
    'timeout 0.1 sleep 9; echo $?; timeout --preserve-status 0.1 sleep 9; echo $?; timeout -s INT 0.1 sleep 9; echo $?',
    'timeout -v 0.1 sleep 9; echo $?; timeout -k 5 .1s sleep 9; echo $?',
    'timeout 0.1 yes > /dev/null; echo $?;',
    `timeout 0.1 awk 'BEGIN { while (1) n++ }'; echo $?; (sleep 0.3; echo late) | timeout 0.1 cat; echo $?`,
    'echo in | timeout 5 cat; timeout 5 printf "%s|" a "b c"',
    'timeout 5 cd /; echo $?; timeout 5 umask; echo $?; timeout 5 [ a ]; echo $?; touch f; timeout 5 ./f; echo $?',
    'timeout; echo $?; timeout 1; echo $?; timeout x true; echo $?; timeout -k x 1 true; echo $?; timeout -s NOPE 1 true; echo $?; timeout --foo; echo $?; timeout 1 nope; echo $?; mkdir d; timeout 1 ./d; echo $?',
  ])('%s', (script) => expectDebian(script));

  it('kills with the status of a kill', async () => {
    const { stdout } = await ours('timeout -s KILL 0.1 sleep 9; echo $?');
    expect(stdout).toBe('137\n');
  });
});
