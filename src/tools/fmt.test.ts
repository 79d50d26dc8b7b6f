/** fmt beside Debian's. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = `cat > a <<'EOF'
The quick brown fox jumps over the lazy dog. It was (so they say) not amused; "why?" it asked.  Then
it slept.

  An indented paragraph that is long enough to be broken into several lines, e.g. by a filter such
  as this one: it has a colon.
\tA line behind a tab, with	tabs	within, and long enough to be broken at some place or another.
Tag  A tagged paragraph whose first line has another indent than those that follow it here
     and here, which is how lists of terms are written,
     line by line.
> quoted text that someone wrote in a letter, and that is long enough to be broken
> in two or three
not quoted

averyveryveryveryveryveryveryveryveryverylongwordwithoutanyspaceinitatalltobebrokenanywhere x
last line
EOF
printf 'no end of line' > b; : > e`;

describe.runIf(isDebian)('fmt is as Debian has it', () => {
  it.each([
    ...[
      'a',
      '-w 40 a',
      '-40 a',
      '-20 a',
      '-w 1 a',
      '-w 0 a',
      '-g 30 a',
      '-g 30 -w 60 a',
      '-w 2500 a',
    ],
    ...['-c a', '-t a', '-s a', '-u a', '-s -w 30 a', '-u -30 a', '-ct -w 50 a', '-t -w 30 a'],
    ...['-p ">" a', '-p "> " -w 30 a', '-p "  " a', '-p " An" -w 30 a', '-p ">" -c -w 20 a'],
    ...['b', 'e', 'b a', '< a', '- < b', 'nofile b', '. b', '-p n b', '-w 5 b'],
    ...['-w x a', '-w -1 a', '-w 2501 a', '-g 80 a', '-g 80 -w 70 a', '-g x a', '-x', '-10x a'],
    ...['a -10', '-s -10 a', '-w 9999999999999999999999 a', '--help | head -c 12', '--foo'],
    '-w 60 <<< "$(seq 3000)"',
    '<<< "$(seq 1200 | tr "\\n" " ")"',
    '<<< "$(head -c 12000 /dev/zero | tr "\\0" x) y"',
  ])('fmt %s', (args) => expectDebian(`${files}; fmt ${args}; echo $?`));

  it('fills any text', async () => {
    const word = fc.constantFrom(
      'a',
      'word',
      'end.',
      '(so',
      'why?"',
      'x,',
      'longer-one',
      ' ',
      '\n',
      '\t',
      '\n\n',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { maxLength: 60 }),
        fc.constantFrom('', '-c', '-t', '-s', '-u'),
        fc.integer({ min: 5, max: 40 }),
        (words, option, width) =>
          expectDebian(`fmt ${option} -w ${width}`, new TextEncoder().encode(words.join(' '))),
      ),
      { numRuns: 25 },
    );
  });
});
