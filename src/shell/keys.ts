/**
 * Keys from what a terminal sends. A terminal also answers what programs ask it, and an answer may come after the
 * program has ended: such reports are left out, so that they do not stand at the prompt as text. No key is.
 */

const ESC = '\u001b';

/** A key: a character, a control character, or an escape sequence as a whole (ECMA-48, 5.4). */
const KEYS = new RegExp(
  [
    // A control string that is the answer to a question, up to its terminator.
    `${ESC}\\](?:4;\\d+|1\\d);[^${ESC}\u0007]*(?:\u0007|${ESC}\\\\)`,
    `${ESC}P[01>][$+|!>r][^${ESC}]*${ESC}\\\\`,
    `${ESC}\\[[0-?]*[ -/]*[@-~]`,
    `${ESC}O[A-Za-z]`,
    `${ESC}[\\s\\S]`,
    '[\\s\\S]',
  ].join('|'),
  'gu',
);

/**
 * The answers: device attributes and status, the place of the cursor, modes, colours and control strings. In the first
 * row the place of the cursor is written as F3 with Shift or Ctrl is; that is taken for the key.
 */
const REPORT = new RegExp(
  `^${ESC}(?:\\[[?>=][\\d;]*\\$?[cnRuy]|\\[[\\d;]+(?:c|n|\\$y|(?<!\\[1;\\d)R)|\\](?:4;\\d+|1\\d);[\\s\\S]*|P[01>][\\s\\S]{2,})$`,
  'u',
);

/** The beginning of an answer that is cut off at the end of what was read. No key begins so. */
const CUT = new RegExp(
  `${ESC}(?:\\[[?>=][\\d;]*\\$?|\\](?:4;?\\d*|1\\d?)(?:;[\\w:/#]*)?${ESC}?|P(?:[01>](?:[$+|!>r][^${ESC}]*${ESC}?)?)?)$`,
  'u',
);
/** A longer beginning is no answer. */
const CUT_MAX = 256;

export class KeyReader {
  readonly #decoder = new TextDecoder();
  #cut = '';

  /** The keys in bytes as they come; an answer may be divided between two calls. */
  keysOf(bytes: Uint8Array): string[] {
    const text = this.#cut + this.#decoder.decode(bytes, { stream: true });
    const cut = CUT.exec(text);
    this.#cut = cut && cut[0].length > 2 && cut[0].length <= CUT_MAX ? cut[0] : '';
    const whole = text.slice(0, text.length - this.#cut.length);
    return (whole.match(KEYS) ?? []).filter((key) => !REPORT.test(key));
  }
}
