/**
 * POSIX regular expressions with GNU's operators over bytes of UTF-8, in the locale C.UTF-8. They find the leftmost-longest
 * match with glibc's groups, in time that is linear in the text where there is no back-reference.
 */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Ast } from './ast.ts';
import { Backtracker } from './backtrack.ts';
import { Backward } from './backward.ts';
import { SetSequence, shortest } from './existence.ts';
import { FirstBytes, FirstPairs, LineStarts, Needle, type Prefix } from './find.ts';
import { asciiSetOf, firstBytesOf, headsOf, isCharacter, isTextThenOptional } from './first.ts';
import { Forward, type Known } from './forward.ts';
import { mustOf } from './must.ts';
import { buildNfa, type Nfa } from './nfa.ts';
import { Parser, type Syntax } from './parse.ts';
import { Symbols } from './symbols.ts';

export { RegexError, RegexTooBig } from './ast.ts';

export interface Rules extends Syntax {
  /** The byte that ^ and $ take for the end of a line within the text. */
  readonly newline?: number | undefined;
  /** A match must be a whole line, or must not be a part of a word. */
  readonly whole?: 'line' | 'word' | undefined;
}

/** The start and the end of a match, then those of its groups. */
export type Offsets = ArrayLike<number>;

export interface Regex {
  readonly groups: number;
  /** Whether a match depends on nothing but its own bytes: there is no anchor and no edge of a word. */
  readonly isContextFree: boolean;
  /**
   * Returns the offsets of the match and of its groups; they are -1 where a group has not matched. The text lies between
   * `base` and `to`, and the match starts at `from` or later. Throws RegexError where back-references make it too slow.
   */
  search(bytes: Uint8Array, from?: number, to?: number, base?: number): Offsets | undefined;
  /** Works as `search` does, and returns the offsets of the match alone. */
  find(bytes: Uint8Array, from?: number, to?: number, base?: number): Offsets | undefined;
  /** Returns the end of the match that ends first, or -1. */
  endOfAny(bytes: Uint8Array, from?: number, to?: number, base?: number): number;
}

/** Compiles a source, or several as alternatives, each with back-references of its own. Throws RegexError. */
export function compile(source: string | readonly string[], rules: Rules): Regex {
  let groups = 0;
  const items = (typeof source === 'string' ? [source] : source).map((each) => {
    const parser = new Parser(each, rules, groups);
    const ast = parser.parse();
    groups = parser.groups;
    return ast;
  });
  const either: Ast = items.length === 1 ? (items[0] as Ast) : { kind: 'either', items };
  return regexOf(wholeOf(either, rules.whole), groups, rules);
}

function regexOf(ast: Ast, groups: number, rules: Rules): Regex {
  const { text, isAll } = literalOf(ast);
  if (isAll && text !== '') return ofLiteral(bytesOf(text));
  const row = rowOf(ast);
  if (row) return ofRow(row.set, row.isOne);
  const nfa = buildNfa(ast, groups);
  const symbols = new Symbols(nfa, rules.newline);
  if (nfa.references.length > 0) return withReferences(ast, nfa, groups, symbols, rules);
  const forward = new Forward(nfa, symbols, knownOf(ast, text, rules));
  const backward = new Backward(nfa, symbols);
  const endOfAny = endOfAnyOf(ast, forward);
  const sure = isTextThenOptional(ast) ? new Needle(bytesOf(text)) : undefined;
  const find: Regex['find'] = (bytes, from = 0, to = bytes.length, base = 0) => {
    if (sure) {
      const start = sure.find(bytes, from, to);
      return start < 0 ? undefined : [start, forward.end(bytes, start, to, base, false)];
    }
    const end = forward.end(bytes, from, to, base, false);
    if (end < 0) return undefined;
    const start = backward.start(bytes, from, end, [base, to]);
    return [start, end];
  };
  return {
    groups,
    isContextFree: nfa.assertions.size === 0,
    find,
    search: (bytes, from = 0, to = bytes.length, base = 0) => {
      const found = find(bytes, from, to, base);
      if (!found || groups === 0) return found;
      return backward.groups(bytes, found[0] as number, found[1] as number, [base, to]);
    },
    endOfAny,
  };
}

/** Searches for a sequence of sets where the expression comes down to one, and by the automaton elsewhere. */
function endOfAnyOf(ast: Ast, forward: Forward): Regex['endOfAny'] {
  const sequence = SetSequence.of(shortest(ast));
  if (!sequence)
    return (bytes, from = 0, to = bytes.length, base = 0) =>
      forward.end(bytes, from, to, base, true);
  return (bytes, from = 0, to = bytes.length) => {
    const start = sequence.find(bytes, from, to);
    return start < 0 ? -1 : start + sequence.length;
  };
}

/** An expression without operators: its matches are the places of its bytes. */
function ofLiteral(literal: Uint8Array): Regex {
  const needle = new Needle(literal);
  const find: Regex['find'] = (bytes, from = 0, to = bytes.length) => {
    const start = needle.find(bytes, from, to);
    return start < 0 ? undefined : [start, start + literal.length];
  };
  return {
    groups: 0,
    isContextFree: true,
    find,
    search: find,
    endOfAny: (bytes, from = 0, to = bytes.length) => {
      const start = needle.find(bytes, from, to);
      return start < 0 ? -1 : start + literal.length;
    },
  };
}

/** A set of characters of ASCII, alone or repeated with `+`; undefined for anything else. */
function rowOf(ast: Ast): { readonly set: FirstBytes; readonly isOne: boolean } | undefined {
  const isRepeated = ast.kind === 'repeat' && ast.min === 1 && ast.max === Infinity;
  const bytes = asciiSetOf(isRepeated ? ast.body : ast);
  return bytes && { set: new FirstBytes(bytes), isOne: !isRepeated };
}

/** Its matches are rows of bytes, since no byte of another character is one of ASCII. */
function ofRow(set: FirstBytes, isOne: boolean): Regex {
  const find: Regex['find'] = (bytes, from = 0, to = bytes.length) => {
    const start = set.find(bytes, from, to);
    return start < 0 ? undefined : [start, isOne ? start + 1 : set.end(bytes, start, to)];
  };
  return {
    groups: 0,
    isContextFree: true,
    find,
    search: find,
    endOfAny: (bytes, from = 0, to = bytes.length) => set.find(bytes, from, to) + 1 || -1,
  };
}

/**
 * A match is also a match of the wider expression whose back-references match anything. The wider expression is searched
 * for first, in linear time: most texts do not match it, and no match starts before its leftmost one.
 */
function withReferences(ast: Ast, nfa: Nfa, groups: number, symbols: Symbols, rules: Rules): Regex {
  const engine = new Backtracker(nfa, symbols, rules.ignoreCase ?? false);
  const wider = regexOf(mapReferences(ast), groups, rules);
  const search =
    (isAny: boolean): Regex['search'] =>
    (bytes, from = 0, to = bytes.length, base = 0) => {
      const start = wider.find(bytes, from, to, base)?.[0];
      return start === undefined ? undefined : engine.search(bytes, start, to, base, isAny);
    };
  const first = search(true);
  return {
    groups,
    isContextFree: false,
    search: search(false),
    find: search(false),
    endOfAny: (bytes, from, to, base) => first(bytes, from, to, base)?.[1] ?? -1,
  };
}

/** The expression with "anything" in the place of each back-reference. */
function mapReferences(ast: Ast): Ast {
  switch (ast.kind) {
    case 'reference':
      return {
        kind: 'repeat',
        body: { kind: 'set', has: () => true },
        min: 0,
        max: Number.POSITIVE_INFINITY,
      };
    case 'all':
    case 'either':
      return { ...ast, items: ast.items.map(mapReferences) };
    case 'group':
    case 'repeat':
      return { ...ast, body: mapReferences(ast.body) };
    default:
      return ast;
  }
}

function wholeOf(ast: Ast, whole: Rules['whole']): Ast {
  if (!whole) return ast;
  const [before, after] =
    whole === 'line'
      ? (['lineStart', 'lineEnd'] as const)
      : (['noWordBefore', 'noWordAfter'] as const);
  return {
    kind: 'all',
    items: [{ kind: 'assert', assertion: before }, ast, { kind: 'assert', assertion: after }],
  };
}

/** What is known of every match, which begins with `text`. */
function knownOf(ast: Ast, text: string, rules: Rules): Known {
  const prefix = prefixOf(ast, text, rules);
  const { newline, except } = rules;
  // A text that every match begins with is found by itself, and where lines start little is skipped.
  const isByBytes = prefix instanceof FirstBytes || prefix instanceof FirstPairs;
  const bytes = prefix && !isByBytes ? undefined : mustOf(ast);
  return {
    prefix,
    must: bytes && new Needle(bytes),
    without: newline === except ? newline : undefined,
  };
}

/** What every match begins with: these characters, the start of a line, or one of some bytes. */
function prefixOf(ast: Ast, text: string, { newline }: Rules): Prefix | undefined {
  if (text !== '') return new Needle(bytesOf(text));
  const [first] = ast.kind === 'all' ? ast.items : [ast];
  const assertion = first?.kind === 'assert' ? first.assertion : undefined;
  if (assertion === 'lineStart') return new LineStarts(newline);
  if (assertion === 'textStart') return new LineStarts(undefined);
  const bytes = firstBytesOf(ast);
  if (!bytes) return undefined;
  const heads = headsOf(ast);
  return heads?.some(({ second }) => second) ? new FirstPairs(heads) : new FirstBytes(bytes);
}

/** The characters that every match begins with, and whether they are the whole match. */
function literalOf(ast: Ast): { readonly text: string; readonly isAll: boolean } {
  let text = '';
  for (const item of ast.kind === 'all' ? ast.items : [ast]) {
    if (!isCharacter(item)) return { text, isAll: false };
    text += String.fromCodePoint(item.literal);
  }
  return { text, isAll: true };
}
