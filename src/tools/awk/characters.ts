/** Counting characters of text: JavaScript's strings count halves of pairs. */

/** Half of a pair, or a byte that is not UTF-8. */
export const HALF = /[\ud800-\udfff]/;

/** Characters; a pair is one. */
export function lengthOf(text: string): number {
  if (!HALF.test(text)) return text.length;
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/** Where the character number `index` (from 0) stands in the text. */
export function offsetOf(text: string, index: number): number {
  if (!HALF.test(text)) return Math.min(index, text.length);
  let at = 0;
  for (let count = 0; count < index && at < text.length; count++)
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}
