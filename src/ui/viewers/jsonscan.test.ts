/** Values of a JSON text by their positions, compared with what JSON.parse reads. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childrenOf, isContainer, type JsonChild, rootOf, showValue } from './jsonscan.ts';

/** Puts a value together again from its positions, without recursion in the code under test. */
function rebuilt(text: string, { start, end }: JsonChild): unknown {
  if (!isContainer(text, start)) return JSON.parse(text.slice(start, end));
  const children = childrenOf(text, start);
  if (text[start] === '[') return children.map((child) => rebuilt(text, child));
  return Object.fromEntries(
    children.map((child) => [JSON.parse(child.name ?? '""'), rebuilt(text, child)]),
  );
}

test('every value is found where it stands, however it is written', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t', ' \t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(rebuilt(` \n${text}\r\n`, rootOf(` \n${text}\r\n`))).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

const written = (text: string): string[] =>
  childrenOf(text, rootOf(text).start).map(
    (child) => `${child.name ?? ''}=${showValue(text, child)}`,
  );

test('numbers keep all their digits', () => {
  expect(written('{"id":9007199254740993,"b":12345678901234567890,"c":1E400,"d":-0}')).toEqual([
    '"id"=9007199254740993',
    '"b"=12345678901234567890',
    '"c"=1E400',
    '"d"=-0',
  ]);
});

test('of two equal names both are there', () => {
  expect(written('{"a":1,"a":2,"__proto__":3}')).toEqual(['"a"=1', '"a"=2', '"__proto__"=3']);
});

test('quotes and brackets in strings end nothing', () => {
  expect(written('["]","\\\\","\\"}",{"[":"\\\\\\""}]')).toEqual([
    '="]"',
    '="\\\\"',
    '="\\"}"',
    '={"[":"\\\\\\""}',
  ]);
});

test('a text of 100,000 levels and one of a million numbers are read without recursion', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  expect(childrenOf(deep, 0)).toEqual([{ start: 1, end: deep.length - 1 }]);
  const wide = `[${new Array(1_000_000).fill(7).join(', ')}]`;
  expect(childrenOf(wide, 0)).toHaveLength(1_000_000);
});
