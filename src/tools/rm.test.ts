/** rm beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const then = (command: string): string =>
  `touch f g '-h' 'a b' "it's"; mkdir -p d/e empty; touch d/x; ln -s d l; ln -s no gone; { ${command}; echo $?; ls -A . | sort; } 2>&1`;

describe.runIf(isDebian)('rm is as Debian has it', () => {
  it.each([
    ...[
      'f',
      'f g',
      'nosuch',
      '-f nosuch',
      '-f',
      '',
      'd',
      '-r d',
      '-rf d nosuch f',
      '-d empty',
      '-d d',
      '-v f g',
    ],
    ...[
      '-rv empty',
      '-h',
      '-- -h',
      './-h',
      'l',
      'l/',
      '-r l',
      'gone',
      '.',
      '-rf .',
      '-r ..',
      '"a b" "it\'s" ""',
      'f/x',
    ],
    ...[
      '-f f/x',
      '-fv f',
      '-R empty',
      'f d g',
      '-rf empty/ d/',
      '--recursive --force d',
      '-x',
      '--interactive=x f',
    ],
    ...['--force --interactive=never f', '-r d/.', '-rf ./', '-v nosuch f', '-d f'],
  ])('rm %s', (args) => expectDebian(then(`rm ${args} < /dev/null`)));

  it.each([
    ...[
      '-i f',
      '-i f g',
      '-I f g l gone',
      '-Ir d',
      '-ri empty',
      '-i l',
      '-fi f',
      '-if f',
      '-i d',
      '-di empty',
    ],
  ])('rm %s asks', (args) => expectDebian(then(`printf 'y\\nno\\nyes\\nn\\n' | rm ${args}`)));

  it('removes what is deep', () =>
    expectDebian(
      'd=a; for i in $(seq 60); do d=$d/b; done; mkdir -p $d; touch $d/f; rm -r a; echo $?; ls',
    ));
});
