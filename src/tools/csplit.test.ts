/** csplit beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `seq 20 > n; printf 'a\\nx 1\\n\\nx 2\\nend' > m; : > e; show() { for f in xx* p*; do test -f "$f" && { echo "== $f"; cat "$f"; }; done; }`;

describe.runIf(isDebian)('csplit is as Debian has it', () => {
  it.each([
    ...[
      'n 5',
      'n 1',
      'n 20',
      'n 21',
      'n 22',
      'n 3 3',
      'n 5 3',
      'n 3 8 13',
      'n 0',
      'n x',
      'n -- -1',
    ],
    ...['n 5 "{2}"', 'n 5 "{*}"', 'n 7 "{1}" 18', 'n 4 "{x}"', 'n 4 "{1"', 'n 4 "{}"', 'n "{2}"'],
    ...['n /5/', 'n /5/ /7/', 'n %5%', 'n %5% /7/', 'n /1/ "{*}"', 'n /1/ "{3}"', 'n /1/ "{30}"'],
    ...['n %1% "{*}"', 'n %1% "{3}"', 'n %1% "{30}"', 'n %8% 12', 'n /8/ 12', 'n /8/ 3', 'n 4 /8/'],
    ...['n /5/+2', 'n /5/-2', 'n /5/-9', 'n /5/+19', 'n /5/+16', 'n /5/+15', 'n %5%-2', 'n %5%+2'],
    ...['n /5/+2 /8/', 'n /5/+2 /7/', 'n %2%+2 /5/+2', "n '%2%2' '/5/3' '{*}' 1", 'n /1/+3 "{*}"'],
    ...['n /5/+2 /6/', 'n /5/-2 /4/', 'n /1/+1 "{*}"', 'n /1/-1 "{*}"', 'n /.5/-2 "{*}"'],
    ...[
      'n /0/-3 "{*}"',
      'n /0/+x',
      'n /0',
      'n %0',
      'n "/a\\(/"',
      'n "/[/"',
      'n "/a/b/"',
      'n "/1*$/"',
    ],
    ...[
      'm /x/',
      'm /^$/',
      'm /d$/',
      'm /x/ "{*}"',
      'm 3',
      'm 5',
      'm 6',
      'm "%^$%"',
      'm "/\\(x\\)/+1"',
    ],
    ...['e 1', 'e 2', 'e /x/', 'e %x%', 'e /x/ "{*}"', '-k e 1', '-z e /x/ "{*}"', 'e 1 1'],
    ...['--suppress-matched n /5/', '--suppress-matched n 5', '--suppress-matched n /1/ "{*}"'],
    ...['--suppress-matched n /5/+1', '--suppress-matched n /5/-1', '--suppress-matched n 5 "{*}"'],
    ...['--suppress-matched n 5 "{3}"', '--suppress-matched n 20', '--suppress-matched n %5%'],
    ...[
      '--suppress-matched n 5 "{2}"',
      '--suppress-matched m /x/ "{*}"',
      '--suppress-matched n 7 7',
    ],
    ...[
      '-z n 1',
      '-z n /1/',
      '-z n /1/+0 "{*}"',
      '-zs n 1 1 2',
      '-k n 30',
      '-k n /zz/',
      '-k n 5 "{*}"',
    ],
    ...['-s n 5', '-q n 5', '--silent n 5', '-f p n 5', '-f none/p n 5', '-n 1 n 5', '-n 5 n 5'],
    ...['-n 0 n /1/ "{3}"', '-n -1 n 5', '-n x n 5', '-n 99999999999 n 5', '-n 1k n 5'],
    ...[
      '-b %d n 5',
      '-b %03x.txt n 5',
      '-b %-4dx n 5',
      '-b %.3d n 5',
      '-b %5.3d n 5',
      '-b "%#x" n 5',
    ],
    ...[
      '-b "%#o" n 5',
      '-b "%#d" n 5',
      '-b "%\'d" n 5',
      '-b "%\'x" n 5',
      '-b x n 5',
      '-b %d%d n 5',
    ],
    ...[
      '-b %s n 5',
      '-b % n 5',
      '-b %%%u n 5',
      '-b %+d n 5',
      '-b %5 n 5',
      '-b "%#06x" n 5',
      '-b %.0i n 5',
    ],
    ...[
      '- 5 < n',
      '- /7/ < n',
      'none 5',
      '. 5',
      '',
      'n',
      '-Z n 5',
      '--foo n 5',
      '--help | head -n 1',
    ],
    ...[
      '-f "p q" n 5',
      'n 9999999999999999999999 ',
      'n "/5/ 2"',
      'n "/5/+"',
      'n " 5"',
      'n +5',
      'n 5x',
    ],
  ])('csplit %s', (args) => expectDebian(`${files}; csplit ${args}; echo $?; show`));

  it('parts any text at any patterns', async () => {
    const pattern = fc.oneof(
      fc.integer({ min: 1, max: 9 }).map(String),
      fc
        .tuple(
          fc.constantFrom('/', '%'),
          fc.constantFrom('a', 'b', '^$', 'a*b$'),
          fc.integer({ min: -3, max: 3 }),
        )
        .map(([mark, regex, offset]) => `'${mark}${regex}${mark}${offset === 0 ? '' : offset}'`),
    );
    const repeat = fc.constantFrom('', '', '"{1}"', '"{*}"');
    const call = fc.tuple(
      fc.array(fc.constantFrom('a', 'b', 'ab', '\\n', '\\n'), { maxLength: 24 }),
      fc.array(fc.tuple(pattern, repeat), { minLength: 1, maxLength: 4 }),
      fc.constantFrom('', '-z', '-k', '--suppress-matched', '-k --suppress-matched'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 6, maxLength: 6 }), async (calls) => {
        const scripts = calls.map(([text, patterns, options]) => {
          const words = patterns.flat().join(' ');
          return `rm -f xx*; printf '${text.join('')}' > f; csplit ${options} f ${words}; echo $?; tail -n +1 -v xx*`;
        });
        await expectDebian(scripts.join('; '));
      }),
      { numRuns: 12 },
    );
  }, 60_000);

  it('removes its files when nobody reads their sizes', () =>
    expectDebian(
      'seq 9 > n; { until [ -e gone ]; do :; done; csplit n 3; } | { exec <&-; : > gone; }; ls',
    ));

  it('passes lines of any length and bytes on', () =>
    expectDebian(
      'head -c 300000 /dev/zero | tr "\\0" z > f; printf "\\nq\\377\\0\\n" >> f; cat f f f > g; csplit g /q/ "{*}"; cat xx* | cksum',
    ));
});

it('reads no further than a pattern that cannot be found, and keeps the bound of memory', async () => {
  const { stdout, status } = await ours('seq 200000 | csplit -z - %199999% | tail -n 1; cat xx00');
  expect({ stdout, status }).toEqual({ stdout: '14\n199999\n200000\n', status: 0 });
});
