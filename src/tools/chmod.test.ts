/** chmod, and the modes that the umask leaves, beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

describe.runIf(isDebian)('chmod sets modes as Debian has it', () => {
  it.each([
    'touch f; chmod 755 f; stat -c %a f; chmod u-x,g=u,o+w f; stat -c %a f; chmod +x f; stat -c %a f; chmod -x f; stat -c %a f; chmod =r f; stat -c %a f; chmod a=rwx f; chmod go-rwx f; stat -c %a f; chmod u=,g=x,o=rw f; stat -c %a f; chmod 0 f; stat -c %a f',
    'touch f; chmod -v 644 f; chmod -v 600 f; chmod -c 600 f; chmod -c 644 f; chmod -v u+x nosuch; echo $?; chmod -f 600 nosuch; echo $?; chmod -fv 600 nosuch; chmod -c 600 nosuch',
    `mkdir -p d/e; touch d/f d/e/g; ln -s f d/l; chmod 755 d d/e; chmod -Rv 700 d | sort; chmod -R u+X,go=rX d; stat -c '%a %n' d d/* d/e/* | sort; chmod -Rc a-x d/e | sort; chmod -R 755 d`,
    `touch f; ln -s f l; ln -s no g; chmod 600 l; stat -c '%a %n' f l; chmod 600 g; echo $?; chmod -v 600 g; chmod -R 600 g; echo $?; chmod -R 640 l; stat -c %a f`,
    `chmod; echo $?; chmod 755; echo $?; chmod -w; echo $?; chmod zz f; echo $?; chmod 8 f; echo $?; chmod 77777 f; echo $?; chmod u+q f; echo $?; chmod '' f; echo $?; chmod -v; echo $?; chmod --nope f; chmod -Z f; echo $?; chmod 755 -- ; echo $?`,
    'touch f; chmod 666 f; chmod -w f; echo $?; stat -c %a f; chmod 666 f; chmod a-w f; stat -c %a f; chmod 666 f; umask 0; chmod -w f; echo $?; stat -c %a f; chmod -r-w f; stat -c %a f; chmod -- -x f; chmod +rw f; chmod -rwx f; echo $?; stat -c %a f',
    'touch f g; chmod 640 f; chmod --reference=f g; stat -c %a g; chmod --reference=no g; echo $?; chmod --reference=f 644 g; echo $?; chmod --reference=f; echo $?; chmod --reference=f -w g; echo $?; chmod --ref=f -v g',
    'touch f; chmod 644 f; chmod g=o f; chmod o=u f; stat -c %a f; chmod u=g,g=o,o= f; stat -c %a f; chmod =644 f; stat -c %a f; chmod +111 f; stat -c %a f; chmod -001 f; stat -c %a f; chmod u=644 f; echo $?; chmod u+r-w=x f; stat -c %a f; chmod u+ f; chmod = f; stat -c %a f; chmod a+X f; stat -c %a f; chmod u+x f; chmod a+X f; stat -c %a f; chmod ,u+x f; echo $?; chmod u+x, f; echo $?; chmod +w,-x f; stat -c %a f; chmod ug=rw,o=g-w f; stat -c %a f',
    'umask 027; touch f; mkdir d; chmod 0 f; chmod +rwx f; stat -c %a f; chmod =rw f; stat -c %a f; chmod u=rwx,+r f; stat -c %a f; mkdir -m +w m; stat -c %a m; mkdir -m = n; stat -c %a n; mkdir -m a=rX,u+w o; stat -c %a o',
    `touch 'a b'; chmod -v 600 'a b'; chmod -v 644 'a b' nosuch; echo $?; chmod 755 a b c; echo $?; chmod 600 ''; echo $?; chmod f/x 2>&1; echo $?; touch f; chmod 600 f/x; echo $?; chmod -R 600 f; chmod -vf 600 f f`,
    'mkdir d; touch d/a; chmod -R --preserve-root 755 /; echo $?; chmod -R 755 d; chmod -Rv u=rwX d | sort',
  ])('%s', (script) => expectDebian(script));
});

describe.runIf(isDebian)('new files follow the umask', () => {
  it.each([
    'umask 077; echo > g; mkdir m; touch t; echo x > f; chmod 644 f; cp f c; cp -p f p; cp -r m dd; tee k </dev/null; sort -o s f; ln -s t l; : >> u; mkdir -p q/r; cp -r . /tmp/xx$$; ls -l /tmp/xx$$ | grep -v total | cut -c1-10 | sort; rm -r /tmp/xx$$; stat -c "%a %n" * | sort',
    `umask 0; touch f; chmod 644 f; cp f c0; mkdir m0; >z; mkdir -p m1/m2; mkdir -m u=rwx m3; (umask 022; touch y); stat -c "%a %n" c0 m0 z m1 m1/m2 m3 y; { umask 077; echo > w; } ; stat -c %a w; printf x | tee tt > uu; stat -c %a tt uu; sed -n 'w sw' f; find f -fprint ff; awk 'BEGIN{print > "aw"}'; stat -c %a sw ff aw`,
  ])('%s', (script) => expectDebian(script));
});

it('leaves out the bits that no service keeps', async () => {
  expect(
    (await ours('touch f; chmod 4755 f; stat -c %a f; chmod g+s,+t f; stat -c %a f')).stdout,
  ).toBe('755\n755\n');
});
