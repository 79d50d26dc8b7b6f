/** cp beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';
import { showing } from '../testing/links.ts';

describe.runIf(isDebian)('cp copies as Debian has it', () => {
  it.each([
    ['f', '', 'f nosuch/x', 'nosuch x', 'd x', 'f f', 'f d/ g', 'f g nod', '-r d d/e'],
    ['f d2', '-T f d', '-t nod f', '-t f g', '-t d f g', '-r d f', '-v f new', '-rv d d3'],
    ['-a l l2', '-a gone g2', '-l f hard', '-s f sym', '-u f g', '-u g f', 'f f d', '-b f g'],
    ['f d/nosuch/', 'f nosuch/', 'l l3', '-P l l3', '-r l l3', '-L l l3', 'gone x', '-d gone x'],
    ['-f f l', '--remove-destination g l', 'f l', 'g new', '-p g new', '-r d/. d2', '-r d2/ new'],
    ['--parents d/e/x d2', '--parents d/e/x nod', '-i f g', 'f d/e d2', '-r d/e ld', '-rH ld x'],
    ['-r ld x', '-rL ld x', '-S .bak f g', '--backup=numbered f g', '--backup=zz f g', '-r d d2'],
    ['-x f new', '-Q', 'f d ld d2', '-r d2 d', '-t d', '-T f g h', '--attributes-only g new'],
    ['-vb f g', '-f f f', '-l f g', '-lf f g', '-sf f g', '-a d k', '--preserve=foo f k', '-n f g'],
    ['--preserve=all f k', '-rs d k', 'd/e/x .', 'f ./f', '-r d2/d d', '"" x', 'f ""', '-rT d d2'],
  ])('cp %s, %s, %s …', (...rows) =>
    expectDebian(showing(...rows.map((args) => `cp ${args} < /dev/null`))),
  );

  it.each([
    ['-fb f f', '-bf g g', '-b f f', '-b f h', '-b f l', '-b l f', '--rem f h', '--rem f l'],
    ['--rem l f', '-l f h', '-l f f', '-l l new', '-lP l new', '-s f l', '-s l l', '-P l l'],
    ['-P l gone', '-P gone l', '-b -P l gone', '-n f f', '-bn f g', '-ls f g', '-vf f l', 'f gone'],
    ['-f f gone', '--rem f gone', '-av d new', '-a f l new', '-a f h d2', '-p f h d2', '-d f h d2'],
    ['-av f h d2', '-l d new', '-rl d new', '-rlv d new', '-s d/e/x d2', '-T d f'],
    ['-T f ld', '-rT ld new', '-r ld/ new', '-r ld ld2', '-rP ld new', '-rT d ld', '-rHv ld new'],
    ['-v --parents d/e/x d2', '-rv --parents d/e/ d2', '--parents nosuch/x d2', '--parents f d2'],
    [
      '--parents ../nosuch d2',
      '-t d2 --parents d/e/x',
      '--parents -p d/e/x d2',
      '--parents f/x d2',
    ],
    ['--no-preserve=mode g new', '-p --no-preserve=mode g new', '-a --no-preserve=links f h d2'],
    [
      '--preserve=mode g new',
      '--preserve=timestamps f new',
      '--preserve=m,t f new',
      '--preserve= f x',
    ],
    ['--no-preserve f', '--sparse=always f new', '--sparse=x f new', '--reflink=auto f new'],
    [
      '--reflink=never f new',
      '--reflink=x f new',
      '--copy-contents f new',
      '-bS / f g',
      '-bS "" f g',
    ],
    [
      '-b d f',
      '-rb d d2',
      '-S x f',
      '-uv f g',
      '-un g f',
      '-iv g f',
      'f/ new',
      'f/x new',
      'f new/x',
    ],
    ['d/e/x f d2 d', '-r d d d2', '-r d ./d d2', 'f ./f d2', 'f h d2', 'f f f d2', '-b f f d2'],
    ['-r .. d2/x/y', '--strip-trailing-slashes f/ new', '--strip-trailing-slashes ld/ new'],
    ['-T f', '-tT f g', '-t d2 -T f', 'f g h d/e/x', '-H ld new', '-L ld new', '--no-deref ld new'],
  ])('cp %s, %s, %s …', (...rows) =>
    expectDebian(showing(...rows.map((args) => `cp ${args} < /dev/null`))),
  );

  it.each([
    'mkdir s; cp f s/g; echo y > s/h; cp s/g s/h d2 && cp -b s/g s/h d2',
    'mkdir s; cp g s/f; cp f s/f d2',
    'mkdir s; cp g s/f; cp -b f s/f d2',
    'mkdir s; cp g s/f; cp --backup=numbered f s/f d2',
    'touch g.~9~ g.~10~ g.~x~ g.~011~; cp -b f g',
    'touch g.~9~; cp --backup=simple f g; VERSION_CONTROL=numbered cp -b f g',
    'VERSION_CONTROL=zz cp -b f g',
    'SIMPLE_BACKUP_SUFFIX=.o cp -b f g; VERSION_CONTROL=none cp -b f g',
    'cp g~ g; cp g g~; cp -b g~ g',
    'cp f g~; cp -b g~ g',
    'printf "y\\n" | cp -i f g; cat g',
    'printf "y\\nn\\n" | cp -iv f g h d2; cp -v f g d2; yes | cp -i f g d2',
    'printf "n\\n" | cp -i f g',
    'mkdir s; ln -s ../d s/a; cp -rL s s2',
    'mkdir s; ln -s ../f s/f; cp -P s/f f d2; cp -P f s/f d2',
    'mkdir -p x/d y z; cp -r x x/d; cp -r y y/new; cp -r z z',
    'cp "" new; cp f ""; cp -t "" f; cp f g ""',
    "touch 'a b' $'c\\001d'; cp -v 'a b' $'c\\001d' d2; cp nosu:ch x; cp \"no'such\" x",
    'chmod 400 g; chmod 700 d; cp g new; cp -r d new2; stat -c %a new new2; cp -p g d2/g; cp -r --no-preserve=mode d new3; stat -c %a new3 d2/g',
    'touch -d @1.123456789 f; touch -d 2001-01-01 d; touch -h -d 2002-02-02 l; cp -a d l f d2; stat -c "%n %y" d2/d d2/l d2/f; cp -u f d2/f; cp -uv f d2; touch -d @1.123456788 d2/f; cp -uv f d2',
    'cat f | cp /dev/stdin new; cat new; rm new; cp f /dev/null; cp /dev/null f',
    'cp -r d/ new; cp -r d/e/.. d2/.',
    'cp ld/e/x new; cp ld new; cp -r ld/. new2; cp -d ld new3',
  ])('%s', (command) => expectDebian(showing(command)));
});

it('copies megabytes as they are', async () => {
  const script =
    'yes megabytes | head -c 3000001 > a; cp a b; mkdir /tmp/m; cp -a a b /tmp/m; tail -c 3 /tmp/m/b; md5sum a b /tmp/m/* | cut -c1-32 | uniq -c | cut -c1-8';
  expect((await ours(script)).stdout).toBe('s\nm      4 \n');
});

it('refuses what it does not have', async () => {
  expect(await ours('echo > f; cp -Z f g; echo $?; cp --reflink f g; echo $?; ls')).toMatchObject({
    stdout: '2\n2\nf\n',
    stderr:
      'cp: the option -Z is not supported here\ncp: the option --reflink=always is not supported here\n',
  });
});
