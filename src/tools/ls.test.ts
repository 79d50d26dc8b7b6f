/** ls beside Debian's. Owners, inodes, and the sizes of directories differ, so that these are left out. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const made =
  'exec 2>&1; export TERM=xterm; mkdir -p d/e .h/i; printf 12345 > b; head -c 5000 /dev/zero > a.txt; head -c 1300000 /dev/zero > B.log; ' +
  'touch c~ .x d/f d/.g v1.10 v1.9 v01 noext a.c b.a.b; ln -s b l; ln -s d ld; ln -s gone lx; ln b hard; chmod 750 v01; ' +
  'touch -hd 2020-02-03T04:05:06.789 * .x d/f; touch -d 2021-01-01 b; touch -ad 2019-01-01 a.c; ';
const then = (commands: readonly string[]): string =>
  made + commands.map((args) => `ls ${args}; echo "$?"`).join('; ');
const rows = (list: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(list.length / 8) }, (_, i) => list.slice(i * 8, i * 8 + 8));

describe.runIf(isDebian)('ls lists as Debian has it', () => {
  const plain = [
    ...[
      '',
      '-a',
      '-A',
      '-1',
      '-C',
      '-x',
      '-m',
      '-R',
      '-d',
      '-F',
      '-p',
      '--file-type',
      '-r',
      '-t',
      '-S *.*',
    ],
    ...[
      '-X',
      '-v',
      '-tr',
      '-Sr *.*',
      '-Xr',
      '-vr',
      '-u *.*',
      '-ut *.*',
      '-B',
      "-I '*.c'",
      "--hide='b*'",
      '-Q',
      '-N',
    ],
    ...[
      '-b',
      '-q',
      '-w 20',
      '-Cw 20',
      '-xw 30',
      '-mw 20',
      '-w0',
      '-Cw0',
      '-mw0',
      '-Cw1',
      '-Cw 40 -T0',
    ],
    ...['-xw 40 -T4', '-s b a.txt B.log', '-sh B.log b', '-sk B.log', '-s --block-size=M B.log'],
    ...[
      'nosuch',
      'nosuch b',
      'd',
      'd b',
      'd nosuch ld',
      'b a.txt',
      '-d d b',
      '-d ld',
      'ld',
      '-F ld',
      '-H ld',
    ],
    ...[
      '-L',
      '-LF',
      'l lx',
      '-L l',
      '-L lx',
      'd/',
      '-d d/',
      'b/',
      '""',
      '-RA',
      '-Rd',
      '-RF d',
      '-R d d',
    ],
    ...[
      '--color=always',
      '--color=never',
      '--color=auto',
      '-F --color',
      '-x --color -w 40',
      '--color d b',
    ],
    ...[
      '--group-directories-first',
      '--group-directories-first -r',
      '--group-directories-first -t',
    ],
    ...[
      '-f d | sort',
      '-U b a.txt',
      '--zero',
      '--zero -F b',
      '--sort=width',
      '--sort=none b a.txt',
    ],
    ...[
      '--sort=time',
      '--time=atime -t *.*',
      '--sort=zz',
      '--time=zz',
      '--format=zz',
      '--quoting-style=zz',
    ],
    ...[
      '--indicator-style=zz',
      '--color=zz',
      '-w x',
      '-T x',
      '--block-size=x',
      '--format=across -w 30',
    ],
    ...[
      '--format=commas',
      '--classify=never',
      '--classify=always',
      '--indicator-style=slash',
      '-z',
      '--nosuch',
    ],
    ...[
      '--sort',
      '-w',
      '-1C -w 30',
      '-C1',
      '-l1 -go b',
      '-g1o b',
      '-fgo b',
      '-A --hide=b -I a.c',
      '-aI "*"',
    ],
  ];
  it.each(rows(plain))('ls %s, %s, %s …', (...each) => expectDebian(then(each)));

  const long = [
    ...[
      '-go b l a.txt B.log',
      '-goF l lx b v01',
      '-goh b a.txt B.log',
      '-go --si B.log a.txt',
      '-go --block-size=K B.log',
    ],
    ...[
      '-go --block-size=1K B.log',
      '-go --time-style=full-iso b',
      '-go --full-time b l',
      '-gou a.c',
      '-goS a.txt b',
    ],
    ...[
      '-go --time-style=long-iso b',
      '-go --time-style=iso b',
      '-go --time-style=locale b',
      '-go --time-style=+%s b',
    ],
    ...[
      '-go --time-style=zz b',
      '-go --time-style=i b',
      '-go --time-style= b',
      '-got b l a.c',
      '-goQ l b',
      '-gos b B.log',
    ],
    ...[
      '-go --color l lx v01 b',
      '-goF --color l',
      '-goL l',
      '-goL lx',
      '-god ld d/f',
      '-gob l',
      '-go nosuch b',
      '-go --zero b',
    ],
  ];
  it.each(rows(long))('ls %s, %s, %s …', (...each) => expectDebian(then(each)));

  it.each([
    ...[
      '',
      '-b',
      '-q',
      '-Q',
      '-N',
      '-C',
      '-F',
      '--quoting-style=shell',
      '--quoting-style=shell-always',
    ],
    ...[
      '--quoting-style=shell-escape',
      '--quoting-style=shell-escape-always',
      '--quoting-style=c-maybe',
    ],
    ...[
      '--quoting-style=locale',
      '--quoting-style=escape',
      '-go --quoting-style=shell-escape',
      '-m -Q',
    ],
    ...[
      '-Cw 50 --quoting-style=shell-escape',
      '-xq',
      '-1 --show-control-chars',
      '-R --quoting-style=shell-escape',
    ],
  ])('odd names: ls %s', (args) =>
    expectDebian(
      `exec 2>&1; touch 'a b' "it's" 'q"' $'n\\nl' $'t\\tx' $'\\001' é 日本 '$x' '*' '#a' '~' 'a#' '\\' 'x:y' '{' '(' "both'\\""; touch -d 2020-01-01 *; ls ${args}`,
    ),
  );

  it.each(['', '-Q', '-b', '--quoting-style=shell-escape', '--quoting-style=shell'])(
    'headings: ls -R %s',
    (args) => expectDebian(`mkdir -p s/d:e "s/x y"; touch s/d:e/f; ls -R ${args} s`),
  );

  it('sizes for people', () =>
    expectDebian(
      'for i in 0 1 999 1000 1023 1024 1025 1030 9999 10188 10240 10241 102300 1023999 1024000 1048575 1048576 10485761; do head -c $i /dev/zero > f$i; done; ' +
        "ls -goh f* | awk '{print $3}'; ls -go --si f* | awk '{print $3}'; ls -go --block-size=kB f* | awk '{print $3}'",
    ));
});

it('refuses what it does not have', async () => {
  expect(await ours('ls -Z; echo $?; ls -D; echo $?; ls --hyperlink')).toMatchObject({
    stdout: '2\n2\n',
    stderr:
      'ls: the option --context is not supported here\nls: the option --dired is not supported here\n' +
      'ls: the option --hyperlink is not supported here\n',
    status: 2,
  });
});

it('shows the owner, and the target of a link', async () => {
  const { stdout } = await ours(
    'echo abc > b; ln -s b l; chmod 640 b; touch -hd 2020-01-02 l b; ls -l; ls -nd b; ls -id b | grep -c "^[0-9]* b"',
  );
  expect(stdout).toBe(
    'total 4\n-rw-r----- 1 user user 4 Jan  2  2020 b\nlrwxrwxrwx 1 user user 1 Jan  2  2020 l -> b\n' +
      '-rw-r----- 1 1000 1000 4 Jan  2  2020 b\n1\n',
  );
});
