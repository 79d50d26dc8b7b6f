/** Files that a tool opens with one call of the kernel. The reply has all bytes of the small ones. */
import { giveAway } from '../kernel/bytes.ts';
import { FsError, fromWire, toFsError } from '../kernel/errors.ts';
import { OPEN, type Opened, STREAM } from '../kernel/operations.ts';
import type { Host, Input } from '../tools/host.ts';
import { readerOf } from './openfile.ts';
import { numberNamed } from './redirect.ts';
import type { Sys } from './sys.ts';

const NOTHING = new Uint8Array(0);

interface Opening {
  /** Opens a stream of the tool's own. */
  readonly open: Host['open'];
  path(text: string): string;
  /** The descriptors that have met their end (toolhost.ts). */
  readonly ended: Set<number>;
}

export class ManyFiles {
  readonly #sys: Sys;
  readonly #opening: Opening;
  /** The bytes of the last reply, when all of its files are closed: the next reply is written to them. */
  #buffer: Uint8Array = NOTHING;

  constructor(sys: Sys, opening: Opening) {
    this.#sys = sys;
    this.#opening = opening;
  }

  /** Each file, or why it cannot be opened. */
  async open(texts: readonly string[]): Promise<readonly (Input | FsError)[]> {
    const { path } = this.#opening;
    const isOwn = (text: string): boolean => text === '' || numberNamed(text) !== undefined;
    const paths = texts.filter((text) => !isOwn(text)).map(path);
    const buffer = giveAway(this.#buffer);
    this.#buffer = NOTHING;
    const { opened, data } = await this.#sys.call('openMany', { paths, buffer });
    const reply = new Reply(data, () => {
      this.#buffer = data;
    });
    const found = (opened as Opened[]).values();
    const inputs: (Input | FsError)[] = [];
    for (const text of texts) {
      const each = isOwn(text) ? undefined : found.next().value;
      if (!each) inputs.push(await this.#own(text).catch(toFsError));
      else if ('error' in each) inputs.push(fromWire(each.error));
      else if (each.whole) inputs.push(reply.input(each));
      else inputs.push(await this.#input(each));
    }
    if (reply.isFree) this.#buffer = data;
    return inputs;
  }

  /** A stream of the tool's own. Only a file has a size. */
  async #own(text: string): Promise<Input> {
    const { fd, read, close } = await this.#opening.open(text, OPEN.read);
    if (fd < 0) return { read, close };
    const { stat, stream } = await this.#sys.call('fstat', { fd });
    return { fd, read, close, size: stream === STREAM.no ? stat.size : undefined };
  }

  async #input(opened: Extract<Opened, { fd: number }>): Promise<Input | FsError> {
    const { fd, stat, plain, stream } = opened;
    const sys = this.#sys;
    const { ended } = this.#opening;
    if (stat.kind === 'dir') {
      await sys.close(fd);
      return new FsError('EISDIR');
    }
    if (stream === STREAM.terminal) sys.terminals.add(fd);
    const close = async (): Promise<void> => {
      ended.delete(fd);
      void sys.close(fd);
    };
    const read = readerOf(sys, opened, true, ended);
    return { fd, plain: plain ? stat : undefined, size: stat.size, read, close };
  }
}

/** The bytes of the files that came whole. */
class Reply {
  readonly #data: Uint8Array;
  readonly #released: () => void;
  #open = 0;

  /** `released` is called when the last of its files is closed. */
  constructor(data: Uint8Array, released: () => void) {
    this.#data = data;
    this.#released = released;
  }

  get isFree(): boolean {
    return this.#open === 0;
  }

  input({ stat, whole }: Extract<Opened, { fd: number }>): Input {
    let { from, to } = whole ?? { from: 0, to: 0 };
    let isClosed = false;
    this.#open++;
    return {
      plain: stat,
      size: stat.size,
      read: async (count) => {
        const data = this.#data.subarray(from, Math.min(to, from + count));
        from += data.length;
        return data;
      },
      close: async () => {
        if (isClosed) return;
        isClosed = true;
        from = to;
        this.#open--;
        if (this.isFree) this.#released();
      },
    };
  }
}
