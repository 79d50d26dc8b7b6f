/** Random calls of tools on random bytes, as arbitraries of fast-check. */
import fc from 'fast-check';

const pick = (...choices) => fc.constantFrom(...choices);
const join = (...parts) => fc.tuple(...parts).map((values) => values.filter(Boolean).join(' '));
/** Some of the options, each at most once. */
const some = (...options) =>
  fc.subarray(options, { maxLength: 3 }).map((chosen) => chosen.join(' '));
const lists = pick('1', '2', '1,3', '2-', '-2', '1-2,4', '3-1', '0', '5-');
const regexes = pick(
  ...[
    "'a'",
    "'^a'",
    "'b$'",
    "'.'",
    "'a*b'",
    "'[[:upper:]]'",
    "'[^a-c]'",
    "'\\(a\\)\\1'",
    "'a\\|b'",
    "'é'",
    "''",
    "'x\\{2\\}'",
    "'\\<a'",
    "'b\\>'",
    "'\\.'",
    "'[0-9]\\+'",
  ],
);
const addresses = pick('', '2', '$', '1,3', '2!', '/a/', '/a/,/b/', '0~2', '2,+1', '$!');
const sedCommands = pick(
  ...[
    'p',
    'd',
    's/a/X/',
    's/[a-c]/<&>/g',
    's/b*/-/2',
    's/\\(.\\)\\(.\\)/\\2\\1/',
    'y/abc/xyz/',
    'N',
    'G',
    'h',
    'x',
    'n',
    '=',
    'l',
    'q',
    's/.*/\\U&/',
    'i\\\\text',
    'a\\\\text',
    'c\\\\text',
    'D',
    'P',
    's/a/\\n/;P;D',
  ],
);
const awkPrograms = pick(
  ...[
    '{print $1}',
    '{print NF, NR}',
    '{s += $2} END {print s}',
    '$1 ~ /a/',
    '{$2 = "x"; print}',
    'NR % 2',
    '{print length($0)}',
    '{n[$1]++} END {for (k in n) c++; print c}',
    '{gsub(/a/, "<&>"); print}',
    '{printf "%s|%d|%.2f\\n", $1, $2, $2}',
    '{print toupper($1) substr($0, 2, 3)}',
    'BEGIN {FS = ":"} {print $2}',
    '{print index($0, "b"), match($0, /b+/), RSTART, RLENGTH}',
    '/a/, /b/',
    '{k = split($0, p, /[ab]/); print k, p[1]}',
    'END {print NR, $0}',
    '{print ($1 < $2), $1 + 0}',
    '{NF = 2; print}',
  ],
).map((program) => `'${program}'`);

const calls = [
  join(
    fc.constant('cut'),
    pick('-d: -f', "-d ' ' -f", '-c', '-b', '-f', '-s -d: -f', '--complement -d: -f').chain(
      (flag) => lists.map((fields) => `${flag}${fields}`),
    ),
    pick('', '--output-delimiter=+'),
  ),
  join(
    fc.constant('sort'),
    some('-r', '-n', '-u', '-f', '-b', '-k2', '-t:', '-s', '-h', '-V', '-g', '-d', '-i', '-c'),
  ),
  join(fc.constant('uniq'), some('-c', '-d', '-u', '-i', '-f1', '-s1', '-w2', '-D')),
  join(fc.constant('head'), pick('', '-n2', '-n-1', '-c5', '-c-3', '-n0')),
  join(fc.constant('tail'), pick('', '-n2', '-n+2', '-c5', '-c+3', '-n0')),
  join(
    fc.constant('tr'),
    pick(
      'a-c x-z',
      '-d ab',
      '-s a',
      '-cd a-z',
      "'[:lower:]' '[:upper:]'",
      '-s ab xy',
      "'\\n' ,",
      '-c a b',
      '-ds a b',
      'a-z A',
    ),
  ),
  join(
    fc.constant('grep'),
    some(
      '-v',
      '-i',
      '-c',
      '-n',
      '-o',
      '-w',
      '-x',
      '-b',
      '-m1',
      '-a',
      '-A1',
      '-E',
      '-F',
      '-q',
      '-l',
    ),
    regexes,
  ),
  join(
    fc.constant('sed'),
    pick('', '-n', '-E', '-s'),
    fc
      .array(
        fc.tuple(addresses, sedCommands).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((script) => script.map((each) => `-e '${each}'`).join(' ')),
  ),
  join(fc.constant('awk'), pick('', '-F:', "-F ' '", '-F[ab]', '-v OFS=-'), awkPrograms),
  join(fc.constant('wc'), some('-l', '-w', '-c', '-m', '-L')),
  join(
    fc.constant('od'),
    pick('', '-c', '-An -tx1', '-b', '-tx2', '-td4 -v', '-a', '-tc -Ax', '-j2 -N5 -tu1'),
  ),
  join(fc.constant('nl'), pick('', '-ba', '-bn', '-w3', '-s:', '-nrz', '-v5 -i2')),
  join(fc.constant('fold'), pick('-w3', '-sw4', '-bw2', '-w1')),
  join(fc.constant('paste'), pick('- -', '-s', '-d: - - -', '-s -d,;')),
  join(
    pick(
      'rev',
      'tac',
      'cat -A',
      'cat -n',
      'cat -b',
      'cat -s',
      'cat -v',
      'base64',
      'base64 -w5',
      'base32',
      'md5sum',
      'cksum',
      'sha1sum',
      'tac -s a',
      'expand',
      'expand -t2',
      'unexpand -a',
      'unexpand -t3',
    ),
  ),
  join(
    fc.constant('xargs'),
    pick('', '-n1', '-n2 echo x', '-I{} echo "<{}>"', '-d: -n1', '-0', '-L1', '-r echo'),
  ),
  join(
    pick(
      'cmp',
      'comm',
      'diff',
      'diff -u --label a --label b',
      'join',
      'comm -3',
      'join -a1',
      'cmp -l',
      'diff -q',
      'cmp -b',
    ),
    fc.constant('- g'),
  ),
];

/** Calls of tools that read nothing. */
const alone = [
  join(
    fc.constant('seq'),
    pick('3', '2 5', '1 2 9', '5 -2 0', '-w 8 11', '-s, 4', '-f %03g 3', '0 .5 2', '1 0'),
  ),
  join(
    fc.constant('expr'),
    pick(
      '1 + 2',
      '7 / 2',
      "abc : 'a\\(.\\)'",
      'length abc',
      "5 '*' x",
      'substr abcd 2 2',
      'index abc c',
      "1 '<' 2",
      'a = b',
      '3 % 0',
      "'' '|' 0",
    ),
  ),
  join(fc.constant('basename'), pick('a/b.c .c', '/', 'a//', '-a x/y z', '-s .c a.c', "''")),
  join(fc.constant('dirname'), pick('a/b', '/a', 'a', '//', 'a/b/ c')),
];

/** A pipeline of one to three tools that reads the file f, or a tool that reads nothing. */
export const pipelines = fc
  .oneof(
    {
      weight: 9,
      arbitrary: fc
        .array(fc.oneof(...calls), { minLength: 1, maxLength: 3 })
        .map(([first, ...rest]) => [`${first} < f`, ...rest].join(' | ')),
    },
    { weight: 1, arbitrary: fc.oneof(...alone) },
  )
  .map((line) => `${line}\necho "= $?"\n`);

/** Bytes of a file, each a character: mostly short lines, seldom what is no text. */
export const bytes = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: pick(
          'a',
          'b',
          'ab',
          'c:d',
          ' ',
          '\n',
          '\n',
          '1',
          '-2',
          '10',
          'A',
          '\t',
          ':',
          'aab',
          'x',
        ),
      },
      {
        weight: 1,
        arbitrary: pick('\xc3\xa9', '\xff', '\0', '\r', '\xe2\x82\xac', '\x80', "'", '\\', '.'),
      },
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
