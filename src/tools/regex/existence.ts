/** Callers ask more often whether a text matches than where. A shorter expression answers that, often without an automaton. */
import type { Ast } from './ast.ts';
import { rarity } from './find.ts';
import { asciiSetOf } from './first.ts';
import { RARE } from './must.ts';

/**
 * The expression without the optional parts at its two ends: the first match of `a*[0-9]+x?` to end is the first of `[0-9]`
 * to end. The expression must have no back-references.
 */
export function shortest(ast: Ast): Ast {
  const items = itemsOf(ast);
  while (items.length > 0 && cutAt(items, 0));
  while (items.length > 0 && cutAt(items, items.length - 1));
  return items.length === 1 ? (items[0] as Ast) : { kind: 'all', items };
}

/** The items of a sequence; a group counts as the items that are in it. */
function itemsOf(ast: Ast): Ast[] {
  if (ast.kind === 'group') return itemsOf(ast.body);
  if (ast.kind === 'all') return ast.items.flatMap(itemsOf);
  return ast.kind === 'empty' ? [] : [ast];
}

/** Makes the item at one end as short as it may be. Returns whether another item has come to its place. */
function cutAt(items: Ast[], at: number): boolean {
  const item = items[at] as Ast;
  if (item.kind !== 'repeat' || item.min === item.max) return false;
  const { min, body } = item;
  const kept: Ast[] = min === 0 ? [] : min === 1 ? itemsOf(body) : [{ ...item, max: min }];
  items.splice(at, 1, ...kept);
  return min < 2;
}

/** A sequence of sets of bytes: it matches a byte of each set, one behind the other. */
export class SetSequence {
  readonly #sets: readonly Uint8Array[];
  /** The only byte of one of the sets, and the offset of that set. */
  readonly #byte: number;
  readonly #offset: number;

  private constructor(sets: readonly Uint8Array[], byte: number, offset: number) {
    this.#sets = sets;
    this.#byte = byte;
    this.#offset = offset;
  }

  /** Returns undefined for what is no sequence of sets of ASCII characters, and where no byte of it is rare in texts. */
  static of(ast: Ast): SetSequence | undefined {
    const sets: Uint8Array[] = [];
    let byte = 0;
    let offset = -1;
    for (const item of itemsOf(ast)) {
      const set = asciiSetOf(item);
      if (!set) return undefined;
      const only = item.kind === 'set' ? item.literal : undefined;
      if (only !== undefined && (offset < 0 || rarer(only, byte))) {
        byte = only;
        offset = sets.length;
      }
      sets.push(set);
    }
    if (offset < 0 || rarity(Uint8Array.of(byte)) > RARE) return undefined;
    return new SetSequence(sets, byte, offset);
  }

  get length(): number {
    return this.#sets.length;
  }

  /** Returns the first place between `from` and `to` where it matches, or -1. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const sets = this.#sets;
    const { length } = sets;
    const byte = this.#byte;
    const offset = this.#offset;
    for (let at = from + offset; ; at++) {
      at = bytes.indexOf(byte, at);
      const start = at - offset;
      if (at < 0 || start + length > to) return -1;
      let i = 0;
      while (i < length && (sets[i] as Uint8Array)[bytes[start + i] as number] === 1) i++;
      if (i === length) return start;
    }
  }
}

const rarer = (one: number, other: number): boolean =>
  rarity(Uint8Array.of(one)) < rarity(Uint8Array.of(other));
