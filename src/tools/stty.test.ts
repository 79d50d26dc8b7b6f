/** stty shows and sets the modes of a terminal as Debian's does. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { debianOnTerminal, oursOnTerminal } from '../testing/shellterminal.ts';

/** What Linux begins with and a terminal here does not: its flow control, and bytes that are no UTF-8. */
const SAME =
  'stty 500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0; ';

const cases: Readonly<Record<string, string>> = {
  'all, what has changed, and what sets it again':
    'stty -a; stty; stty -g; stty --all; stty --save',
  'settings by their names':
    'stty -echo -icanon -isig; stty; stty sane; stty -g; stty raw; stty; stty -g; stty cooked; stty -g; stty -raw; stty -cooked; stty -a',
  'special characters':
    'stty intr ^X quit ^- susp "^?" erase undef kill A eof 0x41 lnext 033 eol é; stty; stty intr ^X quit ^- susp "^?" erase undef kill A eof 0x41 lnext 033; stty; stty min 0 time 5 -icanon; stty; stty -a; stty dec; stty ek; stty',
  'names for several settings':
    'for s in nl -nl cbreak -cbreak pass8 decctlq -decctlq tabs -tabs crt crtkill -crtkill -ctlecho tandem -hup crterase; do stty $s; echo $s $?; stty -g; done; stty; stty -a',
  'delays and speeds':
    'stty nl1 cr2 tab3 bs1 vt1 ff1; stty; stty 9600; stty; stty speed; stty exta; stty speed; stty ospeed 115200 ; stty speed',
  'the size':
    'stty size; stty rows 30 cols 100; stty size; stty columns 0x20; stty size; stty -a; stty size speed',
  'what is wrong':
    'for a in bogus -bogus -sane -cs8 -rows intr rows "rows x" "rows -1" "time 300" 500:5:bf "-a -g" "-a echo" "-F" "ispeed 7" -ek "line x"; do stty $a; echo "$a: $?"; done',
  'what a terminal does not do':
    'for a in cs7 evenp oddp "-echo evenp"; do stty $a; echo "$a: $?"; stty -g; done',
  'a device by its name':
    'stty -F /dev/tty size </dev/null; stty --file=/dev/tty -g; stty -F /dev/null; echo $?; stty -F /nowhere; stty -F /dev/tty -F /dev/tty; cat /dev/null | stty -a; echo $?; stty size < /dev/tty',
  'modes that are saved and come back': 's=$(stty -g); stty -echo raw; stty "$s"; stty; stty -a',
};

describe.runIf(isDebian)('stty on a terminal', () => {
  it.each(Object.entries(cases))('%s', async (_name, script) => {
    expect(await oursOnTerminal(SAME + script)).toBe(debianOnTerminal(SAME + script));
  });
});

describe.runIf(isDebian)('stty without a terminal', () => {
  it.each([
    'stty',
    'stty -a',
    'stty bogus',
    'stty rows abc',
    'stty -a -g',
    'stty -echo',
    'stty intr',
  ])('%s', (script) => expectDebian(script));
});
