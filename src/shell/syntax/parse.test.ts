/** What the parser takes, what it refuses, and in which words (the rest is compared with bash by the shell's own tests). */
import { describe, expect, it } from 'vitest';
import { plainDialect } from './dialect.ts';
import { isIncomplete, Parser, SyntaxError_ } from './parse.ts';
import { printFunction } from './print.ts';
import type { Script } from './tree.ts';

const parse = (text: string): Script => new Parser(text).script();

describe('a mistake', () => {
  it.each([
    ['fi', "syntax error near unexpected token `fi'"],
    ['echo a )', "syntax error near unexpected token `)'"],
    ['a;;', "syntax error near unexpected token `;;'"],
    ['| a', "syntax error near unexpected token `|'"],
    ['f() echo', "syntax error near unexpected token `echo'"],
    ['if true; then fi', "syntax error near unexpected token `fi'"],
    ['{ a; } b', "syntax error near unexpected token `b'"],
    ['a\n\nb ( c', "syntax error near unexpected token `('"],
  ])('%s is told', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(isIncomplete(text, plainDialect)).toBe(false);
  });

  it('tells its line, and leaves what stands before it to be run', () => {
    const parser = new Parser('echo a\necho b\necho )\n');
    expect(parser.line()).toHaveLength(1);
    expect(parser.line()).toHaveLength(1);
    try {
      parser.line();
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ line: 3, shown: 'echo )' });
    }
  });
});

describe('what more lines could make whole', () => {
  it.each([
    'if true',
    'while a; do b',
    'case x in',
    'case x in a) b',
    'f() {',
    'a |',
    'a &&',
    'echo "a',
    "echo 'a",
    'echo $(a',
    'echo ${a',
    'echo `a',
    'cat <<E\na',
    'a=(1',
    '[[ a',
    'echo a \\',
    '(a',
  ])('%s', (text) => expect(isIncomplete(text, plainDialect)).toBe(true));
});

it('is read in time that grows with its length', () => {
  for (const text of [
    'a; '.repeat(50_000),
    '"$x" '.repeat(50_000),
    '{'.repeat(20_000),
    '# '.repeat(1e5),
  ])
    parse(`echo ${text}`);
});

it('ends in a sentence where it nests too deeply', () => {
  for (const open of ['$(', '( ', '{ ', '${a:-', '"$(', 'if ', '[[ ( '])
    expect(() => parse(open.repeat(100_000))).toThrow(SyntaxError_);
});

it('a function is printed as text that defines the same', () => {
  const text =
    'f() { if a; then b; elif c; then d; fi; for x in 1 "2 3"; do (e | f) & done; case $1 in a|b) g;; *) ;; esac; [[ -n $x && ! $y == z* ]]; ((i += 1)); h() { :; }; }';
  const [first] = parse(text).statements[0]?.pipelines[0]?.commands ?? [];
  if (first?.type !== 'FunctionDefinition') return expect.unreachable();
  const printed = printFunction(first);
  const [again] = parse(printed).statements[0]?.pipelines[0]?.commands ?? [];
  expect(again?.type === 'FunctionDefinition' && printFunction(again)).toBe(printed);
});
