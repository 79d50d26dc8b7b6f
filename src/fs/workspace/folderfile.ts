/**
 * A file of a folder, shared by all that have it open. The browser shows a write only when its stream closes:
 * until then the changed chunks are kept here, and read from here. What the file was is read from it as it is
 * asked for. One thing after the other: a flush takes what is there in its moment.
 */
import { CHUNK, Content } from '../../kernel/content.ts';
import { fail } from '../../kernel/errors.ts';
import { explaining } from './foldererrors.ts';

/** Changed bytes that are kept before they are written by themselves, or a quarter of a large file. */
const PENDING_BYTES = 16 * 1024 * 1024;
/** A file that loses its name is kept for those that have it open up to this size. */
const NAMELESS_BYTES = 64 * 1024 * 1024;
const OUTSIDE = 'the file was changed from outside meanwhile: open it again';

export class FolderFile {
  /** Handles that are open. */
  users = 0;
  #handle: FileSystemFileHandle;
  /** It has no name any more: nothing of it is written. */
  #isGone = false;
  /** What it is going to be: where nothing waits to be written, the file itself tells. */
  #content: Content | undefined;
  /** The file as it was when its first change came, and its smallest size since: what was cut never comes back. */
  #was: File | undefined;
  #least = 0;
  #changedAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #now: () => number;

  constructor(handle: FileSystemFileHandle, now: () => number) {
    this.#handle = handle;
    this.#now = now;
  }

  /** ESTALE where it was changed from outside under a change that waits, EACCES where the browser refuses. */
  read(at: number, count: number): Promise<Uint8Array> {
    return this.#inTurn(async () => {
      if (!this.#content) {
        const file = await this.#handle.getFile();
        return new Uint8Array(await file.slice(at, at + count).arrayBuffer());
      }
      await this.#load(at, count);
      return this.#content.read(at, count).slice();
    });
  }

  /** ENOSPC and what else `flush` says, where so much waits that it must be written first. */
  write(at: number | 'end', data: Uint8Array): Promise<{ written: number; end: number }> {
    return this.#inTurn(async () => {
      await this.#makeRoom(data.length);
      const content = await this.#begin();
      const from = at === 'end' ? content.size : at;
      // A chunk that is written over in part is needed whole.
      for (const edge of [from, from + data.length]) if (edge % CHUNK) await this.#load(edge, 0);
      content.write(from, data.slice());
      return { written: data.length, end: from + data.length };
    });
  }

  truncate(size: number): Promise<void> {
    return this.#inTurn(async () => {
      const content = await this.#begin();
      if (size % CHUNK) await this.#load(size, 0);
      content.truncate(size);
      this.#least = Math.min(this.#least, size);
    });
  }

  /** Size in bytes and the time of the last change in milliseconds since 1970. */
  stat(): Promise<{ size: number; changedAt: number }> {
    return this.#inTurn(async () => {
      if (this.#content) return { size: this.#content.size, changedAt: this.#changedAt };
      const { size, lastModified } = await this.#handle.getFile();
      return { size, changedAt: lastModified };
    });
  }

  /**
   * Everything written so far is in the file when it resolves. ENOSPC, EACCES, EBUSY where something else writes
   * it: what waits stays, and the next flush tries again. ENOENT, ESTALE: it was removed, or changed, from outside.
   */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#flush());
  }

  /** `remove` takes its name away: what is open goes on with what it holds. If that fails nothing is lost. */
  loseName(remove: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      if (this.users > 0) {
        const { size } = await this.#begin();
        if (size <= NAMELESS_BYTES) await this.#load(0, size);
      }
      await remove();
      this.#isGone = true;
    });
  }

  /** Others took its name away. */
  abandon(): void {
    this.#isGone = true;
  }

  /** Runs `move` with everything written, and nothing that could be written meanwhile. */
  hold(move: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#flush();
      await move();
    });
  }

  /** In `hold`: it goes by another name now. */
  movedTo(handle: FileSystemFileHandle): void {
    this.#handle = handle;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => explaining(run));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #begin(): Promise<Content> {
    this.#changedAt = this.#now();
    if (!this.#content) {
      const was = await this.#handle.getFile();
      this.#was = was;
      this.#least = was.size;
      this.#content = Content.restored(was.size, chunksOf(was.size));
    }
    return this.#content;
  }

  async #load(at: number, count: number): Promise<void> {
    for (const chunk of this.#content?.absent(at, count || 1) ?? []) {
      const { at: from, length } = chunk.place ?? fail('EIO');
      const part = await (this.#was as File)
        .slice(from, from + length)
        .arrayBuffer()
        .catch(() => fail('ESTALE', OUTSIDE));
      chunk.bytes = new Uint8Array(part);
      chunk.lent = true;
    }
  }

  async #makeRoom(more: number): Promise<void> {
    const content = this.#content;
    if (!content) return;
    const limit = this.#isGone ? NAMELESS_BYTES : Math.max(PENDING_BYTES, content.size / 4);
    if (this.#changedBytes(content) + more <= limit) return;
    if (this.#isGone) fail('ENOSPC', 'a file without a name is kept in memory');
    await this.#flush();
  }

  #changedBytes({ chunks }: Content): number {
    let sum = 0;
    for (const { bytes, place } of chunks.values()) if (!place) sum += bytes?.length ?? 0;
    return sum;
  }

  async #flush(): Promise<void> {
    const content = this.#content;
    if (!content || this.#isGone) return;
    const chunks = [...content.chunks];
    const keepExistingData = chunks.some(([, { place }]) => place !== undefined);
    await this.#checkSame(keepExistingData);
    const stream = await this.#handle.createWritable({ keepExistingData });
    try {
      if (keepExistingData) await stream.truncate(this.#least);
      for (const [index, { bytes, place }] of chunks) {
        if (!place && bytes)
          await stream.write({ type: 'write', position: index * CHUNK, data: own(bytes) });
      }
      await stream.truncate(content.size);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    this.#content = undefined;
    this.#was = undefined;
  }

  /** It is still there; and what others wrote since is not written over by what it was before. */
  async #checkSame(keepsSome: boolean): Promise<void> {
    const now = await this.#handle.getFile();
    const { size, lastModified } = this.#was as File;
    if (keepsSome && (now.size !== size || now.lastModified !== lastModified))
      fail('ESTALE', OUTSIDE);
  }
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;

/** All chunks of a file, where its own bytes are. */
const chunksOf = (size: number) =>
  Array.from({ length: Math.ceil(size / CHUNK) }, (_, index) => {
    const at = index * CHUNK;
    return [index, { seg: 0, at, length: Math.min(CHUNK, size - at), sum: 0 }] as const;
  });
