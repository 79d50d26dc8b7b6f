/**
 * Patterns of the shell (bash(1) "Pattern Matching"), matched over characters. A pattern is a sequence of nodes; each takes the
 * places where what stands before it can end to those where it can end itself, so the time is at most that of the pattern's
 * length by the square of the text's.
 */

import { classNamed, isWord } from '../tools/regex/chars.ts';

type Node =
  | { readonly type: 'char'; readonly char: string }
  | { readonly type: 'any' }
  | { readonly type: 'star' }
  | { readonly type: 'set'; readonly has: (char: string) => boolean }
  /** `?(…)`, `*(…)`, `+(…)`, `@(…)`, `!(…)`. */
  | {
      readonly type: 'group';
      readonly kind: string;
      readonly choices: readonly (readonly Node[])[];
    };

/** Text with every character of a pattern made literal. */
export const quotePattern = (text: string): string => text.replace(/[*?[\]\\!^+@()|-]/g, '\\$&');

/** Whether a text means more than itself. A `[` that no `]` follows does not. */
export function hasPattern(pattern: string, isExtended: boolean): boolean {
  const bare = pattern.replace(/\\./gs, '');
  const bracket = bare.indexOf('[');
  return (
    /[*?]/.test(bare) ||
    (bracket >= 0 && bare.includes(']', bracket)) ||
    (isExtended && /[?*+@!]\(/.test(bare))
  );
}

/** How a pattern is read. */
export interface PatternOptions {
  readonly ignoresCase?: boolean;
  /** `@(a|b)` and its like mean something. */
  readonly isExtended: boolean;
}

/** What is left of a pattern when nothing is special in it. */
export const unquotePattern = (pattern: string): string => pattern.replace(/\\(.)/gs, '$1');

/** Groups nest no deeper; parentheses then stand for themselves. */
const DEPTH_MAX = 200;

class Reader {
  #depth = 0;
  readonly #chars: readonly string[];
  readonly #ignoresCase: boolean;
  #isExtended: boolean;
  /** Where parentheses open that others close. */
  readonly #closed: ReadonlySet<number>;
  #at = 0;

  constructor(pattern: string, { ignoresCase = false, isExtended }: PatternOptions) {
    this.#chars = [...pattern];
    this.#ignoresCase = ignoresCase;
    this.#isExtended = isExtended;
    this.#closed = closedIn(this.#chars);
  }

  /** Nodes up to the end, or within a group to a `|` or `)`. */
  nodes(inGroup = false): Node[] {
    const nodes: Node[] = [];
    while (this.#at < this.#chars.length) {
      const char = this.#chars[this.#at] as string;
      if (inGroup && (char === ')' || char === '|')) break;
      this.#at++;
      const group =
        this.#chars[this.#at] === '(' && '?*+@!'.includes(char) ? this.#group(char) : undefined;
      if (group) nodes.push(group);
      else if (char === '*') {
        if (nodes.at(-1)?.type !== 'star') nodes.push({ type: 'star' });
      } else if (char === '?') nodes.push({ type: 'any' });
      else if (char === '[') nodes.push(this.#set() ?? this.#char('['));
      else if (char === '\\') nodes.push(this.#char(this.#chars[this.#at++] ?? '\\'));
      else nodes.push(this.#char(char));
    }
    return nodes;
  }

  #char(char: string): Node {
    return { type: 'char', char: this.#ignoresCase ? char.toLowerCase() : char };
  }

  /** Undefined, and nothing passed, where no parenthesis closes it. */
  #group(kind: string): Node | undefined {
    if (!this.#isExtended || !this.#closed.has(this.#at) || this.#depth === DEPTH_MAX)
      return undefined;
    const start = this.#at;
    const choices: Node[][] = [];
    this.#depth++;
    do {
      this.#at++;
      choices.push(this.nodes(true));
    } while (this.#chars[this.#at] === '|');
    this.#depth--;
    if (this.#chars[this.#at++] === ')') return { type: 'group', kind, choices };
    // Its parenthesis stands in brackets. What follows is not read again for each group that is open.
    this.#isExtended = false;
    this.#at = start;
    return undefined;
  }

  /** What stands between brackets; undefined, and nothing passed, where none closes them. */
  #set(): Node | undefined {
    const start = this.#at;
    const isNegated = this.#chars[this.#at] === '!' || this.#chars[this.#at] === '^';
    if (isNegated) this.#at++;
    const tests: ((char: string) => boolean)[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const char = this.#chars[this.#at];
      if (char === undefined) {
        this.#at = start;
        return undefined;
      }
      if (char === ']' && !isFirst) break;
      tests.push(this.#named() ?? this.#range());
    }
    this.#at++;
    const has = (char: string): boolean => tests.some((test) => test(char));
    const either = this.#ignoresCase
      ? (char: string) => has(char.toLowerCase()) || has(char.toUpperCase())
      : has;
    return { type: 'set', has: isNegated ? (char) => !either(char) : either };
  }

  /** `[:alpha:]`; no character is in a class that there is none of. */
  #named(): ((char: string) => boolean) | undefined {
    if (this.#chars[this.#at] !== '[' || this.#chars[this.#at + 1] !== ':') return undefined;
    const end = this.#chars.findIndex(
      (char, i) => i > this.#at + 1 && char === ':' && this.#chars[i + 1] === ']',
    );
    if (end < 0) return undefined;
    const name = this.#chars.slice(this.#at + 2, end).join('');
    const has =
      name === 'word'
        ? isWord
        : name === 'ascii'
          ? (code: number) => code < 0x80
          : classNamed(name);
    this.#at = end + 2;
    return (char) => has?.(codeOf(char)) ?? false;
  }

  #range(): (char: string) => boolean {
    const low = this.#member();
    if (this.#chars[this.#at] !== '-' || (this.#chars[this.#at + 1] ?? ']') === ']')
      return (char) => char === low;
    this.#at++;
    const [from, to] = [codeOf(low), codeOf(this.#member())];
    return (char) => codeOf(char) >= from && codeOf(char) <= to;
  }

  /** A character, `[=a=]` and `[.a.]`, or what stands behind a backslash. */
  #member(): string {
    const char = this.#chars[this.#at++] as string;
    const mark = this.#chars[this.#at] ?? '';
    if (char === '[' && (mark === '=' || mark === '.')) {
      const [inner = '', mark2, bracket] = this.#chars.slice(this.#at + 1, this.#at + 4);
      if (mark2 === mark && bracket === ']') {
        this.#at += 4;
        return inner;
      }
    }
    return char === '\\' ? (this.#chars[this.#at++] ?? '\\') : char;
  }
}

function closedIn(chars: readonly string[]): ReadonlySet<number> {
  const closed = new Set<number>();
  const open: number[] = [];
  for (let at = 0; at < chars.length; at++) {
    if (chars[at] === '\\') at++;
    else if (chars[at] === '(') open.push(at);
    else if (chars[at] === ')') closed.add(open.pop() ?? at);
  }
  return closed;
}

const codeOf = (char: string): number => char.codePointAt(0) as number;

/** Places in a text: none twice, from the left to the right. */
type Places = readonly number[];

export class Pattern {
  /** Whether it begins with `*`, also that of `*(…)`. */
  readonly startsWithStar: boolean;
  readonly #nodes: readonly Node[];
  readonly #ignoresCase: boolean;
  /** The texts between its stars, where it has nothing else that is special. */
  readonly #texts: readonly string[] | undefined;
  #backward: readonly Node[] | undefined;

  constructor(pattern: string, options: PatternOptions) {
    this.#nodes = new Reader(pattern, options).nodes();
    this.#ignoresCase = options.ignoresCase ?? false;
    this.startsWithStar = pattern.startsWith('*');
    this.#texts = textsOf(this.#nodes);
  }

  /** The text that it stands for, where nothing in it is special. */
  get literal(): string | undefined {
    return this.#texts?.length === 1 && !this.#ignoresCase ? this.#texts[0] : undefined;
  }

  matches(text: string): boolean {
    const own = this.#ignoresCase ? text.toLowerCase() : text;
    if (this.#texts) return matchesTexts(own, this.#texts);
    const chars = [...own];
    return this.#ends(this.#nodes, chars, [0]).at(-1) === chars.length;
  }

  /** The lengths of what matches from `start` on, from the shortest to the longest. */
  lengthsFrom(chars: readonly string[], start = 0): readonly number[] {
    return this.#ends(this.#nodes, chars, [start]).map((end) => end - start);
  }

  /** The lengths of what matches up to the end of the text. */
  lengthsBefore(chars: readonly string[]): readonly number[] {
    this.#backward ??= backward(this.#nodes);
    return this.#ends(this.#backward, chars.toReversed(), [0]);
  }

  #ends(nodes: readonly Node[], chars: readonly string[], starts: Places): Places {
    let places = starts;
    for (const node of nodes) {
      if (places.length === 0) break;
      places = this.#after(node, chars, places);
    }
    return places;
  }

  #after(node: Node, chars: readonly string[], places: Places): Places {
    const { length } = chars;
    const step = (isOne: (char: string) => boolean): Places =>
      places.filter((at) => at < length && isOne(chars[at] as string)).map((at) => at + 1);
    switch (node.type) {
      case 'char':
        return step((char) => char === node.char);
      case 'any':
        return step(() => true);
      case 'set':
        return step(node.has);
      case 'star': {
        const first = places[0] as number;
        return Array.from({ length: length - first + 1 }, (_, i) => first + i);
      }
      case 'group':
        return this.#group(node, chars, places);
    }
  }

  #group(
    { kind, choices }: Extract<Node, { type: 'group' }>,
    chars: readonly string[],
    places: Places,
  ): Places {
    const once = (from: Places): Places =>
      sorted(new Set(choices.flatMap((choice) => this.#ends(choice, chars, from))));
    if (kind === '@') return once(places);
    if (kind === '?') return sorted(new Set([...places, ...once(places)]));
    if (kind === '!') {
      const out = new Set<number>();
      for (const start of places) {
        const taken = new Set(once([start]));
        for (let end = start; end <= chars.length; end++) if (!taken.has(end)) out.add(end);
      }
      return sorted(out);
    }
    const out = new Set(kind === '*' ? places : []);
    for (let next = once(places); next.length > 0; ) {
      const fresh = next.filter((at) => !out.has(at));
      for (const at of fresh) out.add(at);
      next = fresh.length > 0 ? once(fresh) : [];
    }
    return sorted(out);
  }
}

/** Undefined where it has more than characters and stars. */
function textsOf(nodes: readonly Node[]): string[] | undefined {
  const texts = [''];
  for (const node of nodes) {
    if (node.type === 'star') texts.push('');
    else if (node.type === 'char') texts.push(texts.pop() + node.char);
    else return undefined;
  }
  return texts;
}

/** Whether a text begins with the first and ends with the last of these texts, and has the others in order between them. */
function matchesTexts(text: string, [first = '', ...rest]: readonly string[]): boolean {
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (const each of rest) {
    const found = text.indexOf(each, at);
    if (found < 0) return false;
    at = found + each.length;
  }
  return at + last.length <= text.length;
}

/** The nodes that match the same texts read from their end. */
const backward = (nodes: readonly Node[]): Node[] =>
  nodes
    .map(
      (node): Node =>
        node.type === 'group' ? { ...node, choices: node.choices.map(backward) } : node,
    )
    .toReversed();

const sorted = (places: ReadonlySet<number>): Places => [...places].sort((a, b) => a - b);

const known = new Map<string, Pattern>();

/** A pattern, read once for all its uses. */
export function patternOf(text: string, options: PatternOptions): Pattern {
  const key = `${options.ignoresCase ? 'i' : ''}${options.isExtended ? 'e' : ''}:${text}`;
  let pattern = known.get(key);
  if (!pattern) {
    if (known.size > 500) known.clear();
    pattern = new Pattern(text, options);
    known.set(key, pattern);
  }
  return pattern;
}

/** Whether all of `text` matches. */
export const matches = (pattern: string, text: string, options: PatternOptions): boolean =>
  patternOf(pattern, options).matches(text);
