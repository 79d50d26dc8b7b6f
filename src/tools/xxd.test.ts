/** xxd beside vim's. */

import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const isThere = isDebian && existsSync('/usr/bin/xxd');

const bytes = Uint8Array.from({ length: 400 }, (_, at) =>
  at < 256 ? at : at < 360 ? 0 : (at * at * 7) & 255,
);

describe.runIf(isThere)('xxd is as Debian has it', () => {
  it.each([
    '',
    '-p',
    '-ps -c 0',
    '-p -c 7 -u',
    '-plain',
    '-i',
    '-i -u -c 5',
    '-i -C -n 1a.b',
    '-n name',
    '-b',
    '-bits -c 3 -g 2',
    '-e',
    '-e -g 2',
    '-e -g 8 -c 20',
    '-e -g 3',
    '-e -g 32',
    '-u',
    '-E',
    '-d -c 100',
    '-a',
    '-a -a',
    '-c 5',
    '-c5 -g1 -l0x5',
    '-cols 4 -len 4 -seek 4 -group 4 -offset 4',
    '-capitalize',
    '-g 3',
    '-g 0',
    '-l 010',
    '-l 5k',
    '-l -5',
    '-l 0',
    '-s 5',
    '-s 0x100 -o 16',
    '-o -1',
    '-o +-3',
    '-s +7',
    '-s -5',
    '-s 500',
    '-c 257',
    '-c 256',
    '-c 0',
    '-c -1',
    '-i -c 300',
    '-c abc',
    '-g',
    '-l',
    '-q',
    '-h',
    '-v',
    '--help',
    '--plain',
    'nofile',
    '.',
    'a b c',
    '-r -b',
    '-s 3 -',
  ])('xxd %s', (options) => expectDebian(`xxd ${options}`, bytes));

  it.each([
    'cat >f; xxd f; xxd -s -5 f; xxd -s +5 f; xxd -s -500 f; echo $?; xxd -i f',
    'cat >f; cp f 1f.x-y; xxd -i 1f.x-y; xxd -i ./f; xxd -C -i f; xxd -i -n 9 f',
    'cat >f; xxd f out; xxd -r out back; cmp f back; xxd f nodir/out',
    'cat >f; xxd f | xxd -r | cmp - f; xxd -p f | xxd -r -p | cmp - f; xxd -c 9 f | xxd -r -c 9 | cmp - f',
    "cat >f; echo '10: 4142' | xxd -r - f; xxd -l 32 f; printf '5: 41\\n2: 42\\n' | xxd -r >g; xxd g",
    "printf '5: 41\\n2: 42\\n' | xxd -r | xxd; echo '5: 41' | xxd -r -s 3 | xxd; echo '5: 41' | xxd -r -s -3 | xxd",
    'for n in 0 15 16 17 32 33 48 49 64 65; do head -c $n /dev/zero | xxd -a; done',
    '(head -c 48 /dev/zero; echo; head -c 33 /dev/zero; echo; head -c 64 /dev/zero) | xxd -a',
  ])('%s', (script) => expectDebian(script, bytes));

  const dump = fc
    .array(
      fc.constantFrom('0', '1', 'a', 'F', '33', ' ', '  ', ':', '\n', '\r', '\t', '!', 'z', '10: '),
      { maxLength: 40 },
    )
    .map((parts) => parts.join(''))
    // Places far away would be filled with very many bytes 0.
    .filter((text) => !/[\da-fA-F\r]{5}/.test(text));

  it('reads any text as Debian does', async () => {
    await fc.assert(
      fc.asyncProperty(dump, async (text) => {
        await expectDebian('cat >t; xxd -r t; xxd -r -p t; xxd -r -c 3 t', Buffer.from(text));
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
