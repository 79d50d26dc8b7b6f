/**
 * Matches expressions with back-references. It tries the ways through the automaton one after the other, and no way twice
 * with the same groups. That takes time beyond all bounds for some texts, so that a search gives up after MAX_WAYS.
 */
import { RegexError } from './ast.ts';
import { Groups } from './backward.ts';
import { caseVariants, charAt, lengthAt } from './chars.ts';
import { symbolAfter, symbolBefore } from './forward.ts';
import type { Nfa } from './nfa.ts';
import { holds, type Symbols } from './symbols.ts';

const MAX_WAYS = 1 << 21;

interface Way {
  readonly index: number;
  readonly at: number;
  readonly groups: Groups;
}

export class Backtracker {
  readonly #nfa: Nfa;
  readonly #symbols: Symbols;
  readonly #ignoreCase: boolean;
  /** How many ways the search may still try. */
  #left = 0;

  constructor(nfa: Nfa, symbols: Symbols, ignoreCase: boolean) {
    this.#nfa = nfa;
    this.#symbols = symbols;
    this.#ignoreCase = ignoreCase;
  }

  search(
    bytes: Uint8Array,
    from: number,
    to: number,
    base: number,
    isAny: boolean,
  ): Int32Array | undefined {
    this.#left = MAX_WAYS;
    for (let start = from; ; ) {
      const found = this.#longest(bytes, start, to, base, isAny);
      if (found) return found;
      if (start >= to) return undefined;
      start += lengthAt(bytes, start, to);
    }
  }

  /** The longest match that starts at `start`. Of several ways to it, the preferred one sets the groups. */
  #longest(
    bytes: Uint8Array,
    start: number,
    to: number,
    base: number,
    isAny: boolean,
  ): Int32Array | undefined {
    const { nodes, references } = this.#nfa;
    const tried = new Set<string>();
    let best: Int32Array | undefined;
    const ways: Way[] = [
      { index: this.#nfa.start, at: start, groups: new Groups(this.#nfa.groups, start, start) },
    ];
    for (let way = ways.pop(); way; way = ways.pop()) {
      let { index, at } = way;
      const { groups } = way;
      for (;;) {
        const node = nodes[index] as (typeof nodes)[number];
        if (node.kind === 'end') {
          if (!best || at > (best[1] as number)) {
            best = groups.offsets.slice();
            best[1] = at;
          }
          if (isAny || at === to) return best;
          break;
        }
        if (node.kind === 'set') {
          if (at >= to) break;
          const length = lengthAt(bytes, at, to);
          const symbol = this.#symbols.of(charAt(bytes, at, length));
          if (!this.#symbols.members[symbol]?.[node.set]) break;
          at += length;
        } else if (node.kind === 'assert') {
          if (!this.#holds(node.assertion, bytes, at, base, to)) break;
        } else if (node.kind === 'reference') {
          const end = this.#repeats(bytes, groups.offsets, node.group, at, to);
          if (end < 0) break;
          at = end;
        } else if (node.kind === 'split') {
          let key = `${index},${at}`;
          for (const group of references)
            key += `,${groups.offsets[2 * group]},${groups.offsets[2 * group + 1]}`;
          if (tried.has(key)) break;
          if (this.#left-- === 0) throw new RegexError('Memory exhausted');
          tried.add(key);
          ways.push({ index: node.other, at, groups: groups.copy() });
        } else groups.pass(node, at);
        index = node.next;
      }
    }
    return best;
  }

  #holds(
    assertion: Parameters<typeof holds>[0],
    bytes: Uint8Array,
    at: number,
    base: number,
    to: number,
  ): boolean {
    const { kinds } = this.#symbols;
    return holds(
      assertion,
      kinds[symbolBefore(this.#symbols, bytes, at, base)] as number,
      kinds[symbolAfter(this.#symbols, bytes, at, to)] as number,
    );
  }

  /** Returns where the repeated text of a group that starts at `at` ends, or -1 where the text differs. */
  #repeats(bytes: Uint8Array, offsets: Int32Array, group: number, at: number, to: number): number {
    const start = offsets[2 * group] as number;
    const end = offsets[2 * group + 1] as number;
    if (start < 0 || end < 0) return -1;
    let [one, two] = [start, at];
    while (one < end) {
      if (two >= to) return -1;
      const oneLength = lengthAt(bytes, one, end);
      const twoLength = lengthAt(bytes, two, to);
      const [first, second] = [charAt(bytes, one, oneLength), charAt(bytes, two, twoLength)];
      const isSame = first === second || (this.#ignoreCase && caseVariants(first).includes(second));
      if (!isSame) return -1;
      one += oneLength;
      two += twoLength;
    }
    return two;
  }
}
