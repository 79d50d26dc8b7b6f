/** join beside Debian's. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = String.raw`printf 'a 1\nb 2\nb 3\nd 4\n' > j1; printf 'a x\nb y\nb z\nc w\n' > j2; printf 'b 1\na 2\n' > u1; printf 'H1 h2\na 1\n' > h1; printf 'H1 h3\na 9\n' > h2; printf 'a:1::x\nb:2\n' > c1; printf 'a:9\n\nb:8:7\n' > c2; printf 'A 1\nB \xe9' > i1`;

describe.runIf(isDebian)('join is as Debian has it', () => {
  it.each([
    ...[
      'j1 j2',
      '-a1 j1 j2',
      '-a2 j1 j2',
      '-v1 j1 j2',
      '-v1 -v2 j1 j2',
      '-e E -a1 -a2 -o 0,1.2,2.2 j1 j2',
      '-o auto -a1 -a2 -e - j1 j2',
    ],
    ...[
      '-t: c1 c2',
      '-t: -o auto -e N -a1 -a2 c1 c2',
      'u1 j2',
      '--check-order u1 j2',
      '--nocheck-order u1 j2',
      '--header h1 h2',
    ],
    ...[
      '-1 2 -2 1 j1 j2',
      '-j 1 j1 j2',
      '-i i1 j2',
      '-i j1 i1',
      'i1 i1',
      'j1',
      'j1 j2 j1',
      '',
      'nofile j1',
      '- j2 < j1',
      'j1 - < j2',
    ],
    ...[
      "-t '' j1 j1",
      '-t xy j1 j2',
      "-t '\\0' j1 j2",
      '-o 3.1 j1 j2',
      '-o 1 j1 j2',
      '-o 1.0 j1 j2',
      "-o '1.1 2.2' j1 j2",
    ],
    ...[
      '-o 1.1 2.2 j1 j2',
      '-a3 j1 j2',
      '-1 0 j1 j2',
      '-1 x j1 j2',
      '-1 2 -1 1 j1 j2',
      '-j1 -1 2 j1 j2',
      '-e a -e b j1 j2',
    ],
    ...[
      '-t: -t, j1 j2',
      '-z j1 j2',
      '-Z',
      '-a j1',
      '. j1',
      '--header -o 1.2,2.2 h1 h2',
      '--header j1 /dev/null',
      '--header /dev/null j1',
    ],
    ...[
      '--header -a1 h1 /dev/null',
      '-o 0 j1 j2',
      '-o 0,,1.1 j1 j2',
      '-o auto -o 1.1 j1 j2',
      'u1 u1',
      '-a1 u1 j2',
      'j2 u1',
      '-j 2 j1 j1',
    ],
    ...[
      '-v3 j1 j2',
      '-v 1 j1 j2',
      '-12 -21 j1 j2',
      '-a1 j1 u1',
      '-a2 --check-order j1 u1',
      '--ignore-case i1 j2',
      '--zero-terminated j1 j1',
    ],
  ])('join %s', (args) => expectDebian(`${files}; join ${args}`));

  it('joins any lines', () => {
    const lines = fc.array(
      fc.tuple(
        fc.constantFrom('a', 'b', 'bb', 'c', '', ' a', 'B'),
        fc.constantFrom('', ' 1', '  x y', '\tq', ' é '),
      ),
      { maxLength: 6 },
    );
    const text = lines.map((all) => all.map((each) => `${each.join('')}\\n`).join(''));
    const options = fc.subarray([
      '-a1',
      '-a2',
      '-v1',
      '-i',
      '-e E',
      '-o auto',
      '-o 0,2.1,1.2',
      '--header',
      '-2 2',
      "-t ' '",
      '--nocheck-order',
    ]);
    return fc.assert(
      fc.asyncProperty(text, text, options, fc.boolean(), (a, b, some, isSorted) => {
        const sort = isSorted ? 'sort -o a a; sort -o b b;' : '';
        return expectDebian(
          `printf '${a}' > a; printf '${b}' > b; ${sort} join ${some.join(' ')} a b`,
        );
      }),
      { numRuns: 40 },
    );
  });
});
