/** zip beside Debian's, whose unzip and whose Python read what ours writes. */
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../../testing/debian.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

const hasZip = isDebian && debian('zip -v && unzip -v').status === 0;

const tree = `mkdir -p d/s f; head -c 4000 /dev/zero | tr '\\0' a > d/a; echo hi > d/b; : > d/e; echo x > d/s/c; echo b > f/a; echo c > c
ln -s b d/l; chmod 755 d/b; chmod 600 c; find d f c -exec touch -h -d @1000000000 {} +; export TZ=UTC; cd .`;
/** Directories are read in another order. */
const run = (script: string): string => `${script} > out 2> err; echo $?; sort out; cat err`;
const many = (...scripts: string[]): string => [tree, ...scripts.map(run)].join('\n');

describe.runIf(hasZip)('zip is as Debian has it', () => {
  it.each([
    [
      'zip -r x.zip d',
      'zip -r x d f',
      'zip x.zip nofile',
      'zip -r y d/ ./f',
      'zip x c d',
      'unzip -Z1 x',
    ],
    [
      'zip -ry x d',
      'zip x d/a c c ./c',
      'zip -j j d/a d/b d',
      'zip -rj rj d',
      'unzip -Z1 rj',
      'unzip -Z1 j',
    ],
    [
      'zip -j x d/a f/a',
      'zip n none',
      'zip n none d/b',
      'zip -r n none d/b',
      'zip -qr n none',
      'zip -rD D d',
    ],
    [
      'zip -r x d',
      'zip -u x d/a',
      'touch d/a; zip -u x d/a d/b c',
      'touch d/b c; zip -f x d/b f/a',
      'zip -f x',
    ],
    [
      'zip -f none',
      'zip -u new c',
      'zip -d none c',
      'zip -f new zz',
      'zip -d new zz',
      'zip -d new c',
      'wc -c < new.zip',
    ],
    [
      'zip -r x d',
      'zip -d x "d/s*" d/b',
      'unzip -Z1 x',
      'zip -dq x d/a',
      'zip -d x "*" -x d/e',
      'unzip -Z1 x',
    ],
    [
      'zip -r x d f -x "d/s*" "*/a"',
      'zip -r y . -i "*b" c',
      'zip -i c -r k1 .',
      'zip -r k2 . -x "*" @ c',
      'ls',
    ],
    [
      'echo d/a > list; zip -r l . -i@list',
      'zip -r l2 d f -x@list',
      'zip -r l3 d -x@nolist; :',
      'zip -@ l4 < list',
    ],
    ['zip -rm x d', 'ls', 'zip -m y c nofile', 'ls', 'zip -rm z f -x f/a', 'ls'],
    [
      'echo foo | zip s.zip -',
      'unzip -p s',
      'zip s c -',
      'zip - c | head -c 2',
      'zip -',
      'zip -q - c > q; unzip -t q',
    ],
    [
      'zip x.zip c; zip w x.zip',
      'zip -n .b:.c w d/b d/a',
      'zip -0 s d/a d/b',
      'zip -Z store t d/a',
      'zip -9 n9 d/b c',
    ],
    [
      'zip -rv v d',
      'zip -v v c',
      'zip -qv v c d/b',
      'zip -rqq q d',
      'zip --quiet q c',
      'zip --recurse-paths r f',
    ],
    [
      'zip dir/n c',
      'zip -Z',
      'zip -i',
      'zip -% x',
      'zip -r k d -i',
      'zip -x c -- k c',
      'zip k -- -x',
      'zip -@ < c',
    ],
    [
      'head -c 100 /dev/zero > t.zip; zip t c; wc -c t.zip',
      ': > empty.zip; zip empty c',
      'mkdir g.zip; zip g.zip c',
    ],
    [
      'zip -q x c; zip -q x d/b; chmod 604 x.zip; zip x d/e',
      'stat -c %a x.zip',
      'ln -s x.zip l.zip; zip l f/a; test -L l.zip',
      'unzip -Z1 x',
    ],
    [
      'cd d; zip x ../c ./b',
      'unzip -Z1 x',
      'zip -qr all . -x err out; unzip -Z1 all | sort',
      'zip x all.zip x.zip',
    ],
    [
      'echo a > "d/a b"; echo b > d/é; zip -r x d',
      'unzip -Z1 x',
      'zip -d x "d/[ab]*"',
      'unzip -Z1 x',
      'zip x "d/*s/"',
    ],
    ['zip -q x c; zip -q x d/s/c; touch -d @1100000001 c; zip -u x c', 'unzip -l x'],
  ])('%s', (...scripts) => expectDebian(many(...scripts)));

  it('its archives are read by unzip and by Python, with modes, times and links', async () => {
    const made = await ours(
      `${tree}; zip -qry x.zip d f c; echo new > c; zip -q x.zip c; zip -qd x.zip f/a; cat x.zip`,
    );
    const check = `cat > x.zip; unzip -tq x.zip; python3 -m zipfile -t x.zip; unzip -q x.zip; cat c; export TZ=UTC; find d f -printf '%p %m %y %l %s\\n' | sort; find d -type f -printf '%p %Ts\\n' | sort; zipinfo x.zip | grep -v bytes | cut -c 1-33 | sort`;
    const { stdout, stderr } = debian(check, latin1(made.stdout));
    expect(stderr).toBe('');
    expect(stdout).toBe(
      debian(`${tree}; zip -qry x.zip d f; zip -qd x.zip f/a; rm f/a; chmod 600 c; echo new > c; zip -q x.zip c
        echo "No errors detected in compressed data of x.zip."; echo "Done testing"; cat c; find d f -printf '%p %m %y %l %s\\n' | sort; find d -type f -printf '%p %Ts\\n' | sort; zipinfo x.zip | grep -v bytes | cut -c 1-33 | sort`)
        .stdout,
    );
  });

  it('a file that is too large to be held back is read by unzip and by Python', async () => {
    const { stdout } = await ours(
      'yes abcdefghi | head -c 1200000 > f; zip -q x.zip f; zip -q0 x.zip f -; cat x.zip',
      new Uint8Array(1_100_000).map((_, at) => (at * at) >> 3),
    );
    const check =
      'cat > x.zip; unzip -tq x.zip; python3 -m zipfile -t x.zip; unzip -p x.zip f | cksum';
    expect(debian(check, latin1(stdout)).stdout).toBe(
      debian(
        'echo "No errors detected in compressed data of x.zip."; echo Done testing; yes abcdefghi | head -c 1200000 | cksum',
      ).stdout,
    );
  });

  it('an archive on standard output is read by unzip and by Python', async () => {
    const { stdout } = await ours(
      `${tree}; yes abcdefghi | head -c 1200000 > large; zip -qr - d large`,
    );
    const check =
      'cat > x.zip; unzip -tq x.zip; python3 -m zipfile -t x.zip; unzip -p x.zip large | cksum';
    expect(debian(check, latin1(stdout)).stdout).toBe(
      debian(
        'echo "No errors detected in compressed data of x.zip."; echo Done testing; yes abcdefghi | head -c 1200000 | cksum',
      ).stdout,
    );
  });

  it('takes over the entries of an archive that was written as a stream', async () => {
    const archive = latin1(debian(`${tree}; zip -qr - d`).stdout);
    const { stdout } = await ours('cat > x.zip; echo new > n; zip -q x.zip n; cat x.zip', archive);
    const check =
      'cat > x.zip; unzip -tq x.zip; python3 -m zipfile -t x.zip; unzip -p x.zip d/a | cksum';
    expect(debian(check, latin1(stdout)).stdout).toBe(
      debian(
        'echo "No errors detected in compressed data of x.zip."; echo Done testing; head -c 4000 /dev/zero | tr "\\0" a | cksum',
      ).stdout,
    );
  });

  it('keeps what stands in front of an archive', async () => {
    const script = `${tree}; zip -q x c; { echo prefix; cat x.zip; } > p.zip; zip -q p d/b; head -n 1 p.zip; unzip -p p`;
    const { stdout } = await ours(script);
    expect(stdout).toBe('prefix\nc\nhi\n');
  });

  it('a damaged archive stays as it is', async () => {
    const archive = debian(`${tree}; zip -qr x.zip d; cat x.zip`).stdout;
    const cut = archive.slice(0, 500) + archive.slice(600);
    const bad = archive.replace('PK\x03\x04', 'PK\x00\x00');
    for (const damaged of [cut, bad, archive.slice(0, -30), archive.slice(100)]) {
      const { stdout, status } = await ours(
        'cat > x.zip; cksum < x.zip > a; echo n > n; zip -q x.zip n > b; echo $?; cksum < x.zip | cmp - a; ls',
        latin1(damaged),
      );
      expect({ stdout, status }).toEqual({ stdout: '3\na\nb\nn\nx.zip\n', status: 0 });
    }
  });
});

it.each(['-T', '-e', '-FS', '-s 1m', '-z', '--test'])(
  'says that zip does not support %s',
  async (option) => {
    const { stdout, status } = await ours(`echo a > a; zip ${option} x.zip a`);
    expect(status).toBe(16);
    expect(stdout).toMatch(
      /^\nzip error: Invalid command arguments \(the (long )?option .* is not supported here\)\n$/,
    );
  },
);
