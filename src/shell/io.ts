/** Streams that commands read and write: descriptors of the kernel, or memory of the shell. */

import { concat } from '../kernel/bytes.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Sys } from './sys.ts';

interface StreamOps {
  read?(count: number): Promise<Uint8Array>;
  write?(data: Uint8Array): Promise<void>;
  close?(): Promise<void>;
}

export class Stream {
  /** The kernel's descriptor, where there is one: programs inherit it. */
  readonly fd: number | undefined;
  /** What was read too far. */
  readonly #ahead: { data: Uint8Array };
  #references = 1;
  readonly #ops: StreamOps;

  constructor(
    ops: StreamOps,
    fd?: number,
    ahead: { data: Uint8Array } = { data: new Uint8Array(0) },
  ) {
    this.#ops = ops;
    this.fd = fd;
    this.#ahead = ahead;
  }

  dup(): this {
    this.#references++;
    return this;
  }

  /** The same for what runs apart: its reads and writes are interrupted and held by themselves. */
  under(sys: Sys): Stream {
    const { fd } = this;
    const shared = this.dup();
    if (fd === undefined) return shared;
    const use = { read: this.readable, write: this.writable, close: () => shared.close() };
    return new Stream(opsOf(sys, fd, use), fd, this.#ahead);
  }

  async close(): Promise<void> {
    if (--this.#references === 0) await this.#ops.close?.();
  }

  get readable(): boolean {
    return this.#ops.read !== undefined;
  }

  get writable(): boolean {
    return this.#ops.write !== undefined;
  }

  /** Takes back what was read last, and was not used. */
  pushBack(data: Uint8Array): void {
    const { data: rest } = this.#ahead;
    const end = data.byteOffset + data.length;
    // A long text that is taken back line by line is not copied each time.
    if (rest.length === 0) this.#ahead.data = data;
    else if (data.buffer === rest.buffer && end === rest.byteOffset)
      this.#ahead.data = new Uint8Array(data.buffer, data.byteOffset, data.length + rest.length);
    else this.#ahead.data = concat([data, rest]);
  }

  /** Whether something was read too far. */
  get hasAhead(): boolean {
    return this.#ahead.data.length > 0;
  }

  /** Gives what was read too far back to the kernel; false where that takes nothing back. */
  async giveBack(unread: (fd: number, data: Uint8Array) => Promise<boolean>): Promise<boolean> {
    const given = this.#ahead.data;
    if (given.length === 0) return true;
    if (this.fd === undefined) return false;
    // Taken at once: another program that starts beside this one must not give it back again.
    this.#ahead.data = new Uint8Array(0);
    if (await unread(this.fd, given)) return true;
    this.pushBack(given);
    return false;
  }

  /** At most `count` bytes; empty at the end. */
  async read(count: number): Promise<Uint8Array> {
    if (this.#ahead.data.length > 0) {
      const given = this.#ahead.data.subarray(0, count);
      this.#ahead.data = this.#ahead.data.subarray(given.length);
      return given;
    }
    return (await this.#ops.read?.(count)) ?? new Uint8Array(0);
  }

  async readAll(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const part = await this.read(1 << 18);
      if (part.length === 0) return concat(parts);
      parts.push(part);
    }
  }

  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? bytesOf(data) : data;
    if (bytes.length > 0) await this.#ops.write?.(bytes);
  }
}

export type Io = Map<number, Stream>;

export async function replace(io: Io, fd: number, stream: Stream): Promise<void> {
  const old = io.get(fd);
  io.set(fd, stream);
  await old?.close();
}

export async function closeAll(io: Io): Promise<void> {
  for (const stream of io.values()) await stream.close();
  io.clear();
}

interface Use {
  readonly read?: boolean;
  readonly write?: boolean;
  /** What closes it with the last stream; left out, the descriptor is closed. */
  readonly close?: () => Promise<void>;
}

const opsOf = (
  sys: Sys,
  fd: number,
  { read = true, write = true, close = () => sys.close(fd) }: Use,
): StreamOps => ({
  ...(read ? { read: (count: number) => sys.read(fd, count) } : {}),
  ...(write ? { write: (data: Uint8Array) => sys.write(fd, data) } : {}),
  close,
});

/** A descriptor of the shell's process. */
export const kernelStream = (sys: Sys, fd: number, use: Use = {}): Stream =>
  new Stream(opsOf(sys, fd, use), fd);
export function memorySource(data: string | Uint8Array): Stream {
  let rest = typeof data === 'string' ? bytesOf(data) : data;
  return new Stream({
    read: async (count) => {
      const given = rest.subarray(0, count);
      rest = rest.subarray(given.length);
      return given;
    },
  });
}

/** Keeps what is written. */
export function memorySink(): { readonly stream: Stream; bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return {
    stream: new Stream({ write: async (data) => void parts.push(data.slice()) }),
    bytes: () => concat(parts),
  };
}

/** What reads as /dev/null does. */
export class NoInput extends Stream {
  constructor() {
    super({ read: async () => new Uint8Array(0) });
  }
}

export const noInput = (): Stream => new NoInput();
