/** less and more: copies where there is no terminal, beside Debian's, and pages on one that keys are typed at. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian } from '../../testing/debian.ts';
import { onTerminal } from '../../testing/shellterminal.ts';

const FILES = 'printf "a\\nb\\n" > f1; printf "no newline" > f2; mkdir d; ';

describe.runIf(isDebian)('without a terminal', () => {
  it.each([
    'less f1 f2; echo $?; less nofile; echo $?; less nofile f1; less d; echo x | less; echo x | less - f1; less "" ',
    'less -N f1; less -Z f1; echo $?; less --bogus f1; less -S -R f1 -i; less -- -f; LESS=Z less f1; LESS="-N -S" less -s f2; less -V | head -n 1',
    'less -p; echo $?; less -b f1; echo $?; less -z5 -n f1; less --quit f1; less --chop-long f1; less -5 f1; less +G f1; less -x4 -pb f2; less --tabs=4 f1',
    'more f1; echo $?; more f1 f2; more nofile; echo $?; more nofile f1; echo x | more; more d; more -n 5 f1; more -5 f1; more +2 f1; more -s f1',
    'more -Z f1; echo $?; more --bogus; echo $?; more -V; more -dflpcu f1 f2; more +/b f1; cat f1 | more - f2; cat f1 | more f2',
  ])('%s', (script) => expectDebian(FILES + script));
});

const [ESC, BEL] = ['\u001b', '\u0007'];
const SEQUENCE = new RegExp(`${ESC}\\[[\\d;?]*[a-zA-Z]|${BEL}`, 'g');

/** Rows of the last picture of the screen, without colours. */
function rowsOf(shown: string): string[] {
  const last = shown.slice(shown.lastIndexOf('\x1b[H') + 3);
  return last.split('\r\n').map((row) => row.replace(SEQUENCE, ''));
}

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');

async function paged(content: string, command = 'less /tmp/text') {
  const terminal = await onTerminal({ cols: 40, rows: 6 });
  await terminal.writeFile('/tmp/text', content);
  await terminal.press(`${command}\r`);
  const rows = async (...expected: readonly string[]): Promise<void> => {
    await expect.poll(() => rowsOf(terminal.shown()), { timeout: 5000 }).toEqual(expected);
  };
  return { ...terminal, rows };
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);

describe('less on a terminal', () => {
  it('moves by lines, windows and halves, to the end, to the start and to a line, and leaves the screen as it was', async () => {
    const { rows, type, shows, enter, shown } = await paged(numbered(30));
    await rows(...lines(1, 5), '/tmp/text');
    await type(' ');
    await rows(...lines(6, 10), ':');
    await type('j');
    await rows(...lines(7, 11), ':');
    await type('\x1b[A');
    await rows(...lines(6, 10), ':');
    await type('d');
    await rows(...lines(8, 12), ':');
    await type('b');
    await rows(...lines(3, 7), ':');
    await type('G');
    await rows(...lines(26, 30), '(END)');
    await type('12g');
    await rows(...lines(12, 16), ':');
    await type('g');
    await rows(...lines(1, 5), ':');
    await type('50%');
    await rows(...lines(16, 20), ':');
    await type('3000000000k');
    await rows(...lines(1, 5), ':');
    await type('q');
    await shows('\x1b[?1049l');
    expect(shown()).toContain('\x1b[?1049h');
    await enter('read -p "? " word; echo "<$word>"', /\? $/);
    await type('seen\r');
    await shows(/seen\r\n<seen>/);
  });

  it('searches forward and backward, and shows what it has found', async () => {
    const { rows, type, shows } = await paged(numbered(30));
    await rows(...lines(1, 5), '/tmp/text');
    await type('/1[2-4]$\r');
    await rows(...lines(12, 16), ':');
    await shows('line \x1b[7m12\x1b[27m');
    await type('n');
    await rows(...lines(13, 17), ':');
    await type('2N');
    await rows(...lines(13, 17), 'Pattern not found  (press RETURN)');
    await type('?line 9\r');
    await rows(...lines(9, 13), ':');
    await type('/nothing\r');
    await rows(...lines(9, 13), 'Pattern not found  (press RETURN)');
    await type('/x\x7f\x7f');
    await rows(...lines(9, 13), ':');
    await type('/LINE 20\r');
    await rows(...lines(9, 13), 'Pattern not found  (press RETURN)');
    await type('-i\r');
    await type('/line 20\r');
    await rows(...lines(20, 24), ':');
    await type('q');
  });

  it('folds long lines or chops them, numbers them, and shows controls, colours and bytes', async () => {
    const long = 'x'.repeat(50);
    const { rows, type, shows } = await paged(`${long}\n\ta\x01\x1b[31mred\x1b[m\nend\n`);
    await rows(
      'x'.repeat(40),
      'x'.repeat(10),
      '        a^AESC[31mredESC[m',
      'end',
      '~',
      '/tmp/text (END)',
    );
    await type('-S');
    await type(' ');
    await rows('x'.repeat(40), '        a^AESC[31mredESC[m', 'end', '~', '~', '(END)');
    await type('\x1b[C');
    await rows('x'.repeat(30), 'dESC[m', '', '~', '~', '(END)');
    await type('\x1b[D-R');
    await shows('\x1b[31m\x1b[27mred\x1b[m');
    await type('-N');
    await rows(
      `      1 ${'x'.repeat(32)}`,
      '      2         a^Ared',
      '      3 end',
      '~',
      '~',
      'Constantly display line numbers  (press RETURN)',
    );
    await type('q');
  });

  it('follows the size of the terminal, and comes back after Ctrl-Z', async () => {
    const { rows, type, resize, shows, press } = await paged(numbered(30));
    await rows(...lines(1, 5), '/tmp/text');
    await resize(40, 4);
    await rows(...lines(1, 3), '/tmp/text');
    await press('\x1a');
    await shows(/Stopped +less/);
    await press('fg\r');
    await rows(...lines(1, 3), ':');
    await type('q');
    await shows(/1049l/);
  });

  it('reads a pipe while it comes, and is left before its end', async () => {
    const { rows, type, shows } = await paged('', '{ seq 1 7; sleep 1000; } | less');
    await rows('1', '2', '3', '4', '5', ':');
    await type('G');
    await type('\x03');
    await rows('3', '4', '5', '6', '7', ':');
    await type('q\x03');
    await shows(/1049l/);
  });

  it('only prints what has room on the screen, with -F, and begins at a pattern or a line', async () => {
    const { press, shows, shown, type, rows } = await paged(
      'one\ntwo\n',
      'less -F /tmp/text; echo "status $?"',
    );
    await shows(/\r\none\r\ntwo\r\nstatus 0/);
    expect(shown()).not.toContain('1049');
    await press('seq 1 30 | less -p 2[0-9]\r');
    await rows('20', '21', '22', '23', '24', ':');
    await type('q');
    await shows(/1049l/);
    await press('seq 1 30 | less +G\r');
    await rows('26', '27', '28', '29', '30', '(END)');
    await type('q');
  });

  it('goes from file to file', async () => {
    const { rows, type } = await paged(
      'one\n',
      'echo two > /tmp/second; less /tmp/none /tmp/text /tmp/second',
    );
    await rows('one', '~', '~', '~', '~', '/tmp/text (file 2 of 3) (END) - Next: /tmp/second');
    await type(':n');
    await rows('two', '~', '~', '~', '~', '/tmp/second (file 3 of 3) (END)');
    await type(':n');
    await rows('two', '~', '~', '~', '~', 'No next file  (press RETURN)');
    await type(':p');
    await rows('one', '~', '~', '~', '~', '/tmp/text (file 2 of 3) (END) - Next: /tmp/second');
    await type('q');
  });

  it('names control characters of a file name at the prompt', async () => {
    const { rows, type } = await paged('one\n', "cp /tmp/text $'/tmp/\\001x'; less $'/tmp/\\001x'");
    await rows('one', '~', '~', '~', '~', '/tmp/^Ax (END)');
    await type('q');
  });
});
