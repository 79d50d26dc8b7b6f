/** split beside Debian's. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectDebian, isDebian } from '../testing/debian.ts';

const files = `seq 100 > n; printf 'a\\n\\nlonger line here\\nb:c:d' > m; : > e; show() { for f in x* p*; do test -f $f && { echo "== $f"; cat $f; }; done; }`;

describe.runIf(isDebian)('split is as Debian has it', () => {
  it.each([
    ...['-l 30 n', '-30 n', '-l 1 m', '-b 100 n', '-b 7 m', '-C 10 m', '-C 100 n', '-C 3 m'],
    ...['-n 3 n', '-n 3 m', '-n 7 m', '-n 40 m', '-n l/3 n', '-n l/5 m', '-n l/40 m', '-n r/3 n'],
    ...[
      '-n 2/3 n',
      '-n 3/3 n',
      '-n l/2/3 n',
      '-n l/3/3 n',
      '-n r/2/3 n',
      '-n 1/40 m',
      '-n l/2/9 m',
    ],
    ...['-n 3 e', '-e -n 3 e', '-e -n 40 m', '-n l/3 e', '-e -n l/30 m', '-n r/3 e', '-e -n r/9 m'],
    ...['e', '-l 2 < n', '-b 1k < n', '-n 3 < n', '-n 4 - p < n'],
    ...['-d -l 30 n', '-x -l 5 n', '-a 1 -l 30 n', '-a 3 -l 30 n', '-a 0 -l 40 n', '-a 1 -l 2 n'],
    ...[
      '--numeric-suffixes=8 -l 30 n',
      '--numeric-suffixes=98 -l 30 n',
      '--hex-suffixes=9 -l 90 n',
    ],
    ...[
      '--numeric-suffixes=5 -n 100 n | wc',
      '-a 2 --numeric-suffixes=100 n',
      '--hex-suffixes=0xa n',
    ],
    ...['-t : -l 1 m', '-t "\\0" n', '-t ab n', '-t "" n', '-t a -t b n', '-t : -n r/2 m'],
    ...['--verbose -l 50 n p', '--verbose -n 2 n', '--additional-suffix=.txt -l 50 n p'],
    ...['--additional-suffix=/a n', 'nofile', 'n none/x', 'n p q', '.', '-u -l 50 n'],
    ...['-l 0 n', '-b 0 n', '-C 0 n', '-n 0 n', '-n r/0 n', '-n 3/2 n', '-n x n', '-n 0/2 n'],
    ...['-l -1 n', '-b 1x n', '-a x n', '--numeric-suffixes=x n', '-l 1 -b 2 n', '-a 1 -n 30 n'],
    ...['-l 999999999999999999999 n', '-a 2 -n 700 n', '-Z', '--foo', '--help | head -c 14'],
    ...[
      '--filter "cat; echo \\$FILE" -l 60 n p',
      '--filter "wc -c" -n 3 n',
      '--filter cat -n 1/2 n',
    ],
    ...[
      '--filter "cat > \\$FILE.out" -n r/3 n',
      '--filter false -l 50 n',
      '--filter "exit 3" --verbose -l 60 n',
    ],
    ...['--filter "head -n 1" -l 60 n', '--filter "sed s/^/+/" -b 100 n'],
  ])('split %s', (args) => expectDebian(`${files}; split ${args}; echo $?; show`));

  it('counts on where the suffixes of two characters end', () =>
    expectDebian(
      'seq 800 > n; split -l 1 n; ls | tail -n 3; split -d -l 1 n y; ls y* | sed -n "89,92p"; split -x -l 1 n z; ls z* | sed -n "239,242p"',
    ));

  it('begins another part where a last line without its end would fill one to the byte', () =>
    expectDebian(
      "for size in 7 8 9; do printf 'bc\\naaabc' | split -C $size - $size; done; tail -n +1 -v [789]* 2>&1",
    ));

  it('divides any text in any way', async () => {
    const way = fc.constantFrom('-l', '-b', '-C', '-n', '-n l/', '-n r/', '-e -n l/', '-e -n ');
    await fc.assert(
      fc.asyncProperty(
        way,
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.constantFrom('a', 'bc', '\n', 'defg'), { maxLength: 30 }),
        async (option, count, words) => {
          const text = words.join('').replaceAll('\n', '\\n');
          await expectDebian(
            `printf '${text}' > f; split -a 3 ${option}${count} f; tail -n +1 -v x* 2>&1`,
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});
