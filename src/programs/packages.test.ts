/** `cc`, with a clang and a linker that only say how they were called. */
import { describe, expect, it } from 'vitest';
import { sh } from '../testing/shell.ts';
import { packages } from './packages.ts';

const cc = packages.find(({ name }) => name === 'clang')?.scripts?.['bin/cc'] ?? '';

/** How clang and the linker were called, without the options that are always there; and what else cc has printed. */
async function called(args: string, clang = 'true'): Promise<[string[], number, string]> {
  const { stdout, stderr, status } = await sh(
    `clang() { echo "clang $*"; ${clang}; }; wasm-ld() { echo "ld $*"; }; set -- ${args}\n${cc}`,
  );
  const calls = stdout
    .replaceAll(
      / --target=\S+| -O2| -nostdinc| -isystem \/home\S+| -L\/home\S+| \/home\S+| -lc/g,
      '',
    )
    .replaceAll(/cc-\d+/g, 'cc-N')
    .trimEnd()
    .split('\n');
  return [calls, status, stderr];
}

describe('cc', () => {
  it.each([
    ['a.c', ['clang -c a.c -o /tmp/cc-N-1.o', 'ld -o a.out.wasm /tmp/cc-N-1.o']],
    [
      'a/x.c b/x.c -o out -lm',
      [
        'clang -c a/x.c -o /tmp/cc-N-1.o',
        'clang -c b/x.c -o /tmp/cc-N-2.o',
        'ld -o out /tmp/cc-N-1.o /tmp/cc-N-2.o -lm',
      ],
    ],
    ['-c a.c b.c', ['clang -c a.c -o a.o', 'clang -c b.c -o b.o']],
    ['-c dir/a.c -o x.o', ['clang -c dir/a.c -o x.o']],
    ['-S -Wall a.c', ['clang -Wall -S a.c -o a.s']],
    ['-S a.c -o-', ['clang -S a.c -o -']],
    ['-E -D X=1 a.c', ['clang -D X=1 -E a.c']],
    ['-E a.c -o a.i', ['clang -E a.c -o a.i']],
    ['-x c -', ['clang -x c -c - -o /tmp/cc-N-1.o', 'ld -o a.out.wasm /tmp/cc-N-1.o']],
    ['-E -xc -', ['clang -xc -E -']],
    ['a.o', ['ld -o a.out.wasm a.o']],
    ['--version', ['clang --version']],
    ['-print-search-dirs', ['clang -print-search-dirs']],
  ])('cc %s', async (args, calls) => {
    expect(await called(args)).toEqual([calls, 0, '']);
  });

  it('has the status of the step that failed, and goes no further', async () => {
    for (const args of ['a.c', '-c a.c b.c', '-S a.c b.c', '-E a.c b.c']) {
      const [calls, status] = await called(args, 'return 3');
      expect([calls.length, status]).toEqual([1, 3]);
    }
  });

  it('says how it is used, and what does not go together', async () => {
    const [, status, usage] = await called('-Wall');
    expect([status, usage]).toEqual([2, expect.stringContaining('usage: cc')]);
    expect(await called('-c a.c b.c -o x.o')).toEqual([[''], 2, 'cc: -c with -o takes one file\n']);
  });
});

describe('rg', () => {
  const rg = packages.find(({ name }) => name === 'ripgrep')?.scripts?.['bin/rg'] ?? '';

  /** The arguments that ripgrep is started with. */
  const given = async (args: string): Promise<string> => {
    const text = rg.replace('exec "$0.wasm"', `printf '<%s>'`);
    return (await sh(`run() {\n${text}\n}\necho piped | run ${args}`)).stdout;
  };

  it.each([
    ['x', '<x><->'],
    ['-n x', '<-n><x><->'],
    ['-nA 1 x', '<-nA><1><x><->'],
    ['-A1 x', '<-A1><x><->'],
    ['-ex', '<-ex><->'],
    ['-ie x -g "*.c"', '<-ie><x><-g><*.c><->'],
    ['--glob "*.c" x', '<--glob><*.c><x><->'],
    ['--glob="*.c" x', '<--glob=*.c><x><->'],
    ['-- -x', '<--><-x><->'],
    ['x .', '<x><.>'],
    ['-e x .', '<-e><x><.>'],
    ['-f patterns', '<-f><patterns><->'],
    ['x -', '<x><->'],
    ['-f -', '<-f><->'],
    ['-if -', '<-if><->'],
    ['-e -', '<-e><-><->'],
    ['--file=-', '<--file=->'],
    ['--maxdepth 1 x', '<--maxdepth><1><x><->'],
    ['--files', '<--files>'],
    ['-V', '<-V>'],
    ['', '<>'],
  ])('with something piped to it: rg %s', async (args, started) => {
    expect(await given(args)).toBe(started);
  });

  it('searches the working directory where nothing is piped to it', async () => {
    const text = rg.replace('exec "$0.wasm"', `printf '<%s>'`);
    const { stdout } = await sh(`run() {\n${text}\n}\nrun x </dev/null; echo t > f; run x <f`);
    expect(stdout).toBe('<x><x><->');
  });
});
