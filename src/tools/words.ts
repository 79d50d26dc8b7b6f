/** Counts the characters, words, lines and columns of text in UTF-8, in blocks that may end within a character. */
import { isPrintable, isSpace, widthOf } from './unicode.ts';

const NONE = 0;
const WORD = 1;
const SPACE = 2;

/** What an ASCII byte is. */
const kinds = Uint8Array.from({ length: 128 }, (_, byte) =>
  byte === 32 || (byte >= 9 && byte <= 13) ? SPACE : byte > 32 && byte < 127 ? WORD : NONE,
);

export class Words {
  lines = 0;
  words = 0;
  chars = 0;
  longest = 0;
  #column = 0;
  #isWord = false;
  #rest: Uint8Array = new Uint8Array(0);

  take(block: Uint8Array): void {
    const data = this.#rest.length > 0 ? Uint8Array.from([...this.#rest, ...block]) : block;
    this.#rest = new Uint8Array(0);
    let at = 0;
    while (at < data.length) {
      const byte = data[at] as number;
      if (byte < 128) {
        this.#ascii(byte);
        at++;
        continue;
      }
      const length = lengthOf(data, at);
      if (length === INCOMPLETE) {
        this.#rest = data.slice(at);
        return;
      }
      if (length > 0) this.#other(codeOf(data, at, length));
      at += length || 1;
    }
  }

  /** An incomplete character at the end is none. */
  end(): void {
    this.#rest = new Uint8Array(0);
    if (this.#isWord) this.words++;
    this.#isWord = false;
    if (this.#column > this.longest) this.longest = this.#column;
  }

  #ascii(byte: number): void {
    this.chars++;
    const kind = kinds[byte];
    if (kind === WORD) {
      this.#isWord = true;
      this.#column++;
      return;
    }
    if (kind === NONE) return;
    if (this.#isWord) this.words++;
    this.#isWord = false;
    if (byte === 32) this.#column++;
    else if (byte === 9) this.#column += 8 - (this.#column % 8);
    else if (byte !== 11) {
      if (byte === 10) this.lines++;
      if (this.#column > this.longest) this.longest = this.#column;
      this.#column = 0;
    }
  }

  #other(code: number): void {
    this.chars++;
    if (!isPrintable(code)) return;
    this.#column += widthOf(code);
    if (isSpace(code)) {
      if (this.#isWord) this.words++;
      this.#isWord = false;
    } else this.#isWord = true;
  }
}

const INCOMPLETE = -1;

/** Bytes of the character at `at`; 0 where there is none. */
function lengthOf(data: Uint8Array, at: number): number {
  const first = data[at] as number;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const byte = data[at + i];
    if (byte === undefined) return INCOMPLETE;
    if ((byte & 0xc0) !== 0x80) return 0;
    if (i > 1) continue;
    const isOther =
      (first === 0xe0 && byte < 0xa0) ||
      (first === 0xed && byte > 0x9f) ||
      (first === 0xf0 && byte < 0x90) ||
      (first === 0xf4 && byte > 0x8f);
    if (isOther) return 0;
  }
  return length;
}

function codeOf(data: Uint8Array, at: number, length: number): number {
  let code = (data[at] as number) & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = (code << 6) | ((data[at + i] as number) & 0x3f);
  return code;
}
