/** rm beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';
import type { Host } from './host.ts';
import { rm } from './rm.ts';

const then = (command: string): string =>
  `touch f g '-h' 'a b' "it's"; mkdir -p d/e empty; touch d/x; ln -s d l; ln -s no gone; { ${command}; echo $?; ls -A . | sort; } 2>&1`;

describe.runIf(isDebian)('rm is as Debian has it', () => {
  it.each([
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
    '-rv empty',
    '-h',
    'f -h -z',
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
    '-f f/x',
    '-fv f',
    '-R empty',
    'f d g',
    '-rf empty/ d/',
    '--recursive --force d',
    '-x',
    '--interactive=x f',
    '--force --interactive=never f',
    '-r d/.',
    '-rf ./',
    '-v nosuch f',
    '-d f',
  ])('rm %s', (args) => expectDebian(then(`rm ${args} < /dev/null`)));

  it.each([
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
  ])('rm %s asks', (args) => expectDebian(then(`printf 'y\\nno\\nyes\\nn\\n' | rm ${args}`)));

  it.each([
    'yyyn',
    'yn',
    'yyn',
    'n',
    'yyyyn',
    'yyyyyn',
    'yyyyyyn',
    'yyynn',
    'yyyyyyyn',
    'yyyyyyyyn',
    'yyyyyyyyyn',
    'yyyyyyyyyyn',
    'yyyyyyyy',
  ])('rm -ri with the answers %s, then yes', (answers) =>
    expectDebian(
      `mkdir -p a/b/c e q/w; touch a/b/c/f; { printf '${[...answers].join('\\n')}\\n'; yes | head -n 20; } | { rm -ri a e q; echo $?; find a e q 2> /dev/null; } 2>&1`,
    ),
  );

  it('takes the first letter of an answer of any length', () =>
    expectDebian(
      then(
        '{ printf y; head -c 100000 /dev/zero; echo; printf "\\377y\\nno\\nY"; } | rm -i f g -- -h "a b"',
      ),
    ));

  it.each([
    '-r --no-preserve-root d',
    '--no-preserve-root f',
    '-r --preserve-root d',
    '--no-pre f',
    '-r --preserve-root=x d',
    '--preserve-root= f',
    '-r --no-preserve-root --preserve-root d',
    '-di d',
    '-di empty d',
    '-r --one-file-system d',
    '-rv --preserve-root=all empty',
  ])('rm %s', (args) => expectDebian(then(`yes | rm ${args}`)));

  it('removes what is deep', () =>
    expectDebian(
      'd=a; for i in $(seq 60); do d=$d/b; done; mkdir -p $d; touch $d/f; rm -r a; echo $?; ls',
    ));
});

it('removes the root only where it is asked to', async () => {
  const made = 'mkdir -p /home/d; echo > /home/d/f; ';
  const show = '2>&1 | grep -c preserve; ls /home';
  expect((await ours(`${made} rm -rf / ${show}`)).stdout).toBe('1\nd\n');
  expect((await ours(`${made} rm -rf --no-preserve-root / ${show}`)).stdout).toBe('0\n');
});

it('can be ended while it reads an answer without an end', async () => {
  let turns = 0;
  const host = {
    name: 'rm',
    args: ['-i', 'f'],
    stdin: { read: async () => new Uint8Array(1) },
    stderr: { write: async () => undefined },
    path: (name: string) => name,
    call: async () => ({ stat: { kind: 'file', size: 1 } }),
    checkpoint: async () => {
      if (++turns > 1000) throw new Error('interrupted');
    },
  } as unknown as Host;
  await expect(rm(host)).rejects.toThrow('interrupted');
});
