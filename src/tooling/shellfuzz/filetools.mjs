/** Random calls of tools that work with files or with their arguments, as arbitraries of fast-check. */
import fc from 'fast-check';

const pick = (...choices) => fc.constantFrom(...choices);
const join = (...parts) =>
  fc.tuple(...parts).map((values) => values.filter((value) => value !== '').join(' '));
const call = (name, ...parts) => join(fc.constant(name), ...parts);
const several = (item, { min = 1, max = 3, by = ' ' } = {}) =>
  fc.array(item, { minLength: min, maxLength: max }).map((items) => items.join(by));

const numbers = pick(
  '0',
  '1',
  '2',
  '3.5',
  '-1',
  '10',
  '.25',
  '100',
  '7.000',
  '1e2',
  '-0',
  '12.345',
);
const whole = pick('0', '1', '2', '7', '-3', '10', '08', '255');
const operands = pick('1', '0', '-2', 'abc', "''", '10', 'a', 'é', 'x1', "'a b'");
const expression = fc.letrec((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small' },
    operands,
    join(
      tie('sum'),
      pick('+', '-', "'*'", '/', '%', "'|'", "'&'", '=', '!=', "'<'", "'>='"),
      operands,
    ),
    join(fc.constant("'('"), tie('sum'), fc.constant("')'")),
    join(operands, fc.constant(':'), pick("'a\\(.\\)'", "'.*'", "'[0-9]*'", "'\\(x\\)*'", "'b'")),
    join(fc.constant('substr'), operands, whole, whole),
    join(fc.constant('index'), operands, operands),
    join(fc.constant('length'), operands),
  ),
})).sum;
const sum = fc.letrec((tie) => ({
  sum: fc.oneof(
    { depthSize: 'small' },
    pick('0', '1', '2', '3.5', '10', '.25', 'a', '12345678901234567890', '0.001'),
    join(tie('sum'), pick('+', '-', '*', '/', '%', '<', '==', '&&', '||', '>='), tie('sum')),
    tie('sum').map((inside) => `(${inside})`),
    tie('sum')
      .map((inside) => `-${inside}`)
      .map((text) => text.replace('--', '-')),
    join(fc.constant('('), tie('sum'), fc.constant(')'), pick('^2', '^0', '^-1', '^3')),
    pick('sqrt(2)', 'length(12.50)', 'scale(1.25)', 's(1)', 'l(2)', 'e(1)', 'a(1)', 'c(0)'),
  ),
})).sum;
const bc = several(
  fc.oneof(
    sum,
    pick(
      'scale=3',
      'a=2',
      'ibase=16',
      'obase=2',
      'obase=16',
      'a++',
      'a+=1.5',
      'last*2',
      'a[1]=3;a[1]+1',
      'if (a>1) 5 else 6',
      'for (i=0;i<3;i++) i',
      'define f(x){return x*2};f(3)',
      '"x";1',
      'while(a<4){a=a+1}',
      'print 1,"y\\n"',
      'ibase=A',
    ),
  ),
  { by: ';' },
).map(
  (text) =>
    `bc ${text.includes('(1)') || text.includes('l(2)') || text.includes('c(0)') ? '-l ' : ''}<<'X'\n${text}\nX`,
);

const dates = pick(
  ...[
    '2024-02-29',
    '2024-02-29 12:34:56',
    '@0',
    '@86399.5',
    '1970-01-01 00:00 UTC',
    '2023-12-31 + 1 day',
    'Thu, 4 Jul 2019 08:00:00 +0200',
    '20240115',
    '2024-01-15T10:20:30Z',
    '2024-03-01 yesterday',
    '1 Jan 2000 next month',
  ],
  ...[
    '2024-02-30',
    'foo',
    '2024-01-31 1 month',
    '2024-01-01 last week',
    '12/25/2021',
    '2021-W01',
    '2020-01-01 -3 days 2 hours ago',
    '15:00 2024-05-05',
    '2024-05-05 3pm',
    '2038-01-19 03:14:08',
    '1900-01-01',
  ],
);
const directives = several(
  pick(
    '%Y',
    '%m',
    '%d',
    '%H:%M:%S',
    '%j',
    '%a',
    '%B',
    '%s',
    '%u',
    '%V',
    '%G',
    '%y',
    '%e',
    '%I',
    '%p',
    '%N',
    '%3N',
    '%F',
    '%T',
    '%-d',
    '%_H',
    '%^a',
    '%U',
    '%z',
    '%:z',
    '%Z',
    '%%',
    '%D',
    '%C',
    '%k',
    '%P',
    '%q',
    '%010Y',
    '%n',
    'x',
    '%c',
    '%x',
    '%r',
    '%R',
    '%h',
    '%5d',
    '%E',
    '%#Z',
  ),
  { by: ' ' },
);

// How large a directory is and how many links it has depends on the file system.
const TREE = 'mkdir -p d/e d/x; cp f d/f; cp g d/e/g.c; : > d/x/empty; ln -s f d/l';
const tests = several(
  fc.oneof(
    pick(
      '-name "*.c"',
      '-name f',
      '-type d',
      '-type f',
      '-type l',
      '-type f -size 0',
      '-empty',
      '-maxdepth 1',
      '-mindepth 2',
      '-path "*e*"',
      '-iname "G*"',
      '-type f -size -2c',
      '-regex ".*[fg]"',
      '-newer f',
      '-depth',
      '-perm -u+r',
      '-type f -links 1',
      '-xtype f',
      '-type f -size +1c',
      '-prune',
    ),
    pick(
      '! -name f',
      '-o -name x',
      '\\( -name f -o -type d \\)',
      '-not -empty',
      '-true',
      '-false',
      '-name e -prune -o -print',
      '-quit',
    ),
  ),
  { min: 0 },
);
const actions = pick(
  '',
  '-print',
  '-print0',
  "-printf '%p %y %d\\n'",
  "-printf '%f|%h|%P\\n'",
  '-exec echo {} \\;',
  '-exec printf "%s\\n" {} +',
  "-type f -printf '%s\\n'",
  '-exec grep -q a {} \\; -print',
  "-printf '%10f|%-4d|%%\\n'",
  '-ok true {} \\; </dev/null',
);

export const alone = fc.oneof(
  call(
    'seq',
    pick('', '-w', '-s,', '-f %03g', '-f %.2f', '-s "\\n"', '-ws:'),
    several(numbers).map((args) => args.replaceAll('100', '5')),
  ).filter((line) => !/ 0 \S+$| -?0(\.0*)? /.test(line)),
  call('expr', expression),
  bc,
  join(
    fc.constant('date -u -d'),
    dates.map((date) => `'${date}'`),
    directives.map((text) => `'+${text}'`),
  ),
  join(
    fc.constant('date -u -d'),
    dates.map((date) => `'${date}'`),
    pick('', '-R', '-Iseconds', '-Ins', '--rfc-3339=s', '-I'),
  ),
  call(
    'basename',
    pick('a/b.c .c', '/', 'a//', '-a x/y z', '-s .c a.c', "''", '.c .c', '-z a/b', '-s b a/b b'),
  ),
  call('dirname', pick('a/b', '/a', 'a', '//', 'a/b/ c', '-z a/b c', "''", 'a//b', '///a')),
  call(
    'printf',
    pick(
      "'%s %d\\n'",
      "'%5.1f|'",
      "'%x %o\\n'",
      "'%b'",
      "'%s|\\n'",
      "'%c%c\\n'",
      "'%e\\n'",
      "'%-6s|%6s\\n'",
    ).map((text) => `${text}`),
    several(operands),
  ).map((line) => `env ${line}`),
  call(
    '[',
    several(
      fc.oneof(
        operands,
        pick(
          '=',
          '!=',
          '-eq',
          '-lt',
          '-a',
          '-o',
          '!',
          '-n',
          '-z',
          '-f f',
          '-s g',
          "'('",
          "')'",
          '-e',
          '<',
        ),
      ),
      { min: 0, max: 5 },
    ),
    fc.constant(']'),
  ).map((line) => `env ${line} 2>/dev/null`),
  call(
    'factor',
    several(pick('1', '0', '12', '97', '1001', '18446744073709551615', '-5', 'x', '1000003')),
  ),
);

export const onFiles = fc.oneof(
  fc.tuple(tests, actions).map(([test, action]) => `${TREE}\nfind d ${test} ${action} | sort`),
  fc
    .tuple(
      pick('cf', 'czf'),
      pick('d', 'd/f d/e', 'f g', '-C d f e', '--exclude=*.c d', 'f f', 'd/l', 'none f'),
      pick('tf', 'xf', 'xvf', 'tvf', 'xOf', 'df'),
    )
    .map(
      ([make, what, use]) =>
        `${TREE}\ntar --sort=name -${make} t.tar ${what}; echo $?; mkdir o; tar ${use} t.tar ${use.startsWith('x') ? '-C o' : ''} ${use === 'tvf' ? '| cut -c1-10' : ''}; echo $?; find o | sort; cat o/f o/d/f 2>/dev/null`,
    ),
  fc
    .tuple(
      pick('-u', '', '-c', '-U1'),
      pick('', '-R', '-s', '--dry-run', '-b', '-N', '-F0', '--merge').filter(
        (flag) => flag !== '--merge',
      ),
      pick('f', 'g'),
    )
    .map(
      ([style, flag, to]) =>
        `diff ${style} f g > p; cp ${to} x; patch ${flag} x < p; echo $?; cat x; ls`,
    ),
  fc
    .tuple(
      pick(
        'bs=2',
        'bs=3 count=1',
        'seek=1 bs=2',
        'conv=notrunc',
        'skip=1 seek=2 bs=1',
        'conv=notrunc seek=3 bs=1',
        'oflag=append conv=notrunc',
        'iflag=count_bytes count=4',
        'bs=1 skip=3 count=2',
        'conv=excl',
        'oflag=seek_bytes seek=2',
      ),
    )
    .map(([how]) => `dd if=f of=g ${how} status=none; echo $?; od -c g`),
  fc
    .tuple(pick('-d', '', '-z', '-d -n', "-s '\\n'"), fc.constant(''))
    .map(() => 'cp f x; truncate -s 5 x; od -c x; stat -c "%s %n %F" x f'),
  fc
    .tuple(
      pick('-r', '-rn', '-rl', '-rc', '-rh', '-rL', '-r --include=*.c', '-ro'),
      pick('a', "'b$'", '.', 'c:d'),
    )
    .map(
      ([flags, regex]) =>
        `${TREE}\ngrep ${flags} ${regex} d | sort; grep ${flags} ${regex} f g none; echo $?`,
    ),
  fc
    .tuple(
      pick('-i', '-i.bak', '-n -i', '-s -i', '-Ei'),
      pick('s/a/X/', '1d', '$p', 's/b/&&/g;w o', '2q', 'y/ab/ba/', '$!d', '1i x'),
    )
    .map(([flags, script]) => `sed ${flags} -e '${script}' f g; echo $?; head -v *`),
  fc
    .tuple(pick('f g', '-s f g', 'g f f', '-z f g', "-d '' f g"))
    .map(
      ([args]) =>
        `paste ${args}; cat -A f - g < g; tail -n1 f g; head -vc2 f g none; wc f g none; cksum f g; tac f g`,
    ),
  fc
    .tuple(pick('-f g f', '-vf g f', '-xFf g f', '-cf f g', '-of g f'))
    .map(([args]) => `grep ${args}; echo $?`),
  fc.constant(
    'sort f > a; sort g > b; comm a b; join a b; join -v2 a b; uniq -c a; diff a b; sort -m a b; sort -c f; echo $?',
  ),
);
