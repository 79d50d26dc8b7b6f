/** The page's entry to everything but the UI: one kernel at a time, started again after a crash. */

import type { DraftStore } from '../storage/drafts.ts';
import { KernelClient, otherPages, type PageKind } from './client.ts';
import { eraseAll, erasePage } from './erase.ts';
import { Oanix } from './oanix.ts';
import type { Calls, Session } from './oanixfs.ts';
import type { PageEvent } from './protocol.ts';

export class Page implements Calls {
  readonly oanix: Oanix;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  readonly #kind: PageKind;
  #client: KernelClient;
  #booted: Promise<void>;
  /** Who knows a process of an earlier kernel must not meet another one by its number. */
  #lastPid = 0;
  #drafts: Promise<DraftStore> | undefined;

  constructor(kind: PageKind) {
    this.#kind = kind;
    this.#client = new KernelClient();
    this.#booted = this.#start(kind);
    this.oanix = new Oanix(this);
  }

  /** Resolves when the namespace of the present kernel is there. */
  get booted(): Promise<void> {
    return this.#booted;
  }

  call: Calls['call'] = async (operation, args, signal) => {
    await this.#booted;
    return this.#client.call(operation, args, signal);
  };

  async session(): Promise<Session> {
    await this.#booted;
    return this.#client;
  }

  on(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Where unsaved texts are kept; undefined in an embedded page, which keeps nothing. */
  drafts(): Promise<DraftStore> | undefined {
    if (this.#kind.fleeting) return undefined;
    this.#drafts ??= import('../storage/drafts.ts')
      .then(({ DraftStore }) => new DraftStore())
      .catch((error: unknown) => {
        this.#drafts = undefined;
        throw error;
      });
    return this.#drafts;
  }

  flush(): Promise<void> {
    return this.#client.flush();
  }

  flushHere(heardMs: number, savedMs: number): boolean {
    return this.#client.flushHere(heardMs, savedMs);
  }

  persist(): Promise<boolean> {
    return this.#client.persist();
  }

  keepFolder(handle: FileSystemDirectoryHandle): Promise<string> {
    return this.#client.keepFolder(handle);
  }

  folder(id: string): Promise<FileSystemDirectoryHandle> {
    return this.#client.folder(id);
  }

  capability: KernelClient['capability'] = async (method, ...args) => {
    await this.#booted;
    return (await this.#client.capability(method, ...args)) as never;
  };

  /** Ends the kernel, with every program in it, and starts another from what was saved. */
  restart(safe = false): Promise<void> {
    this.#client.terminate();
    this.#client = new KernelClient();
    this.#booted = this.#start({ ...this.#kind, safe });
    return this.#booted;
  }

  /** How many other pages of this browser have the same files open. */
  readonly otherPages = otherPages;

  /** The page as it is kept for the time without a network; or everything, after which nothing here works but a reload. */
  async erase(what: 'page' | 'all', folders: readonly string[] = []): Promise<void> {
    if (this.#kind.fleeting)
      throw new Error('An embedded page keeps nothing. Open the page in a tab of its own.');
    if (what === 'page') return erasePage();
    this.#client.terminate();
    await eraseAll(folders);
  }

  #start(kind: PageKind): Promise<void> {
    const client = this.#client;
    client.on((event) => {
      if (client !== this.#client) return;
      if ('pid' in event) this.#lastPid = Math.max(this.#lastPid, event.pid);
      for (const listener of this.#listeners) listener(event);
    });
    const booted = client.boot(kind, this.#lastPid);
    booted.catch(() => undefined);
    return booted;
  }
}
