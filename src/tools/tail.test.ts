/** tail beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `seq 30 > f; printf 'a\\nb\\nc' > g; printf 'x\\0y\\0z' > z; : > e; seq 60000 > h;`;

describe.runIf(isDebian)('tail is as Debian has it', () => {
  it.each([
    ...['f', '-n 3 f', '-3 f', '-n3 f g', '-qn1 f g', '-vn1 f', '-c 5 f', '-c5 f g', '-n +28 f'],
    ...[
      '-n -2 g',
      '-n +3 g',
      '+2 g',
      '-n 0 g',
      '-c +3 g',
      '-c -0 g',
      '-c +99 g',
      '-n 0 f g',
      '-n +0 g',
    ],
    ...[
      '-z -n 2 z',
      '-zn +2 z',
      '-c 1K h',
      '-c 1kB h',
      '-c 2b h',
      '-n 1k h',
      '-5c f',
      '-2l f',
      '-1 f g',
    ],
    ...['-n 30000 h', '-n 59999 h', '-c 200000 h', '-n +59990 h', '-c +348880 h', '-n 20000 < h'],
    ...['--lines=2 f', '--bytes=-2 g', '--quiet -n1 f g', '--silent -n1 f g', '--verbose e'],
    ...[
      'nofile f',
      '. f',
      '- f < g',
      'e g',
      '-n',
      '-n x f',
      '-c 1x f',
      '-5x f',
      '-n -x f',
      '-n 1e3 f',
    ],
    ...['-n 99999999999999999999 f', '-c 1Y f', '-y f', '-n "" f', "-n1 'no file'", '-n1 -n2 f'],
    ...[
      '-s x f',
      '--pid=x f',
      '--retry -n1 f',
      '--pid=1 -n1 f',
      '--follow=x f',
      '-F -',
      '-n1 -s 1 f',
    ],
    ...['-f nofile'],
  ])('tail %s', (args) => expectDebian(`${files} tail ${args}`));

  it('takes any part of any bytes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 10, 97, 255), { maxLength: 40 }),
        fc.constantFrom('-n ', '-c ', '-zn ', '-n +', '-c +'),
        fc.nat({ max: 8 }),
        async (bytes, option, count) => {
          const script = `tail ${option}${count}`;
          const input = Uint8Array.from(bytes);
          expect(await ours(script, input)).toEqual(debian(script, input));
        },
      ),
      { numRuns: 10 },
    ));
});

describe('tail -f', () => {
  it('passes on what is appended, with the titles of the files', async () => {
    const { stdout } = await ours(
      'echo 1 > a; echo 2 > b; { sleep 0.3; echo 3 >> a; sleep 0.3; echo 4 >> b; } & tail -f -s 0.05 a b | head -n 9',
    );
    expect(stdout).toBe('==> a <==\n1\n\n==> b <==\n2\n\n==> a <==\n3\n\n');
  });

  it('shows a file that was cut from its beginning', async () => {
    const { stdout, stderr } = await ours(
      'seq 5 > a; { sleep 0.3; echo x > a; } & tail -n 1 -f -s 0.05 a | head -n 2',
    );
    expect(stdout).toBe('5\nx\n');
    expect(stderr).toContain('tail: a: file truncated\n');
  });

  it('follows a name to another file with -F', async () => {
    const { stdout, stderr } = await ours(
      'echo 1 > a; { sleep 0.3; mv a b; sleep 0.3; echo 2 > a; } & tail -F -s 0.05 a | head -n 2',
    );
    expect(stdout).toBe('1\n2\n');
    expect(stderr).toContain("'a' has become inaccessible: No such file or directory\n");
    expect(stderr).toContain("'a' has appeared;  following new file\n");
  });
});
