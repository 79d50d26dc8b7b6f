/** tput, clear and reset send a terminal what ncurses' send it. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { debianOnTerminal, oursOnTerminal } from '../testing/shellterminal.ts';

const names =
  'am bce ccc km mir xenl bw colors cols it lines pairs xmc longname bel bold civis clear cnorm cr csr cub cub1 cud cuf1 cup cuu cvvis dch dim dl ech ed el el1 flash home hpa ht hts ich il ind indn initc invis kbs kcub1 kcuu1 kdch1 kend kf1 kf12 khome knp kmous meml memu op rc rev ri rin rmacs rmcup rmir rmkx rmso rmul rs1 rs2 sc setab setaf setb setf sgr sgr0 sitm smacs smcup smir smkx smso smul tbc u6 vpa E3 Se Ss smxx AX XT tsl enacs mc5 rep acsc'.split(
    ' ',
  );

const cases: Readonly<Record<string, string>> = {
  parameters:
    'for c in "setaf 1" "setaf 9" "setaf 200" "setab 7" "setab 255" "setaf 0x10" "setaf 010" "setaf abc" "cup 3 4" "cup 1" "cup a b" "csr 1 10" "sgr 0 0 0 0 0 1" "sgr 1 1 1 1 1 1 1 1 1" "initc 1 500 250 1000" "rep 65 5" "ech 5" "cuu 3" "hpa 7" "setb 3" "setf 6" "indn 0" "smul cup 1 2 bold" "bold setaf 1"; do tput $c; echo " $c: $?"; done',
  'what there is not':
    'for c in bogus "setaf 1 2" "-T nosuch bold" "-T dumb bold" "-T dumb am" "-T dumb colors" "-T dumb clear" "-T vt100 km" "" "-z" "-T" "bold bogus" "bogus bold" "-T dumb bold am"; do tput $c; echo "$c: $?"; done; TERM= tput bold; echo $?; (unset TERM; tput bold); echo $?',
  'commands of its input':
    'printf "bold\\nsetaf 1\\n\\n cup 1 2 bold\\nsgr0" | tput -S; echo " $?"; printf "bold\\nbogus\\nsgr0\\n" | tput -S; echo $?; printf "bold\\nsetaf 3\\nam\\n" | tput -T dumb -S; echo $?; tput -S </dev/null; echo $?',
  'a size that is given':
    'COLUMNS=33 LINES=5 tput cols; LINES=5 tput lines; COLUMNS=33 tput -T vt100 cols; tput -x clear; tput -V',
  'the screen':
    'clear; clear -x; clear -T vt100; clear -T dumb; echo $?; TERM=nosuch clear; echo $?; (unset TERM; clear); echo $?; clear -z; clear a; clear -V; clear -T; echo $?',
};

describe.runIf(isDebian)('tput', () => {
  it.each([
    ['xterm-256color', names],
    ['xterm', names.slice(0, 30)],
    ['vt100', names.slice(10, 60)],
    ['ansi', names.slice(20, 50)],
    ['dumb', names.slice(0, 30)],
  ] as const)('what there is of %s', (terminal, some) =>
    expectDebian(`for c in ${some.join(' ')}; do tput -T ${terminal} $c; echo " $c: $?"; done`),
  );
  it.each(Object.entries(cases))('%s', (_name, script) =>
    expectDebian(`export TERM=xterm-256color; ${script}`),
  );
});

describe.runIf(isDebian)('on a terminal', () => {
  it.each([
    'tput cols; tput lines; tput cols | cat; x=$(tput lines 2>/dev/null); echo $x; tput -T vt100 cols',
    'tput init; tput reset; tput -T vt100 reset; tput -T dumb init; echo $?',
    'reset; reset vt100; reset dumb; stty raw -echo; reset; stty -g | cut -d: -f4',
    'clear; clear -x',
  ])('%s', async (script) => {
    expect(await oursOnTerminal(script)).toBe(debianOnTerminal(script));
  });
});
