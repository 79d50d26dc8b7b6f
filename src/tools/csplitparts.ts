/** The files that csplit(1) writes one after the other, and removes again where it fails. */
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { closeAfterError } from './closing.ts';
import { place } from './files.ts';
import { type Host, type OpenFile, ToolError } from './host.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { Output, reasonOf, warn } from './stdio.ts';

interface PartRules {
  /** The sizes are not written. */
  readonly isQuiet: boolean;
  /** Empty parts are removed. */
  readonly skipsEmpty: boolean;
}

/** A failure that leaves the parts as they are: csplit(1) ends at once. */
export class Incident extends ToolError {}

interface Part {
  readonly name: string;
  readonly file: OpenFile;
  readonly out: Output;
  size: number;
}

export class CsplitParts {
  readonly #host: Host;
  readonly #nameOf: (index: number) => string;
  readonly #rules: PartRules;
  readonly #sizes: Output;
  #part: Part | undefined;
  #count = 0;

  constructor(host: Host, nameOf: (index: number) => string, rules: PartRules) {
    this.#host = host;
    this.#nameOf = nameOf;
    this.#rules = rules;
    this.#sizes = new Output(host.stdout);
  }

  /** Runs `work`. Whatever ends it early removes the parts, unless they are to be kept; then it goes on its way. */
  async whole(work: () => Promise<void>, isKept: boolean): Promise<number> {
    try {
      await work();
      await this.#sizes.flush();
      return 0;
    } catch (error) {
      const isOwn = error instanceof ToolError;
      const isEnd = error instanceof Incident;
      if (isOwn && !isEnd) await this.close().catch(() => undefined);
      else if (this.#part) await closeAfterError(this.#part.file);
      if (!isKept && !isEnd) await this.#removeAll();
      if (isOwn) await this.#sizes.flush();
      throw error;
    }
  }

  async open(): Promise<void> {
    const name = this.#nameOf(this.#count);
    try {
      const file = await this.#host.open(name, OPEN.write | OPEN.create | OPEN.truncate);
      this.#part = { name, file, out: new Output(file), size: 0 };
    } catch (error) {
      throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    }
    this.#count++;
  }

  /** Adds to the part that is open; a promise where that takes its time. */
  write(line: Uint8Array): Promise<void> | undefined {
    const part = this.#part;
    if (!part) return undefined;
    part.out.bytes(line);
    part.size += line.length;
    return part.out.isFull ? this.#flush(part) : undefined;
  }

  async #flush({ name, out, file }: Part): Promise<void> {
    try {
      await out.flush();
    } catch (error) {
      this.#part = undefined;
      await closeAfterError(file);
      throw new ToolError(`write error for ${quoted(name)}: ${reasonOf(error)}`);
    }
  }

  /** Ends the part that is open, if one is. */
  async close(): Promise<void> {
    const part = this.#part;
    if (!part) return;
    await this.#flush(part);
    this.#part = undefined;
    const { name, file, size } = part;
    try {
      await file.close();
    } catch (error) {
      throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    }
    if (size === 0 && this.#rules.skipsEmpty) {
      await this.#remove(name);
      this.#count--;
    } else if (!this.#rules.isQuiet) this.#sizes.text(`${size}\n`);
    if (this.#sizes.isFull || this.#host.isTerminal(1)) await this.#sizes.flush();
  }

  async #removeAll(): Promise<void> {
    for (; this.#count > 0; this.#count--) await this.#remove(this.#nameOf(this.#count - 1));
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.#host.call('unlink', place(this.#host, name));
    } catch (error) {
      if (!hasCode(error, 'ENOENT'))
        await warn(this.#host, `${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    }
  }
}
