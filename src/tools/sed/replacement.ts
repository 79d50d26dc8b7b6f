/** What `s` puts in the place of a match. */
import { concat } from '../../kernel/bytes.ts';
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import type { Offsets } from '../regex/index.ts';
import type { Part } from './script.ts';
import type { Appendable } from './space.ts';

/** Reads the replacement, whose escapes for characters are replaced already. POSIX knows no changes of case. */
export function partsOf(text: string, isPosix = false): Part[] {
  const parts: Part[] = [];
  let literal = '';
  const close = (): void => {
    if (literal !== '') parts.push({ kind: 'bytes', bytes: bytesOf(literal) });
    literal = '';
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '&') {
      close();
      parts.push({ kind: 'group', group: 0 });
      continue;
    }
    if (char !== '\\') {
      literal += char;
      continue;
    }
    at++;
    const letter = text[at] ?? '\\';
    if (/[0-9]/.test(letter)) {
      close();
      parts.push({ kind: 'group', group: Number(letter) });
    } else if (!isPosix && isCase(letter)) {
      close();
      parts.push({ kind: 'case', letter });
    } else literal += letter;
  }
  close();
  return parts;
}

const isCase = (letter: string): letter is 'U' | 'L' | 'E' | 'u' | 'l' => 'ULEul'.includes(letter);

export const highestGroup = (parts: readonly Part[]): number =>
  Math.max(0, ...parts.map((part) => (part.kind === 'group' ? part.group : 0)));

/** The bytes that replace an empty match; undefined where a group or a case would have to be looked at. */
export function emptyReplacementOf(parts: readonly Part[]): Uint8Array | undefined {
  const bytes: Uint8Array[] = [];
  for (const part of parts) {
    if (part.kind === 'bytes') bytes.push(part.bytes);
    else if (part.kind === 'case' || part.group > 0) return undefined;
  }
  return concat(bytes);
}

/** Appends the replacement of a match at these offsets. */
export function replace(
  parts: readonly Part[],
  from: Uint8Array,
  offsets: Offsets,
  to: Appendable,
): void {
  let change: CaseChange | undefined;
  for (const part of parts) {
    if (part.kind === 'case') {
      change ??= new CaseChange();
      change.set(part.letter);
      continue;
    }
    const isGroup = part.kind === 'group';
    const bytes = isGroup ? from : part.bytes;
    const start = isGroup ? (offsets[2 * part.group] ?? -1) : 0;
    const end = isGroup ? (offsets[2 * part.group + 1] ?? -1) : bytes.length;
    if (start < 0 || end <= start) continue;
    if (!change || change.isNone) to.appendRange(bytes, start, end);
    else to.append(change.apply(bytes.subarray(start, end)));
  }
}

/** The case in which the next bytes are written. */
class CaseChange {
  #all: 'U' | 'L' | undefined;
  #next: 'u' | 'l' | undefined;

  get isNone(): boolean {
    return this.#all === undefined && this.#next === undefined;
  }

  set(letter: 'U' | 'L' | 'E' | 'u' | 'l'): void {
    const isOfNext = letter === 'u' || letter === 'l';
    this.#next = isOfNext ? letter : undefined;
    if (!isOfNext) this.#all = letter === 'E' ? undefined : letter;
  }

  apply(bytes: Uint8Array): Uint8Array {
    const text = [...textOf(bytes)];
    // GNU sed changes a text only up to its first NUL.
    const end = text.indexOf('\0');
    const chars = text.map((char, i) => (end < 0 || i < end ? cased(char, this.#all) : char));
    const [first] = text;
    if (this.#next !== undefined && first !== undefined)
      chars[0] = cased(first, this.#next === 'u' ? 'U' : 'L');
    this.#next = undefined;
    return bytesOf(chars.join(''));
  }
}

/** As towupper(3) and towlower(3) have it: a character becomes one character, or stays. */
function cased(char: string, letter: 'U' | 'L' | undefined): string {
  if (letter === undefined) return char;
  const changed = letter === 'U' ? char.toUpperCase() : char.toLowerCase();
  return [...changed].length === 1 ? changed : char;
}
