/**
 * Regular expressions. A pattern of POSIX is translated to one of JavaScript's, which finds where the first match starts.
 * Where JavaScript's would end another match than the longest, states.ts tells the end.
 */
import { AwkError } from './errors.ts';
import { characterSource, type Node, PatternError, parsePattern } from './pattern.ts';
import { longestMatch, type States, statesOf } from './states.ts';

export interface Match {
  readonly start: number;
  readonly end: number;
}

const assertionSources = {
  start: '(?<![^])',
  end: '(?![^])',
  'word start': '(?<![\\p{Alphabetic}\\p{N}_])(?=[\\p{Alphabetic}\\p{N}_])',
  'word end': '(?<=[\\p{Alphabetic}\\p{N}_])(?![\\p{Alphabetic}\\p{N}_])',
  boundary: '\\b',
  'no boundary': '\\B',
} as const;

function sourceOf(node: Node): string {
  if (node.type === 'characters') return characterSource(node);
  if (node.type === 'assertion')
    return node.what === 'start' ? '^' : node.what === 'end' ? '$' : assertionSources[node.what];
  if (node.type === 'sequence') return node.items.map((item) => grouped(item, 'choice')).join('');
  if (node.type === 'choice') return node.items.map(sourceOf).join('|');
  if (node.type === 'group') return `(${sourceOf(node.body)})`;
  const { least, most, body } = node;
  const count =
    most === Number.POSITIVE_INFINITY
      ? (['*', '+'][least] ?? `{${least},}`)
      : least === 0 && most === 1
        ? '?'
        : `{${least},${most}}`;
  return `${grouped(body, 'choice', 'sequence', 'repeat')}${count}`;
}

const grouped = (node: Node, ...types: readonly Node['type'][]): string =>
  types.includes(node.type) ? `(?:${sourceOf(node)})` : sourceOf(node);

/** Whether JavaScript's first match is the longest one: there is no choice, and only what is last repeats more than a character. */
function isLongest(node: Node, isLast = true): boolean {
  if (node.type === 'sequence')
    return node.items.every((item, i) => isLongest(item, isLast && i === node.items.length - 1));
  if (node.type === 'group') return isLongest(node.body, isLast);
  if (node.type === 'choice') return isLast && isChoiceOfLiterals(node.items);
  if (node.type !== 'repeat' || node.body.type === 'characters') return true;
  return isLast && isPlain(node.body);
}

/** Each of which starts with another character. */
function isChoiceOfLiterals(items: readonly Node[]): boolean {
  const starts = items.map((item) => {
    const first = item.type === 'sequence' ? item.items[0] : item;
    return isLongest(item) && first?.type === 'characters' ? first.literal : undefined;
  });
  return !starts.includes(undefined) && new Set(starts).size === starts.length;
}

/** Characters alone, one after the other. */
const isPlain = (node: Node): boolean =>
  node.type === 'characters' ||
  (node.type === 'group' && isPlain(node.body)) ||
  (node.type === 'sequence' && node.items.every(isPlain));

export class Regex {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly #search: RegExp;
  readonly #tree: Node;
  readonly #flags: string;
  readonly #isLongest: boolean;
  #states: States | undefined;
  /** A text without anything special. */
  readonly literal: string | undefined;

  constructor(source: string, ignoreCase = false) {
    this.source = source;
    this.ignoreCase = ignoreCase;
    try {
      this.#tree = parsePattern(source);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      throw new AwkError(`invalid regexp: ${error.message}: /${source}/`);
    }
    this.#flags = ignoreCase ? 'ui' : 'u';
    this.#search = new RegExp(sourceOf(this.#tree), `${this.#flags}g`);
    this.#isLongest = isLongest(this.#tree);
    this.literal = ignoreCase ? undefined : literalOf(this.#tree);
  }

  test(text: string): boolean {
    if (this.literal !== undefined) return text.includes(this.literal);
    this.#search.lastIndex = 0;
    return this.#search.test(text);
  }

  /** The leftmost match from `from` on, and of those the longest. */
  find(text: string, from = 0): Match | undefined {
    if (this.literal !== undefined) {
      const start = text.indexOf(this.literal, from);
      return start < 0 ? undefined : { start, end: start + this.literal.length };
    }
    this.#search.lastIndex = from;
    const found = this.#search.exec(text);
    if (!found) return undefined;
    const start = found.index;
    if (this.#isLongest) return { start, end: start + found[0].length };
    this.#states ??= statesOf(this.#tree, this.#flags);
    return { start, end: longestMatch(this.#states, text, start) };
  }

  /** The groups of a match that `find` has found. */
  groups(text: string, { start, end }: Match): readonly (Match | undefined)[] {
    const exact = new RegExp(`(?:${sourceOf(this.#tree)})(?![^])`, `${this.#flags}dy`);
    exact.lastIndex = start;
    const found = exact.exec(text.slice(0, end)) ?? this.#within(text, start);
    return (found?.indices ?? []).slice(1).map((pair) => pair && { start: pair[0], end: pair[1] });
  }

  #within(text: string, start: number): RegExpExecArray | null {
    const plain = new RegExp(sourceOf(this.#tree), `${this.#flags}dy`);
    plain.lastIndex = start;
    return plain.exec(text);
  }
}

function literalOf(node: Node): string | undefined {
  if (node.type === 'characters') return node.literal;
  if (node.type !== 'sequence' || node.items.length === 0) return undefined;
  const parts = node.items.map((item) => (item.type === 'characters' ? item.literal : undefined));
  return parts.includes(undefined) ? undefined : parts.join('');
}

const compiled = new Map<string, Regex>();

/** Compiles a pattern, which is kept: programs use the same few. */
export function regexOf(source: string, ignoreCase = false): Regex {
  const key = ignoreCase ? `i${source}` : `-${source}`;
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size > 500) compiled.clear();
  const regex = new Regex(source, ignoreCase);
  compiled.set(key, regex);
  return regex;
}
