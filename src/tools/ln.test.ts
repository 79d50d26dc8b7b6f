/** ln beside Debian's. */
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';
import { showing } from '../testing/links.ts';

describe.runIf(isDebian)('ln links as Debian has it', () => {
  it.each([
    ['g', '-s g g', '-s a b c', 'nosuch x', 'd x', '-sv a zz', '-sf b l', '-s q l', '-sfn d ld'],
    ['-s f ld', '-sT f ld', '-sr d/e d2/r', '-v g g3', 'f g', '', '-f g g', '-s "" x', '-s d/e/x'],
    ['-t d2 -s a b', '-s ../f d', '-f f g', '-fv f g', '-sb a g', '-L l k', '-P l k', 'l k'],
    ['d/e/x', '-sfv k l', '-sn q ld', '-sr f d/e', '-r f k', '-i f g', '-sf a d', '-st nod a'],
    ['-s a no/such', 'f no/such', '-sT a', '-x', '-T f g h', 'f d2', '-sfT d ld', '-f f h'],
    ['-s f f', '-sf f f', '-f f f', '-fb f f', '-sfb f f', '-fb f h', '-bv f g', '-bvs f g'],
    ['--backup=t -v f g', '--backup=none f g', '-S .o f g', '-bS .o f g', '-f f ./f', '-f h f'],
    ['-sf f ./f', '-f l f', '-fL l f', '-sf l l', '-f f l', '-f f ld', '-f f d', '-fT f d', 'f d/'],
    [
      '-s f new/',
      'f new/',
      'f/ new',
      'gone new',
      '-L gone new',
      '-s f g h',
      '-t d2 f g h',
      'f g d2',
    ],
    [
      '-sn f d2',
      '-sn f ld/',
      '-snf f ld',
      '-snf f ld/',
      '-tT f g',
      '-t d2 -T f',
      '-fi f g',
      '-if f g',
    ],
    ['-sr d/e/x d2', '-sr ld/e x', '-sr gone x', '-sr d d2/d', '-srv f d/e/y', '-sr nosuch d/e'],
    ['-sr . d/up', '-srf f l', '-s d/ x', '-s d/', '-s .', '-s ..', 'd'],
  ])('ln %s, %s, %s …', (...rows) =>
    expectDebian(showing(...rows.map((args) => `ln ${args} < /dev/null`))),
  );

  it.each([
    'cp f d/f; ln -f f d/f d2; ls d2',
    'cp f d/f; ln f d/f d2; ln -fb f d/f d2; ln -sf f d/f d2; ls d2',
    'yes | ln -i f g; yes | ln -is a g; yes n | ln -is b g',
    'mkdir r; cd r; ln -s ../f ../g .; ls -F; ln ../f; cd ..',
    "ln -sv f 'a b'; ln -sv f $'c\\001d'; ln \"no'such\" x; ln d:x y",
    'ln -s l1 l2; ln -s l2 l1; ln -L l1 x; ln l1 y; ln -f f l1',
  ])('%s', (command) => expectDebian(showing(command)));
});
