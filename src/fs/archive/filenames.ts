/**
 * What the files of one directory are called. Two names of an archive are equal if their bytes are: then the later
 * file replaces the earlier one. Names of different bytes that read the same are told apart by a number.
 */
import { NAME_MAX, utf8Length } from '../../kernel/path.ts';

/** The longest suffix, for the last number that an archive can need. */
const SUFFIX_MAX = ' (200000)'.length;

export class FileNames {
  /** The name that is shown, by the identity of the name in the archive. */
  readonly #shown = new Map<string, string>();
  /** The number to try next, by the name that is taken: no number is tried twice. */
  readonly #next = new Map<string, number>();

  /** The name that the file of this identity has; undefined where there is none. */
  get(identity: string): string | undefined {
    return this.#shown.get(identity);
  }

  set(identity: string, name: string): void {
    this.#shown.set(identity, name);
  }

  /** `name (2)`, or the next number that is free. A long name is cut, so that the result is a valid name. */
  free(name: string, isTaken: (name: string) => boolean): string {
    const stem = cut(name, NAME_MAX - SUFFIX_MAX);
    for (let number = this.#next.get(stem) ?? 2; ; number++) {
      const free = `${stem} (${number})`;
      if (isTaken(free)) continue;
      this.#next.set(stem, number + 1);
      return free;
    }
  }
}

/** The longest beginning that has at most `max` bytes of UTF-8 and ends between characters. */
function cut(text: string, max: number): string {
  if (utf8Length(text) <= max) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(max));
  return text.slice(0, read);
}
