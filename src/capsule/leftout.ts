/**
 * What was left out of a capsule, as a list that stays small whatever the capsule holds: it names the first entries, counts
 * the others, and cuts names that are longer than anybody reads.
 */
import type { LeftOut } from './tree.ts';

const NAMED_MAX = 10_000;
const SHOWN_MAX = 300;

export class LeftOutReport {
  readonly #named: LeftOut[] = [];
  #others = 0;

  add(path: string, reason: string): void {
    if (this.#named.length < NAMED_MAX) this.#named.push({ path: shown(path), reason });
    else this.#others++;
  }

  /** Where entries are not named, the last one says how many. */
  list(): LeftOut[] {
    if (this.#others === 0) return [...this.#named];
    const reason = `${this.#others.toLocaleString('en')} more entries were left out, which this list does not name`;
    return [...this.#named, { path: '…', reason }];
  }
}

/** A text of at most 300 characters; a longer one says how much was cut. */
export function shown(text: string): string {
  if (text.length <= SHOWN_MAX) return text;
  // Joined anew: a slice would keep the whole text in memory.
  const start = Array.from(text.slice(0, SHOWN_MAX)).join('');
  return `${start}… (${(text.length - SHOWN_MAX).toLocaleString('en')} characters more)`;
}
