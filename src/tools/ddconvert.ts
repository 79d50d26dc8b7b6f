/** The conversions of dd(1): tables, pairs of bytes, and lines as records of one length. */

/** The tables that POSIX gives for dd, in base64. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  ascii: [
    'AAECA5wJhn+XjY4LDA0ODxAREhOdhQiHGBmSjxwdHh+AgYKDhAoXG4iJiouMBQYHkJEWk5SVlgSYmZqbFBWeGi',
    'CgoaKjpKWmp6jVLjwoK3wmqaqrrK2ur7CxISQqKTt+LS+ys7S1tre4ucssJV8+P7q7vL2+v8DBwmA6I0AnPSLD',
    'YWJjZGVmZ2hpxMXGx8jJymprbG1ub3Bxcl7Mzc7P0NHlc3R1dnd4eXrS09Rb1tfY2drb3N3e3+Dh4uPkXebne0',
    'FCQ0RFRkdISejp6uvs7X1KS0xNTk9QUVLu7/Dx8vNcn1NUVVZXWFla9PX29/j5MDEyMzQ1Njc4Ofr7/P3+/w==',
  ],
  ebcdic: [
    'AAECAzctLi8WBSULDA0ODxAREhM8PTImGBk/JxwdHh9AWn97W2xQfU1dXE5rYEth8PHy8/T19vf4+XpeTH5ub3',
    'zBwsPExcbHyMnR0tPU1dbX2Nni4+Tl5ufo6a3gvZpteYGCg4SFhoeIiZGSk5SVlpeYmaKjpKWmp6ipwE/QXwcg',
    'ISIjJBUGFygpKissCQobMDEaMzQ1Ngg4OTo7BBQ+4UFCQ0RFRkdISVFSU1RVVldYWWJjZGVmZ2hpcHFyc3R1dn',
    'd4gIqLjI2Oj5Bqm5ydnp+gqqusSq6vsLGys7S1tre4ubq7vKG+v8rLzM3Oz9rb3N3e3+rr7O3u7/r7/P3+/w==',
  ],
  ibm: [
    'AAECAzctLi8WBSULDA0ODxAREhM8PTImGBk/JxwdHh9AWn97W2xQfU1dXE5rYEth8PHy8/T19vf4+XpeTH5ub3',
    'zBwsPExcbHyMnR0tPU1dbX2Nni4+Tl5ufo6a3gvV9teYGCg4SFhoeIiZGSk5SVlpeYmaKjpKWmp6ipwE/QoQcg',
    'ISIjJBUGFygpKissCQobMDEaMzQ1Ngg4OTo7BBQ+4UFCQ0RFRkdISVFSU1RVVldYWWJjZGVmZ2hpcHFyc3R1dn',
    'd4gIqLjI2Oj5Cam5ydnp+gqqusra6vsLGys7S1tre4ubq7vL2+v8rLzM3Oz9rb3N3e3+rr7O3u7/r7/P3+/w==',
  ],
};

/** Takes the output byte by byte. */
type Put = (byte: number) => void;

function tableNamed(name: string): Uint8Array {
  const text = atob((TABLES[name] as readonly string[]).join(''));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

const isUpper = (byte: number): boolean => byte >= 65 && byte <= 90;
const isLower = (byte: number): boolean => byte >= 97 && byte <= 122;

/** Changes the bytes of one input after the other. */
export class Conversion {
  readonly #table: Uint8Array | undefined;
  readonly #swaps: boolean;
  readonly #form: 'block' | 'unblock' | undefined;
  readonly #size: number;
  readonly #newline: number;
  readonly #space: number;
  /** The first byte of a pair whose second did not come yet. */
  #held: number | undefined;
  #column = 0;
  #spaces = 0;
  /** Lines that were longer than a record. */
  truncated = 0;

  constructor(conversions: ReadonlySet<string>, recordSize: number) {
    const table = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const has = (name: string): boolean => conversions.has(name);
    const through = (change: (byte: number) => number): void => {
      for (let i = 0; i < 256; i++) table[i] = change(table[i] as number);
    };
    const ascii = has('ascii') ? tableNamed('ascii') : undefined;
    const other = has('ebcdic') ? tableNamed('ebcdic') : has('ibm') ? tableNamed('ibm') : undefined;
    if (ascii) through((byte) => ascii[byte] as number);
    if (has('ucase')) through((byte) => (isLower(byte) ? byte - 32 : byte));
    if (has('lcase')) through((byte) => (isUpper(byte) ? byte + 32 : byte));
    if (other) through((byte) => other[byte] as number);
    const changes = ['ascii', 'ebcdic', 'ibm', 'ucase', 'lcase'].some(has);
    this.#table = changes ? table : undefined;
    this.#newline = other?.[10] ?? 10;
    this.#space = other?.[32] ?? 32;
    this.#swaps = has('swab');
    this.#form = has('block') ? 'block' : has('unblock') ? 'unblock' : undefined;
    this.#size = recordSize;
  }

  get isNone(): boolean {
    return !this.#table && !this.#swaps && this.#form === undefined;
  }

  /** Gives the changed bytes to `put`. `data` is changed. */
  run(data: Uint8Array, put: Put): void {
    const table = this.#table;
    if (table) for (let i = 0; i < data.length; i++) data[i] = table[data[i] as number] as number;
    if (!this.#swaps) {
      for (const byte of data) this.#put(byte, put);
      return;
    }
    for (const byte of data) {
      if (this.#held === undefined) this.#held = byte;
      else {
        this.#put(byte, put);
        this.#put(this.#held, put);
        this.#held = undefined;
      }
    }
  }

  /** Gives what was held back for bytes that did not come. */
  end(put: Put): void {
    if (this.#held !== undefined) this.#put(this.#held, put);
    this.#held = undefined;
    if (this.#column === 0) return;
    if (this.#form === 'block') this.#pad(put);
    if (this.#form === 'unblock') put(this.#newline);
  }

  #put(byte: number, put: Put): void {
    if (this.#form === 'block') this.#block(byte, put);
    else if (this.#form === 'unblock') this.#unblock(byte, put);
    else put(byte);
  }

  #pad(put: Put): void {
    for (let at = this.#column; at < this.#size; at++) put(this.#space);
  }

  #block(byte: number, put: Put): void {
    if (byte === this.#newline) {
      this.#pad(put);
      this.#column = 0;
      return;
    }
    if (this.#column === this.#size) this.truncated++;
    else if (this.#column < this.#size) put(byte);
    this.#column++;
  }

  #unblock(byte: number, put: Put): void {
    if (this.#column >= this.#size) {
      put(this.#newline);
      this.#column = 0;
      this.#spaces = 0;
    }
    this.#column++;
    if (byte === this.#space) {
      this.#spaces++;
      return;
    }
    for (; this.#spaces > 0; this.#spaces--) put(this.#space);
    put(byte);
  }
}
