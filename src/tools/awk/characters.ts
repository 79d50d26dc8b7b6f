/** Characters of UTF-8 in text with a character for each byte (octets.ts): awk counts and changes these. */
import { BEYOND_ASCII, fromShell, toShell } from './octets.ts';

/** Bytes of the character that starts at `at`; a byte that starts none is one by itself (RFC 3629). */
export function sizeAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first < 0xc2 || first > 0xf4) return 1;
  const isNext = (i: number): boolean => (text.charCodeAt(i) & 0xc0) === 0x80;
  if (!isNext(at + 1)) return 1;
  if (first < 0xe0) return 2;
  if (!isNext(at + 2)) return 1;
  const second = text.charCodeAt(at + 1);
  if (first < 0xf0)
    return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 1 : 3;
  const isOther = (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f);
  return isOther || !isNext(at + 3) ? 1 : 4;
}

export function lengthOf(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; at += sizeAt(text, at)) length++;
  return length;
}

/** Where the character number `index` (from 0) stands in the text. */
export function offsetOf(text: string, index: number): number {
  if (!BEYOND_ASCII.test(text)) return Math.min(index, text.length);
  let at = 0;
  for (let count = 0; count < index && at < text.length; count++) at += sizeAt(text, at);
  return at;
}

export function charactersOf(text: string): string[] {
  if (!BEYOND_ASCII.test(text)) return text.split('');
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const size = sizeAt(text, at);
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return parts;
}

/** The character of a code point. */
export const characterOf = (point: number): string => fromShell(String.fromCodePoint(point));

/** A letter is changed to one letter. */
export function changed(text: string, how: 'toLowerCase' | 'toUpperCase'): string {
  if (!BEYOND_ASCII.test(text)) return text[how]();
  let out = '';
  for (const char of toShell(text)) out += char[how]().length === char.length ? char[how]() : char;
  return fromShell(out);
}
