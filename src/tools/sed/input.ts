/** The lines of the files that sed(1) reads, one file after the other, with a look ahead for `$`. */
import { hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { type Host, type OpenFile, type Source, ToolError } from '../host.ts';
import { Lines } from '../linereader.ts';
import { reasonOf, warn } from '../stdio.ts';
import type { Skimmer } from './skim.ts';

const PART = 1 << 18;

/** What is to be done where a file begins and where it ends: files are edited in place there. */
export interface Around {
  /** False where the file is passed over. */
  begin(name: string): Promise<boolean>;
  end(name: string): Promise<void>;
}

export class Input {
  /** Of the line that was read last. */
  lineNumber = 0;
  /** Of the line that was read last. */
  fileName = '-';
  /** 2 where a file could not be opened. */
  status = 0;
  readonly #host: Host;
  readonly #names: readonly string[];
  readonly #delimiter: number;
  readonly #isSeparate: boolean;
  readonly #around: Around | undefined;
  readonly #restart: () => Promise<void>;
  #next = 0;
  #open: { readonly name: string; readonly source: Source; readonly lines: Lines } | undefined;
  /** A line was found by looking ahead, and is the next one. */
  #isAhead = false;

  constructor(
    host: Host,
    names: readonly string[],
    rules: {
      readonly delimiter: number;
      readonly isSeparate: boolean;
      readonly around: Around | undefined;
      /** Called where lines are counted anew. */
      readonly restart: () => Promise<void>;
    },
  ) {
    this.#host = host;
    this.#names = names.length > 0 ? names : ['-'];
    this.#delimiter = rules.delimiter;
    this.#isSeparate = rules.isSeparate;
    this.#around = rules.around;
    this.#restart = rules.restart;
  }

  /** Whether the next line, and one behind it, are there without waiting. */
  get hasTwo(): boolean {
    const lines = this.#open?.lines;
    if (!lines) return false;
    const { data, ahead } = lines;
    if (this.#isAhead) return ahead < data.length;
    const end = data.indexOf(this.#delimiter, ahead);
    return end >= 0 && end + 1 < data.length;
  }

  /** Goes to the next line that is there without waiting; false where there is none. */
  step(): boolean {
    if (!this.#isAhead && !this.#open?.lines.step()) return false;
    this.#isAhead = false;
    this.fileName = this.#open?.name ?? '-';
    this.lineNumber++;
    return true;
  }

  /**
   * Passes over lines that were read already and that a skimmer passes over. Returns them, undefined where there are none.
   */
  skim(skimmer: Skimmer): Uint8Array | undefined {
    const lines = this.#open?.lines;
    if (!lines || this.#isAhead) return undefined;
    const { data, ahead } = lines;
    const to = data.lastIndexOf(this.#delimiter) + 1;
    if (ahead >= to) return undefined;
    const stop = skimmer.next(data, ahead, to);
    if (stop === ahead) return undefined;
    lines.pass(stop);
    for (let at = ahead; at < stop; at = data.indexOf(this.#delimiter, at) + 1) this.lineNumber++;
    return data.subarray(ahead, stop);
  }

  /**
   * Takes lines that were read already and have their ends, without counting them: about as many as PART has bytes. Returns
   * undefined where there are none.
   */
  takeWhole():
    | { readonly data: Uint8Array; readonly from: number; readonly to: number }
    | undefined {
    const lines = this.#open?.lines;
    if (!lines || this.#isAhead) return undefined;
    const { data, ahead: from } = lines;
    const end = data.lastIndexOf(this.#delimiter) + 1;
    if (from >= end) return undefined;
    const to = from + PART < end ? data.indexOf(this.#delimiter, from + PART) + 1 : end;
    lines.pass(to);
    return { data, from, to };
  }

  /** Goes to the next line; false at the end of all files. */
  async next(): Promise<boolean> {
    if (this.step()) return true;
    if (!(await this.#find(true))) return false;
    return this.step();
  }

  get line(): Uint8Array {
    return this.#open?.lines.line ?? new Uint8Array(0);
  }

  get isWhole(): boolean {
    return this.#open?.lines.isWhole ?? true;
  }

  /** Whether no line follows: none of this file where files are separate, none at all elsewhere. */
  async isLast(): Promise<boolean> {
    if (this.#isAhead || this.#open?.lines.step()) {
      this.#isAhead = true;
      return false;
    }
    return !(await this.#find(!this.#isSeparate));
  }

  /** Leaves what was read of standard input, and not used, to whoever reads on: of a file always, of a pipe where `always` is set. */
  async giveBack(always: boolean): Promise<void> {
    const { source, lines } = this.#open ?? {};
    const { stdin } = this.#host;
    if (!lines || source !== stdin) return;
    const rest = lines.rest(this.#isAhead);
    if (rest.length > 0 && (always || (await this.#canSeek(stdin.fd)))) stdin.unread?.(rest);
  }

  async #canSeek(fd: number | undefined): Promise<boolean> {
    if (fd === undefined) return false;
    try {
      await this.#host.call('seek', { fd, offset: 0, whence: 1 });
      return true;
    } catch (error) {
      if (!hasCode(error, 'ESPIPE')) throw error;
      return false;
    }
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** Looks for another line, also in other files where `beyond` is set. */
  async #find(beyond: boolean): Promise<boolean> {
    for (;;) {
      if (this.#open && (await this.#read(this.#open.lines, this.#open.name))) {
        this.#isAhead = true;
        // Looking ahead finds the next file, as GNU's does.
        this.fileName = this.#open.name;
        return true;
      }
      if (!beyond) return false;
      await this.#close();
      if (this.#next >= this.#names.length) return false;
      await this.#openNext(this.#names[this.#next++] as string);
    }
  }

  async #read(lines: Lines, name: string): Promise<boolean> {
    try {
      return await lines.next();
    } catch (error) {
      throw new ToolError(`read error on ${name}: ${reasonOf(error)}`, 4);
    }
  }

  async #openNext(name: string): Promise<void> {
    let source: Source | undefined;
    try {
      if (this.#around && !(await this.#around.begin(name))) return;
      source = name === '-' && !this.#around ? this.#host.stdin : await this.#file(name);
    } catch (error) {
      await warn(this.#host, `can't read ${name}: ${reasonOf(error)}`);
      this.status = 2;
      return;
    }
    this.#open = { name, source, lines: new Lines(source, this.#delimiter, 0, true) };
    if (!this.#isSeparate) return;
    this.lineNumber = 0;
    await this.#restart();
  }

  /** A directory can be opened, not read. */
  async #file(name: string): Promise<Source> {
    try {
      return await this.#host.open(name, OPEN.read);
    } catch (error) {
      if (!hasCode(error, 'EISDIR')) throw error;
      return { read: () => Promise.reject(error) };
    }
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return;
    if ('close' in open.source) await (open.source as OpenFile).close();
    await this.#around?.end(open.name);
  }
}
