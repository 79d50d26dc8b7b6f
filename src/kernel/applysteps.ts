/**
 * Steps that are made one by one, for services that cannot make them as one (service.ts `apply`). When a step fails,
 * the steps before it are undone. Files that are replaced or removed wait in a directory of the service's root: after a
 * crash they are found there.
 */
import { FsError, fail } from './errors.ts';
import { formatPath, type Path } from './path.ts';
import { type FileService, isImmutable, type Step, statIfThere } from './service.ts';

/** The directory, in the service's root, for files that are replaced. */
export const ASIDE = '.oanix-replaced';
const PIECE = 1 << 20;

type Undo = () => unknown;

/** All of the steps in order; those before one that fails are taken back. EROFS, ENOTSUP and the service's own errors. */
export async function applyInTurn(
  service: FileService,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<void> {
  if (isImmutable(service)) fail('EROFS');
  const turn = new Turn(service, signal);
  try {
    for (const step of steps) await turn.make(step);
  } catch (error) {
    const kept = await turn.takeBack();
    if (kept === undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FsError('EIO', {
      reason: `${why}, and not all of the changes could be undone: the replaced files are in ${kept}`,
      cause: error,
    });
  }
  await turn.done();
}

class Turn {
  readonly #service: FileService;
  readonly #signal: AbortSignal;
  readonly #undo: Undo[] = [];
  #aside: Path | undefined;
  #last = 0;
  /** Where a move under way goes. */
  #moving: Path | undefined;

  constructor(service: FileService, signal: AbortSignal) {
    this.#service = service;
    this.#signal = signal;
  }

  async make(step: Step): Promise<void> {
    const { path } = step;
    if (step.op === 'remove') await this.#move(path, await this.#place());
    else if (step.op === 'rename') await this.#move(step.from, path);
    else if (step.op === 'file') await this.#file(step);
    else if (step.op === 'mode') await this.#mode(path, step.mode);
    else if (step.op !== 'times') await this.#add(step);
    if (step.op === 'dir' || step.op === 'times') await this.#times(path, step.times);
  }

  /** As it was before; otherwise says where the rest is. */
  async takeBack(): Promise<string | undefined> {
    // A move that failed may have been made in part.
    let whole = !(this.#moving && (await this.#isThere(this.#moving)));
    for (const undo of this.#undo.reverse()) {
      try {
        await undo();
      } catch {
        whole = false;
      }
    }
    if (!whole && this.#aside) return formatPath(this.#aside);
    await this.done();
    return undefined;
  }

  /** What was replaced is needed no more; where it cannot be removed it stays, and harms nothing. */
  async done(): Promise<void> {
    if (this.#aside) await this.#removeAll(this.#aside).catch(() => undefined);
  }

  async #move(from: Path, to: Path): Promise<void> {
    const rename =
      this.#service.rename?.bind(this.#service) ?? fail('ENOTSUP', 'nothing moves there');
    this.#moving = to;
    await rename(from, to, this.#signal);
    this.#moving = undefined;
    this.#undo.push(() => rename(to, from, this.#signal));
  }

  async #add(step: Extract<Step, { op: 'dir' | 'symlink' | 'link' }>): Promise<void> {
    const { path } = step;
    const service = this.#service;
    if (step.op === 'dir') await service.create?.(path, 'dir', this.#signal);
    else if (step.op === 'symlink')
      await (service.symlink ?? fail('ENOTSUP', 'there are no symlinks there')).call(
        service,
        step.target,
        path,
        this.#signal,
      );
    else
      await (service.link ?? fail('ENOTSUP', 'a file has one name there')).call(
        service,
        step.from,
        path,
        this.#signal,
      );
    this.#undo.push(() => service.remove?.(path, step.op === 'dir' ? 'dir' : 'file', this.#signal));
  }

  /** A file that is there is the same file with other content. */
  async #file({ path, content, times }: Extract<Step, { op: 'file' }>): Promise<void> {
    const old = await statIfThere(this.#service, path, this.#signal);
    if (!old) {
      await this.#service.create?.(path, 'file', this.#signal);
      this.#undo.push(() => this.#service.remove?.(path, 'file', this.#signal));
    } else {
      const copy = await this.#place();
      await this.#service.create?.(copy, 'file', this.#signal);
      await this.#copy(path, copy);
      this.#undo.push(() => this.#copy(copy, path));
    }
    await this.#fill(path, async (at) => (at < content.size ? content.read(at, PIECE) : undefined));
    await this.#times(path, times);
  }

  async #copy(from: Path, to: Path): Promise<void> {
    const source = await this.#service.open(from, { read: true }, this.#signal);
    try {
      await this.#fill(to, async (at) => source.read?.(at, PIECE, this.#signal));
    } finally {
      await source.close?.();
    }
  }

  /** Replaces the content of a file by pieces; the last one is empty or missing. */
  async #fill(path: Path, piece: (at: number) => Promise<Uint8Array | undefined>): Promise<void> {
    const file = await this.#service.open(path, { write: true, truncate: true }, this.#signal);
    try {
      for (let at = 0; ; ) {
        const part = await piece(at);
        if (part === undefined || part.length === 0) break;
        await file.write?.(at, part.slice(), this.#signal);
        at += part.length;
      }
      await file.sync?.();
    } finally {
      await file.close?.();
    }
  }

  /** Where a service keeps no times that are set, they are not. */
  async #times(path: Path, times: { atime?: bigint; mtime?: bigint }): Promise<void> {
    const { setTimes } = this.#service;
    if (!setTimes) return;
    const { atime, mtime } =
      (await statIfThere(this.#service, path, this.#signal)) ?? fail('ENOENT');
    await setTimes.call(this.#service, path, times, this.#signal);
    const old = { mtime, ...(atime === undefined ? {} : { atime }) };
    this.#undo.push(() => setTimes.call(this.#service, path, old, this.#signal));
  }

  /** Where a service keeps no modes, they are not set. A file that had none keeps the new one after a failure. */
  async #mode(path: Path, mode: number): Promise<void> {
    const { setMode } = this.#service;
    if (!setMode) return;
    const old = (await statIfThere(this.#service, path, this.#signal))?.mode;
    await setMode.call(this.#service, path, mode, this.#signal);
    if (old !== undefined)
      this.#undo.push(() => setMode.call(this.#service, path, old, this.#signal));
  }

  /** A free name aside. */
  async #place(): Promise<Path> {
    if (!this.#aside) {
      for (let number = 0; ; number++) {
        const path = [number === 0 ? ASIDE : `${ASIDE}-${number}`];
        if (await statIfThere(this.#service, path, this.#signal)) continue;
        await this.#service.create?.(path, 'dir', this.#signal);
        this.#aside = path;
        break;
      }
    }
    return [...this.#aside, String(++this.#last)];
  }

  /** Where one cannot tell, it may be. */
  #isThere(path: Path): Promise<boolean> {
    return statIfThere(this.#service, path, this.#signal).then(
      (stat) => stat !== undefined,
      () => true,
    );
  }

  async #removeAll(path: Path): Promise<void> {
    const { kind } = await this.#service.stat(path, this.#signal);
    if (kind === 'dir') {
      for (const { name } of await this.#service.readdir(path, this.#signal))
        await this.#removeAll([...path, name]);
    }
    await this.#service.remove?.(path, kind === 'dir' ? 'dir' : 'file', this.#signal);
  }
}
