/**
 * Names in archives are bytes. What is declared or valid as UTF-8 is UTF-8; the rest is what the mount's `encoding`
 * says, or Shift_JIS where it can be nothing else, or the format's traditional code page. Names that differ in
 * their bytes stay different.
 */
import { fail } from '../../kernel/errors.ts';
import type { RawName } from './archive.ts';

/** The text of a name. `bytes` is there where other bytes could have the same text. */
export interface NameText {
  readonly text: string;
  readonly bytes?: string;
}

export type Decode = (name: RawName) => NameText;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The upper half of code page 437, which APPNOTE appendix D names as the encoding of zip. */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
  '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

export const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The decoder of an encoding by its label, as TextDecoder knows it, or `cp437`. EINVAL where there is none. */
export function decoderOf(label: string): (bytes: Uint8Array) => string {
  if (/^(cp|ibm)?437$/i.test(label))
    return (bytes) =>
      latin1(bytes).replace(/[\x80-\xff]/g, (c) => CP437[c.charCodeAt(0) - 128] ?? c);
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return fail(
      'EINVAL',
      `there is no encoding '${label}'; examples are shift_jis, ibm866 and cp437`,
    );
  }
  return (bytes) => decoder.decode(bytes);
}

/** How the names of one archive are decoded; `traditional` is the encoding of names that nothing tells about. */
export function decodeNames(
  names: readonly RawName[],
  traditional: 'cp437' | 'windows-1252',
  encoding: string | undefined,
): Decode {
  const untold = names
    .filter(({ text, bytes }) => text === undefined && utf8Text(bytes) === undefined)
    .map(({ bytes }) => bytes);
  const isJapanese = encoding === undefined && untold.length > 0 && untold.every(looksShiftJis);
  const legacy = decoderOf(encoding ?? (isJapanese ? 'shift_jis' : traditional));
  return ({ bytes, text }) => {
    if (text !== undefined) return { text };
    const plain = encoding === undefined || isAscii(bytes) ? utf8Text(bytes) : undefined;
    return plain === undefined ? { text: legacy(bytes), bytes: latin1(bytes) } : { text: plain };
  };
}

const isAscii = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 0x80);

const japanese = /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]/;
const run = /[\u3000-\u30ff\u4e00-\u9fff]{2,}/g;

/**
 * Bytes of other encodings often decode as Shift_JIS too, as single characters among letters. Only text that is
 * mostly runs of kana and kanji, with nothing else beside ASCII, is taken for Japanese.
 */
function looksShiftJis(bytes: Uint8Array): boolean {
  let text: string;
  try {
    text = new TextDecoder('shift_jis', { fatal: true }).decode(bytes);
  } catch {
    return false;
  }
  const wide = [...text].filter((c) => c > '\x7f');
  const inRuns = [...text.matchAll(run)].reduce((sum, [found]) => sum + found.length, 0);
  return wide.every((c) => japanese.test(c)) && inRuns * 2 > wide.length;
}
