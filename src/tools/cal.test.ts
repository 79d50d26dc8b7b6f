/** cal and ncal beside Debian's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';
import { cal } from './cal/cal.ts';
import type { Host } from './host.ts';

/** Many calls in one script, each with its status. */
const all = (calls: readonly string[]): string =>
  calls.map((call) => `${call}; echo "status $?"`).join('\n');

describe.runIf(isDebian && existsSync('/usr/bin/ncal'))('calendars are as Debian has them', () => {
  it.each([
    ['a year', ['cal 2024', 'ncal 2024', 'cal -j 2023', 'ncal -j 2023', 'ncal -b 1999']],
    ['a month', ['cal 2 2024', 'ncal 2 2024', 'cal feb 2023', 'cal FEBRUARY 2023', 'cal 012 1']],
    ['the reform', ['cal 1752', 'cal 9 1752', 'ncal 9 1752', 'cal -j 9 1752', 'ncal -j 9 1752']],
    [
      'the reform of other countries',
      [
        'ncal -s DE 2 1700',
        'ncal -s IT 10 1582',
        'ncal -s XX 2000',
        'ncal -b -s IT 1582',
        'ncal -s RU 1918',
      ],
    ],
    ['no reform', ['ncal -J 2024', 'ncal -J 9 1752', 'ncal -b -J 2 1900']],
    [
      'weeks',
      [
        'ncal -w 2024',
        'ncal -wM 2021',
        'ncal -wb 2021',
        'ncal -wbM 1 2016',
        'ncal -wbj 2020',
        'ncal -wj 2020',
      ],
    ],
    [
      'first weeks',
      ['ncal -w -W 1 2023', 'ncal -wM -W7 2023', 'ncal -wb -W -3 1 2023', 'ncal -W x -w 1 2022'],
    ],
    [
      'the beginning of weeks',
      ['ncal -M 5 2024', 'ncal -S 5 2024', 'ncal -MS 5 2024', 'ncal -bM 5 2024', 'ncal -bS 2024'],
    ],
    [
      'months around',
      [
        'cal -3 2 2024',
        'cal -3 1 2024',
        'ncal -3 12 2024',
        'cal -A 3 -B 2 5 2000',
        'cal -A1 -B-1 5 2000',
        'cal -A-3 5 2000',
        'cal -y -B-6 2001',
        'cal -A 14 1 2001',
        'ncal -A 30 1 2001',
        'cal -jA 14 1 2001',
        'cal -B 3 1 1',
        'ncal -B 12 1 1',
        'cal -A 3 12 9999',
      ],
    ],
    [
      'a date in place of today',
      [
        'cal -d 2024-02',
        'ncal -d 1999-12',
        'cal -3 -d 2024-01',
        'cal -d 2024-00',
        'cal -d 0',
        'cal -d 99999-1',
        'cal -d 2024-02 5 2023',
        'cal -y -d 2022-07',
        'cal -m 3 -d 2022-07',
        'cal -m 3f -d 2022-07',
        'cal -m 8f -d 2022-07',
        'cal -m 7F -d 2022-07',
        'cal -m 7p -d 2022-07',
        'cal -m 6P -d 2022-07',
      ],
    ],
    [
      'months by their names',
      [
        'cal -m jan 2020',
        'cal -m sept 2020',
        'cal -m maybe 2020',
        'cal -m ju 2020',
        "cal -m '' 2020",
        'cal -m 13 2020',
        'cal -m 0 2020',
        'cal -m 3x 2020',
        'cal 2f 2020',
        'cal 2p 2020',
        'cal -m 2p 2020',
        "cal ' 3' 2020",
      ],
    ],
    [
      'the last of several',
      [
        'cal -3 -1 2 2024',
        'cal -1 -y 2 2024',
        'cal -y -3 2 2024',
        'cal -m 3 -m 4 2020',
        'cal -m 3 4 2020',
        'cal -A 1 -A 0 3 2020',
      ],
    ],
    [
      'Easter',
      [
        'ncal -e 2024',
        'ncal -o 2024',
        'ncal -oJ 2024',
        'ncal -e 1500',
        'ncal -eJ 1500',
        'ncal -o 3 2024',
        'ncal -e 1',
        'cal -e 2024',
        'ncal -e -d 2000-01',
      ],
    ],
    ['countries', ['ncal -p', 'cal -p', 'ncal -p -q', 'ncal -q -p', 'ncal -s XX -p']],
    [
      'a marked day',
      [
        'ncal -H 2024-02-14 2 2024',
        'ncal -b -H 2024-02-14 2 2024',
        'ncal -b -H 2024-02-04 2 2024',
        'ncal -b -H 2024-02-10 2 2024',
        'ncal -bj -H 2024-02-10 2 2024',
        'ncal -bw -H 2024-02-14 2 2024',
        'ncal -bwj -H 2024-02-14 2 2024',
        'ncal -bhH 2024-02-14 2 2024',
        'ncal -b -H 1752-09-14 9 1752',
        'ncal -C -d 2024-02',
        'cal -H 2024-02-14 2 2024',
        'cal -h 2024',
      ],
    ],
    [
      'mistakes',
      [
        'cal 0',
        'cal 10000',
        'cal -1 2024',
        'cal -3 2024',
        'cal -5',
        'cal 12x',
        "cal ''",
        'cal 99999999999999999999',
        'cal 1 2 3',
        'cal 13 2020',
        'cal xyz 2020',
        'cal -q',
        'cal --help',
        'cal -é',
        'cal -A',
        'ncal -m',
        'cal -:',
        'cal -w 2024',
        'cal -M 2024',
        'cal -C 2 2024',
        'ncal -C 2 2024',
        'ncal -C -j 2024',
        'ncal -C -w 2 2024',
        'ncal -w -C 2 2024',
        'ncal -b -C 2 2024',
        'cal -- 2 2024',
        'cal 2 -j 2024',
        'cal 2024 -q',
      ],
    ],
  ])('%s', (_, calls) => expectDebian(all(calls)));

  it('any months of any years', async () => {
    const letters = [
      '',
      '-3',
      '-1',
      '-y',
      '-j',
      '-A 2',
      '-B 5',
      '-B -2',
      '-A -1',
      '-m 4',
      '-d 2011-03',
    ];
    const own = [
      '-w',
      '-M',
      '-S',
      '-b',
      '-J',
      '-h',
      '-W 1',
      '-W 6',
      '-s FR',
      '-s GR',
      '-s NL',
      '-H 1752-09-02',
    ];
    const call = fc
      .record({
        isOwn: fc.boolean(),
        usual: fc.array(fc.constantFrom(...letters), { maxLength: 2 }),
        more: fc.array(fc.constantFrom(...own), { maxLength: 3 }),
        month: fc.integer({ min: 1, max: 12 }),
        year: fc.oneof(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1570, max: 1930 })),
      })
      .map(({ isOwn, usual, more, month, year }) =>
        [isOwn ? 'ncal' : 'cal', ...usual, ...(isOwn ? more : []), month, year].join(' '),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 30 }), (calls) =>
        expectDebian(all(calls)),
      ),
      { numRuns: 4 },
    );
  }, 60_000);

  it('Easter of any years', async () => {
    const year = fc.integer({ min: 1, max: 9999 });
    await fc.assert(
      fc.asyncProperty(fc.array(year, { minLength: 30, maxLength: 60 }), (years) =>
        expectDebian(
          all(
            years.map((each, i) => `ncal ${['-e', '-o', '-oJ', '-eJ'][i % 4] as string} ${each}`),
          ),
        ),
      ),
      { numRuns: 2 },
    );
  }, 60_000);

  it('today is the day on the clock', async () => {
    for (;;) {
      const script = 'cal; ncal; ncal -b; ncal -3; cal -y; TZ=Asia/Tokyo ncal -bw; date +%H:%M';
      const [expected, actual] = [debian(script), await ours(script)];
      // Both are run within the same minute, or once more.
      if (expected.stdout.slice(-6) !== actual.stdout.slice(-6)) continue;
      expect(actual).toEqual(expected);
      return;
    }
  });

  it.runIf(existsSync('/usr/bin/script')).each([
    ['xterm', '-b', '-H', '2024-02-14', '2', '2024'],
    ['xterm', '-H', '2024-02-14', '2', '2024'],
    ['xterm-256color', '-bw', '-H', '2024-02-03', '-3', '2', '2024'],
    ['xterm', '-j', '-H', '2024-02-29', '2024'],
    ['dumb', '-H', '2024-02-14', '2', '2024'],
    ['no-such-terminal', '-b', '-H', '2024-02-14', '2', '2024'],
    ['xterm', '-h', '-H', '2024-02-14', '2', '2024'],
  ])('a day is marked as a terminal %s shows it: %s %s %s', async (TERM, ...args) => {
    const { stdout } = spawnSync('script', ['-qec', `ncal ${args.join(' ')}`, '/dev/null'], {
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TERM },
      encoding: 'latin1',
    });
    expect(await onTerminal(args, TERM)).toBe(stdout.replaceAll('\r\n', '\n'));
  });
});

describe('where Debian has no calendars to compare with', () => {
  it('a month stands in lines or in columns', async () => {
    const { stdout } = await ours('cal 9 1752; ncal 2 2024');
    expect(stdout).toBe(
      [
        '   September 1752     ',
        'Su Mo Tu We Th Fr Sa  ',
        '       1  2 14 15 16  ',
        '17 18 19 20 21 22 23  ',
        '24 25 26 27 28 29 30  ',
        '                      ',
        '                      ',
        '                      ',
        '    February 2024     ',
        'Su     4 11 18 25   ',
        'Mo     5 12 19 26   ',
        'Tu     6 13 20 27   ',
        'We     7 14 21 28   ',
        'Th  1  8 15 22 29   ',
        'Fr  2  9 16 23      ',
        'Sa  3 10 17 24      ',
        '',
      ].join('\n'),
    );
  });
});

/** What ncal writes to a terminal. */
async function onTerminal(args: readonly string[], TERM: string): Promise<string> {
  let text = '';
  const host: Partial<Host> = {
    name: 'ncal',
    args,
    env: { TERM, TZ: 'UTC' },
    stdout: {
      write: async (data) => {
        text += Buffer.from(data).toString('latin1');
      },
    },
    isTerminal: () => true,
    checkpoint: async () => undefined,
  };
  await cal(host as Host);
  return text;
}
