/**
 * A file of a folder, shared by all that have it open. The browser shows a write only when its stream closes:
 * until then the changed chunks are kept here, and read from here. What the file was is read from it as it is
 * asked for.
 */
import { CHUNK, Content } from '../../kernel/content.ts';
import { fail } from '../../kernel/errors.ts';
import { explaining } from './folderror.ts';

/** Changed bytes that are kept, at least, before they are written by themselves. */
const PENDING_BYTES = 16 * 1024 * 1024;

export class FolderFile {
  /** Handles that are open. */
  users = 0;
  #handle: FileSystemFileHandle;
  /** It has no name any more: nothing of it is written. */
  #isGone = false;
  /** What it is going to be: where nothing waits to be written, the file itself tells. */
  #content: Content | undefined;
  /** The file as it was when its first change came. */
  #was: File | undefined;
  #changedAt = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #now: () => number;

  constructor(handle: FileSystemFileHandle, now: () => number) {
    this.#handle = handle;
    this.#now = now;
  }

  get handle(): FileSystemFileHandle {
    return this.#handle;
  }

  get isPending(): boolean {
    return this.#content !== undefined;
  }

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

  write(at: number | 'end', data: Uint8Array): Promise<{ written: number; end: number }> {
    return this.#inTurn(async () => {
      const content = await this.#begin();
      const from = at === 'end' ? content.size : at;
      // A chunk that is written over in part is needed whole.
      for (const edge of [from, from + data.length]) if (edge % CHUNK) await this.#load(edge, 0);
      content.write(from, data.slice());
      if (this.#changedBytes() > Math.max(PENDING_BYTES, content.size / 4)) await this.#flush();
      return { written: data.length, end: from + data.length };
    });
  }

  truncate(size: number): Promise<void> {
    return this.#inTurn(async () => {
      const content = await this.#begin();
      if (size % CHUNK) await this.#load(size, 0);
      content.truncate(size);
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

  /** Everything written so far is in the file when it resolves. */
  flush(): Promise<void> {
    return this.#inTurn(() => this.#flush());
  }

  /** Its name goes: what is open goes on with all that it holds. */
  loseName(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.users > 0) await this.#load(0, (await this.#begin()).size);
      this.#isGone = true;
    });
  }

  movedTo(handle: FileSystemFileHandle): Promise<void> {
    return this.#inTurn(async () => {
      this.#handle = handle;
      if (this.#content) this.#was = await handle.getFile();
    });
  }

  /** One thing after the other: a flush takes what is there in its moment. */
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
      this.#content = Content.restored(was.size, chunksOf(was.size));
    }
    return this.#content;
  }

  async #load(at: number, count: number): Promise<void> {
    for (const chunk of this.#content?.absent(at, count || 1) ?? []) {
      const { at: from, length } = chunk.place ?? fail('EIO');
      const part = await (this.#was as File).slice(from, from + length).arrayBuffer();
      chunk.bytes = new Uint8Array(part);
      chunk.lent = true;
    }
  }

  #changedBytes(): number {
    let sum = 0;
    for (const { bytes, place } of this.#content?.chunks.values() ?? [])
      if (!place) sum += bytes?.length ?? 0;
    return sum;
  }

  async #flush(): Promise<void> {
    const content = this.#content;
    if (!content || this.#isGone) return;
    const chunks = [...content.chunks];
    const keepExistingData = chunks.some(([, { place }]) => place !== undefined);
    const stream = await this.#handle.createWritable({ keepExistingData });
    try {
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
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => bytes as Uint8Array<ArrayBuffer>;

/** All chunks of a file, where its own bytes are. */
const chunksOf = (size: number) =>
  Array.from({ length: Math.ceil(size / CHUNK) }, (_, index) => {
    const at = index * CHUNK;
    return [index, { seg: 0, at, length: Math.min(CHUNK, size - at), sum: 0 }] as const;
  });
