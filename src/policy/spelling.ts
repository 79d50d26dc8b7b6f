/**
 * The ways in which a server commonly writes a secret that it was sent: as it is, in another case, escaped for JSON,
 * URLs, HTML or a shell (also twice), in UTF-16, in hexadecimal, and within base64 at any offset, also in lines. Each is
 * a pattern over bytes.
 */
import { concat } from '../kernel/bytes.ts';

/** For each element of a secret, the byte strings that may stand for it, by their first byte. */
export type Pattern = readonly ReadonlyMap<number, readonly Uint8Array[]>[];

export interface Spelled {
  readonly patterns: readonly Pattern[];
  /** Bytes of the longest match of any pattern. */
  readonly longest: number;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

export function spell(secret: string): Spelled {
  const cases = new Set([secret, secret.toLowerCase(), secret.toUpperCase()]);
  const plain = [...cases].map((text) => [...text].map(elementOf));
  const forms =
    isLatin1(secret) && !isAscii(secret) ? [utf8(secret), latin1(secret)] : [utf8(secret)];
  const encoded = forms.flatMap((bytes) => [
    hexOf(bytes),
    ...[0, 1, 2].map((offset) => base64Of(bytes, offset)),
  ]);
  const wide = [...cases].flatMap((text) => [utf16Of(text, true), utf16Of(text, false)]);
  const patterns = [...plain, ...[...wide, ...encoded].map((each) => each.map(byFirstByte))];
  return { patterns, longest: Math.max(...patterns.map(longestOf)) };
}

/**
 * What a `Basic` header (RFC 7617) holds beside its own text: `user:password`, and the password. A server shows
 * these decoded.
 */
export function basicCredentials(value: string): readonly string[] {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(value) ?? [];
  if (encoded === undefined) return [];
  try {
    const pair = new TextDecoder().decode(latin1(atob(encoded)));
    const password = pair.slice(pair.indexOf(':') + 1);
    return [pair, password].filter(({ length }) => length >= PASSWORD_MIN);
  } catch {
    return [];
  }
}

/** A shorter text is found in too much that is none. */
const PASSWORD_MIN = 4;

const isAscii = (text: string): boolean => !/[^\0-\x7f]/.test(text);
const isLatin1 = (text: string): boolean => !/[^\0-\xff]/.test(text);

const htmlNames: Readonly<Record<string, string>> = {
  '"': 'quot',
  '&': 'amp',
  "'": 'apos',
  '<': 'lt',
  '>': 'gt',
};

const hex = (value: number, digits: number): readonly string[] => {
  const text = value.toString(16).padStart(digits, '0');
  return [text, text.toUpperCase()];
};

type Element = Pattern[number];

/** Characters are few, and secrets have many of them. */
const elements = new Map<string, Element>();

function elementOf(letter: string): Element {
  const element = elements.get(letter) ?? byFirstByte(spellingsOf(letter));
  elements.set(letter, element);
  return element;
}

/** One character, in each way that escapes it once, and those escaped once more. */
function spellingsOf(letter: string): readonly Uint8Array[] {
  const once = escapesOf(letter);
  const twice = once.flatMap((text) => [
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"'),
    text.replaceAll('&', '&amp;'),
    text.replaceAll('&', '\\u0026'),
    text.replaceAll('%', '%25'),
  ]);
  const bytes = [...new Set([...once, ...twice])].map(utf8);
  if (isAscii(letter)) return bytes;
  // The bytes of a header are read as Latin-1 by some and as UTF-8 by others.
  const misread = utf8(textOf(utf8(letter)));
  return [...bytes, misread, ...(isLatin1(letter) ? [latin1(letter)] : [])];
}

function escapesOf(letter: string): readonly string[] {
  const code = letter.codePointAt(0) as number;
  const units = Array.from({ length: letter.length }, (_, at) => letter.charCodeAt(at));
  const bytes = [...utf8(letter)];
  const name = htmlNames[letter];
  const each = (numbers: readonly number[], lead: string, digits: number): readonly string[] =>
    [0, 1].map((form) => numbers.map((each) => lead + hex(each, digits)[form]).join(''));
  return [
    letter,
    ...each(units, '\\u', 4),
    ...[1, 2, 4, 6].flatMap((width) => hex(code, width).map((digits) => `\\u{${digits}}`)),
    ...(code < 0x100 ? [`\\${code.toString(8).padStart(3, '0')}`] : []),
    ...(code < 0x100 ? each([code], '\\x', 2) : []),
    ...(/[^A-Za-z0-9]/.test(letter) && code < 0x80 ? [`\\${letter}`] : []),
    ...each(bytes, '%', 2),
    ...each(bytes, '=', 2),
    ...(letter === ' ' ? ['+'] : []),
    ...[1, 2, 3, 4, 5, 6, 7].map((width) => `&#${String(code).padStart(width, '0')};`),
    ...[1, 2, 3, 4, 5, 6].flatMap((width) =>
      hex(code, width).flatMap((digits) => [`&#x${digits};`, `&#X${digits};`]),
    ),
    ...(name === undefined ? [] : [`&${name};`]),
  ];
}

/** How lines end, in themselves and in JSON. */
const lineEnds = ['\n', '\r\n', '\\n', '\\r\\n'].map(utf8);

/** Each of these, and each with something of `between` behind it. */
const followed = (spellings: readonly Uint8Array[], between: readonly Uint8Array[]): Uint8Array[] =>
  spellings.flatMap((each) => [each, ...between.map((next) => concat([each, next]))]);

/** Code units of two bytes. */
const utf16Of = (text: string, isLittle: boolean): readonly (readonly Uint8Array[])[] =>
  Array.from({ length: text.length }, (_, at) => {
    const unit = text.charCodeAt(at);
    const [low, high] = [unit & 255, unit >> 8];
    return [Uint8Array.of(...(isLittle ? [low, high] : [high, low]))];
  });

/** Bytes in hexadecimal; signs or line breaks may stand between them. */
const hexOf = (bytes: Uint8Array): readonly (readonly Uint8Array[])[] =>
  [...bytes].flatMap((byte, at) => {
    const [high = [], low = []] = [byte >> 4, byte & 15].map((nibble) =>
      [...new Set(hex(nibble, 1))].map(utf8),
    );
    return [high, at === bytes.length - 1 ? low : followed(low, betweenBytes)];
  });

const betweenBytes = [...[':', '-', ' '].map(utf8), ...lineEnds];

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** Base64 and base64url (RFC 4648), and how the signs are escaped. */
const digits: readonly (readonly Uint8Array[])[] = [...ALPHABET].map((digit) => {
  const other = { '+': '-', '/': '_' }[digit];
  return other === undefined ? [utf8(digit)] : [...spellingsOf(digit), utf8(other)];
});
/** The same where a line may end behind the digit, as MIME (RFC 2045) and PEM wrap it. */
const wrappedDigits = [...ALPHABET].map((digit, value) => [
  ...(digits[value] ?? []),
  ...followed([utf8(digit)], lineEnds).slice(1),
]);

/**
 * The digits that hold the bits of these bytes where they begin `offset` bytes into a group of three. The first and the last
 * digit may hold bits of their neighbours too: then any digit that agrees in the known bits does.
 */
function base64Of(bytes: Uint8Array, offset: number): readonly (readonly Uint8Array[])[] {
  const first = offset * 8;
  const end = first + bytes.length * 8;
  const bitAt = (at: number): number | undefined => {
    if (at < first || at >= end) return undefined;
    return ((bytes[(at - first) >> 3] as number) >> (7 - ((at - first) & 7))) & 1;
  };
  const found: Uint8Array[][] = [];
  for (let digit = Math.floor(first / 6); digit * 6 < end; digit++) {
    const known = (digit + 1) * 6 < end ? wrappedDigits : digits;
    const bits = [0, 1, 2, 3, 4, 5].map((bit) => bitAt(digit * 6 + bit));
    const agrees = (value: number): boolean =>
      bits.every((bit, at) => bit === undefined || ((value >> (5 - at)) & 1) === bit);
    found.push(known.flatMap((spellings, value) => (agrees(value) ? spellings : [])));
  }
  return found;
}

const longestOf = (pattern: Pattern): number =>
  pattern.reduce((sum, element) => {
    const lengths = [...element.values()].flat().map(({ length }) => length);
    return sum + Math.max(...lengths);
  }, 0);

function byFirstByte(spellings: readonly Uint8Array[]): Element {
  const map = new Map<number, Uint8Array[]>();
  for (const each of spellings) {
    const first = each[0] as number;
    map.set(first, [...(map.get(first) ?? []), each]);
  }
  return map;
}
