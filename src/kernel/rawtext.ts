/**
 * Text that holds any bytes: those that are not UTF-8 stand in it as U+DC80 to U+DCFF, one for each (PEP 383), so that
 * writing what was read gives the same bytes.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** U+DC00 and a byte: half of a pair that no UTF-8 gives. */
const ESCAPE = 0xdc00;
/** In the mode `u` a half of a pair is matched only where it stands alone. */
const ESCAPED = /[\udc80-\udcff]/u;

/** One byte as text. */
export const textOfByte = (byte: number): string =>
  String.fromCharCode(byte < 0x80 ? byte : ESCAPE + byte);

export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeParts(bytes);
  }
}

function decodeParts(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    let end = at;
    for (let length = sequence(bytes, end); length > 0; length = sequence(bytes, end))
      end += length;
    if (end > at) text += strict.decode(bytes.subarray(at, end));
    if (end < bytes.length) text += textOfByte(bytes[end] as number);
    at = end + 1;
  }
  return text;
}

/** Bytes of the character at `at` in UTF-8 (RFC 3629); 0 where there is none. */
function sequence(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const isNext = (byte: number | undefined): boolean => ((byte ?? 0) & 0xc0) === 0x80;
  if (first < 0xc2 || first > 0xf4 || !isNext(second)) return 0;
  if (first < 0xe0) return 2;
  if (!isNext(bytes[at + 2])) return 0;
  if (first < 0xf0) {
    const isOther = (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f);
    return isOther ? 0 : 3;
  }
  const isOther = (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f);
  return isOther || !isNext(bytes[at + 3]) ? 0 : 4;
}

export function bytesOf(text: string): Uint8Array {
  if (!ESCAPED.test(text)) return encoder.encode(text);
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  let from = 0;
  const put = (to: number): void => {
    length += encoder.encodeInto(text.slice(from, to), out.subarray(length)).written;
  };
  for (const { 0: char, index } of text.matchAll(/[\udc80-\udcff]/gu)) {
    put(index);
    out[length++] = char.charCodeAt(0) - ESCAPE;
    from = index + 1;
  }
  put(text.length);
  return out.slice(0, length);
}

/** The text of the same bytes where characters may have come together from parts. */
export const joined = (text: string): string => (ESCAPED.test(text) ? textOf(bytesOf(text)) : text);
