/**
 * QuotaFs: any service with a limit on its bytes and names. What is there when it is mounted counts; an open
 * file that was removed counts until it is closed.
 */
import { type Awaitable, after, attempt, quietly } from '../../kernel/awaitable.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import {
  type About,
  type Entry,
  type FileHandle,
  type FileService,
  type Mode,
  never,
  type ServiceSpec,
  type Stat,
  type Step,
  type Times,
} from '../../kernel/service.ts';

export interface Limits {
  readonly bytes?: number;
  readonly entries?: number;
}

export class QuotaFs implements FileService {
  readonly spec: ServiceSpec;
  readonly create?: NonNullable<FileService['create']>;
  readonly remove?: NonNullable<FileService['remove']>;
  readonly rename?: NonNullable<FileService['rename']>;
  readonly symlink?: NonNullable<FileService['symlink']>;
  readonly readlink?: NonNullable<FileService['readlink']>;
  readonly link?: NonNullable<FileService['link']>;
  readonly setTimes?: NonNullable<FileService['setTimes']>;
  readonly setMode?: NonNullable<FileService['setMode']>;
  readonly watch?: NonNullable<FileService['watch']>;
  readonly sync?: NonNullable<FileService['sync']>;
  readonly apply?: NonNullable<FileService['apply']>;
  readonly inner: FileService;
  readonly #limits: Limits;
  /** Open handles of each file that has a number. */
  readonly #open = new Map<bigint, number>();
  /** Files that only handles lead to. */
  readonly #orphans = new Set<bigint>();
  #bytes = 0;
  #entries = 0;

  /** Counts what is there first. */
  static async open(inner: FileService, limits: Limits, spec: ServiceSpec): Promise<QuotaFs> {
    const quota = new QuotaFs(inner, limits, spec);
    await quota.#count();
    return quota;
  }

  private constructor(inner: FileService, limits: Limits, spec: ServiceSpec) {
    this.spec = spec;
    this.inner = inner;
    this.#limits = limits;
    const { create, remove, rename, symlink, link, apply } = inner;
    if (create)
      this.create = (path, kind, signal) =>
        this.#adding(() => create.call(inner, path, kind, signal));
    if (symlink)
      this.symlink = async (target, path, signal) =>
        this.#adding(() => symlink.call(inner, target, path, signal));
    if (link)
      this.link = async (from, to, signal) =>
        this.#adding(() => link.call(inner, from, to, signal));
    if (remove) this.remove = (path, kind, signal) => this.#removing(path, kind, signal, remove);
    if (rename) this.rename = (from, to, signal) => this.#renaming(from, to, signal, rename);
    if (apply) this.apply = (steps, signal) => this.#applying(steps, signal, apply);
    if (inner.readlink) this.readlink = inner.readlink.bind(inner);
    if (inner.setTimes) this.setTimes = inner.setTimes.bind(inner);
    if (inner.setMode) this.setMode = inner.setMode.bind(inner);
    if (inner.watch) this.watch = inner.watch.bind(inner);
    if (inner.sync) this.sync = inner.sync.bind(inner);
  }

  about(): About {
    return { used: { bytes: this.#bytes, entries: this.#entries }, limit: this.#limits };
  }

  stat(path: Path, signal: AbortSignal): Awaitable<Stat> {
    return this.inner.stat(path, signal);
  }

  readdir(path: Path, signal: AbortSignal): Promise<Entry[]> {
    return this.inner.readdir(path, signal);
  }

  open(path: Path, mode: Mode, signal: AbortSignal): Awaitable<FileHandle> {
    const before = mode.truncate ? this.inner.stat(path, signal) : undefined;
    return after(before, (old) =>
      after(this.inner.open(path, mode, signal), (handle) => {
        if (old?.kind === 'file') this.#bytes -= old.size;
        const looked = attempt(
          () => this.#sizeOf(handle, path),
          (error) => {
            quietly(() => handle.close?.());
            throw error;
          },
        );
        return after(looked, (stat) => this.#handle(handle, stat.ino));
      }),
    );
  }

  #handle(inner: FileHandle, ino: bigint | undefined): FileHandle {
    if (ino !== undefined) this.#open.set(ino, (this.#open.get(ino) ?? 0) + 1);
    const size = (): Awaitable<number> =>
      after(inner.stat ? inner.stat(never) : undefined, (stat) => stat?.size ?? 0);
    const { read, write, truncate, stat, setTimes, sync } = inner;
    const handle: FileHandle = {
      ...(inner.stream ? { stream: true } : {}),
      ...(read ? { read: read.bind(inner) } : {}),
      ...(stat ? { stat: stat.bind(inner) } : {}),
      ...(setTimes ? { setTimes: (times: Times) => setTimes.call(inner, times) } : {}),
      ...(sync ? { sync: sync.bind(inner) } : {}),
      close: () => this.#closing(inner, ino, size),
    };
    if (write)
      Object.assign(handle, {
        write: (at: number | 'end', data: Uint8Array, signal: AbortSignal) =>
          after(size(), (old) => {
            const more = Math.max(0, (at === 'end' ? old : at) + data.length - old);
            this.#take(more);
            return attempt(
              () => write.call(inner, at, data, signal),
              (error) => {
                this.#bytes -= more;
                throw error;
              },
            );
          }),
      });
    if (truncate)
      Object.assign(handle, {
        truncate: async (wanted: number, signal: AbortSignal) => {
          const more = wanted - (await size());
          this.#take(Math.max(0, more));
          try {
            await truncate.call(inner, wanted, signal);
          } catch (error) {
            this.#bytes -= Math.max(0, more);
            throw error;
          }
          this.#bytes += Math.min(0, more);
        },
      });
    return handle;
  }

  #closing(
    inner: FileHandle,
    ino: bigint | undefined,
    size: () => Awaitable<number>,
  ): Awaitable<void> {
    const left = ino === undefined ? 0 : (this.#open.get(ino) ?? 1) - 1;
    if (ino !== undefined && left > 0) this.#open.set(ino, left);
    else if (ino !== undefined) this.#open.delete(ino);
    const orphan = ino !== undefined && left === 0 && this.#orphans.delete(ino);
    return after(orphan ? size() : 0, (bytes) => {
      this.#bytes -= bytes;
      return inner.close?.();
    });
  }

  #adding(run: () => Awaitable<void>): Awaitable<void> {
    if (this.#entries >= (this.#limits.entries ?? Infinity)) fail('EDQUOT', 'too many names');
    return after(run(), () => {
      this.#entries++;
    });
  }

  #removing(
    path: Path,
    kind: 'file' | 'dir',
    signal: AbortSignal,
    remove: NonNullable<FileService['remove']>,
  ): Awaitable<void> {
    return after(this.inner.stat(path, signal), (stat) =>
      after(remove.call(this.inner, path, kind, signal), () => this.#removed(stat)),
    );
  }

  #removed({ kind, size, nlink = 1, ino }: Stat): void {
    this.#entries--;
    if (kind !== 'file' || nlink > 1) return;
    if (ino !== undefined && this.#open.has(ino)) this.#orphans.add(ino);
    else this.#bytes -= size;
  }

  async #renaming(
    from: Path,
    to: Path,
    signal: AbortSignal,
    rename: NonNullable<FileService['rename']>,
  ): Promise<void> {
    const source = await this.inner.stat(from, signal);
    const old = await attempt(
      () => this.inner.stat(to, signal),
      () => undefined,
    );
    await rename.call(this.inner, from, to, signal);
    if (old && !(old.ino !== undefined && old.ino === source.ino)) this.#removed(old);
  }

  /** Checked as if nothing of what is replaced went away, then counted anew. */
  async #applying(
    steps: readonly Step[],
    signal: AbortSignal,
    apply: NonNullable<FileService['apply']>,
  ): Promise<void> {
    let bytes = 0;
    let entries = 0;
    for (const step of steps) {
      if (step.op === 'remove') entries -= 1;
      if (step.op === 'dir' || step.op === 'symlink' || step.op === 'link') entries++;
      if (step.op !== 'file') continue;
      const old = await attempt(
        () => this.inner.stat(step.path, signal),
        () => undefined,
      );
      bytes += step.content.size - (old?.kind === 'file' ? old.size : 0);
      if (!old) entries++;
    }
    this.#check(bytes);
    if (entries > 0 && this.#entries + entries > (this.#limits.entries ?? Infinity))
      fail('EDQUOT', 'too many names');
    await apply.call(this.inner, steps, signal);
    await this.#count();
  }

  #take(more: number): void {
    this.#check(more);
    this.#bytes += more;
  }

  #check(more: number): void {
    const limit = this.#limits.bytes ?? Infinity;
    if (more > 0 && this.#bytes + more > limit)
      fail('EDQUOT', `over the ${limit} bytes of this mount`);
  }

  async #count(): Promise<void> {
    this.#bytes = 0;
    this.#entries = 0;
    const seen = new Set<bigint>();
    const walk = async (path: Path): Promise<void> => {
      for (const { name, kind } of await this.inner.readdir(path, never)) {
        this.#entries++;
        const here = [...path, name];
        if (kind === 'dir') await walk(here);
        if (kind !== 'file') continue;
        const { size, ino } = await this.inner.stat(here, never);
        if (ino === undefined || !seen.has(ino)) this.#bytes += size;
        if (ino !== undefined) seen.add(ino);
      }
    };
    await walk([]);
  }

  #sizeOf(handle: FileHandle, path: Path): Awaitable<Stat> {
    return handle.stat ? handle.stat(never) : this.inner.stat(path, never);
  }
}
