/** date and touch beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';
import { parseDate } from './dateparse.ts';

/** Sunday. */
const base = '2026-11-29 12:34:56';
const absolute = [
  ...['2020-01-01', '2020-1-2', '20200102', '2020-01-01 10:20', '2020-01-01T10:20:30Z', '20-01-02'],
  ...['2020-01-01T10:20:30+02:00', '2020-01-01 10:20:30.123456789', '2020-01-01 10:20 -0530'],
  ...[
    '@0',
    '@1234567890',
    '@-1',
    '@1.5',
    '1/2/2020',
    '1/2/70',
    '2020/3/4',
    '1 Jan 2020',
    'Jan 1 2020',
  ],
  ...[
    'January 1, 2020',
    '01-Feb-2021',
    '1 feb 2020 10:00',
    'Feb 1 10:00 2020',
    '2020-01-01 3pm',
    '2020-01-01 12am',
  ],
  ...[
    '2020-01-01 12:30 PM',
    '2020-01-31 1 month',
    '2020-01-31 +1 day',
    '2020-03-01 yesterday',
    '2020-01-01 UTC',
  ],
  ...[
    '2020-02-29 1 year ago',
    '2020-01-01 2 weeks ago',
    '2020-01-01 next month',
    '2020-01-01 last year',
  ],
  ...[
    '2020-01-01 tomorrow 10:00',
    '2020-01-01 10:00 +2 days',
    '2020-01-01 10:00 UTC +2 days',
    '2020-01-01 -1 hour',
  ],
  ...[
    '2020-02-30',
    '2020-13-01',
    '2020-01-01 25:00',
    'nonsense',
    '2020-01-01 10:60',
    '2020-01',
    '12:00:00 13:00',
  ],
  ...[
    '2020-01-01 EST',
    '2020-06-01 10:00 PDT',
    'Wed, 01 Jan 2020 10:00:00 +0000',
    'Wed Jan  1 10:00:00 UTC 2020',
  ],
  ...[
    '2020-01-01 1 day 2 hours ago',
    '2020-01-01 3 fortnights',
    '2020-01-01 90 minutes',
    '2020-01-01 1530',
  ],
  ...[
    '2020-01-01 third week',
    '2020-01-01 (a comment) 10:00',
    '2020-01-01 + 5 seconds',
    '2020-01-01 10:00 GMT+2',
  ],
  ...[
    '1969-12-31 23:59:59',
    '1600-01-01',
    '2400-02-29',
    '@99999999999',
    '2020-01-01 ago',
    '2020-01-01 10',
    '2020-01-01-',
  ],
];

describe.runIf(isDebian)('date is as Debian has it', () => {
  it('reads dates', () =>
    expectDebian(
      `{ ${absolute.map((text) => `date -u -d '${text}' '+%F %T.%N'; echo $?`).join('\n')}; } 2>&1`,
    ));

  it('knows the names of months, long and short', () =>
    expectDebian(
      [
        'marker 3',
        '2020 marker 3',
        'march 3 2020',
        'mar. 3 2020',
        'mar.3 2020',
        'mar.. 3 2020',
        'march. 3 2020',
        'marc 3',
        'septe 3 2020',
        'sept 3 2020',
        'sept. 3 2020',
        '3 sept 2020',
        'SEPTEMBER 3 2020',
        '3 marx 2020',
        'mayo 3',
        'may. 3 2020',
        '3mar2020',
        'mar3 2020',
        '1-february-2021',
        'decem 1',
      ]
        .map((text) => `date -u -d '${text}' +%F 2>&1`)
        .join('\n'),
    ));

  it.each(['@-1.5', '@-0.25', '1960-05-05 1:2:3.25', '@-1'])('counts nanoseconds at %s', (text) =>
    expectDebian(
      `date -u -d '${text}' '+%F %T.%N %s'; touch -d '${text}' f; date -u -r f '+%F %T.%N %s'; touch -r f -d '1 hour' f; date -u -r f '+%F %T.%N %s'`,
    ),
  );

  it.each([
    ...['@99999999999999999999999', '999999999999 years', '99999999999-01-01'],
    ...['2020-01-01 99999999999999999999 days', '@-99999999999999999999999'],
  ])('refuses %s, which is too far away', (text) =>
    expectDebian(
      `{ date -u -d '${text}'; TZ=Asia/Tokyo date -d '${text}'; touch -d '${text}' f; ls; } 2>&1`,
    ),
  );

  it('counts from now', () =>
    expectDebian(
      [
        '',
        'now',
        'today',
        'tomorrow',
        'yesterday',
        '1 day ago',
        'monday',
        'next friday',
        'last sunday',
        '+1 week',
        'sat 10:00',
      ]
        .map((text) => `date -u -d '${text}' +%F`)
        .join('\n'),
    ));

  it.each([
    ...[
      '%Y %C %y %m %d %e %j',
      '%H %I %k %l %M %S %p %P',
      '%a %A %b %B %h',
      '%D %F %T %R %r %c %x %X',
      '%s %N',
    ],
    ...[
      '%u %w %U %W %V %G %g',
      '%z %:z %::z %:::z %Z',
      '%n%t%%',
      '%-d %-m %_m %05d %_5d %^a %#Z %^B %#p',
      '%3N %6N %1N',
    ],
    ...[
      '%Q %E %',
      '%5Y %010s %-j %q',
      '%^10a|%10a|%-10d|%_10d|%010Y',
      '%Ey %Od',
      '%+4Y %-N %_N',
      '%10z %_z %-:z',
      '%h%%h',
    ],
  ])('shows %s', (form) =>
    expectDebian(
      `for d in '${base}' '2021-01-03 00:05:09.000120' '1999-12-31 23:59:59'; do date -u -d "$d" '+${form}'; done`,
    ),
  );

  it.each([
    ...[
      '',
      '-R',
      '-I',
      '-Iseconds',
      '-Ins',
      '-Ihours',
      '-Im',
      '--rfc-3339=ns',
      '--rfc-3339=date',
      '--rfc-3339=s',
    ],
    ...[
      '--iso-8601=minutes',
      '-I -R',
      '-Ix',
      '--rfc-3339=hours',
      'foo',
      '+%F foo',
      '+%F +%T',
      '-r nosuch',
      '-Q',
      '-f nosuch',
    ],
    ...['--date', '-I +%F', '-r f +%F'],
  ])('date %s', (args) =>
    expectDebian(`touch -d '${base}' f; { date -u -d '${base}' ${args}; echo $?; } 2>&1`),
  );

  it('reads dates from a file, knows zones and the time of a file', () =>
    expectDebian(
      "{ printf '2020-01-01\\nfoo\\n@5' | date -u -f -; echo $?; TZ=Europe/Berlin date -d '2020-07-01 12:00' '+%s %z'; " +
        'TZ=Europe/Berlin date -d @0 +%T; touch -t 202001021530.45 f; date -u -r f; date -u bar; date 1; } 2>&1',
    ));
});

describe.runIf(isDebian)('touch is as Debian has it', () => {
  const touched = (args: string): string =>
    `mkdir d; touch -d '2020-01-01 1:2:3' old; ln -s old l; { touch ${args}; echo $?; date -u -r old; ls; } 2>&1`;
  it.each([
    ...[
      '-d 2021-02-03 old',
      '-d 2021-02-03 l',
      '-r old new',
      '-c new',
      '',
      'no/such',
      '-c no/such',
      'd',
      '-t 0102 old',
    ],
    ...[
      '-t 202102030405 old',
      '-t 02030405.06 old',
      '-t 9902030405 old',
      '-d foo old',
      '-d "1 day" -r old old',
      '-f x',
    ],
    ...[
      '-a -d 2021-01-01 old',
      '-m -d 2021-01-01 old',
      '--time=mtime -d 2021-01-01 old',
      '--time=use -d 2021-01-01 old',
    ],
    ...[
      '--time=foo old',
      '-r nosuch x',
      '-t 1 -d 2 x',
      '-h new',
      '"a b" ""',
      'd/',
      'new/',
      '-d 2021-01-01 d old',
      '-x',
    ],
    ...[
      '-d 2021-05-06 -h l',
      '-m -a -d 2021-01-01 old',
      '--date=@86400 old',
      'old/x',
      '-t 13010000 x',
    ],
  ])('touch %s', (args) => expectDebian(touched(args)));
});

it('refuses years that JavaScript does not count, though Debian shows them', async () => {
  const script = [
    '@99999999999999',
    '@-99999999999999',
    '300000-01-01',
    '+9999999999999999 seconds',
    '275760-09-13',
  ]
    .map((text) => `date -u -d '${text}'; TZ=Asia/Tokyo date -d '${text}'`)
    .join('; ');
  const { stdout, stderr } = await ours(script);
  expect({ stdout, lines: stderr.match(/invalid date ‘.*’\n/g)?.length }).toEqual({
    stdout: '',
    lines: 10,
  });
});

it('counts from the moment that it is told', () => {
  const now = 1_790_000_000_500_000_000n;
  expect(parseDate('1 hour ago', now, 'UTC')).toBe(now - 3600n * 1_000_000_000n);
  expect(parseDate('2 hours 1 day ago', now, 'UTC')).toBe(now - 79_200n * 1_000_000_000n);
});
