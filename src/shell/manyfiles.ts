/** Files that a tool opens with one call of the kernel: of small ones all bytes come with the reply. */
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
  readonly #how: Opening;
  /** The memory of the last reply, when all of its files are closed: the next reply comes in it. */
  #room: Uint8Array = NOTHING;

  constructor(sys: Sys, how: Opening) {
    this.#sys = sys;
    this.#how = how;
  }

  /** Each file, or why it cannot be opened. */
  async open(texts: readonly string[]): Promise<readonly (Input | FsError)[]> {
    const { open, path } = this.#how;
    const isOwn = (text: string): boolean => text === '' || numberNamed(text) !== undefined;
    const paths = texts.filter((text) => !isOwn(text)).map(path);
    const room = giveAway(this.#room);
    this.#room = NOTHING;
    const { opened, data } = await this.#sys.call('openMany', { paths, room });
    const reply = new Reply(data, () => {
      this.#room = data;
    });
    const found = (opened as Opened[]).values();
    const inputs: (Input | FsError)[] = [];
    for (const text of texts) {
      const each = isOwn(text) ? undefined : found.next().value;
      if (!each) inputs.push(await open(text, OPEN.read).catch(toFsError));
      else if ('error' in each) inputs.push(fromWire(each.error));
      else if (each.whole) inputs.push(reply.input(each));
      else inputs.push(await this.#input(each));
    }
    if (reply.isFree) this.#room = data;
    return inputs;
  }

  async #input(opened: Extract<Opened, { fd: number }>): Promise<Input | FsError> {
    const { fd, stat, plain, stream } = opened;
    const sys = this.#sys;
    const { ended } = this.#how;
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
