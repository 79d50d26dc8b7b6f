/** unzip beside Debian's, with archives that Debian's zip makes. */
import { describe, expect, it } from 'vitest';
import { debian, isDebian, ours } from '../../testing/debian.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

const made = (script: string): Uint8Array => latin1(debian(script).stdout);
const hasZip = isDebian && debian('zip -v && unzip -v').status === 0;

const tree = `mkdir -p d/s; printf 'hello hello hello hello\\n' > d/a; echo x > d/s/b; : > d/e; chmod 755 d/s/b; ln -s a d/l
seq 5000 > d/numbers; find d -exec touch -h -d @1000000000 {} +; export TZ=UTC;`;
const files =
  'find . ! -name x.zip ! -name . \\( -type d -printf "%p %m\\n" -o -type l -printf "%p %l\\n" -o -printf "%p %m %s %T@\\n" \\) | sort';

describe.runIf(hasZip)('unzip is as Debian has it', () => {
  const zip = hasZip ? made(`${tree} zip -qry x.zip d; cat x.zip`) : new Uint8Array(0);

  it.each([
    'unzip x.zip; FILES',
    'unzip -l x.zip; unzip -v x; unzip -Z1 x.zip; unzip -lq x.zip d/a "d/s*"; unzip -lqq x.zip; unzip -l x nofile',
    'unzip -t x.zip; unzip -tq x.zip; unzip -t x.zip d/a; unzip -tqq x.zip; unzip -z x.zip',
    'unzip -p x.zip d/a d/numbers | cksum; unzip -c x.zip d/a d/s/b; unzip -p x nofile',
    'unzip -q x.zip -d out; FILES; unzip -n x.zip -d out; unzip -o x.zip -d out d/a',
    'unzip x.zip d/a "d/s/*" nofile -d out; FILES',
    'unzip x.zip -x "d/s/*" d/numbers nofile -d out; FILES',
    'unzip -j x.zip; FILES',
    'mkdir d; echo new > d/a; unzip x.zip d/a < /dev/null; cat d/a; echo n | unzip x.zip d/a; cat d/a; echo y | unzip x.zip d/a; cat d/a',
    'mkdir d; echo new > d/a; unzip -u x.zip -x d/l; unzip -f x.zip -x d/l; touch -d @5 d/a; unzip -fo x.zip -x d/l; FILES',
    'unzip nofile; echo $?; echo foo > y.zip; unzip y; head -c 100 x.zip > c.zip; unzip c.zip; unzip -p c.zip',
    'head -c 60 x.zip > b.zip; printf "\\1\\2\\3\\4" >> b.zip; tail -c +65 x.zip >> b.zip; unzip -tq b.zip > /dev/null 2>&1; echo $?',
    'echo f > d; unzip x.zip d/a; echo $?',
    '{ echo prefix; cat x.zip; } > p.zip; unzip -p p.zip d/a; unzip -tq p.zip',
  ])('%s', async (script) => {
    const whole = `export TZ=UTC; cat > x.zip; ${script.replaceAll('FILES', files)}; echo $?`;
    expect(await ours(whole, zip)).toEqual(debian(whole, zip));
  });

  it('members that lead out stay inside', async () => {
    const evil = made(
      `mkdir q; cd q; echo x > ../evil; ln -s /tmp l; mkdir m; echo y > m/f; zip -qry ../e.zip ../evil l m; cd ..; sed 's,m/,l/,g' e.zip`,
    );
    const script = `mkdir in; cd in; cat > ../e.zip; unzip ../e.zip; echo $?; cd ..; find . ! -name e.zip -printf '%p %y %l\\n' | sort`;
    expect(await ours(script, evil)).toEqual(debian(script, evil));
  });
});

it('an archive that has many more entries than it tells is none', async () => {
  const count = 200_001;
  const directory = Buffer.alloc(46 * count + 22);
  for (let at = 0; at < 46 * count; at += 46) directory.write('PK\x01\x02', at, 'latin1');
  directory.write('PK\x05\x06', 46 * count, 'latin1');
  directory.writeUInt16LE(1, 46 * count + 10);
  directory.writeUInt32LE(46 * count, 46 * count + 12);
  const { stdout, stderr, status } = await ours('cat > x.zip; unzip -Z1 x.zip', directory);
  expect({ stdout, status }).toEqual({ stdout: '', status: 9 });
  expect(stderr).toContain('End-of-central-directory signature not found');
}, 120_000);
