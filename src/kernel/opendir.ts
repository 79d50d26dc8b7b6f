/**
 * An open directory: a path in a namespace, never a handle in a service. A rename made through the
 * kernel moves it along; a listing is a snapshot, so that cookies stay true while names come and go.
 */
import { fail } from './errors.ts';
import type { Source } from './mounts.ts';
import type { Caller, Namespace } from './namespace.ts';
import { isWithin, type Path } from './path.ts';
import type { Entry } from './service.ts';

const open = new Set<OpenDir>();

export class OpenDir {
  /** Where it is now. */
  path: Path;
  /**
   * A name that is missing here is looked for at the root, as in a union of both. For the preopened
   * working directory: wasi-libc hands `x` and `/x` over as the same name.
   */
  overRoot = false;
  readonly #namespace: Namespace;
  readonly #source: Source | undefined;
  #rest: Path;
  #snapshot: Entry[] | undefined;
  #references = 1;

  constructor(namespace: Namespace, path: Path, source: Source | undefined, rest: Path) {
    this.#namespace = namespace;
    this.path = path;
    this.#source = source;
    this.#rest = rest;
    open.add(this);
  }

  dup(): this {
    this.#references++;
    return this;
  }

  /** Entries from a cookie on, at most `count`; cookie 0 takes a new snapshot. `total` counts all of them. */
  async list(from: number, count: number, caller: Caller): Promise<{ entries: Entry[]; total: number }> {
    this.#checkOpen();
    if (from === 0 || !this.#snapshot) this.#snapshot = await this.#namespace.list(this.path, caller);
    return { entries: this.#snapshot.slice(from, from + count), total: this.#snapshot.length };
  }

  async close(): Promise<void> {
    this.#checkOpen();
    if (--this.#references === 0) open.delete(this);
  }

  /** A rename in a service: open directories at or below it are now elsewhere. */
  static renamed(source: Source, from: Path, to: Path, shown: Path): void {
    for (const dir of open) {
      if (dir.#source !== source || !isWithin(dir.#rest, from)) continue;
      const below = dir.#rest.slice(from.length);
      dir.#rest = [...to, ...below];
      dir.path = [...shown, ...below];
    }
  }

  #checkOpen(): void {
    if (this.#references <= 0) fail('EBADF', 'already closed');
  }
}
