/**
 * An open directory: a place in a namespace, never a handle in a service. A listing is a snapshot, so
 * that cookies stay true while names come and go.
 */

import type { Caller } from './caller.ts';
import { fail } from './errors.ts';
import type { Namespace } from './namespace.ts';
import type { Path } from './path.ts';
import type { Place } from './place.ts';
import type { Entry } from './service.ts';

export class OpenDir {
  /**
   * A name that is missing here is looked for at the root, as in a union of both. For the preopened
   * working directory: wasi-libc hands `x` and `/x` over as the same name.
   */
  overRoot = false;
  readonly #namespace: Namespace;
  readonly #path: Path;
  readonly #place: Place | undefined;
  #snapshot: Entry[] | undefined;
  #references = 1;

  /** `place` is absent where only mounts make the directory. */
  constructor(namespace: Namespace, path: Path, place: Place | undefined) {
    this.#namespace = namespace;
    this.#path = path;
    this.#place = place;
  }

  /** Where it is now; ENOENT once it was moved out of what its mount shows. */
  get path(): Path {
    if (this.#place?.gone) fail('ENOENT', 'the directory was moved away');
    return this.#place?.path ?? this.#path;
  }

  dup(): this {
    this.#references++;
    return this;
  }

  /** Entries from a cookie on, at most `count`; cookie 0 takes a new snapshot. `total` counts all of them. */
  async list(
    from: number,
    count: number,
    caller: Caller,
  ): Promise<{ entries: Entry[]; total: number }> {
    this.#checkOpen();
    if (from === 0 || !this.#snapshot)
      this.#snapshot = await this.#namespace.list(this.path, caller);
    return { entries: this.#snapshot.slice(from, from + count), total: this.#snapshot.length };
  }

  async close(): Promise<void> {
    this.#checkOpen();
    if (--this.#references === 0) this.#place?.leave();
  }

  #checkOpen(): void {
    if (this.#references <= 0) fail('EBADF', 'already closed');
  }
}
