/** Values of a JSON text by their positions, compared with what JSON.parse reads. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atOnce } from '../inparts.ts';
import { cutTo, firstChild, scanChildren, scanDocument } from './jsonscan.ts';
import { type JsonChild, STEP } from './jsonscanner.ts';

const rootOf = (text: string): JsonChild => atOnce(scanDocument(text));

/** All children of an array or an object, found in several scans of a few. */
function childrenOf(text: string, { start, count }: JsonChild, few = 3): JsonChild[] {
  const all: JsonChild[] = [];
  let next: number | undefined = count ? firstChild(text, start) : undefined;
  while (next !== undefined) {
    const found = atOnce(scanChildren(text, next, few));
    expect(found.children.length).toBeLessThanOrEqual(few);
    all.push(...found.children);
    next = found.next;
  }
  expect(all).toHaveLength(count ?? 0);
  return all;
}

/** Puts a value together again from its positions. */
function rebuilt(text: string, value: JsonChild): unknown {
  if (value.count === undefined) return JSON.parse(text.slice(value.start, value.end));
  const children = childrenOf(text, value);
  if (text[value.start] === '[') return children.map((child) => rebuilt(text, child));
  return Object.fromEntries(
    children.map((child) => [JSON.parse(child.name ?? '""'), rebuilt(text, child)]),
  );
}

const documents = fc
  .tuple(fc.jsonValue(), fc.constantFrom(0, 1, 2, '\t', ' \t'))
  .map(([value, indent]) => ` \n${JSON.stringify(value, undefined, indent)}\r\n`);

test('every value is found where it stands, however it is written', () => {
  fc.assert(
    fc.property(documents, (text) => {
      expect(rebuilt(text, rootOf(text))).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

const accepts = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};

test('a text is refused exactly where JSON.parse refuses it', () => {
  const pieces = fc.constantFrom(
    ...['[', ']', '{', '}', ',', ':', '"', '\\', '\\u00e', '\n', '\v', '\u00a0', '\u0001', 'é'],
    ...['0', '1', '-', '+', '.', 'e', 'E5', '01', 'true', 'nul', 'x', '"a"', '//'],
  );
  const damaged = fc
    .tuple(documents, fc.nat(), fc.nat(3), fc.array(pieces, { maxLength: 3 }))
    .map(([text, at, removed, added]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + added.join('') + text.slice(from + removed);
    });
  const made = fc.array(pieces, { maxLength: 8 }).map((all) => all.join(''));
  fc.assert(
    fc.property(fc.oneof(damaged, made), (text) => {
      expect(accepts(() => rootOf(text))).toBe(accepts(() => JSON.parse(text)));
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['', 'the text ends where a value is expected.'],
  ['[1,\n 2 x]', 'a comma or “]” is expected in line 2, column 4, where "x" stands.'],
  ['{"a":1,}', 'a name in quotes is expected in line 1, column 8, where "}" stands.'],
  ['[1] 2', 'the end of the text is expected in line 1, column 5, where "2" stands.'],
  ['["a', 'the text ends where a closing quote is expected.'],
  ['["a\tb"]', 'an escape or a closing quote is expected in line 1, column 4, where "\\t" stands.'],
  ['[NaN]', 'a value is expected in line 1, column 2, where "N" stands.'],
])('the error for %j says what is expected, and where', (text, words) => {
  expect(() => rootOf(text)).toThrow(new Error(words));
});

const written = (text: string): string[] =>
  childrenOf(text, rootOf(text)).map(
    ({ name = '', start, end }) => `${name}=${cutTo(text, start, end)}`,
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

test('quotes, colons and brackets in strings end nothing', () => {
  expect(written('["]","\\\\","\\"}",{"[":"\\\\\\""}," : "]')).toEqual([
    '="]"',
    '="\\\\"',
    '="\\"}"',
    '={"[":"\\\\\\""}',
    '=" : "',
  ]);
});

/** How many characters the longest step of a whole scan takes. */
function longestStep(text: string): number {
  let longest = 0;
  let at = 0;
  for (const steps = scanDocument(text); ; ) {
    const step = steps.next();
    const now = step.done ? text.length : step.value;
    longest = Math.max(longest, now - at);
    if (step.done) return longest;
    at = now;
  }
}

test.each([
  ['a million numbers', `[${new Array(1_000_000).fill(1234567).join(', ')}]`],
  ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['one long string', JSON.stringify('\\"x'.repeat(1_000_000))],
  ['one long name', `{${JSON.stringify('\\"x'.repeat(1_000_000))}:1}`],
  ['200,000 objects', JSON.stringify(new Array(200_000).fill({ name: 'x', sizes: [1, {}] }))],
])('a scan of %s can be left after every few characters', (_, text) => {
  expect(longestStep(text)).toBeLessThan(STEP + 100);
});
