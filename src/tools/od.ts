/** od(1): bytes as numbers and characters, a line for each width of them. */
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { Addresses } from './odaddresses.ts';
import type { Format } from './odformats.ts';
import { type OdOptions, odOptions } from './odoptions.ts';
import { StringFinder } from './odstrings.ts';
import { Output, reasonOf, warn } from './stdio.ts';

export const od: Tool = async (host) => {
  const options = odOptions(host);
  const { formats, width } = options;
  const multiple = formats.reduce((all, { size }) => Math.max(all, size), 1);
  const isWrong = width !== undefined && (width === 0 || width % multiple !== 0);
  if (isWrong) await warn(host, `warning: invalid width ${width}; using ${multiple} instead`);
  const line = isWrong ? multiple : (width ?? 16 - (16 % multiple));
  return new Dump(host, options, line).run(options.files);
};

class Dump {
  readonly #host: Host;
  readonly #rules: OdOptions;
  readonly #addresses: Addresses;
  /** Bytes of a line. */
  readonly #width: number;
  readonly #out: Output;
  readonly #strings: StringFinder | undefined;
  #address: number;
  #toSkip: number;
  #left: number;
  #pending: Uint8Array<ArrayBuffer>;
  #filled = 0;
  #before: Uint8Array | undefined;
  #isStarred = false;
  /** Something could be opened. */
  #isRead = false;

  constructor(host: Host, rules: OdOptions, width: number) {
    this.#host = host;
    this.#rules = rules;
    this.#width = width;
    this.#addresses = new Addresses(rules.radix, rules.skip, rules.label);
    this.#out = new Output(host.stdout);
    const { strings, skip, most } = rules;
    if (strings !== undefined)
      this.#strings = new StringFinder(this.#out, this.#addresses, strings, skip, skip + most);
    this.#address = rules.skip;
    this.#toSkip = rules.skip;
    this.#left = rules.most;
    this.#pending = new Uint8Array(width);
  }

  async run(operands: readonly string[]): Promise<number> {
    let status = 0;
    for (const name of operands.length > 0 ? operands : ['-']) {
      if (this.#left <= 0) break;
      try {
        await this.#read(name);
      } catch (error) {
        // A directory can be opened.
        this.#isRead ||= hasCode(error, 'EISDIR');
        await warn(this.#host, `${name}: ${reasonOf(error)}`);
        status = 1;
      }
    }
    if (status !== 0 && !this.#isRead) return status;
    if (this.#toSkip > 0) {
      await this.#out.flush();
      throw new ToolError('cannot skip past end of combined input');
    }
    if (this.#filled > 0) this.#line(this.#filled);
    if (!this.#strings && !this.#addresses.isNone)
      this.#out.text(`${this.#addresses.text(this.#address)}\n`);
    await this.#out.flush();
    return status;
  }

  async #read(name: string): Promise<void> {
    if (name === '-') return this.#source(this.#host.stdin);
    const file = await this.#host.open(name, OPEN.read);
    try {
      await this.#source(file);
    } finally {
      await file.close();
    }
  }

  /** Reads no further than it shows, so that what is left of standard input is left to others. */
  async #source(source: Source): Promise<void> {
    this.#isRead = true;
    while (this.#left > 0) {
      const data = await source.read(Math.min(1 << 16, this.#toSkip + this.#left));
      if (data.length === 0) return;
      const skipped = Math.min(this.#toSkip, data.length);
      this.#toSkip -= skipped;
      this.#take(data.subarray(skipped, skipped + this.#left));
      if (this.#out.isFull) await this.#out.flush();
      await this.#host.checkpoint();
    }
  }

  #take(data: Uint8Array): void {
    this.#left -= data.length;
    this.#strings?.take(data);
    for (let at = this.#strings ? data.length : 0; at < data.length; ) {
      const part = data.subarray(at, at + this.#pending.length - this.#filled);
      this.#pending.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#pending.length) this.#line(this.#filled);
    }
  }

  #line(count: number): void {
    const bytes = this.#pending;
    this.#filled = 0;
    const isWhole = count === bytes.length;
    const { formats, isAll } = this.#rules;
    if (isWhole && !isAll && this.#before && isEqual(this.#before, bytes)) {
      if (!this.#isStarred) this.#out.text('*\n');
      this.#isStarred = true;
      this.#address += count;
      return;
    }
    this.#isStarred = false;
    this.#before = bytes.slice();
    bytes.fill(0, count);
    const view = new DataView(bytes.buffer);
    for (const [i, format] of formats.entries())
      this.#out.text(
        `${i === 0 ? this.#addresses.text(this.#address) : this.#addresses.blank}${this.#shown(format, view, count)}\n`,
      );
    this.#address += count;
  }

  /** The columns of all formats end at the same places: the widest says how far apart its pieces stand. */
  #shown(format: Format, view: DataView, count: number): string {
    const { formats } = this.#rules;
    const line = this.#width;
    const widest = Math.max(...formats.map(({ width, size }) => (width * line) / size));
    const pieces = line / format.size;
    const padding = widest - format.width * pieces;
    let text = '';
    let padded = 0;
    const used = Math.ceil(count / format.size);
    for (let piece = 0; piece < pieces; piece++) {
      // Spread over the pieces from the left, as od does.
      const pad = Math.floor((padding * (piece + 1)) / pieces) - padded;
      padded += pad;
      if (piece < used)
        text += ' '.repeat(pad) + format.show(view, piece * format.size).padStart(format.width);
      else if (format.isShown) text += ' '.repeat(pad + format.width);
    }
    return format.isShown ? `${text}  >${textOfLine(view, count)}<` : text;
  }
}

const isEqual = (a: Uint8Array, b: Uint8Array): boolean => a.every((byte, i) => byte === b[i]);

function textOfLine(view: DataView, count: number): string {
  let text = '';
  for (let at = 0; at < count; at++) {
    const byte = view.getUint8(at);
    text += byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.';
  }
  return text;
}
