/** Where sed(1) writes: standard output, the files of `w`, and the files that are edited in place. */
import { OPEN } from '../../kernel/operations.ts';
import { closeAllOr } from '../closing.ts';
import { type Host, type OpenFile, ToolError } from '../host.ts';
import { Output, reasonOf } from '../stdio.ts';
import type { Appendable, Space } from './space.ts';

/** Adds the end of a last line that lacks it only where more is written behind it. */
export class Writer implements Appendable {
  readonly #out: Output;
  readonly #delimiter: number;
  #isMissing = false;

  constructor(out: Output, delimiter: number) {
    this.#out = out;
    this.#delimiter = delimiter;
  }

  get isFull(): boolean {
    return this.#out.isFull;
  }

  line(bytes: Uint8Array, isWhole: boolean): void {
    this.raw(bytes);
    if (isWhole) this.#out.byte(this.#delimiter);
    else this.#isMissing = true;
  }

  space(space: Space): void {
    if (this.#isMissing) this.#out.byte(this.#delimiter);
    space.writeTo(this.#out);
    this.#isMissing = !space.isWhole;
    if (space.isWhole) this.#out.byte(this.#delimiter);
  }

  append(bytes: Uint8Array): void {
    if (bytes.length > 0) this.raw(bytes);
  }

  appendRange(bytes: Uint8Array, from: number, to: number): void {
    if (from >= to) return;
    if (this.#isMissing) this.#out.byte(this.#delimiter);
    this.#isMissing = false;
    this.#out.range(bytes, from, to);
  }

  raw(bytes: Uint8Array): void {
    if (this.#isMissing) this.#out.byte(this.#delimiter);
    this.#isMissing = false;
    this.#out.bytes(bytes);
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }
}

/** The files that the commands `w`, `W` and `s///w` write, by their names. They are emptied at the beginning. */
export class Outputs {
  readonly stdout: Writer;
  readonly #host: Host;
  readonly #delimiter: number;
  readonly #streams: Readonly<Record<string, Output>>;
  readonly #files = new Map<string, { readonly writer: Writer; readonly file?: OpenFile }>();

  constructor(host: Host, delimiter: number) {
    this.#host = host;
    this.#delimiter = delimiter;
    this.#streams = {
      '/dev/stdout': new Output(host.stdout),
      '/dev/stderr': new Output(host.stderr),
    };
    this.stdout = new Writer(this.#streams['/dev/stdout'] as Output, delimiter);
  }

  async open(name: string): Promise<void> {
    if (this.#files.has(name)) return;
    const stream = Object.hasOwn(this.#streams, name) ? this.#streams[name] : undefined;
    if (stream) {
      this.#files.set(name, { writer: new Writer(stream, this.#delimiter) });
      return;
    }
    try {
      const file = await this.#host.open(name, OPEN.write | OPEN.create | OPEN.truncate);
      this.#files.set(name, { file, writer: new Writer(new Output(file), this.#delimiter) });
    } catch (error) {
      throw new ToolError(`couldn't open file ${name}: ${reasonOf(error)}`, 4);
    }
  }

  named(name: string): Writer {
    return this.#files.get(name)?.writer ?? this.stdout;
  }

  async flush(): Promise<void> {
    await this.stdout.flush();
    for (const { writer } of this.#files.values()) await writer.flush();
  }

  async close(): Promise<void> {
    await this.flush();
    const files = [...this.#files].map(([name, { file }]) => [name, file] as const);
    await closeAllOr(files, closeFailed);
  }
}

export const closeFailed = (name: string, reason: string): ToolError =>
  new ToolError(`couldn't close ${name}: ${reason}`, 4);

/** The bytes of a line as `l` shows them, broken before `width` characters; 0 breaks none. */
export function shown(bytes: Uint8Array, width: number, delimiter: number): string {
  let text = '';
  let column = 0;
  for (const byte of bytes) {
    const part = spelled(byte);
    if (width > 0 && column + part.length > width - 1) {
      text += `\\${String.fromCharCode(delimiter)}`;
      column = 0;
    }
    text += part;
    column += part.length;
  }
  return `${text}$`;
}

const letters: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  9: '\\t',
  10: '\\n',
  11: '\\v',
  12: '\\f',
  13: '\\r',
  92: '\\\\',
};

function spelled(byte: number): string {
  const letter = letters[byte];
  if (letter !== undefined) return letter;
  if (byte >= 32 && byte < 127) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, '0')}`;
}
