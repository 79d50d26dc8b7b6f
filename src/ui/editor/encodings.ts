/**
 * Text as bytes and back, in every encoding that TextDecoder knows. A text that is opened for editing is one that
 * encodes to the very bytes it was decoded from; everything else is read-only or no text.
 */
import { encoderOf, isOnlyRead } from './legacy.ts';

/** How a text stands in its file: a name of TextDecoder, and whether a byte order mark comes first. */
export interface TextFormat {
  readonly encoding: string;
  readonly mark: boolean;
}

export interface FileText {
  readonly text: string;
  readonly format: TextFormat;
}

export const utf8: TextFormat = { encoding: 'utf-8', mark: false };

/** The encodings, by what people call them; the frequent ones first. */
export const encodings: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
  'windows-1252': 'Western (Windows-1252, ISO-8859-1)',
  'iso-8859-15': 'Western (ISO-8859-15)',
  macintosh: 'Western (Macintosh)',
  'iso-8859-14': 'Celtic (ISO-8859-14)',
  'windows-1250': 'Central European (Windows-1250)',
  'iso-8859-2': 'Central European (ISO-8859-2)',
  'iso-8859-16': 'Romanian (ISO-8859-16)',
  'iso-8859-3': 'South European (ISO-8859-3)',
  'windows-1257': 'Baltic (Windows-1257)',
  'iso-8859-4': 'Baltic (ISO-8859-4)',
  'iso-8859-13': 'Baltic (ISO-8859-13)',
  'iso-8859-10': 'Nordic (ISO-8859-10)',
  'windows-1251': 'Cyrillic (Windows-1251)',
  'iso-8859-5': 'Cyrillic (ISO-8859-5)',
  'koi8-r': 'Cyrillic (KOI8-R)',
  'koi8-u': 'Ukrainian (KOI8-U)',
  ibm866: 'Cyrillic (IBM 866)',
  'x-mac-cyrillic': 'Cyrillic (Macintosh)',
  'windows-1253': 'Greek (Windows-1253)',
  'iso-8859-7': 'Greek (ISO-8859-7)',
  'windows-1254': 'Turkish (Windows-1254, ISO-8859-9)',
  'windows-1255': 'Hebrew (Windows-1255)',
  'iso-8859-8': 'Hebrew (ISO-8859-8)',
  'iso-8859-8-i': 'Hebrew, logical order (ISO-8859-8-I)',
  'windows-1256': 'Arabic (Windows-1256)',
  'iso-8859-6': 'Arabic (ISO-8859-6)',
  'windows-874': 'Thai (Windows-874)',
  'windows-1258': 'Vietnamese (Windows-1258)',
  shift_jis: 'Japanese (Shift_JIS)',
  'euc-jp': 'Japanese (EUC-JP)',
  'iso-2022-jp': 'Japanese (ISO-2022-JP)',
  gb18030: 'Chinese (GB18030)',
  gbk: 'Chinese (GBK)',
  big5: 'Chinese (Big5)',
  'euc-kr': 'Korean (EUC-KR)',
  'x-user-defined': 'Any bytes (x-user-defined)',
};

export const formatName = ({ encoding, mark }: TextFormat): string =>
  `${encodings[encoding] ?? encoding}${mark ? ' with a byte order mark' : ''}`;

/** What a text can be saved in. UTF-16 gets a mark, by which other programs know it. */
export const saveFormats: Readonly<Record<string, TextFormat>> = {
  'utf-8': utf8,
  'utf-8-mark': { encoding: 'utf-8', mark: true },
  ...Object.fromEntries(
    Object.keys(encodings)
      .filter((encoding) => encoding !== 'utf-8' && !isOnlyRead(encoding))
      .map((encoding) => [encoding, { encoding, mark: encoding.startsWith('utf-16') }]),
  ),
};

const marks: readonly (readonly [string, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, index) => bytes[index] === byte);

/** The format that the bytes themselves tell: a mark, the zeros of UTF-16, or else UTF-8. */
export function detectFormat(bytes: Uint8Array): TextFormat {
  const marked = marks.find(([, mark]) => startsWith(bytes, mark));
  if (marked) return { encoding: marked[0], mark: true };
  return { encoding: utf16Of(bytes) ?? 'utf-8', mark: false };
}

/** So many bytes are looked at. */
const SAMPLE = 64 * 1024;

/** In UTF-16 of mostly Latin text, one byte of nearly every pair is zero, and always the same one. */
function utf16Of(bytes: Uint8Array): string | undefined {
  const size = Math.min(bytes.length, SAMPLE) & ~1;
  if (size === 0 || bytes.length % 2 === 1) return undefined;
  const zeros = [0, 0];
  for (let at = 0; at < size; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = size / 2 / 3;
  if (odd > enough && even === 0) return 'utf-16le';
  if (even > enough && odd === 0) return 'utf-16be';
  return undefined;
}

/** Control characters other than those of lines and tabs: nothing with them is guessed to be UTF-16. */
const noText = /(?![\t\n\v\f\r])\p{Cc}/u;

/** The text of bytes, where they tell that they are one; undefined otherwise. */
export function detectText(bytes: Uint8Array): FileText | undefined {
  const format = detectFormat(bytes);
  if (format.encoding === 'utf-8' && bytes.includes(0)) return undefined;
  const text = decode(bytes, format);
  const isText =
    text !== undefined && (format.encoding === 'utf-8' || !noText.test(text.slice(0, SAMPLE)));
  return isText ? { text, format } : undefined;
}

/** The text at the beginning of a file. A character that is cut at the end does not make bytes of a text. */
export function beginningOf(bytes: Uint8Array): string | undefined {
  for (let cut = 0; cut < 4; cut++) {
    const text = detectText(bytes.subarray(0, bytes.length - cut))?.text;
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The text in an encoding that a person has chosen; undefined where the bytes are not valid in it. */
export function textIn(bytes: Uint8Array, encoding: string): FileText | undefined {
  const mark = marks.find(([name]) => name === encoding)?.[1];
  const format = { encoding, mark: mark !== undefined && startsWith(bytes, mark) };
  const text = decode(bytes, format);
  return text === undefined ? undefined : { text, format };
}

function decode(bytes: Uint8Array, { encoding, mark }: TextFormat): string | undefined {
  const start = mark ? (marks.find(([name]) => name === encoding)?.[1].length ?? 0) : 0;
  try {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    return decoder.decode(bytes.subarray(start));
  } catch {
    return undefined;
  }
}

/** Why a text must not be edited: what it was read from could not be written back. */
export function whyFixed(bytes: Uint8Array, { text, format }: FileText): string | undefined {
  const name = formatName(format);
  if (isOnlyRead(format.encoding)) return `Text in ${name} can only be read here.`;
  if (format.encoding.startsWith('utf-')) return undefined;
  const why = `This file spells some characters in a way that ${name} cannot write back as it is.`;
  try {
    const again = encode(text, format);
    return isSame(again, bytes) ? undefined : why;
  } catch {
    return why;
  }
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/** An encoding has no bytes for a character. */
export class Unencodable extends Error {
  constructor(character: string, line: number, { encoding }: TextFormat) {
    const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    super(
      `The character “${character}” (U+${point}) in line ${line} cannot be written in ${formatName({ encoding, mark: false })}.`,
    );
    this.name = 'Unencodable';
  }
}

/** The bytes of a text in its format. Throws Unencodable. */
export function encode(text: string, format: TextFormat): Uint8Array {
  const { encoding, mark } = format;
  const start = mark ? (marks.find(([name]) => name === encoding)?.[1] ?? []) : [];
  const half = /\p{Surrogate}/u.exec(text);
  if (half) throw refusal(text, half.index, half[0], format);
  const body = encoding.startsWith('utf-16')
    ? utf16(text, encoding === 'utf-16le')
    : encoding === 'utf-8'
      ? new TextEncoder().encode(text)
      : byTable(text, format);
  if (start.length === 0) return body;
  const bytes = new Uint8Array(start.length + body.length);
  bytes.set(start);
  bytes.set(body, start.length);
  return bytes;
}

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return bytes;
}

function byTable(text: string, format: TextFormat): Uint8Array {
  const bytesOf = encoderOf(format.encoding);
  const bytes = new Uint8Array(text.length * 4);
  let size = 0;
  let at = 0;
  for (const character of text) {
    const found = bytesOf(character.codePointAt(0) ?? 0);
    if (found === undefined) throw refusal(text, at, character, format);
    for (
      let unit = found > 0xffffff ? 24 : found > 0xffff ? 16 : found > 0xff ? 8 : 0;
      ;
      unit -= 8
    ) {
      bytes[size++] = Math.floor(found / 2 ** unit) & 0xff;
      if (unit === 0) break;
    }
    at += character.length;
  }
  return bytes.slice(0, size);
}

const refusal = (text: string, at: number, character: string, format: TextFormat): Unencodable =>
  new Unencodable(character, text.slice(0, at).split(/\r\n?|\n/).length, format);
