/** grep beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = [
  "printf 'foo\\nbar\\nFOO\\nfoobar\\nfoo bar\\n\\na.b a+b\\nbaz' > f",
  "printf 'one foo\\ntwo\\nthree\\nfour\\nfive foo\\nsix\\nseven\\neight\\nnine foo\\n' > g",
  "printf 'ab\\0foo\\nfoo\\n' > bin; printf 'foo\\nf\\xe9foo\\nfoo2\\n' > latin",
  "printf 'é foo Éa\\n\\xc3\\xa9\\n' > u; mkdir d; cp f d/a.txt; cp g d/b.c; printf 'foo\\nbar\\n' > pats",
].join('; ');

describe.runIf(isDebian)('grep is as Debian has it', () => {
  it.each([
    ...[
      'foo f',
      '-i foo f',
      '-v foo f',
      '-c foo f g',
      '-n bar f',
      '-x foo f',
      '-w foo f',
      '-l foo f g',
    ],
    ...[
      "-o 'o\\+' f",
      "-E -o 'o+' f",
      "'a+b' f",
      "'\\(o\\)\\1' f",
      "'b\\|z$' f",
      "-e bar -e '^F' f",
    ],
    // Operators with nothing to repeat, hyphens that make no range, brackets that end at once.
    ...[
      "-E '*a' f",
      "-E -e '(+o)' -e '^*+b' f",
      "-E 'x|*o|{2}$' f",
      "-G '*a' f",
      "-E 'o{}' f",
      "'[a-c-e]' f",
      "'[a-c-]' f",
      "'[-a]' f",
      "'[^-a]' f",
      "'a[' f",
      "-E '[^' f",
      "'[a' f",
    ],
    ...[
      '-L bar f g',
      '-H foo f',
      '-h foo f g',
      '-on a f',
      '-ob a f g',
      '-nb foo f',
      '-m1 foo f g',
      '-m0 foo f',
    ],
    ...[
      '-A1 five g',
      '-B1 five g',
      '-C1 foo g',
      '-1 foo g',
      '-n -A1 foo g',
      '-B1 -A2 -m1 foo g',
      '-C1 foo f g',
    ],
    ...[
      '--group-separator=== -A0 foo g',
      '--no-group-separator -A0 foo g',
      '-v -A1 foo g',
      '-c -A1 foo g',
    ],
    ...[
      '--color=always foo f',
      '--color=always -n -H -C1 five g',
      '--color=always -v -C1 foo g',
      '--color=always -o foo f g',
    ],
    ...[
      '--color=always -i -w foo f',
      '--color=auto foo f',
      '--color=always -l foo f',
      '--color=always -c foo f g',
    ],
    ...[
      '-q foo f',
      '-q nope f',
      '-q foo nofile f',
      '-s foo nofile',
      'foo nofile f',
      '-qs x nofile',
      'foo .',
      'foo . f',
    ],
    ...[
      'foo bin',
      '-a foo bin',
      '-c foo bin',
      '-o foo bin',
      '-v zzz bin',
      '-l foo bin',
      '-I foo bin',
      '-z foo bin | od -c',
    ],
    ...[
      'foo latin',
      '-v foo latin',
      '-c foo latin',
      '-a foo latin',
      '-o foo latin',
      '-n foo latin f',
      '--binary-files=without-match foo bin f',
    ],
    ...[
      "-o '.' u",
      '-i é u',
      "-w 'a' u",
      "-o '\\w*' u",
      "-E '[[:upper:]]' u",
      "-o '[^ ]*' u",
      "-x '..' u",
    ],
    ...[
      "-F 'a.b' f",
      "-F -x 'foo' f",
      '-F -w foo f',
      "-F -e 'a+b' -e bar f",
      '-F "" f',
      '"" f',
      '-E "a|" f',
      '-w "" f',
      '-x "" f',
      '-c "" f',
    ],
    ...[
      '-f pats f',
      '-f /dev/null f',
      '-f pats -v f',
      '-f nopats f',
      '-vf /dev/null f',
      '-e "foo\nbar" f',
    ],
    ...['foo < f', '-H foo < f', '--label=x -H foo < f', '-c foo - f < g', '-n foo - < g'],
    ...[
      '-Z -l foo f g | od -c',
      '-Z -H foo f | od -c',
      '-T foo f',
      '-nT foo f',
      '-HT "" f',
      '-z . f | od -c',
    ],
    ...[
      "-P '(?<=f)o+' f",
      "-oP 'f\\Koo' f",
      "-P '\\d' f",
      "-P '^foo$' f",

      "-P '(' f",
      '-E -P b f',
      '-E -F b f',
    ],
    ...[
      '-Y foo f',
      '-e',
      '',
      '-A x foo f',
      '-m x foo f',
      '-d foo a f',
      '--binary-files=x a f',
      "'a\\{1' f",
      "-E 'a{1' f",
      "'\\(' f",
    ],
    ...[
      "-E 'a)' f",
      "'[[:foo:]]' f",
      "'[:space:]' f",
      "'[a' f",
      "'\\1' f",
      "-E '(' f",
      "'a\\' f",
      "'[b-a]' f",
      '--foo x f',
      '--no a f',
    ],
    ...[
      "-E '^(f|b)' f",
      "-E 'o{2}' f",
      "-E '(foo)+( |$)' f",
      "'^' f",
      "'$' f",
      "'^$' f",
      "-n '^$' f",
      "-v '^$' f",
      "-E '\\bbar' f",
      "'\\<bar\\>' f",
      "'oo\\>' f",
      "'\\Boo' f",
      "-E '(.)\\1' f",
      "-iE '(f)o\\1?' f",
    ],
    ...[
      '-rh foo d | sort',
      '-r foo d | sort',
      '-r --include="*.txt" foo d',
      '-r --exclude="*.txt" foo d',
      '-r --exclude-dir=d foo . | sort',
      '-c --exclude=f foo f g',
      '-c -f /dev/null f; grep -cv -f /dev/null f; grep -L -f /dev/null f; grep -f /dev/null none; echo $?; grep -r -xf /dev/null .; echo $?',
      '-c -m0 foo f; grep -m0 foo none; echo $?; grep -L -m0 foo f; grep -cv -e "" -e "" f; echo $?; grep -cvx "" f',
      '--include="*.c" foo f none',
      '--exclude="n*" foo f none',
      '-rl foo | sort',
      '-d skip foo d f',
      '-R five d',
    ],
    ...[
      '--line-buffered foo f',
      '-U foo f',
      '-y',
      '--regexp=foo --count f',
      '--max-count=1 foo f',
      '--only-matching o f',
      '-ho foo f g',
      '-ov foo f',
      '-ow foo f',
      '-c foo bin latin',
      '-nv o f',
      '-bv o f',
    ],
  ])('grep %s', (args) =>
    expectDebian(
      `${files}; grep ${args} 2>&1; echo "$?"`.replace(/\| ([a-z -]+) 2>&1/, '2>&1 | $1'),
    ),
  );

  it.each([
    ["printf 'foo\\0bar\\n' | grep foo", 'a binary file matches'],
    ["printf 'a\\n\\xffa\\nb\\na\\n' | grep -A1 a", 'a line that is not UTF-8 has no context'],
    ["printf '\\xe9A\\n\\xd7A\\n' | grep -an '\\bA'", 'a byte can be a letter of Latin-1'],
    ["printf '^\\na\\n' | grep '^^'", 'a second caret is a caret'],
    ['head -c 3000000 /dev/zero | grep -c x', 'zeros are no long line'],
    ['head -c 3000000 /dev/zero | grep -c "^$"', 'zeros end lines'],
    [
      'mkdir -p many/a; for i in $(seq 20); do echo "foo $i" > many/$i; done; seq 40000 > many/a/big; ln -s none many/l; grep -r "foo\\|777$" many | sort; grep -Rc 9 many | sort; grep -rq foo many; echo $?',
      'many files of a folder',
    ],
  ])('%s: %s', (script) => expectDebian(script));

  it.each([
    'grep b b1 out >> out',
    'grep b < out >> out',
    'grep --label=x b - b1 < out >> out',
    'grep -s b out >> out',
    'grep -r b . > out',
    'grep -m2 b out >> out',
    'grep b < out 1<> out',
    'grep -q b out >> out',
    'grep -l b out >> out',
    'grep -L b out >> out',
    'grep -m1 b out >> out',
    'grep -c b out >> out',
    'grep b /dev/null > /dev/null',
    'cat b1 | grep b | cat',
    'grep b b1 < out >> out',
  ])('%s, where the output is a file', (script) =>
    expectDebian(`printf 'b\nb\n' | tee b1 > out; { ${script}; } 2> err; echo $?; cat err out`),
  );

  it.each([
    ...[
      '-R foo d',
      '-R nope d',
      '-Rs foo d',
      '-R --exclude-dir=self foo d',
      '-R foo d e',
      '-r foo d',
    ],
    ...['-Rl foo e d/self', '-R foo e/d/self'],
  ])('grep %s where a folder leads to itself', (args) =>
    expectDebian(
      `mkdir -p d/e; echo foo > d/f; ln -s .. d/e/up; ln -s . d/self; mkdir e; ln -s ../d e/d; grep ${args} > out 2> err; echo $?; sort out; sort err`,
    ),
  );

  it('searches folders of any depth', () =>
    expectDebian(
      'd=d; for i in $(seq 300); do d=$d/b; done; mkdir -p $d; echo foo > $d/f; grep -R foo d',
    ));

  it.each(['-c', '-o', '-n', '-w', '-x', '-v', '-i'])(
    'grep %s with more words than one automaton holds',
    (option) =>
      expectDebian(
        `seq 100000 120000 > words; { seq 99998 100003; echo a110000120000b119999; seq 119998 120003; } | grep -F ${option} -f words`,
      ),
  );

  it.each([
    ...["-o 'a*'", "-o 'aa'", '-o -e aa -e b', "-o -e 'a*' -e b", "-oE '(a)\\1'", "-oP 'a*'"],
    ...['-oF aa', '-ob aa', '-c aa', 'aa', '-v aa', '-on ""', '--color=always "a*"', '-oz aa'],
    ...['--color=always -v aa', '--color=always -C1 aa'],
  ])('grep -wx %s', (args) => expectDebian(`printf 'aa\n\nb a\naa' | grep -wx ${args}`));

  it('takes the longest match of all words', () =>
    expectDebian(
      '{ echo 1; seq 100000 120000; echo 1000001; } > words; echo 10000011 | grep -oF -f words',
    ));

  it.each(['-o', '--color=always', '-ob', '-on'])(
    'grep -P %s with many matches in a line',
    (option) =>
      expectDebian(`printf 'éa\xe9b aé, \xe9\xe9 aéé\nab é\n' | grep -a ${option} -P '[ab]Ké*|w'`),
  );

  it('selects the lines that Debian selects', async () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'ab',
      '.',
      '[ab]',
      '[^a]',
      '\\w',
      '\\<',
      '\\>',
      '\\b',
      '^',
      '$',
      '\\(a*\\)',
      'a*',
      'é',
    );
    const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '_', 'A'), maxLength: 8 });
    // Of context that -v shows GNU's prints, with -o, also what -w and -x do not match.
    const options = fc
      .subarray(['-i', '-v', '-w', '-x', '-n', '-o', '-c', '-b', '-A1', '-m2'])
      .filter((given) => !['-v', '-o', '-A1'].every((option) => given.includes(option)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        fc.array(line, { maxLength: 8 }),
        options,
        async (pieces, lines, given) => {
          const script = `grep ${given.join(' ')} -e '${pieces.join('')}'`;
          const input = new TextEncoder().encode(lines.join('\n'));
          expect(await ours(script, input)).toEqual(debian(script, input));
        },
      ),
      { numRuns: 60 },
    );
  });
});

it('passes lines on as they come', async () => {
  const { stdout } = await ours('{ echo ab; sleep 0.05; echo cd; } | grep b | head -n 1');
  expect(stdout).toBe('ab\n');
});

it('is linear where patterns are ambiguous', async () => {
  const input = new TextEncoder().encode(`${'a'.repeat(1 << 20)}\n`);
  const { stdout, status } = await ours("grep -c -E '(a*)*b'", input);
  expect({ stdout, status }).toEqual({ stdout: '0\n', status: 1 });
});

it('is linear where a line has many matches', async () => {
  const input = new TextEncoder().encode(`${'ab'.repeat(100_000)}\n`);
  expect(await ours('grep -oP a | wc -l', input)).toMatchObject({ stdout: '100000\n' });
});

it('refuses a class of characters that it does not know', async () => {
  const { status } = await ours("echo a | grep -P '[[:constructor:]]'");
  expect(status).toBe(2);
});

describe('hostile patterns', () => {
  it.each([
    ['a long row of operators', `a${'*'.repeat(50_000)}`, 0],
    ['deep groups', '('.repeat(20_000), 2],
    ['intervals of nothing', '*{32767}{32767}{32767}', 0],
    ['open intervals', '{'.repeat(2000), 1],
    ['back-references without a match', '(.*)(.*)(.*)(.*)[^a]\\1', 1],
  ])('%s end at once', async (_, pattern, status) => {
    const script = `cat > p; echo ${'a'.repeat(200)} | grep -cE -f p 2>&1`;
    expect((await ours(script, new TextEncoder().encode(pattern))).status).toBe(status);
  });

  it('gives up a search whose back-references have too many ways', async () => {
    const script = `echo ${'a'.repeat(400)}b | grep -E '(.*)(.*)(.*)\\1c\\2|^(a*)*(a*)*\\4\\5\\4cb|(a*)(a*)(a*)b\\6\\7\\8b'`;
    expect(await ours(script)).toMatchObject({ status: 1 });
  });
});

describe.runIf(isDebian)('files', () => {
  it('lets the last --include or --exclude that matches a file decide', () =>
    expectDebian(
      `mkdir -p x/dir/dir; echo aaa > x/a; echo bbb > x/b.c; echo ddd > x/dir/d; echo eee > x/dir/dir/a; cp x/a a; echo 'd*' > list; grep -r a a; grep -r a x/a a; grep -r b < a; grep -r a - < a
      for o in '--include=*.c' '--include=x/a' '--exclude=x/a' '--exclude=*/a' '--exclude=dir/d' '--exclude=x*' '--include=dir --exclude=a' '--exclude=a --include=*' '--exclude-from=list --include=d' '--include=a --exclude-from=list' '--exclude-dir=dir' '--exclude-dir=dir/' '--exclude-dir=x/dir' '--exclude-dir=./x' '--exclude-dir=*ir'
      do echo "$o"; grep -r $o . | sort; grep $o . a x/a ./a x/b.c ./x//a x/dir/dir/a; grep -r $o . a x/a ./a x/b.c x/dir x/dir/ ./x | sort; (cd x; grep -r $o . dir dir/ ./dir | sort); done`,
    ));

  it('finds the same in many files, whatever they are and however large', () =>
    expectDebian(
      `mkdir d; for i in $(seq 70); do seq $i $((i * 7)) > d/$i; done
      printf 'a 9' > d/open; : > d/empty; printf '9\\0 9\\n' > d/binary; mkdir d/9; echo 9 > d/9/9
      seq 20000 > d/big; head -c 131072 d/big > d/most; head -c 131073 d/big > d/more; ln -s none d/dangling
      for o in -r -rc -rl -rL -rh -rn -rvc -rB1 -rm1 -rq '-ro -a'; do grep $o 99 d | sort; done
      grep -c 9 d/* d/none /dev/null - < d/9/9; echo $?
      grep -n 9 /dev/stdin d/open /dev/stdin d/9/9 <<< 99; grep -Hvn 1 d/12 d/none; echo $?
      grep a /dev/stdin <<< aa > out; echo $?; cat out; printf 'a\\nb\\n' > f
      grep -nT a /dev/stdin < f; grep -nT a - < f; grep -nT a < f
      grep -Zn 77 d/77 d/70 d/11 d/big | head -c 99 | od -c`,
    ));

  it('finds the same in long files, whose memory is used again', () =>
    expectDebian(
      `seq 700000 > long; { head -c 3000000 long; printf '12\\0 34\\n'; tail -c 900000 long; } > binary
      { head -c 2500000 long; printf '\\351 34\\n'; tail -c 900000 long; } > latin
      for o in 99999 -n -c -vc -o -B1 -m7 -b '-C2 -n'; do grep $o 123456 long | cksum; done
      { head -c 98200 long; printf 'a\\0b 34\\n'; seq 99; } > edge; { head -c 98310 long; printf 'a\\0b 34\\n'; seq 99; } > behind
      { head -c 1081400 long; printf 'a\\0b 34\\n'; seq 99; } > late
      for o in -m3 '-m3 -A1' '-c -m2' '-m1 -v' -m1000; do { grep $o 99 | cksum; head -n 1; } < long; done; for p in 60000 168000; do { grep -m1 -A130000 ^$p | tail -n 1; head -n 1; } < long; done
      for f in long binary latin edge behind late; do grep -c 34 $f; grep 123456 $f; grep -n '^12*.34' $f | cksum; grep -vn 3 $f | cksum; done
      grep -z 34 binary | cksum; grep -a 34 binary | cksum; yes abcdefgh | head -c 2100000 | tr -d '\\n' > row; grep -c habcd row
      mkdir d; for i in $(seq 40); do printf 'a%s\\0foobar\\n' $i > d/$i; printf 'foobar' > d/e$i; done
      for o in -rc -rL -rh -rn '-rE (^|x)'; do grep $o foobar d 2>&1 | sort | cksum; done; grep -r foobaz d`,
    ));

  it('warns of GREP_COLOR, which GREP_COLORS replaces', () =>
    expectDebian(
      `echo aaa > a; for c in 36 '' 3x; do GREP_COLOR=$c grep --color=always a a; GREP_COLOR=$c GREP_COLORS='mt=35' grep --color=always a a; done`,
    ));
});
