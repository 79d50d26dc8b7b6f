/** cmp beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = String.raw`printf 'abc\ndef\n' > a; printf 'abc\ndxf\n' > b; printf 'abc\n' > s; printf ab > t; : > e; printf 'a\0\xe9\x80\n\x7f\x1b' > x; printf 'a\x01\xc9\x81\t\x7e\x9b' > y`;

describe.runIf(isDebian)('cmp is as Debian has it', () => {
  it.each([
    ...[
      'a b',
      'a a',
      'a s',
      's a',
      'a t',
      'a e',
      'e e',
      '-l a b',
      '-b a b',
      '-lb x y',
      '-l a s',
      '-l a e',
    ],
    ...[
      '-s a b',
      '-s a nofile',
      'a nofile',
      'nofile other',
      '',
      'a b 0 0 0',
      'a b 5',
      'a b 5 5',
      'a b x',
    ],
    ...[
      '-i 6 a b',
      '-i 4:4 a b',
      '-i 2:3 a b',
      '-i 100 a b',
      '-i x a b',
      '-i 1:x a b',
      '-i :4 a b',
      '-i 4: a b',
    ],
    ...[
      '-n 5 a b',
      '-n 6 a b',
      '-n 0 a b',
      '-n x a b',
      '-n 1kB a b',
      '-n 0x5 a b',
      '-i 010 a b',
      '-l -n 3 x y',
    ],
    ...[
      '-l -s a b',
      'a .',
      '. a',
      'a < b',
      '- b < a',
      '- - < a',
      '-Z a b',
      '--quiet a b',
      '--silent a b',
      '--verbose x y',
    ],
    ...[
      '--print-bytes a b',
      '--bytes=6 a b',
      '--ignore-initial=5 a b',
      '--ignore-initial',
      '-l - x < y',
      '-s a s',
    ],
  ])('cmp %s', (args) => expectDebian(`${files}; cmp ${args}`));

  it('finds a difference behind many blocks', () =>
    expectDebian(
      'yes | head -c 300001 > a; { cat a; echo x; } > b; { cat a; echo y; } > c; cmp b c; cmp a b; cat b | cmp -l - c',
    ));
});
