/** cut beside Debian's. */
import { describe, expect, it } from 'vitest';
import { expectDebian, isDebian, ours } from '../testing/debian.ts';

const files = `printf 'a:b:c\\nplain\\n:x:\\n\\nd:e' > f; printf '\\xe9\\x80:z\\0q:\\xff' > g`;

describe.runIf(isDebian)('cut is as Debian has it', () => {
  it.each([
    '-d: -f2 f',
    '-d: -f2- f',
    '-d: -f-2 f',
    '-d: -f3,1 f',
    '-d: -f2,2-3,1 f',
    '-d: -s -f2 f',
    '-d: -f1,3 --output-delimiter=-- f',
    '-d: -f1,3 --output-delimiter= f',
    '-d: --complement -f2 f',
    '-d: --complement -f1- f',
    '-d "" -f1 f',
    '-b2 f',
    '-b1-2,4 f',
    '-b1-2,3-4 --output-delimiter=+ f',
    '-b1-3,2-4 --output-delimiter=+ f',
    '-c2- f',
    '-b1 -n f',
    '--complement -b2-3 f',
    '-d: -f2 g',
    '-z -d: -f2 g',
    '-b1 g',
    '-b2- g f',
    '-d: -f1 - < f',
    '-d: -f1 nofile f',
    '-f1 .',
    '-f1',
    ...['-f', '-f1-2-3', '-f0', '-b0', '-f1-0', '-f-', '-fa', '-f1a', '-f1-a', '-f3-1', "-f ''"],
    ...['-f1,,2', '-b1-2-', '-ca', '-b1,x', '-f1 -b1', '', '-d: -b1', '-s -b1', '-d:: -f1', '-z'],
    ...['--foo', '-Z', '--o x', '--complement=3', '-f "1 2"', '-fa-1', '--fields', '--fie=2 -d:'],
    ...['-f 99999999999999999999', '-b 18446744073709551615', '-f1 --output-delimiter'],
  ])('cut %s', (args) => expectDebian(`${files}; cut ${args} f`.replace(/ f f$/, ' f')));
});

it('passes lines on as they come', async () => {
  const { stdout } = await ours('{ echo a:b; sleep 0.05; echo c:d; } | cut -d: -f2 | head -n 1');
  expect(stdout).toBe('b\n');
});
