/** tar beside Debian's: the same archives, the same lists, the same files. */
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, type Outcome, ours } from '../../testing/debian.ts';

/** A tree with links and a long name, whose times are the same everywhere. */
const tree = `export TZ=UTC; umask 022
mkdir -p d/sub d/empty; echo hi > d/a; echo x > d/sub/b; chmod 755 d/sub/b; ln -s a d/l; ln d/a d/z; : > d/none
ln -s ../x d/out; seq 3000 > d/sub/numbers; long=$(printf 'n%.0s' $(seq 120)); mkdir d/$long; echo long > d/$long/$long
ln -s $long$long d/longlink; for i in 1 2 3; do find d -exec touch -h -d @1000000000 {} +; done
O='--sort=name --owner=u:7 --group=g:8'
find_all() { find . ! -name '*.tar*' ! -name . \\( -type d -printf '%p %m\\n' -o -printf '%p %m %s %l %T@\\n' \\) | sort; }; tar cf t.tar $O d`;

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe.runIf(isDebian)('tar is as Debian has it', () => {
  it.each([
    'tar cf - $O d | cksum; tar cvf x.tar $O d; cksum < x.tar; cksum < t.tar',
    'tar --format=gnu -cf - $O d d/a d | cksum; tar --format=oldgnu -cf - $O d/sub | cksum',
    'tar --format=ustar -cf /dev/null $O d; tar --format=v7 -cf /dev/null $O d',
    'rm -r d/longlink d/nnn*; p=$(printf p%.0s $(seq 70)); mkdir -p d/$p/$p; touch -d @0 d/$p/$p d/$p d; tar --format=ustar -cf - $O d/a d/sub d/l d | cksum; tar --format=v7 -cf - $O d/sub d/l d/z d/a | cksum',
    'tar --format=pax -cf - $O --pax-option=delete=atime,delete=ctime d | cksum',
    'touch -d @1000000000.25 d/a; tar -H pax --pax-option=delete=atime,delete=ctime -cf - $O d/a d/sub | cksum',
    'tar cf - $O --mtime=@77 --mode=a=rX d | cksum; tar cf - $O --mtime=@77 --clamp-mtime d | cksum',
    'tar cf - $O --owner=0 --group=0 --numeric-owner d | cksum; tar -b1 -cf - $O d/a | wc -c',
    'tar cf - -h $O d/a d/l d/z | cksum; tar cf - --hard-dereference $O d/a d/z | cksum',
    'tar cf - $O --no-recursion d d/sub | cksum; tar cf - $O -C d a sub -C sub b | cksum; cd d; tar cf - $O . | cksum',
    'tar cvvf x.tar $O d; tar tvf x.tar; tar tvvf t.tar d/sub; tar -t --full-time -vf t.tar d/a',
    'tar tf t.tar; tar t < t.tar; tar -tf - d/a d/sub/ < t.tar; tar tf t.tar d/su ./d nofile',
    'tar cf x.tar $O --exclude=a --exclude="*mbers" d; tar tf x.tar; tar cf x.tar $O --exclude=d/sub d; tar tf x.tar',
    'tar tf t.tar --exclude=d/a d/a; echo $?; echo d/a > x; tar xvf t.tar d/a d/l nofile -X x; echo $?; tar tf t.tar d/a d; echo $?; tar tf t.tar d d/a; echo $?',
    'tar tf t.tar --exclude="d/*/b" --exclude=l; tar tf t.tar --wildcards "*a" "d/s*"; tar tf t.tar "*a"; tar tf t.tar --no-anchored b',
    "printf 'd/a\\nd/sub\\n' > names; tar cf - $O -T names | tar t; printf 'd/a\\0d/l\\0' | tar cf - $O --null -T - | tar t",
    "printf 'a\\nsub*\\n' > ex; tar cf - $O -X ex d | tar t; tar tf t.tar -X ex; tar cf x -T nofile; tar tf t.tar -X nofile",
    'tar cf x.tar nofile d/a; tar xf nofile; tar xf t.tar nofile; tar cf x.tar; tar; tar cf x.tar $PWD/d/a 2>&1 | wc -l',
    ...[
      '--foo',
      '-y',
      '-ctf x',
      'xf',
      '-rzf x',
      '-czjf x d',
      '--sort=foo -cf x d',
      '-cf x -C nodir d',
      '--format=foo -cf x d',
    ].map((each) => `tar ${each}`),
    'mkdir q; cd q; tar xvf ../t.tar; find_all; stat -c %Y d d/*/',
    'mkdir q; tar xf t.tar -C q d/sub d/a; cd q; find_all',
    'mkdir q; cd q; tar xf ../t.tar --strip-components=1; find_all; rm -r *; tar xvf ../t.tar --strip 1 d/sub --show-transformed; find_all',
    'mkdir q; cd q; tar xmf ../t.tar d/a; test d/a -nt ../d/a && echo newer; chmod 777 d; tar xf ../t.tar; find_all',
    'tar xOf t.tar d/a d/sub/b; tar xOvf t.tar d/sub/b; tar -xf t.tar --to-stdout d/z',
    'echo new > d/a; tar xkf t.tar d/a; cat d/a; tar xf t.tar --skip-old-files d/a; cat d/a; tar xvf t.tar --keep-newer-files d/a; cat d/a; tar xf t.tar d/a; cat d/a',
    'rm -r d; mkdir -p d/a/x; tar xf t.tar; rm -r d; echo f > d; tar xf t.tar; find_all',
    'rm -r d; mkdir e; ln -s e d; tar xf t.tar d/a d; find_all; rm -r d; ln -s e d; tar xf t.tar --keep-directory-symlink d; ls -d d/a e/a',
    'tar rf t.tar $O d/a names; tar tf t.tar | tail -n 3; tar uvf t.tar $O d/sub; touch d/sub/b; tar uvf t.tar $O d/sub; tar tf t.tar | wc -l',
    'tar cf x.tar $O d/l; tar Af x.tar t.tar; tar tf x.tar',
    'tar cf x.tar $O d/a --remove-files d/empty; ls d; tar tf x.tar',
    'tar czf x.tar.gz $O d; tar tzf x.tar.gz; tar tf x.tar.gz d/a; tar caf y.tgz $O d/a; gzip -t y.tgz; gzip -l y.tgz | wc -l; zcat x.tar.gz | cksum',
    'tar tf x.tar; : > e; tar tf e; echo foo | tar x; head -c 700 t.tar | tar t; head -c 1800 t.tar | tar t; tar tzf t.tar; gzip -c t.tar | tar t',
    'gzip -c t.tar > x.tgz; head -c 150 x.tgz | tar xz; cat d/a; gzip -c t.tar | tar xzO d/a; { cat t.tar; cat t.tar; } | tar ti | wc -l',
    '{ echo; cat t.tar; } | tar t; { head -c 512 /dev/urandom; cat t.tar; } > r.tar; tar tf r.tar; { head -c 1024 t.tar; head -c 512 /dev/zero; tail -c +1025 t.tar; } | tar tv',
    'cp d/a "$(printf "odd\\n\\001 é")"; tar cf x.tar $O --mtime=@0 odd*; tar tf x.tar; tar tvf x.tar; cksum < x.tar; tar cf - --format=pax --pax-option=delete=atime,delete=ctime $O --mtime=@0 odd* | cksum',
    'echo äö > ü; tar cf x.tar $O --mtime=@0 ü; tar tvf x.tar; rm ü; tar xf x.tar; cat ü',
  ])('%s', (script) => expectDebian(`${tree}; ${script}`), 20_000);

  it('differences are told', async () => {
    const script = `${tree}; tar cf t.tar --numeric-owner d; echo more >> d/a; rm d/l; chmod 700 d/sub/b; ln -sf y d/out; tar df t.tar | sort; tar dvf t.tar d/sub`;
    const own = await ours(script);
    expect(own.stdout).toBe(debian(script.replace('--numeric-owner d', '--sort=name d')).stdout);
  });
});

/** Archives that others would not make. */
function member(name: string, type: string, link = '', data = ''): string {
  const header = Buffer.alloc(512);
  const fields: readonly (readonly [number, string])[] = [
    [0, name],
    [100, '0000644\0' + '0000000\0' + '0000000\0'],
    [124, `${data.length.toString(8).padStart(11, '0')}\0`],
    [136, '07346545000\0'],
    [148, '        '],
    [156, type],
    [157, link],
    [257, 'ustar  \0'],
  ];
  for (const [at, text] of fields) header.write(text, at, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header.toString('latin1') + data.padEnd(Math.ceil(data.length / 512) * 512, '\0');
}
const archive = (...members: readonly string[]): Uint8Array =>
  latin1(members.join('') + '\0'.repeat(1024));

const hostile: readonly (readonly [string, Uint8Array])[] = [
  [
    'names that lead out',
    archive(
      member('../../evil', '0', '', 'x'),
      member('/here/abs', '0', '', 'y'),
      member('a/../../z', '0', '', 'z'),
      member('ok', '0', '', 'k'),
    ),
  ],
  [
    'an absolute link that a file goes through',
    archive(member('l', '2', '/tmp'), member('l/f', '0', '', 'x'), member('ok', '0', '', 'k')),
  ],
  [
    'a link to the parent that a file goes through',
    archive(
      member('m', '2', '..'),
      member('m/f', '0', '', 'x'),
      member('n', '2', 'sub'),
      member('sub/', '5'),
      member('n/f', '0', '', 'q'),
    ),
  ],
  [
    'a link out of the directory, and a hard link to it',
    archive(member('l', '2', '../secret'), member('h', '1', 'l')),
  ],
  [
    'hard links out of the directory',
    archive(member('h', '1', '/etc/passwd'), member('h2', '1', '../../x')),
  ],
  [
    'a directory that becomes a link',
    archive(member('d/', '5'), member('d', '2', '../out'), member('d/f', '0', '', 'x')),
  ],
  [
    'a file behind its own link',
    archive(member('a', '2', 'b'), member('b', '2', 'a'), member('a/f', '0', '', 'x')),
  ],
];

describe.runIf(isDebian)('a hostile archive writes nothing outside', () => {
  it.each(hostile)('%s', async (_name, bytes) => {
    const script = `export TZ=UTC; mkdir -p out in; echo secret > secret; cd in; cat > ../t.tar; tar xvf ../t.tar; echo $?; cd ..; find . -name t.tar -o -printf '%p %y %l\\n' | sort; cat secret; cat in/h 2> /dev/null`;
    expect(await ours(script, bytes)).toEqual(debian(script, bytes));
  });
});

describe.runIf(isDebian)('each reads what the other wrote', () => {
  const show = `tar xf - && find d \\( -type d -printf '%p %m %T@\\n' -o -printf '%p %m %s %l %T@\\n' \\) | sort && cat d/a d/sub/numbers d/*/nnn* | cksum`;
  const piped = (made: Outcome): Uint8Array => latin1(made.stdout);

  it.each(['gnu', 'ustar', 'pax', 'v7'])(
    'in the format %s',
    async (format) => {
      const make = `${tree}; rm d/longlink; touch -d @1000000000 d; tar cf - --format=${format} d 2> /dev/null`;
      const [own, other] = [await ours(make), debian(make)];
      const expected = debian(show, piped(other));
      expect(debian(show, piped(own))).toEqual(expected);
      expect(await ours(`export TZ=UTC; ${show}`, piped(other))).toEqual(expected);
    },
    20_000,
  );
});

it('an archive larger than memory may be goes through a pipe', async () => {
  const { stdout, stderr } = await ours(
    'mkdir d; for i in 1 2 3; do head -c 20000000 /dev/zero > d/$i; done; tar cf - d d d d | tar t | wc -l; tar czf - d | tar xzO | wc -c',
  );
  expect({ stdout, stderr }).toEqual({ stdout: '16\n60000000\n', stderr: '' });
}, 30_000);
