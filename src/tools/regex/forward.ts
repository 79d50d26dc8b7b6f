/** Finds where the leftmost-longest match ends, in one walk over the text. */
import { behindLast } from '../bytescan.ts';
import { charAt, lengthAt, lengthBefore } from './chars.ts';
import type { Needle, Prefix } from './find.ts';
import type { Nfa } from './nfa.ts';
import { EDGE, holds, type Symbols } from './symbols.ts';
import { type State, specialRow, Table, UNKNOWN } from './table.ts';

/** What is known of every match, so that the walk skips what is in none. */
export interface Known {
  /** What it begins with. */
  readonly prefix?: Prefix | undefined;
  /** What it contains. */
  readonly must?: Needle | undefined;
  /** A byte that it does not contain. */
  readonly without?: number | undefined;
}

export class Forward {
  readonly #nfa: Nfa;
  readonly #symbols: Symbols;
  readonly #prefix: Prefix | undefined;
  readonly #must: Needle | undefined;
  readonly #without: number | undefined;
  /** A match depends on the character before it. */
  readonly #looksBehind: boolean;
  /** Where the search has found what every match contains; no match that is left starts before that line. */
  #mustAt = -1;
  readonly #table: Table;
  readonly #seen: Int32Array;
  readonly #reached: Int32Array;
  #mark = 0;

  constructor(nfa: Nfa, symbols: Symbols, known: Known) {
    this.#nfa = nfa;
    this.#symbols = symbols;
    ({ prefix: this.#prefix, must: this.#must, without: this.#without } = known);
    this.#looksBehind = beginsWithAssertion(nfa);
    this.#seen = new Int32Array(nfa.nodes.length);
    this.#reached = new Int32Array(nfa.nodes.length);
    this.#table = new Table(
      (state) => state.isMatch || state.parts.length === 0 || this.#isIdle(state),
    );
  }

  /** Returns the end of the leftmost-longest match, or -1. With `isAny`, returns the end of the match that ends first. */
  end(bytes: Uint8Array, from: number, to: number, base: number, isAny: boolean): number {
    const table = this.#table;
    const { ascii } = this.#symbols;
    let last = -1;
    this.#mustAt = -1;
    let i = this.#skip(bytes, from, to, base);
    if (i < 0) return -1;
    let row = this.#start(bytes, i, base).row;
    for (;;) {
      const before = i;
      let symbol = EDGE;
      if (i < to) {
        const byte = bytes[i] as number;
        if (byte < 128) {
          symbol = ascii[byte] as number;
          i++;
        } else {
          const length = lengthAt(bytes, i, to);
          symbol = this.#symbols.of(charAt(bytes, i, length));
          i += length;
        }
      }
      // A new symbol lies beyond the end of the row.
      let entry = symbol < table.stride ? (table.next[row + symbol] as number) : UNKNOWN;
      if (entry === UNKNOWN) entry = this.#step(table.at(row), symbol);
      if (entry < 0) {
        const state = table.at(specialRow(entry));
        if (state.isMatch) {
          last = before;
          if (isAny) return last;
        }
        if (state.parts.length === 0) return last;
        row = state.row;
        if (before < to && this.#isIdle(state)) {
          i = this.#skip(bytes, i, to, base);
          if (i < 0) return last;
          row = this.#start(bytes, i, base).row;
        }
      } else row = entry;
      if (before >= to) return last;
    }
  }

  /** Returns the first place from `from` on where a match may begin, or -1. */
  #skip(bytes: Uint8Array, from: number, to: number, base: number): number {
    const must = this.#must;
    const prefix = this.#prefix;
    if (!must) return prefix ? prefix.find(bytes, from, to, base) : from;
    for (let at = from; ; ) {
      if (at > this.#mustAt) {
        const found = must.find(bytes, at, to);
        if (found < 0) return -1;
        this.#mustAt = found;
        if (this.#without !== undefined) at = behindLast(bytes, this.#without, at, found);
      }
      const start = prefix ? prefix.find(bytes, at, to, base) : at;
      if (start <= this.#mustAt) return start;
      at = start;
    }
  }

  /** No match has begun, so that the search may skip to the next prefix. */
  #isIdle(state: State): boolean {
    state.isIdle ??=
      (this.#prefix !== undefined || this.#must !== undefined) &&
      !state.isBound &&
      !state.isMatch &&
      state.parts.length === 1 &&
      state.parts[0]?.length === 1 &&
      state.parts[0][0] === this.#nfa.start;
    return state.isIdle;
  }

  #start(bytes: Uint8Array, at: number, base: number): State {
    if (!this.#looksBehind) return this.#table.start(this.#nfa.start, EDGE, false);
    const side = this.#symbols.kinds[symbolBefore(this.#symbols, bytes, at, base)] as number;
    return this.#table.start(this.#nfa.start, side, false);
  }

  #step(state: State, symbol: number): number {
    const { kinds, members } = this.#symbols;
    let from = state;
    if (kinds.length > this.#table.stride) {
      this.#table.widen(kinds.length);
      from = this.#table.intern(state.parts, state.side, state.isMatch, state.isBound);
    }
    const side = kinds[symbol] as number;
    const has = members[symbol] as readonly boolean[];
    const mark = ++this.#mark;
    const parts: number[][] = [];
    let isMatch = false;
    for (const part of from.parts) {
      const next: number[] = [];
      const isEnd = this.#follow(part, from.side, side, has, next);
      if (next.length > 0) parts.push(next.sort((a, b) => a - b));
      if (isEnd) {
        isMatch = true;
        break;
      }
    }
    const isBound = from.isBound || isMatch;
    if (!isBound && this.#reached[this.#nfa.start] !== mark) parts.push([this.#nfa.start]);
    return this.#table.link(from, symbol, this.#table.intern(parts, side, isMatch, isBound));
  }

  /** Adds the nodes that a symbol leads to to `next`. Returns whether the end is reached before the symbol. */
  #follow(
    part: readonly number[],
    before: number,
    after: number,
    has: readonly boolean[],
    next: number[],
  ): boolean {
    const { nodes } = this.#nfa;
    const mark = this.#mark;
    const stack = [...part];
    let isEnd = false;
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (this.#seen[index] === mark) continue;
      this.#seen[index] = mark;
      const node = nodes[index] as (typeof nodes)[number];
      if (node.kind === 'end') isEnd = true;
      else if (node.kind === 'set') {
        if (has[node.set] && this.#reached[node.next] !== mark) {
          this.#reached[node.next] = mark;
          next.push(node.next);
        }
      } else if (node.kind !== 'assert' || holds(node.assertion, before, after)) {
        stack.push(node.next);
        if (node.kind === 'split') stack.push(node.other);
      }
    }
    return isEnd;
  }
}

/** Whether an assertion is reached from the start before any character. */
function beginsWithAssertion({ nodes, start, assertions }: Nfa): boolean {
  if (assertions.size === 0) return false;
  const seen = new Set<number>();
  const stack = [start];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const node = nodes[index];
    if (!node || seen.has(index) || node.kind === 'set' || node.kind === 'end') continue;
    if (node.kind === 'assert') return true;
    seen.add(index);
    stack.push(node.next);
    if (node.kind === 'split') stack.push(node.other);
  }
  return false;
}

/** The symbol of the character before a position. */
export function symbolBefore(
  symbols: Symbols,
  bytes: Uint8Array,
  at: number,
  base: number,
): number {
  if (at <= base) return EDGE;
  const length = lengthBefore(bytes, at, base);
  return symbols.of(charAt(bytes, at - length, length));
}

/** The symbol of the character after a position. */
export function symbolAfter(symbols: Symbols, bytes: Uint8Array, at: number, to: number): number {
  if (at >= to) return EDGE;
  return symbols.of(charAt(bytes, at, lengthAt(bytes, at, to)));
}
