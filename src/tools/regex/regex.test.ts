/** The engine beside glibc's, through sed: which text matches, and where its groups are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { debian, isDebian } from '../../testing/debian.ts';
import { compile } from './index.ts';

/** Group `n` between marks, as sed's `s/…/<\0|\1|…>/` shows it. */
function marked(source: string, syntax: 'bre' | 'ere', text: string, most = 8): string {
  const bytes = new TextEncoder().encode(text);
  const regex = compile(source, { syntax });
  const found = regex.search(bytes);
  if (!found) return `${text}\n`;
  const part = (from = 0, to = 0): string => new TextDecoder().decode(bytes.subarray(from, to));
  const groups = Array.from({ length: Math.min(regex.groups, most) + 1 }, (_, group) =>
    part(Math.max(found[2 * group] ?? 0, 0), Math.max(found[2 * group + 1] ?? 0, 0)),
  );
  return `${part(0, found[0])}<${groups.join('|')}>${part(found[1], bytes.length)}\n`;
}

const groupsOf = (source: string, syntax: 'bre' | 'ere'): number =>
  Math.min(compile(source, { syntax }).groups, 8);

function glibc(cases: readonly (readonly [source: string, text: string])[], most = 8): string {
  const script = cases.map(([source, text]) => {
    const marks = Array.from(
      { length: Math.min(groupsOf(source, 'ere'), most) + 1 },
      (_, i) => `\\${i}`,
    );
    return `echo '${text}' | sed -E 's/${source}/<${marks.join('|')}>/'`;
  });
  return Buffer.from(debian(script.join('\n')).stdout, 'latin1').toString();
}

describe.runIf(isDebian)('matches are as glibc gives them', () => {
  it.each([
    ['(a|ab)(c|bcd)(d*)', 'abcd'],
    ['(a*)*b|(a)', 'aaab a'],
    ['((a)|(b))*', 'abab'],
    ['(a|(b))*', 'ba'],
    ['(a*)(ab)*(b*)', 'abb'],
    ['(x?)*(y|xy)', 'xxy'],
    ['(|a)+', 'aaa'],
    ['()|b', 'ab'],
    ['(.)(.)\\2\\1', 'xabbay'],
    ['(a{2,3}){1,2}', 'aaaaaaa'],
    ['\\<\\w+\\>$', 'one two'],
    ['[^[:space:]é]+', 'éab c'],
    ['\\Bb\\B', 'abc'],
    ['[]a-]+', 'x]-a'],
  ])('%s in %s', (source, text) => {
    expect(marked(source, 'ere', text)).toBe(glibc([[source, text]]));
  });

  it('of random patterns and texts, without their groups', () => {
    const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', 'é', '\\w', '\\s');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc
        .array(
          fc.tuple(
            fc.oneof(
              { maxDepth: 3 },
              atom,
              tie('pattern').map((inner) => `(${inner})`),
            ),
            fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '|'),
          ),
          { minLength: 1, maxLength: 3 },
        )
        .map((parts) => parts.map(([one, repeat]) => one + repeat).join('')),
    }));
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', ' '), maxLength: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(pattern, text), { minLength: 20, maxLength: 20 }), (cases) => {
        expect(cases.map(([source, each]) => marked(source, 'ere', each, 0)).join('')).toBe(
          glibc(cases, 0),
        );
      }),
      { numRuns: 6 },
    );
  });
});

it('finds the same where it need not look at each byte', () => {
  const source = fc.constantFrom(
    ...[
      '[ab]+',
      '[0-9]+',
      'b',
      '[a-c]',
      '[[:digit:]x]+',
      '[b-]+',
      '[]x]+',
      'b+[a1]*',
      '(b|1)a',
      '(b|1a*)+x?',
    ],
    ...[
      '[^a-z ]+',
      'é+',
      '[é1]+',
      '\\<[ab]+',
      '^b+',
      '(b?1)+',
      '[1é]?b',
      '[b[=1=]]+',
      '[^b]+x',
      'x*',
      '[[:alpha:]]+',
    ],
    // Rows of sets around a rare byte, once they are as short as they may be.
    ...[
      '[0-9]+x',
      'b?[a1]x+',
      '(b*[1-])+x*',
      'x[ab]+',
      '[ab]{2}x',
      '(1*x?)+x',
      'a*xb?',
      '(^x)+a',
      'x$',
    ],
    ...['(x[ab])+', '(x1?){2,}', '(a|b)*x', '[a-c]x1', 'x{1,3}b*', '(a*)(x)', 'xé*', '\\<x+'],
    // Several ways to begin.
    ...[
      '(ab|b1)+x?',
      '[ab]1',
      '(a|b1|x-)a*',
      '([ax]|11)b',
      '(ab*|ba)x',
      '(a1|é)x?',
      '[ab]{2}',
      '(ax|b)+$',
    ],
    // A text that need not be followed by anything.
    ...['b.*', 'x1*a?', 'a(b|1*)x{0,2}', 'é(a?)*', 'xa(^b)*', 'b($)?', 'a1?$', '-(x|)', 'ba*()1?'],
  );
  const bytes = fc
    .array(fc.constantFrom(0, 10, 32, 45, 49, 93, 97, 98, 120, 0xa9, 0xc3, 0xe9, 0xff), {
      maxLength: 24,
    })
    .map((each) => Uint8Array.from(each));
  const lines = fc.constantFrom({}, { newline: 10, except: 10 });
  fc.assert(
    fc.property(source, bytes, fc.nat(8), lines, (each, text, from, line) => {
      const rules = { syntax: 'ere', ...line } as const;
      const fast = compile(each, rules);
      // The other alternative never matches, but could begin with anything.
      const slow = compile([each, '.\\`x', '\\n\\`x'], rules);
      // A search begins at a character.
      if (from > text.length || (text[from - 1] ?? 0) > 127) return;
      expect(Array.from(fast.find(text, from) ?? [])).toEqual(
        Array.from(slow.find(text, from) ?? []),
      );
      expect(fast.endOfAny(text, from)).toBe(slow.endOfAny(text, from));
    }),
    { numRuns: 3000 },
  );
});

it('finds a text in a long one where it is first, wherever the search begins and ends', () => {
  const text = fc
    .array(fc.constantFrom(...new TextEncoder().encode('abmn\n')), {
      minLength: 1100,
      maxLength: 1300,
    })
    .map((each) => Uint8Array.from(each));
  const parts = fc.record({ text, at: fc.nat(), length: fc.integer({ min: 3, max: 40 }) });
  fc.assert(
    fc.property(parts, fc.nat(60), fc.nat(60), ({ text, at, length }, from, left) => {
      const start = at % (text.length - length);
      const wanted = Buffer.from(text.subarray(start, start + length));
      const to = text.length - left;
      const first = Buffer.from(text.subarray(0, to)).indexOf(wanted, from);
      const source = [...wanted].map((byte) => String.fromCharCode(byte)).join('');
      const found = compile(source, { syntax: 'ere' }).find(text, from, to);
      expect(found?.[0] ?? -1).toBe(first);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['(', 'Unmatched ( or \\('],
  [')', 'Unmatched ) or \\)'],
  ['[a', 'Unmatched [, [^, [:, [., or [='],
  ['a[', 'Invalid regular expression'],
  ['[^', 'Invalid regular expression'],
  ['*a', 'Invalid preceding regular expression'],
  ['a{2,1}', 'Invalid content of \\{\\}'],
  ['a{1', 'Unmatched \\{'],
  ['\\1', 'Invalid back reference'],
  ['[[:x:]]', 'Invalid character class name'],
  ['[b-a]', 'Invalid range end'],
  ['a\\', 'Trailing backslash'],
  ['a{32768}', 'Regular expression too big'],
])('refuses %s', (source, message) => {
  expect(() => compile(source, { syntax: 'ere' })).toThrow(message);
});

it('matches no byte that is not UTF-8 by a dot', () => {
  const bytes = Uint8Array.of(0xe9, 0x61, 0xff);
  expect(compile('.*', { syntax: 'bre' }).search(bytes)).toEqual([0, 0]);
  expect(compile('.', { syntax: 'bre' }).search(bytes)).toEqual([1, 2]);
});
