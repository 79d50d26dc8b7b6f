/** Where split(1) writes its parts: files, or commands that get them as their input. */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { identityOf, statIf } from './files.ts';
import { type Host, type Sink, ToolError } from './host.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { SplitNames } from './splitnames.ts';
import type { SplitOptions } from './splitoptions.ts';
import { reasonOf } from './stdio.ts';

export interface Part extends Sink {
  close(): Promise<void>;
}

export class Parts {
  readonly #host: Host;
  readonly #options: SplitOptions;
  readonly #names: SplitNames;

  constructor(host: Host, options: SplitOptions) {
    this.#host = host;
    this.#options = options;
    this.#names = new SplitNames(options.prefix, options.ending, options.suffix);
  }

  async next(): Promise<Part> {
    const name = this.#names.next();
    const { filter, isVerbose } = this.#options;
    const what =
      filter === undefined
        ? `creating file ${quoted(name)}`
        : `executing with FILE=${quotedIfNeeded(name)}`;
    if (isVerbose) await this.#host.stdout.write(bytesOf(`${what}\n`));
    return filter === undefined ? this.#file(name) : new Filter(this.#host, filter, name);
  }

  async #file(name: string): Promise<Part> {
    try {
      const there = await statIf(this.#host, name);
      const own = await identityOf(this.#host, this.#host.stdin.fd);
      if (there && own === `${there.dev}:${there.ino}`)
        throw new ToolError(`${quoted(name)} would overwrite input; aborting`);
      return await this.#host.open(name, OPEN.write | OPEN.create | OPEN.truncate);
    } catch (error) {
      if (error instanceof ToolError) throw error;
      throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    }
  }
}

/** A command that reads a part. */
class Filter implements Part {
  readonly #name: string;
  readonly #command: string;
  readonly #done: Promise<number>;
  #data: Uint8Array | undefined;
  #isClosed = false;
  #isOver = false;
  /** Wakes the reader, and the writer. */
  #wake: (() => void) | undefined;
  #taken: (() => void) | undefined;

  constructor(host: Host, command: string, name: string) {
    this.#name = name;
    this.#command = command;
    const stdin = { read: (count: number): Promise<Uint8Array> => this.#read(count) };
    const env = { ...host.env, FILE: name };
    this.#done = host.run(['sh', '-c', command], { stdin, env }).finally(() => {
      this.#isOver = true;
      this.#taken?.();
    });
    this.#done.catch(() => undefined);
  }

  async #read(count: number): Promise<Uint8Array> {
    while (this.#data === undefined && !this.#isClosed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const data = this.#data ?? new Uint8Array(0);
    const rest = data.subarray(count);
    this.#data = rest.length > 0 ? rest : undefined;
    if (this.#data === undefined) this.#taken?.();
    return data.subarray(0, count);
  }

  async write(data: Uint8Array): Promise<void> {
    if (data.length === 0 || this.#isOver) return;
    const isTaken = new Promise<void>((resolve) => {
      this.#taken = resolve;
    });
    this.#data = data.slice();
    this.#wake?.();
    await isTaken;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#wake?.();
    const status = await this.#done;
    if (status === 0) return;
    throw new ToolError(
      `with FILE=${quotedIfNeeded(this.#name)}, exit ${status} from command: ${this.#command}`,
      status,
    );
  }
}
