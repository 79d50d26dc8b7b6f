/** UTF-8 that is read as text: a byte order mark is a character of it, so that writing the text gives the same bytes. */
import { FsError } from './errors.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of bytes in UTF-8, with U+FFFD for what is none. */
export const looseText = (bytes: Uint8Array | undefined): string => lenient.decode(bytes);

/** The text of bytes in UTF-8. EILSEQ for other bytes, which a text could not bring back. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new FsError('EILSEQ', { reason: 'the file is not UTF-8: read it as bytes', cause });
  }
}

/** A text without the byte order mark in front of it, for parsers that know none. */
export const withoutMark = (text: string): string =>
  text.startsWith('\ufeff') ? text.slice(1) : text;
