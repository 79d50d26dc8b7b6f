/** What the readers of formats share. */
import { textOf } from '../../kernel/rawtext.ts';
import type { Kind } from './text.ts';

export const binary = (says: string, mime: string, charset = 'binary'): Kind => ({
  says,
  mime,
  charset,
});

export const latin1 = (data: Uint8Array, from: number, to: number): string =>
  Array.from(data.subarray(from, to), (byte) => String.fromCharCode(byte)).join('');

/** A view of the first bytes. What a header lacks counts as zeros. */
export function headOf(data: Uint8Array): DataView {
  const padded = new Uint8Array(512);
  padded.set(data.subarray(0, 512));
  return new DataView(padded.buffer);
}

/** A view of all bytes. */
export function viewOf(data: Uint8Array): DataView {
  if (data.length >= 512) return new DataView(data.buffer, data.byteOffset, data.length);
  return headOf(data);
}

/** The text at a place up to a NUL or the end of a line, as far as file(1) shows it. */
export function textAt(data: Uint8Array, from: number): string {
  const text = textOf(data.subarray(from, from + SHOWN_MAX));
  return text.slice(0, text.search(/[\0\n\r]|$/));
}

const SHOWN_MAX = 127;
