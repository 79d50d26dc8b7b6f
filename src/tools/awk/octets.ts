/**
 * Text with a character for each byte: what awk's values hold. It is compact, its order is the order of bytes, and offsets
 * in it are offsets in the bytes.
 */
import { bytesOf, textOf } from '../../kernel/rawtext.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** The most arguments that a call takes on every engine. */
const MOST_ARGUMENTS = 8192;
/** Below this length a loop is faster than a call of the encoder. */
const SHORT = 48;

export const BEYOND_ASCII = /[\x80-\xff]/;

/** Bytes as text. */
export function octetsOf(bytes: Uint8Array): string {
  if (bytes.length > SHORT)
    try {
      const text = strict.decode(bytes);
      if (text.length === bytes.length) return text;
    } catch {
      // They are not UTF-8.
    }
  let text = '';
  for (let at = 0; at < bytes.length; at += MOST_ARGUMENTS)
    text += String.fromCharCode(...bytes.subarray(at, at + MOST_ARGUMENTS));
  return text;
}

/** Writes text into `into`, which is long enough; its length. */
export function putBytes(text: string, into: Uint8Array): number {
  const { length } = text;
  if (length > SHORT) {
    const { read, written } = encoder.encodeInto(text, into);
    if (read === length && written === length) return length;
  }
  for (let i = 0; i < length; i++) into[i] = text.charCodeAt(i);
  return length;
}

/** Text as bytes. */
export function bytesOfOctets(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  putBytes(text, bytes);
  return bytes;
}

/** Text of the shell and of the kernel as awk's, and the other way round. */
export const fromShell = (text: string): string => octetsOf(bytesOf(text));
export const toShell = (text: string): string => textOf(bytesOfOctets(text));
