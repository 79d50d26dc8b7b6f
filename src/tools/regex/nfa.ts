/**
 * The automaton of an expression: nodes with at most two successors. The first of two successors is preferred, which
 * gives the groups that glibc gives.
 */
import { type Assertion, type Ast, RegexTooBig } from './ast.ts';
import type { Has } from './chars.ts';

export type Node =
  | { kind: 'set'; set: number; next: number }
  | { kind: 'split'; next: number; other: number }
  | { kind: 'open'; group: number; next: number }
  /** An empty round of an optional group leaves the group as it was. */
  | { kind: 'close'; group: number; next: number; optional: boolean }
  | { kind: 'assert'; assertion: Assertion; next: number }
  | { kind: 'reference'; group: number; next: number }
  | { kind: 'end' };

export interface Nfa {
  readonly nodes: readonly Node[];
  readonly sets: readonly Has[];
  readonly start: number;
  readonly groups: number;
  readonly assertions: ReadonlySet<Assertion>;
  /** The groups that back-references name. */
  readonly references: readonly number[];
}

const MAX_NODES = 100_000;

export function buildNfa(ast: Ast, groups: number): Nfa {
  return new Builder().build(ast, groups);
}

class Builder {
  readonly #nodes: Node[] = [];
  readonly #sets: Has[] = [];
  readonly #setOf = new Map<Has | number, number>();
  readonly #assertions = new Set<Assertion>();
  readonly #references = new Set<number>();

  build(ast: Ast, groups: number): Nfa {
    const end = this.#add({ kind: 'end' });
    const start = this.#make(ast, end, false);
    return {
      nodes: this.#nodes,
      sets: this.#sets,
      start,
      groups,
      assertions: this.#assertions,
      references: [...this.#references],
    };
  }

  #add(node: Node): number {
    if (this.#nodes.length >= MAX_NODES) throw new RegexTooBig();
    return this.#nodes.push(node) - 1;
  }

  /** Adds the nodes of `ast` before `next`, and returns the first of them. */
  #make(ast: Ast, next: number, optional: boolean): number {
    switch (ast.kind) {
      case 'empty':
        return next;
      case 'set':
        return this.#add({ kind: 'set', set: this.#set(ast.literal ?? ast.has, ast.has), next });
      case 'all':
        return ast.items.reduceRight((after, item) => this.#make(item, after, false), next);
      case 'either':
        return this.#either(ast.items, next);
      case 'group': {
        const { group, body } = ast;
        const close = this.#add({ kind: 'close', group, next, optional });
        return this.#add({ kind: 'open', group, next: this.#make(body, close, false) });
      }
      case 'repeat':
        return this.#repeat(ast.body, ast.min, ast.max, next);
      case 'assert':
        this.#assertions.add(ast.assertion);
        return this.#add({ kind: 'assert', assertion: ast.assertion, next });
      case 'reference':
        this.#references.add(ast.group);
        return this.#add({ kind: 'reference', group: ast.group, next });
    }
  }

  #set(key: Has | number, has: Has): number {
    const known = this.#setOf.get(key);
    if (known !== undefined) return known;
    const index = this.#sets.push(has) - 1;
    this.#setOf.set(key, index);
    return index;
  }

  #either(items: readonly Ast[], next: number): number {
    const starts = items.map((item) => this.#make(item, next, false));
    return starts.reduceRight((other, start) => {
      // An empty alternative is preferred least.
      const [first, second] = start === next ? [other, start] : [start, other];
      return this.#add({ kind: 'split', next: first, other: second });
    });
  }

  #repeat(body: Ast, min: number, max: number, next: number): number {
    let at = next;
    if (max === Number.POSITIVE_INFINITY) {
      const loop: Node = { kind: 'split', next: 0, other: next };
      at = this.#add(loop);
      loop.next = this.#make(body, at, true);
    } else {
      for (let i = min; i < max; i++) {
        const first = this.#make(body, at, true);
        at = this.#add({ kind: 'split', next: first, other: next });
      }
    }
    for (let i = 0; i < min; i++) at = this.#make(body, at, false);
    return at;
  }
}
