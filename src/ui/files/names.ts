/** What a name is, and names that are made from other names: these have at most 255 bytes of UTF-8, as on most disks. */

export const NAME_MAX = 255;
/** A name in a directory. */
export const NAME = /^(?!\.{1,2}$)[^/\0]+$/u;
/** A longer ending is no ending: it is cut like the rest of the name. */
const ENDING_MAX = 64;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const bytesOf = (text: string): number => encoder.encode(text).length;

/** The longest beginning of `text` that takes at most `max` bytes and does not end within a character. */
export function cutTo(text: string, max: number): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= max) return text;
  let end = Math.max(0, max);
  // Bytes that continue a character have the form 10xxxxxx.
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}

/** `name` followed by `suffix`; what does not fit is cut from the end of `name`. */
export const withSuffix = (name: string, suffix: string): string =>
  cutTo(name, NAME_MAX - bytesOf(suffix)) + suffix;

/** Stem and ending (`a` and `.txt`); a leading dot begins no ending. */
export function splitName(name: string): readonly [stem: string, ending: string] {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 ? name.slice(dot) : '';
  return ending === '' || bytesOf(ending) > ENDING_MAX ? [name, ''] : [name.slice(0, dot), ending];
}

/** `a.txt` becomes `a (2).txt`; what does not fit is cut from the stem. */
export function numbered(name: string, number: number): string {
  const [stem, ending] = splitName(name);
  return withSuffix(stem, ` (${number})${ending}`);
}

/** At most `max` bytes of a name; its ending stays. */
export function shortened(name: string, max: number): string {
  const [stem, ending] = splitName(name);
  return bytesOf(name) <= max ? name : cutTo(stem, max - bytesOf(ending)) + ending;
}
