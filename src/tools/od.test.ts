/** od beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const bytes = Uint8Array.from({ length: 700 }, (_, at) =>
  at < 300 ? at : at < 600 ? 0 : (at * at * 7) & 255,
);

describe.runIf(isDebian)('od is as Debian has it', () => {
  it.each([
    '',
    '-c',
    '-An -tx1',
    '-A x -t x1z',
    '-A d -t o1',
    '-An -c -tx1',
    '-tx1 -tx4',
    '-tx1z -td2 -c',
    '-a',
    '-b',
    '-d',
    '-D',
    '-i',
    '-l',
    '-o',
    '-s',
    '-x',
    '-X',
    '-td1',
    '-tu1',
    '-td2 -td8',
    '-tu8',
    '-to8 -to4',
    '-f',
    '-e',
    '-tf4 -tf8',
    '-tfF',
    '-t dC -t uS -t xI -t oL',
    '-v -tx1',
    '-w8 -tx1',
    '-w -tx1',
    '-w7 -tx1',
    '-w3 -tx4',
    '-w0 -tx1',
    '-j10 -N20 -c',
    '-j 0x10 -N 010 -tx1',
    '-N0',
    '-j 1b',
    '-j 800',
    '--endian=big -tx4',
    '--endian=big -td2 -tf8',
    '-tx1 nofile',
    '-tx1 .',
    '-tx3',
    '-tq',
    '-txz1',
    '-Aq',
    '-jz',
    '-N1y',
    '--nope',
    '-tx1 - - </dev/null',
  ])('od %s', (args) => expectDebian(`od ${args}`, bytes));

  it('leaves what it does not show to others', () =>
    expectDebian('{ od -An -N3 -c; od -An -j1 -N2 -c; cat; } | tail -c 5', bytes.subarray(65, 90)));
});
