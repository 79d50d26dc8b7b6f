/** Finds where the longest match that ends at a position starts, and the groups of a match as glibc sets them. */
import { charAt, lengthAt, lengthBefore } from './chars.ts';
import { symbolAfter, symbolBefore } from './forward.ts';
import type { Nfa } from './nfa.ts';
import { holds, type Symbols } from './symbols.ts';
import { type State, specialRow, Table, UNKNOWN } from './table.ts';

export class Backward {
  readonly #nfa: Nfa;
  readonly #symbols: Symbols;
  readonly #table = new Table((state) => state.isMatch || state.parts[0]?.length === 0);
  readonly #end: number;
  /** The nodes that lead to each node, by its index. */
  readonly #sources: readonly (readonly number[])[];
  /** The nodes that reach the end, by the state and the kind of the character before. */
  #closures = new WeakMap<State, Map<number, Uint8Array>>();

  constructor(nfa: Nfa, symbols: Symbols) {
    this.#nfa = nfa;
    this.#symbols = symbols;
    this.#end = nfa.nodes.findIndex(({ kind }) => kind === 'end');
    const sources: number[][] = nfa.nodes.map(() => []);
    nfa.nodes.forEach((node, index) => {
      if (node.kind !== 'end') sources[node.next]?.push(index);
      if (node.kind === 'split') sources[node.other]?.push(index);
    });
    this.#sources = sources;
  }

  /** Returns the start of the longest match that ends at `end`. Puts the state at each position into `states`, if given. */
  start(
    bytes: Uint8Array,
    from: number,
    end: number,
    [base, to]: readonly [base: number, to: number],
    states?: State[],
  ): number {
    const table = this.#table;
    const { ascii } = this.#symbols;
    const side = this.#symbols.kinds[symbolAfter(this.#symbols, bytes, end, to)] as number;
    let state = table.start(this.#end, side, true);
    let first = -1;
    for (let i = end; ; ) {
      if (states) states[i - from] = state;
      const position = i;
      let symbol = 0;
      if (i > base) {
        const byte = bytes[i - 1] as number;
        if (byte < 128) {
          symbol = ascii[byte] as number;
          i--;
        } else {
          const length = lengthBefore(bytes, i, base);
          symbol = this.#symbols.of(charAt(bytes, i - length, length));
          i -= length;
        }
      }
      let entry = symbol < table.stride ? (table.next[state.row + symbol] as number) : UNKNOWN;
      if (entry === UNKNOWN) entry = this.#step(state, symbol);
      state = table.at(entry < 0 ? specialRow(entry) : entry);
      if (state.isMatch) first = position;
      if (position <= from || state.parts[0]?.length === 0) return first;
    }
  }

  #step(state: State, symbol: number): number {
    const { kinds, members } = this.#symbols;
    let from = state;
    if (kinds.length > this.#table.stride) {
      this.#table.widen(kinds.length);
      from = this.#table.intern(state.parts, state.side, state.isMatch, true);
    }
    const side = kinds[symbol] as number;
    const has = members[symbol] as readonly boolean[];
    const closure = this.#closure(from, side);
    const next: number[] = [];
    this.#nfa.nodes.forEach((node, index) => {
      if (node.kind === 'set' && has[node.set] && closure[node.next]) next.push(index);
    });
    const isMatch = closure[this.#nfa.start] === 1;
    return this.#table.link(from, symbol, this.#table.intern([next], side, isMatch, true));
  }

  #closure(state: State, before: number): Uint8Array {
    const known = this.#closures.get(state) ?? new Map<number, Uint8Array>();
    this.#closures.set(state, known);
    const made = known.get(before);
    if (made) return made;
    const { nodes } = this.#nfa;
    const has = new Uint8Array(nodes.length);
    const stack = [...(state.parts[0] as readonly number[])];
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (has[index]) continue;
      has[index] = 1;
      for (const source of this.#sources[index] as readonly number[]) {
        const node = nodes[source] as (typeof nodes)[number];
        if (node.kind === 'set' || node.kind === 'reference') continue;
        if (node.kind !== 'assert' || holds(node.assertion, before, state.side)) stack.push(source);
      }
    }
    known.set(before, has);
    return has;
  }

  /** The groups of the match between `start` and `end`. */
  groups(
    bytes: Uint8Array,
    start: number,
    end: number,
    edges: readonly [base: number, to: number],
  ): Int32Array {
    const states: State[] = [];
    this.start(bytes, start, end, edges, states);
    const walk = new Groups(this.#nfa.groups, start, end);
    const { nodes } = this.#nfa;
    const visited = new Set<number>();
    let closure = this.#closureAt(states, bytes, start, start, edges[0]);
    for (let at = start, index = this.#nfa.start; ; ) {
      const node = nodes[index] as (typeof nodes)[number];
      if (node.kind === 'end') return walk.offsets;
      if (node.kind === 'set') {
        at += lengthAt(bytes, at, edges[1]);
        index = node.next;
        visited.clear();
        closure = this.#closureAt(states, bytes, start, at, edges[0]);
        continue;
      }
      if (node.kind === 'split') {
        // A loop that matches nothing is not entered again.
        visited.add(index);
        const canFirst = closure[node.next] === 1;
        const canOther = closure[node.other] === 1;
        index = canFirst && !(canOther && visited.has(node.next)) ? node.next : node.other;
        continue;
      }
      visited.add(index);
      walk.pass(node, at);
      index = node.next;
    }
  }

  #closureAt(
    states: readonly State[],
    bytes: Uint8Array,
    start: number,
    at: number,
    base: number,
  ): Uint8Array {
    const symbol = symbolBefore(this.#symbols, bytes, at, base);
    return this.#closure(states[at - start] as State, this.#symbols.kinds[symbol] as number);
  }
}

/** The offsets of groups, as glibc sets them while it walks through a match. */
export class Groups {
  offsets: Int32Array;
  #before: Int32Array;

  constructor(groups: number, start: number, end: number) {
    this.offsets = new Int32Array(2 * groups + 2).fill(-1);
    this.offsets[0] = start;
    this.offsets[1] = end;
    this.#before = this.offsets.slice();
  }

  pass(node: Nfa['nodes'][number], at: number): void {
    if (node.kind === 'open') {
      this.offsets[2 * node.group] = at;
      this.offsets[2 * node.group + 1] = -1;
    } else if (node.kind === 'close') {
      const start = 2 * node.group;
      if ((this.offsets[start] as number) < at) {
        this.offsets[start + 1] = at;
        this.#before = this.offsets.slice();
      } else if (node.optional && this.#before[start] !== -1) {
        this.offsets = this.#before.slice();
      } else this.offsets[start + 1] = at;
    }
  }

  copy(): Groups {
    const copy = new Groups(0, 0, 0);
    copy.offsets = this.offsets.slice();
    copy.#before = this.#before.slice();
    return copy;
  }
}
