/** sed beside Debian's. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = String.raw`printf '1 one\n2 two\n3 three\n4 four\n5 five\n' > f; printf 'a\nb' > g; printf '\xe9\x80é\nx\xff\n' > h; printf 'p\0q\0' > z`;
const given = (args: string) => expectDebian(`${files}; sed ${args}`);

describe.runIf(isDebian)('sed is as Debian has it', () => {
  it.each([
    `printf 'a\\nb\\n'>f; printf 'x\\ny'>g; printf 'p\\nq\\n'>h; sed -n 4p f g h; sed -n /y/p f g h; sed '/[pq]/d' f g h`,
    ...[
      "''",
      'p',
      '-n p',
      '-n 2p',
      '-n 2,4p',
      "-n '2,4!p'",
      "-n '$p'",
      "-n '$='",
      '2d',
      '2q',
      '2q7',
      '2Q9',
    ],
    ...["-n '/t/p'", "-n '/o/,/r/p'", "-n '/three/,2p'", "-n '2,/2/p'", "-n '0,/1/p'", "-n '1~2p'"],
    ...["-n '2,~2p'", "-n '2,+1p'", "-n '/t/,+1p'", "-n '/two/I,$p'", "-n '0~3p'", "-n '2,1p'"],
    ...[
      "-n '2{n;n};2,3p'",
      "-n '$!N;P;D'",
      "'$!N;s/\\n/-/'",
      "'N;N;s/\\n/+/g'",
      "'1!G;h;$!d'",
      'n\\;d',
    ],
    ...["'2,4c\\X'", "'$!N;2,4cX'", "'2!cX'", "'2,$cX'", "'$cX'", "'/t/,/t/cX'", "'2,4{cX\n}'"],
  ])('addresses and lines: sed %s f', (args) => given(`${args} f`));

  it.each(["'s/.*/\\U&/'", "'s/p\\(.*\\)/\\U&x\\1/'", "'s/p/\\Ux&y/'", "'s/.*/\\u&/'"])(
    'the case of a text with a NUL: sed %s',
    (args) => expectDebian(`printf 'op\\0pq\\n\\0p\\n' | sed ${args}`),
  );

  it.each([
    ...[
      's/o/0/',
      's/o/0/g',
      's/o/0/2',
      's/e/E/2g',
      's/E/x/I',
      's/x*/-/g',
      's/e*/-/2',
      "'s/\\b./\\u&/g'",
    ],
    ...[
      "'s/\\(.*\\) \\(.*\\)/\\2 \\1/'",
      "-E 's/(.*) (.*)/\\2 \\1/'",
      "-E 's/(t)(.)?/<\\2\\1>/'",
      "'s/[/]/x/'",
    ],
    ...[
      "'s/.*/\\U&/'",
      "'s/ \\(.\\)\\(.*\\)/ \\u\\1\\U\\2\\E\\1/'",
      "'s/.*/\\L\\u&/'",
      "'s/o/a\\nb/'",
      "'s/o/a\\tb/'",
    ],
    ...[
      "'s/o/[&]\\&/'",
      "'s,o,\\,,'",
      "'s|o\\|e|X|'",
      "-E 's|o\\|e|X|'",
      "'s/\\x6f/X/'",
      "'s/o/\\x26/'",
      "'s/o/\\d65\\o102\\cC/'",
    ],
    ...[
      "'s/t/T/;t;s/o/O/'",
      "':a;s/e/E/;ta'",
      "'s/e/E/;T;s/$/!/'",
      "-n 's/o/0/p'",
      "-n 's/o/0/gpw out' f; cat out; true",
    ],
    ...[
      "'/t/s//T/g'",
      "'s/a/b/;s//c/'",
      "'y/abcdefgh/ABCDEFGH/'",
      "'y/o\\/t/0\\n\\\\/'",
      "'y,o\\,,0x,'",
      "'s/^/> /;s/$/ </'",
    ],
    ...[
      "'N;s/^./X/Mg'",
      "'N;s/.$/X/Mg'",
      "'N;s/e.2/X/'",
      "'N;s/\\`1/X/Mg'",
      "'s/\\n*$/./'",
      "'s/o\\|e/X/g'",
      "'s/o\\+/X/g'",
      "'s/\\(e\\)\\1/X/'",
    ],
  ])('substitutions: sed %s f', (args) => given(args.includes(' f;') ? args : `${args} f`));

  it.each([
    ...[
      "'2a X'",
      "'2a\\X'",
      "'2a\\\n  X'",
      "'2a\\  X'",
      "'2a X\\\n  Y'",
      "'2i X'",
      "'2i\\  X'",
      "'$a'",
      "'2a\\'",
      "'2a X\\tY\\q'",
    ],
    ...[
      "'2a\\\\tX'",
      "-e '2a\\' -e '  X\\' -e ' Y' -e p",
      "'2a X' -e p",
      "'2r g'",
      "'r g'",
      "'2r nofile'",
      "'R g'",
      "'$r g'",
      "'w out' f; cat out; true",
    ],
    ...[
      "-n '/t/w out' f; cat out; true",
      "-n 'w /dev/stdout'",
      "'1w /dev/stderr'",
      '-n l',
      "-n 'l 5'",
      "-n 'l 1'",
      "-n 'l 0'",
      '-l 6 -n l',
      'F',
      "'='",
    ],
    ...[
      "'2z'",
      "'h;G'",
      "'H;x;s/\\n/,/g'",
      "'x;p;x'",
      "'g'",
      "'x'",
      "'2{h;d};$G'",
      "'D'",
      "'/o/!d'",
    ],
    ...[
      "'/t/{s/t/T/;p}'",
      "'{p};p'",
      "'2{p;p}'",
      "'p;;p;'",
      "' 2 , 3 p'",
      "'2,3 ! p'",
      "'p # x'",
      "'b;p'",
      "'bx;p;:x'",
      "'/t/bx;s/$/./;:x;s/^/-/'",
    ],
  ])('commands: sed %s f', (args) => given(args.includes(' f;') ? args : `${args} f`));

  it.each([
    ...[
      "'' f g",
      "-s -n '$p' f g",
      "-n '$p' f g",
      "-s -n '1p' f g",
      'F f g',
      'p g',
      "-n 'p;p' g",
      'x g',
      'g g',
      'G g',
      "'h;x' g",
      "'$!{h;d};H;g;p' g",
    ],
    ...[
      "'' h",
      "'s/./X/g' h",
      "'y/é/e/' h",
      '-n l h',
      "'s/\\xe9/E/' h",
      "'s/é/E/' h",
      '-z s/^/x/ z',
      "-z 'N;l' z",
      "-z '$!d' z",
      '-z = z',
    ],
    ...[
      'p nofile f',
      'p . f',
      "-n '$p' f nofile",
      '-i s/o/0/ f; cat f; true',
      '-i.bak s/o/0/ f; cat f f.bak; true',
      '-i p nofile; echo $?',
      '-i p .; echo $?',
    ],
    ...[
      "-i -n '$=' f g; cat f g; true",
      '-i 2q f; cat f; true',
      "-i 's/a/b/w /dev/stdout' g; cat g; true",
      '-n -i 2p f; cat f; true',
      '--expression=p -n f',
    ],
    ...[
      '-nf s f',
      '-f s -e p f',
      '-f nofile f; true',
      '-u p f',
      '--sandbox p f',
      "--sandbox 'w x' f",
      "-E -n '/(o|e)+/p' f",
      '--quiet p f',
      '-ne p f',
    ],
  ])('files: sed %s', (args) => expectDebian(`${files}; printf '2p\\n3p\\n' > s; sed ${args} < f`));

  it.each([
    ...[
      'k',
      "'1,'",
      '1,2',
      "'!!p'",
      '{p',
      '}',
      'p}',
      ':',
      '1:a',
      '1}',
      "'{p;1}'",
      "'b nope'",
      '0p',
      '0,2p',
      '+1p',
      "'1#x'",
      'pp',
      "'p p'",
      '1,2q',
      "'q x'",
    ],
    ...[
      'r',
      'w',
      's//y/',
      '/x',
      "'\\'",
      's/x',
      's/x/y',
      's/x/y/k',
      's/x/y/gg',
      's/x/y/pp',
      "'s/x/y/2 3'",
      's/x/y/0',
      "'s/\\(x\\)/\\1\\2/'",
      "'s/\\(/x/'",
    ],
    ...[
      "-E 's/(/x/'",
      "'s/a\\{1/x/'",
      's/[/x/',
      'y/x',
      'y/abc/ab/',
      "'//I p'",
      "'v 9.0'",
      'a',
      "'s/a/b\n/'",
      "'s/a\n/b/'",
      '-e p -e k',
      "-e '/x/{' -e p",
      "'s/x/\\c\\d/'",
    ],
  ])('mistakes: sed %s f', (args) => given(`${args} f`));

  it.each([
    ...["-n '2n;/1/,+1p' f", "-n '2n;1,~2p' f", "-n '2n;/1/,2p' f", "-n '2n;/1/,0~2p' f"],
    ...["'1d;1,~3p' f", "'2d;2,3p' f", "'2,4d;2,3p' f", "'2d;2,+1p' f", "'2,0~3p' f", "'3,0~3p' f"],
    ...[
      "'bx#f; :x#f' f",
      "'bx; :x}' f",
      "'{bx};:x#f' f",
      "'s/.*/echo b/pe' f",
      "'s/.*/echo b/ep' f",
      "'#no' f",
      "'# n' f",
    ],
    ...['-s x f g', "-s '1h;$G' f g", "-s 'R g' f f", "-n '$!N;F' g /dev/null"],
    ...[
      "'s/one/x/;2s//[\\1/' f",
      "'/one/s//\\1/' f",
      "'s/a*/[/g' h",
      "'s/a*\\|\\b/[/g' h",
      "'s/[^b]*/[/g' h",
    ],
  ])('what is rarely met: sed %s', (args) => given(args));
});

it.runIf(isDebian)('sed l takes the width from COLS', () =>
  expectDebian(
    'seq -s "" 50 >f; for COLS in 12 2 foo 0 1 -3; do export COLS; sed -n l f; sed -l 20 -n l f; sed -n l7 f; done',
  ),
);

const scripts = fc
  .tuple(
    fc.constantFrom('', '2', '$', '1,2', '2,$', '/a/', '/b/,+1', '0~2', '/a/,/b/'),
    fc.constantFrom('', '!'),
    fc.constantFrom(
      'p',
      'd',
      'n',
      'N',
      'G',
      'h',
      'H',
      'x',
      's/a*/[&]/g',
      's/b\\|é/\\u&x/2',
      'y/ab/ba/',
    ),
  )
  .map((parts) => parts.join(''));

describe.runIf(isDebian)('sed does as Debian has it', () => {
  it('whatever its commands and its lines are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(scripts, { minLength: 1, maxLength: 3 }),
        fc.array(fc.constantFrom('a', 'b', 'ab', 'é', '\n', '\n'), { maxLength: 9 }),
        async (script, text) =>
          expectDebian(`sed -n '${script.join(';')};p'`, new TextEncoder().encode(text.join(''))),
      ),
      { numRuns: 60 },
    ));

  const alone = [
    ...[
      's/a/<&>/',
      's/a/<&>/g',
      's/a*/-/g',
      's/a*/-/2',
      's/^/> /',
      's/b*$/</',
      's/[^a]*/./3g',
      's/ab/ba/',
    ],
    ...[
      's/\\(a*\\)\\(b\\)/\\2\\1/g',
      's/é/e/g',
      's/\\bb/B/g',
      's/./\\u&/2',
      'y/ab/AB/',
      'y/aé/éa/',
      '!s/a/x/',
    ],
    ...['/a/d', '/a/!d', '/^$/d', '/b*/d', '/$/!d'],
    ...['s/^$/e/', 's/^a*/-/g', 's/^/-/Mg', '/^a/d', '1d', '3d', '2~3d', '0~2d', '2!d', '3~2!d'],
    ...['/a/,/b/d', '/a/,/b/!d', '/^$/,/^$/d', '2,3d', '2,3!d', '3,$d', '$d', '$!d', '2,$!d'],
    ...['$s/^/> /', '/a/,$s/a/x/', '/a/,/b/s/a/x/', '4,2d', '/b*$/,/a/d', '/a/,2d'],
  ];
  const quiet = [
    '/a/p',
    '/a/!p',
    '/^$/p',
    '/b*/p',
    's/a/x/p',
    's/a/x/',
    '2p',
    '2~2p',
    '0~3!p',
    ...['/a/,/b/p', '/a/,/b/!p', '/b/,/^$/p', '2,4p', '3,$p', '5,1!p', '$p', '$!p', '$='],
  ];
  const each = (options: string, list: readonly string[]): string =>
    `for s in ${list.map((script) => `'${script}'`).join(' ')}; do sed ${options} -e "$s" f; echo "/$s"; done`;

  it.each([
    ...["'s/^/> /'", "'s/^/&/'", "'s/^//'", '-n 3~4p', '5~7d', "'s/[0-9]+/N/g'", "'s/99/&&/'"],
    ...[
      "'/77/d'",
      "-n '/8$/p'",
      "-n '/77/,/5$/p'",
      "'/00$/,/x/d'",
      "'/99$/,/9/!d'",
      "-n '7,99999p'",
    ],
    ...["'$d'", "-n '$p'", "-s '$d'", "-ns '140000,$p'", "'149990,$!d'", "'$!d'", "-s '/x/,/^9/d'"],
  ])('edits long files whose last lines lack their ends: sed -E %s', (args) =>
    expectDebian(
      `${files}; seq 150000 > f; printf x >> f; sed -E ${args} f g f > o; tail -n 4 o; cksum < o`,
    ),
  );

  it('counts the lines of long files', () =>
    expectDebian(
      'seq 90000 > f; sed -n 1~3p f f | cksum; sed 0~40000d f f | tail -n 3; sed -sn 80001p f f; sed -n "80001,\\$p" f | cksum',
    ));

  it('a script of one command, over many lines at once', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('a', 'b', 'ab', 'é', 'c d', '\xff', '\n', '\n'), {
          maxLength: 60,
        }),
        (text) =>
          expectDebian(
            `cat > f; ${each('', alone)}; ${each('-n', quiet)}; sed -s s/a/x/ f f`,
            Uint8Array.from(Buffer.from(text.join('').replaceAll('é', 'Ã©'), 'latin1')),
          ),
      ),
      { numRuns: 4 },
    ));
});
