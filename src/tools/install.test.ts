/** install beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

describe.runIf(isDebian)('install copies as Debian has it', () => {
  it.each([
    `printf a > f; install f g; echo $?; stat -c '%a %s' g; install -v f g; install -m 644 f h; stat -c %a h; install -m u=rw,go=r f i; stat -c %a i; install -m zz f i; echo $?; mkdir d; install f d; ls d; install -v -t d f g; install -t nod f; echo $?; install f nod/; echo $?; install f nod/x; echo $?; install -D f nod/a/x; echo $?; ls -R nod; install -vD f nod/b/c/y; install -T f d; echo $?; install -T f k; ls`,
    `install; echo $?; printf a > f; install f; echo $?; install nosuch x; echo $?; mkdir d; install d x; echo $?; install d d; echo $?; install f f; echo $?; install -z; echo $?; install f g h; echo $?; install -t d; echo $?; install -t d -T f; echo $?; install -T f g h; echo $?; install -d; echo $?; install -d -t d x; echo $?; install -d -T x; echo $?; install -C -p f g; echo $?; install '' x; echo $?; install f ''; echo $?`,
    `install -d a b/c; echo $?; stat -c '%a %n' a b b/c; install -dv a x/y; install -d -m 700 p/q; stat -c '%a %n' p p/q; touch f; install -d f; echo $?; install -d f/x; echo $?; install -m 600 -d a; stat -c %a a; install -d -m g=s zz; install -vd x/y; install -d z/ z/k/; ls -R z; install -d ''; echo $?; install -vd m//n/o; install -d -m 1777 t; echo $?`,
    'printf a > f; printf b > g; install -b f g; cat g g~; install -bv f g; install -S .k -b f g; ls; install --backup=numbered f g; ls; install --suffix=.z f g; ls g*; install --backup=none -v f g',
    'printf a > f; printf a > g; chmod 755 g; touch -d @5 g; install -C f g; stat -c %Y g; install -Cv f g; chmod 644 g; install -Cv f g; stat -c %a g; printf b > g; install -Cv f g; cat g; install -Cv f n',
    `printf a > f; touch -d @5 f; install -p f g; stat -c %Y g; chmod 600 f; install f h; stat -c %a h; ln -s f l; install l k; stat -c %F k; ln -s g m; install f m; ls -l m | cut -c1; printf b > f; ln g g2; install f g; cat g2; umask 077; install f w; stat -c %a w; install -d wd; stat -c %a wd; install -D f we/x; stat -c '%a %n' we we/x; install -m +x f wf; stat -c %a wf`,
    `printf a > f; mkdir d; install f f2 d; echo $?; install f nosuch d; echo $?; ls d; install f f d; echo $?; install -v f f d; printf b > f2; install -v f f2 d; mkdir e; printf c > e/f; install f e/f d; echo $?; install -D -t new/dir f f2; echo $?; ls new/dir; install -D f d; ls d; install -Dv f d/; install d f d; echo $?; install -v /dev/null z; stat -c '%a %s' z; cat f | install /dev/stdin y; cat y`,
  ])('%s', (script) => expectDebian(`{ ${script}\n} 2>&1`));
});

it('install -C looks at all of a large file', async () => {
  const { stdout } = await ours(
    'head -c 300000 /dev/zero > f; cp f g; chmod 755 g; install -Cv f g; { head -c 299999 /dev/zero; echo; } > g; install -Cv f g; cmp f g && echo same',
  );
  expect(stdout).toBe("removed 'g'\n'f' -> 'g'\nsame\n");
});

it('install refuses what it does not have', async () => {
  expect(
    await ours('echo > f; install -o root f g; echo $?; install -s f g; echo $?'),
  ).toMatchObject({
    stdout: '2\n2\n',
    stderr:
      'install: the option --owner is not supported here\ninstall: the option --strip is not supported here\n',
  });
});
