/** The actions of find beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const made =
  "mkdir -p d/e; printf 12345 > b; touch d/f 'd/a b'; ln -s b l; ln -s gone lx; ln -s d ld; head -c 5000 /dev/zero > d/e/big; chmod 640 b; " +
  'touch -hd 2020-02-03T04:05:06.789 d/f l; touch -d 2021-01-01 b; ';
const same = (script: string): Promise<void> => expectDebian(made + script);

describe.runIf(isDebian)('find runs commands as Debian has it', () => {
  it.each([
    'mkdir w; touch w/f; for c in cd export nosuch ./w/f; do find w -maxdepth 0 -exec $c {} \\; -o -print; echo $?; find w -maxdepth 0 -exec $c {} + -print; echo $?; done',
    'find d -type f -exec echo x {} y{}z \\; | sort',
    'find d -type f -exec echo {} + | tr " " "\\n" | sort',
    'find d -maxdepth 0 -exec false \\; -o -print; echo $?',
    'find d -maxdepth 0 -exec true \\; -print; echo $?',
    'find d -exec false {} +; echo $?',
    'find d -maxdepth 0 -exec nosuch {} \\; ; echo $?',
    'find d -maxdepth 0 -exec nosuch {} +; echo $?',
    'find b -exec "" \\; ; echo $?',
    'find b -print -exec echo run {} \\; -print',
    'find d -type f -execdir echo {} \\; | sort',
    'mkdir w; cd w; mkdir -p d/e; ln -s d ld; find d/e d ld/ -execdir pwd \\; | sed "s,.*/,," | sort',
    'find b d/f . -maxdepth 0 -execdir echo {} +',
    'find d/e d/f -execdir echo {} +',
    'mkdir p; find p . -maxdepth 0 -execdir echo {} +; find p -depth -execdir echo {} +',
    'find / -maxdepth 0 -execdir echo {} \\;',
    'printf "y\\nn\\n" | find b l -ok echo got \\; ; echo $?',
    'printf "yes\\nY\\n" | find b l -okdir echo got {} \\;',
    'printf "n\\n" | find b -ok echo got \\; -o -print',
    'printf "in\\n" | find b -exec cat \\;',
    'find b -exec sh -c \'echo "$0 $#"\' {} a \\;',
    'find b -exec echo x + \\;',
    'find b -exec echo {} + -name b; echo $?',
  ])('%s', same);

  it.each(
    [
      '',
      'echo',
      'echo {} +x',
      '\\;',
      '+',
      'echo {} {} +',
      'echo x +',
      'echo {}',
      'echo {}x +',
      'echo {}x {} +',
    ].flatMap((words) => ['-exec', '-execdir'].map((name) => `find b ${name} ${words}; echo $?`)),
  )('%s', same);

  it.each([
    'find b -ok; echo $?',
    'find b -ok echo; echo $?',
    'find b -ok echo {} +; echo $?',
    'find b -okdir \\; ; echo $?',
  ])('%s', same);

  it('collects as many names as fit', async () => {
    const name = 'n'.repeat(200);
    const made = `mkdir many; cd many; for i in {1..900}; do : > ${name}$i; done; cd ..; `;
    const counted =
      "find many -type f -exec sh -c 'echo $#' _ {} + | awk '{ sum += $1; most = NR } END { print sum, (most > 1) }'";
    expect((await ours(made + counted)).stdout).toBe('900 1\n');
  });
});

describe.runIf(isDebian)('find prints as Debian has it', () => {
  it.each([
    'find b l -print0',
    'find b -fprint o -fprint o; cat o; find b -fprint0 o -fprintf o "%f|"; od -c o',
    'find b -fprint /dev/stdout -print; find b -fprint /dev/stderr',
    'find b -fprint no/such; echo $?; find b -fprint d; echo $?; find b -fprint; find b -fprintf o',
    'find b -printf "%p %f %h %H %P %d %s %m %M %y %Y %l|%%\\n"',
    'find d/f l lx ld d/ ./d . -maxdepth 0 -printf "%p|%f|%h|%H|%P|%y|%Y|%l\\n"',
    'find d -mindepth 1 -printf "%P %H %d\\n" | sort',
    'find / // /tmp -maxdepth 0 -printf "%p|%f|%h|%P\\n"',
    'find d/f b -printf "%t|%T@|%T+|%TS|%TT|%TX|%Tc|%TD|%Tr|%TH|%Ts|%TF|%Tx|%Tk|%Tl|%TZ|%Tz|%Tj|%TA|%Ta|%TB|%Tb|%Th|%Td|%Te|%Tm|%TM|%TI|%Ty|%TY|%Tp|%Tq|%TU|%TW|%Tw|%TV|%Tu|%TG|%Tg|%TC|%Tn|%Tt|%TR\\n"',
    'find b -printf "%5s|%-5s|%05s|%10p|%-10p|%.1p|%5d|%05d|%-5d|%+d|%#m|%5m|%05m|%10y|%3n|%n|%k|%b|%S\\n"',
    'find d/e/big d/f -printf "%s %b %k %S %n\\n"',
    "find b -printf 'x\\n\\t\\101\\0\\\\\\a\\b\\f\\r\\v|' | od -c",
    "find b l -printf '%f\\c%f'; find b -printf 'x\\q%q\\n'; find b -printf '\\'; find b -printf x",
    'find b -printf %; echo $?; find b -printf x%T; echo; find b -printf; echo $?',
    'find b -printf "%f\\n" -printf "%s\\n" -o -print',
    "find b l d/f 'd/a b' -ls | sed 's/^ *[0-9]* *[0-9]* //; s/root/user/g'",
  ])('%s', (script) =>
    same(script.replaceAll('-ls | sed', "-ls | sed -E 's/(user|root) +(user|root) +/U /' | sed")),
  );

  it.each([
    'find d -delete; echo $?; ls',
    'find d -type f -delete; echo $?; find d | sort',
    'find d -name e -delete; echo $?; find d | sort',
    'find . -delete; ls -A',
    'find l ld -delete; ls',
    'find -L ld l -maxdepth 0 -delete; echo $?; ls',
    'find d -delete -prune -maxdepth 0; echo $?; ls d',
    'find d -depth -delete -prune; echo $?; ls',
    'find nosuch -delete; echo $?',
    'find d -type f -print -delete | sort',
  ])('%s', same);
});

it('refuses what a namespace does not tell', async () => {
  for (const word of [
    '-used 1',
    '-fstype ext4',
    '-context x',
    '-files0-from x',
    '-D tree',
    '-printf %Z',
    '-printf %Ba',
  ]) {
    const { stderr, status } = await ours(`find ${word}`);
    expect([stderr, status]).toEqual([
      expect.stringMatching(/^find: the .* is not supported here\n$/),
      2,
    ]);
  }
});
