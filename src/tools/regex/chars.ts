/** Characters of UTF-8 in bytes, and the classes of the locale C.UTF-8. A byte that is not UTF-8 is the character U+DC00 + byte. */

const isNext = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80;

/** The number of bytes of the character at `at`; 1 for a byte that is not UTF-8 (RFC 3629). */
export function lengthAt(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at] as number;
  if (first < 0xc2 || first > 0xf4 || at + 1 >= to) return 1;
  const second = bytes[at + 1] as number;
  if (!isNext(second)) return 1;
  if (first < 0xe0) return 2;
  if (at + 2 >= to || !isNext(bytes[at + 2])) return 1;
  if (first < 0xf0)
    return (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) ? 1 : 3;
  if (at + 3 >= to || !isNext(bytes[at + 3])) return 1;
  return (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f) ? 1 : 4;
}

/** The number of bytes of the character that ends at `end`. */
export function lengthBefore(bytes: Uint8Array, end: number, from: number): number {
  if ((bytes[end - 1] as number) < 0x80) return 1;
  for (let length = 2; length <= 4 && end - length >= from; length++)
    if (lengthAt(bytes, end - length, end) === length) return length;
  return 1;
}

/** The character of `length` bytes at `at`. */
export function charAt(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] as number;
  if (length === 1) return first < 0x80 ? first : 0xdc00 + first;
  let char = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) char = (char << 6) | ((bytes[at + i] as number) & 0x3f);
  return char;
}

export const isInvalid = (char: number): boolean => char >= 0xdc80 && char <= 0xdcff;

const letter = /[\p{Alphabetic}\p{Nd}]/u;

const beyondAscii: Readonly<Record<string, RegExp>> = {
  alpha: letter,
  alnum: letter,
  upper: /[\p{Uppercase}\p{Lt}]/u,
  lower: /\p{Lowercase}/u,
  space: /(?![\u00a0\u2007\u202f])\p{Z}/u,
  blank: /(?![\u00a0\u2007\u202f])\p{Zs}/u,
  cntrl: /[\p{Cc}\u2028\u2029]/u,
  punct: /[^\p{Alphabetic}\p{Nd}\p{Z}\p{Cc}\p{Cs}\p{Cn}]|[\u00a0\u2007\u202f]/u,
  print: /[^\p{Cc}\p{Cs}\p{Cn}\u2028\u2029]/u,
  graph: /[^\p{Z}\p{Cc}\p{Cs}\p{Cn}]|[\u00a0\u2007\u202f]/u,
};

const ascii: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /[\t-\r ]/,
  blank: /[\t ]/,
  punct: /[!-/:-@[-`{-~]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  cntrl: /\p{Cc}/u,
  xdigit: /[0-9A-Fa-f]/,
};

export type Has = (char: number) => boolean;

/** Returns the class with this name, such as `alpha`. */
export function classNamed(name: string): Has | undefined {
  if (!Object.hasOwn(ascii, name)) return undefined;
  const [low, high] = [ascii[name] as RegExp, beyondAscii[name]];
  return (char) => {
    if (char < 0x80) return low.test(String.fromCharCode(char));
    return !isInvalid(char) && (high?.test(String.fromCodePoint(char)) ?? false);
  };
}

const alnum = classNamed('alnum') as Has;

export const isWord: Has = (char) => char === 95 || alnum(char);
export const isSpace = classNamed('space') as Has;

const only = (text: string, char: number): number =>
  [...text].length === 1 ? (text.codePointAt(0) as number) : char;

/** The other characters that are equal to this one where case is ignored. */
export function caseVariants(char: number): number[] {
  if (isInvalid(char)) return [];
  const text = String.fromCodePoint(char);
  const upper = only(text.toUpperCase(), char);
  const lower = only(text.toLowerCase(), char);
  return [...new Set([upper, lower])].filter((other) => other !== char);
}
