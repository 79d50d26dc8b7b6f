/** mv beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';
import { showing } from '../testing/links.ts';

describe.runIf(isDebian)('mv moves as Debian has it', () => {
  it.each([
    ['', 'f', 'nosuch x', 'f nosuch/x', 'd d/e', 'f f', '-v g g2', '-n f g', 'f d', 'd/e/x d/e/x'],
    ['d d2', '-T d2 g', 'g d2 d', 'g d d', 'l g nod', 'd new', 'd ld', 'l new', 'f h', '-u f g'],
    ['-u g f', '-b f g', '-vb f g', '-f g f', '-t d f g', '-T f d', 'd2/d .', 'd2 d/e', 'gone x'],
    ['f g', '-i f g', 'd f', '-v d d2', 'f ./f', 'd/ new', 'f new/', '-S .o f g', '-tnod f'],
    ['-t f g', '-x f', 'f "a b"', '"" x', 'd/e new -v', '-vT d d3', 'ld new', '-nT d d2'],
    ['-b d f', '-bT d d2', '-bT f d', '-bn f g', '-bv f f', 'l f', 'f l', 'h l', 'l l', '-f h f'],
    ['-iv f g', '-fi f g', '-if f g', '-in f g', '-T d d2', '-T d2/d d', '-vT d2/d d/e', '-T f'],
    ['-T f g h', '-t d -T f', 'd d', 'd d/', './d d', 'd ld/', 'd . ', '. x', 'd/.. x', 'd/e/. x'],
    [
      'f g h l d2',
      '-v f g d2',
      'f d/e d2 d',
      'f f d2',
      'd d d2',
      '--strip-trailing-slashes d/ new',
    ],
    ['-v --backup=t f g', '--backup=x f g', 'f/ new', 'f/x new'],
    ['f f/x', 'd gone', 'f gone', 'gone l', '-uv d d2', '-u nosuch g', '-n nosuch g', 'f ""'],
  ])('mv %s, %s, %s …', (...rows) =>
    expectDebian(showing(...rows.map((args) => `mv ${args} < /dev/null`))),
  );

  it.each([
    'cp f d2/f; mv f d2/f d; ls d',
    'cp f d2/f; mv -b f d2/f d; ls d',
    'cp f d2/f; mv --backup=t f d2/f d; ls d',
    'echo > g~; mv -b g~ g',
    'yes | mv -iv f g; mkdir -p d3/d; yes | mv -i d d3; yes n | mv -i d2 d3',
    'mkdir -p d3/d; mv -v d d3; mkdir d3/f; mv f d3; touch d3/d2; mv d2 d3',
    "touch 'a b' $'c\\001d'; mv -v 'a b' $'c\\001d' d2; mv \"no'such\" x",
    'mv l d2/l; readlink d2/l; mv ld d2; mv d2/ld/ x; mv gone d2',
  ])('%s', (command) => expectDebian(showing(command)));
});

describe('between mounts', () => {
  const made =
    'mkdir /mnt; mount mem /mnt; mkdir -p d/e; echo x > d/e/x; ln d/e/x d/y; ln -s y d/z; chmod 700 d/e; ' +
    'touch -d 2020-01-01 d/e/x; touch -d 2019-01-01 d; ';
  it.each([
    [
      'a tree keeps its times, modes and links',
      'mv d /mnt/n; ls; stat -c "%n %y %h %a" /mnt/n/y /mnt/n | cut -c1-33; stat -c %a /mnt/n/e; readlink /mnt/n/z; cat /mnt/n/e/x',
      '/mnt/n/y 2020-01-01 00:00:00.0000\n/mnt/n 2019-01-01 00:00:00.000000\n700\ny\nx\n',
      '',
    ],
    [
      'the copy and the removal are told',
      'rm -r d/e d/z; mv -v d /mnt',
      "created directory '/mnt/d'\ncopied 'd/y' -> '/mnt/d/y'\nremoved 'd/y'\nremoved directory 'd'\n",
      '',
    ],
    [
      'a full directory is not replaced',
      'mkdir -p /mnt/d/q; mv d /mnt; ls; ls /mnt/d',
      'd\nq\n',
      "mv: inter-device move failed: 'd' to '/mnt/d'; unable to remove target: Directory not empty\n",
    ],
    [
      'hard links are refused',
      'ln d/y /mnt/f; cp -l d/y /mnt/g; ls /mnt',
      '',
      "ln: failed to create hard link '/mnt/f' => 'd/y': Invalid cross-device link\n" +
        "cp: cannot create hard link '/mnt/g' to 'd/y': Invalid cross-device link\n",
    ],
    [
      'cp -x stays in one mount',
      'echo > /mnt/f; mkdir /a; cp -rx /mnt /home/. /a; cp -rx / /tmp/b 2> /dev/null; ls /tmp/b/mnt; ls /a',
      'mnt\n',
      '',
    ],
  ])('%s', async (_, command, stdout, stderr) => {
    expect(await ours(made + command)).toMatchObject({ stdout, stderr });
  });
});
