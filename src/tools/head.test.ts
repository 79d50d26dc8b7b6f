/** head beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `seq 30 > f; printf 'a\\nb\\nc' > g; printf 'x\\0y\\0z' > z; : > e;`;

describe.runIf(isDebian)('head is as Debian has it', () => {
  it.each([
    ...['f', '-n 3 f', '-3 f', '-n3 f g', '-qn1 f g', '-vn1 f', '-c 5 f', '-c5 f g', '-n -28 f'],
    ...['-n -2 g', '-n -3 g', '-n -1 g', '-n -0 g', '-c -3 g', '-c -0 g', '-c -99 g', '-n 0 f g'],
    ...['-z -n 2 z', '-zn -1 z', '-c 1K f', '-c 1kB f', '-c 2b f', '-n 1k f', '-5c f', '-1kq f g'],
    ...['--lines=2 f', '--bytes=-2 g', '--quiet -n1 f g', '--silent -n1 f g', '--verbose e'],
    ...[
      'nofile f',
      '. f',
      '- f < g',
      'e g',
      '-n',
      '-n x f',
      '-c 1x f',
      '-5x f',
      '-n -x f',
      '-n 1e3 f',
    ],
    ...[
      '-n 99999999999999999999 f',
      '-c 1Y f',
      '-y f',
      '-n "" f',
      "-n1 'no file'",
      '-n +2 f',
      '-n1 -n2 f',
    ],
  ])('head %s', (args) => expectDebian(`${files} head ${args}`));

  it('leaves what it does not show of a file to others', () =>
    expectDebian('seq 20 > f; { head -n 2; head -c 3; tail -n 1; } < f'));

  it('takes any part of any bytes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 10, 97, 255), { maxLength: 40 }),
        fc.constantFrom('-n', '-c', '-zn'),
        fc.integer({ min: -8, max: 8 }),
        async (bytes, option, count) => {
          const script = `head ${option} ${count}; `;
          const input = Uint8Array.from(bytes);
          expect(await ours(script, input)).toEqual(debian(script, input));
        },
      ),
      { numRuns: 10 },
    ));
});
