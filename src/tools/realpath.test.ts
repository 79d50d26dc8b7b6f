/** realpath, readlink, basename and dirname beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const tree =
  'mkdir -p a/b; echo x > a/f; ln -s a/b l; ln -s ../f a/b/up; ln -s nosuch gone; ln -s loop loop; ln -s a/ s; ';
/** The folder is another on each side: its name is cut out. */
const masked = (command: string): string =>
  `${tree} { ${command}; echo $?; } 2>&1 | sed "s#$(pwd -P)#@#g"`;

describe.runIf(isDebian)('paths are resolved as Debian has it', () => {
  it.each([
    ...['a', 'a/b/..', 'l/..', 'a/b/up', 'gone', 'gone/x', 'loop', 'a/f/', 'a/f/.', 'a/f/..', '""'],
    ...[
      'nosuch',
      'nosuch/',
      'nosuch/x',
      './/a//b/',
      '/',
      '/..',
      'l a nosuch/x',
      's/f',
      's/',
      's/b/up',
    ],
    ...[
      '-e nosuch',
      '-e a',
      '-e gone',
      '-m nosuch/x/../y',
      '-m a/f/x',
      '-m gone/y',
      '-s l/..',
      '-L l/..',
    ],
    ...['-P l/..', '-q nosuch/x', '-z a l', '--relative-to=a l', '--relative-to=a/b a/f nosuch'],
    ...[
      '--relative-base=a l a/f nosuch',
      '--relative-base=a --relative-to=a/b a a/f l .',
      '-s -e gone',
    ],
    ...[
      '--relative-base=a/b --relative-to=a a/f l',
      '--relative-to=/ /dev/null',
      '-e --relative-to=a/f a',
    ],
    ...['--relative-to=no/such a', '', '-e -m nosuch/x', '-L -s l/..', '--relative-to=a a', '-x a'],
  ])('realpath %s', (args) => expectDebian(masked(`realpath ${args}`)));

  it.each([
    ...['l', 'a', 'gone', 'nosuch', 'l gone', '-n l', '-n l gone', '-z l', '-v a', '-v nosuch', ''],
    ...[
      '-f l',
      '-f gone',
      '-f nosuch/x',
      '-vf nosuch/x',
      '-e gone',
      '-ve gone',
      '-m nosuch/x',
      '-f loop',
    ],
    ...['-vf loop', '-fn a', '-v -q a', 's/', '-v s/', '-vf a/f/', '-v loop "a b" ""'],
  ])('readlink %s', (args) => expectDebian(masked(`readlink ${args}`)));

  it.each([
    ...[
      'a/b',
      '/',
      '//',
      'a/',
      '""',
      'a//b//',
      'x.c .c',
      'a/x.c .c',
      '.c .c',
      '-s .c a.c b.c d',
      'a b c',
    ],
    ...['-a x/y z', '-z a', '', '-az a b', '/ /', 'a/b b', '-- -x', '-s', 'x.c -s'],
  ])('basename and dirname %s', (args) =>
    expectDebian(`{ basename ${args}; echo $?; dirname ${args}; echo $?; } 2>&1`),
  );
});
