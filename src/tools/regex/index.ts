/**
 * Regular expressions of POSIX with GNU's operators over bytes of UTF-8, in the locale C.UTF-8: the leftmost-longest match
 * with glibc's groups. Time is linear in the text where there is no back-reference.
 */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Ast } from './ast.ts';
import { Backtracker } from './backtrack.ts';
import { Backward } from './backward.ts';
import { Forward } from './forward.ts';
import { buildNfa } from './nfa.ts';
import { Parser, type Syntax } from './parse.ts';
import { Symbols } from './symbols.ts';

export { RegexError } from './ast.ts';

export interface Rules extends Syntax {
  /** What ^ and $ see as the end of a line within the text. */
  readonly newline?: number | undefined;
  /** The match is a whole line, or is no part of a word. */
  readonly whole?: 'line' | 'word' | undefined;
}

export interface Regex {
  readonly groups: number;
  /**
   * The offsets of the match and of its groups, -1 where a group has none. The text is from `base` to `to`; the match starts
   * at `from` or later.
   */
  search(bytes: Uint8Array, from?: number, to?: number, base?: number): Int32Array | undefined;
  /** As `search`, with the offsets of the match alone. */
  find(bytes: Uint8Array, from?: number, to?: number, base?: number): Int32Array | undefined;
  /** The end of whichever match ends first, or -1. */
  endOfAny(bytes: Uint8Array, from?: number, to?: number, base?: number): number;
}

/** Of several sources, each is an alternative with back-references of its own. Throws RegexError. */
export function compile(source: string | readonly string[], rules: Rules): Regex {
  let groups = 0;
  const items = (typeof source === 'string' ? [source] : source).map((each) => {
    const parser = new Parser(each, rules, groups);
    const ast = parser.parse();
    groups = parser.groups;
    return ast;
  });
  const either: Ast = items.length === 1 ? (items[0] as Ast) : { kind: 'either', items };
  const ast = wholeOf(either, rules.whole);
  const nfa = buildNfa(ast, groups);
  const symbols = new Symbols(nfa, rules.newline);
  if (nfa.references.length > 0) {
    const engine = new Backtracker(nfa, symbols, rules.ignoreCase ?? false);
    return {
      groups,
      search: (bytes, from = 0, to = bytes.length, base = 0) =>
        engine.search(bytes, from, to, base, false),
      find: (bytes, from = 0, to = bytes.length, base = 0) =>
        engine.search(bytes, from, to, base, false),
      endOfAny: (bytes, from = 0, to = bytes.length, base = 0) =>
        engine.search(bytes, from, to, base, true)?.[1] ?? -1,
    };
  }
  const forward = new Forward(nfa, symbols, bytesOf(prefixOf(ast)));
  const backward = new Backward(nfa, symbols);
  const find: Regex['find'] = (bytes, from = 0, to = bytes.length, base = 0) => {
    const end = forward.end(bytes, from, to, base, false);
    if (end < 0) return undefined;
    const start = backward.start(bytes, from, end, [base, to]);
    return Int32Array.of(start, end);
  };
  return {
    groups,
    find,
    search: (bytes, from = 0, to = bytes.length, base = 0) => {
      const found = find(bytes, from, to, base);
      if (!found || groups === 0) return found;
      return backward.groups(bytes, found[0] as number, found[1] as number, [base, to]);
    },
    endOfAny: (bytes, from = 0, to = bytes.length, base = 0) =>
      forward.end(bytes, from, to, base, true),
  };
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

/** The characters that every match begins with. */
function prefixOf(ast: Ast): string {
  let text = '';
  for (const item of ast.kind === 'all' ? ast.items : [ast]) {
    if (item.kind !== 'set' || item.literal === undefined) break;
    text += String.fromCodePoint(item.literal);
  }
  return text;
}
