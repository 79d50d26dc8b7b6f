/** diff beside Debian's. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const made =
  "exec 2>&1; printf 'a\\nb\\nc\\nd\\ne\\nf\\ng\\nh\\ni\\n' > x; printf 'a\\nB\\nc\\nd\\ne\\nf\\ng\\nh\\nh2\\ni\\nj' > y; " +
  "printf 'A\\n b  c\\n\\nd\\t\\n' > v; printf 'a\\nb c\\n\\n\\nd\\n' > w; printf 'a\\0b\\n' > bin; : > empty; printf 'a\\r\\nb\\r\\n' > crlf; " +
  "printf '%s\\n' a '' b c '' d e f g '' h i > m; printf '%s\\n' a b c C d e '' f g G h '' i > n; " +
  'mkdir -p p/s q/s p/only q/k; cp x p/x; cp y q/x; cp x p/same; cp x q/same; cp v p/s/f; cp w q/s/f; echo > q/new; echo > p/k; ' +
  "cp x 'sp ace'; touch -d 2020-01-02T03:04:05.678 * */* */*/*; ";
const rows = (list: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(list.length / 8) }, (_, i) => list.slice(i * 8, i * 8 + 8));

describe.runIf(isDebian)('diff compares as Debian has it', () => {
  it.each(
    rows([
      ...[
        'x y',
        '-u x y',
        '-c x y',
        '-q x y',
        '-s x x',
        '-s x y',
        'x x',
        '-U1 x y',
        '-U0 x y',
        '-C1 x y',
        '-C 0 x y',
      ],
      ...[
        '--unified=2 x y',
        '--context x y',
        '--unified x y',
        '--normal x y',
        '-u -U5 x y',
        '-u -c x y',
        '-U z x y',
      ],
      ...[
        'x empty',
        'empty y',
        '-u empty y',
        '-c empty y',
        '-u x empty',
        'v w',
        '-i v w',
        '-b v w',
        '-w v w',
        '-B v w',
        '-BU1 m n',
        '-BU2 m n',
        '-BC3 m n',
      ],
      ...[
        '-iw v w',
        '-iwB v w',
        '-Z v w',
        '-E v w',
        '-ub v w',
        '-cB v w',
        '-uB v w',
        'crlf w',
        '--strip-trailing-cr crlf w',
      ],
      ...[
        'bin x',
        '-q bin x',
        '-a bin x',
        'bin bin',
        'nosuch x',
        'x nosuch',
        'nosuch no2',
        '-N nosuch x',
        '-uN x nosuch',
      ],
      ...[
        'x',
        '',
        'x y w',
        '-L one x y',
        '-L one -L two -u x y',
        '-L a -L b -L c x y',
        '-u --label one x y',
        '-q --label one x y',
        '-s --label one --label two x x',
        '-k x y',
      ],
      ...[
        'p x',
        'x p',
        'p y',
        'y q',
        '- x < y',
        'x - < x',
        '-u -L a -L b - y < x',
        '- - < x',
        'p -',
        '-T x y',
        '-uT x y',
        '-cT x y',
      ],
      ...[
        'p/s q/s',
        '-u p/s q/s',
        '-q p q',
        '-x f p/s q/s',
        "-x '*' -r p q",
        '-d x y',
        '--color=never x y',
        '--color=auto x y',
      ],
      ...[
        "-u 'sp ace' y",
        '--suppress-blank-empty -u v w',
        '--nosuch',
        '-uq x y',
        '-qs x x',
        'x/ y',
        'p/ q/',
        'p/s/ q/s',
      ],
    ]),
  )('diff %s, %s, %s …', (...each) =>
    expectDebian(made + each.map((args) => `diff ${args}; echo "$?"`).join('; ')),
  );

  it.each([
    '',
    '-r',
    '-rq',
    '-rs',
    '-rN',
    '-rqN',
    '-ru',
    '-r -i -w',
    '-rx k',
    '-rb --exclude=s',
    '-c -r',
  ])('diff %s of directories', (args) =>
    expectDebian(
      `${made} diff ${args} p q | sed 's/\\t20[0-9][0-9]-.*//; s/\\t1970-.*/ EPOCH/'; echo "\${PIPESTATUS[0]}"`,
    ),
  );

  it('random texts', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', ' a', 'x y'), { maxLength: 25 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    const input = fc.tuple(text, text, fc.constantFrom('', '-u', '-c', '-U1', '-w', '-i', '-uB'));
    await fc.assert(
      fc.asyncProperty(fc.array(input, { minLength: 5, maxLength: 5 }), (each) =>
        expectDebian(
          each
            .map(
              ([a, b, args]) =>
                `printf %s '${a}' > a; printf %s '${b}' > b; diff -L a -L b ${args} a b; echo $?`,
            )
            .join('; '),
        ),
      ),
      { numRuns: 15 },
    );
  });
});

it('refuses what it does not have', async () => {
  expect(await ours('echo > a; diff -y a a; echo $?; diff -e a a; echo $?')).toMatchObject({
    stdout: '2\n2\n',
    stderr:
      'diff: the option --side-by-side is not supported here\ndiff: the option --ed is not supported here\n',
  });
});

it('compares long files that have little in common', async () => {
  const script =
    'seq 1 3 60000 > a; seq 1 2 60000 > b; diff a b > c; echo $?; grep -c "^<" c; diff a a; echo $?';
  expect((await ours(script)).stdout).toBe('1\n10000\n0\n');
}, 30_000);
