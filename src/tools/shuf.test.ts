/** shuf beside Debian's: the order is that of the bytes of `--random-source`. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = "seq 500 > s; printf 'a\\nb' > h; printf 'p\\0q' > z; : > e";

describe.runIf(isDebian)('shuf is as Debian has it', () => {
  it.each([
    ...[
      's',
      '-n 5 s',
      '-n 1 s',
      '-n 0 s',
      '-n 1000 s',
      'h',
      '-z z',
      'e',
      '- < s',
      '-n 7 < s',
      '-r -n 4 -i 1-6',
      '-r -n 6 h',
    ],
    ...[
      '-i 1-1000000 -n 3',
      '-i 0-9',
      '-i 18446744073709551610-18446744073709551615',
      '-e a b c d',
      '-e',
      '-n 2 -n 1 -e x y',
    ],
    ...[
      '-n 9 -o out s; cat out',
      '-z -e q r',
      '-r -n 3 -e x y z',
      '-i 1-256',
      '-i 1-257 -n 9',
      '-e a -n 1 b',
    ],
  ])('shuf %s', (args) => expectDebian(`${files}; shuf --random-source=s ${args}`));

  it.each([
    ...[
      '-e a',
      '-i 3-3',
      '-i 3-2',
      '-i 5-2',
      '-i 3',
      '-i 1-x',
      '-i x-2',
      '-n x h',
      '-n -1 h',
      '-e -i 1-2',
      '-i 1-2 h',
      'a b',
      'nofile',
    ],
    ...[
      '.',
      '-n 3 -r -e x',
      '-r -e',
      '-r -n 1 e',
      '-i 1-0 -r',
      '-o o1 -o o2 -e q',
      '-i 1-2 -i 1-3',
      '-Z',
      '-o /nodir/x -e a',
    ],
    ...[
      '--random-source=/dev/null -i 1-3',
      '--random-source=nofile -i 1-3',
      '--random-source=h s',
      '-i 0-99999999999999999999',
    ],
    ...[
      '-r -i 5-5 -n 2',
      '-r -n 0 e',
      's | sort -n | cksum',
      's | wc -l',
      '-n 20 s | sort | uniq | wc -l',
    ],
  ])('shuf %s', (args) => expectDebian(`${files}; shuf ${args}`));

  it('samples a pipe', () =>
    expectDebian(
      `${files}; cat s | shuf -n 5 --random-source=s; cat h | shuf -n 5 --random-source=s`,
    ));
});

it('gives each line once, in another order', async () => {
  const { stdout } = await ours(
    'seq 300 > s; shuf s > t; cmp -s s t || echo other; sort -n t | cmp - s && echo same',
  );
  expect(stdout).toBe('other\nsame\n');
});
