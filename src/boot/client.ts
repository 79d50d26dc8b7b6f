/** The page's side of the kernel: typed calls with cancellation, events, and notice of its death. */
import type { Args, Operation, Result } from '../kernel/operations.ts';
import { answerOn, Remote } from '../kernel/rpc.ts';
import type { Session } from './oanixfs.ts';
import { pageTable } from './pagetable.ts';
import { ProgramWorkers } from './programworkers.ts';
import {
  type BootConfig,
  type CapabilityCalls,
  FLUSHED,
  FLUSHING,
  type LastWish,
  type PageEvent,
} from './protocol.ts';

/** What the locks of pages that keep something begin with. */
const PAGES = 'oanix-kernel';

/** How many other pages of this browser have the same files open. */
export async function otherPages(): Promise<number> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.filter(({ name }) => name?.startsWith(`${PAGES}-`) && !own.has(name)).length;
}

/** Locks of the kernels of this page: a new one may begin before the old one's lock is gone. */
const own = new Set<string>();

/** For so long, in ms, a kernel that was not done in time is not waited for again. */
const BUSY_MS = 3000;

export type PageKind = Required<Pick<BootConfig, 'safe' | 'fleeting'>>;

export class KernelClient implements Session {
  readonly #worker: Worker;
  readonly #remote: Remote;
  readonly #programs: ProgramWorkers;
  readonly #listeners = new Set<(event: PageEvent) => void>();
  readonly #watchers = new Map<number, (paths: readonly string[]) => void>();
  #dead = false;
  #booted = false;
  #fleeting = false;
  #busyUntil = 0;

  constructor() {
    this.#worker = new Worker(new URL('./kernel.worker.ts', import.meta.url), {
      type: 'module',
      name: 'kernel',
    });
    this.#remote = new Remote(this.#worker);
    this.#programs = new ProgramWorkers(this.#worker);
    this.#remote.onEvent = (event) => this.#tell(event as PageEvent);
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#die(event.message || 'the kernel worker could not be loaded');
    });
  }

  /** Starts the kernel; resolves when the namespace is there. Rejects with why it is not. */
  async boot({ safe, fleeting }: PageKind, lastPid: number): Promise<void> {
    const lifeLock = `${fleeting ? 'oanix-embedded' : PAGES}-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
    own.add(lifeLock);
    this.#fleeting = fleeting;
    const config: BootConfig = {
      lifeLock,
      base: new URL('.', document.baseURI).href,
      lastPid,
      safe,
      fleeting,
      rung: new URLSearchParams(location.search).get('rung') ?? undefined,
      network: new URLSearchParams(location.search).get('network') === 'off' ? 'off' : undefined,
    };
    const table = new MessageChannel();
    answerOn(table.port1, pageTable);
    this.#worker.postMessage({ page: table.port2 }, [table.port2]);
    await this.#remote.call('boot', config);
    this.#booted = true;
    // The kernel holds this lock as long as it lives: getting it means that it is gone.
    void navigator.locks?.request(lifeLock, () => this.#die('the kernel worker stopped'));
  }

  call<K extends Operation>(operation: K, args: Args<K>, signal?: AbortSignal): Promise<Result<K>> {
    return this.#remote.call(operation, args, signal) as Promise<Result<K>>;
  }

  /** What was changed so far survives the death of the browser when it resolves. */
  async flush(): Promise<void> {
    await this.#remote.call('flush', undefined);
  }

  /**
   * Flushes for a page that is being left, which the browser would not wait for: holds the page until everything is
   * flushed, and returns whether it is. A kernel that does not answer is waited for `heardMs`, one that is flushing
   * `savedMs`, both in ms since the call. A page without shared memory cannot wait: it starts a flush and returns
   * false.
   */
  flushHere(heardMs: number, savedMs: number): boolean {
    if (this.#dead || !this.#booted || this.#fleeting) return true;
    if (!crossOriginIsolated || performance.now() < this.#busyUntil) {
      void this.flush().catch(() => undefined);
      return false;
    }
    const flushed = new Int32Array(new SharedArrayBuffer(4));
    this.#worker.postMessage({ flushed } satisfies LastWish);
    const began = performance.now();
    const isWaitedFor = (): boolean => {
      const state = Atomics.load(flushed, 0);
      const ms = performance.now() - began;
      return state === 0 ? ms < heardMs : state === FLUSHING && ms < savedMs;
    };
    while (isWaitedFor());
    // A kernel that was not done is waited for once, not again at each step of leaving.
    if (Atomics.load(flushed, 0) <= FLUSHING) this.#busyUntil = performance.now() + BUSY_MS;
    return Atomics.load(flushed, 0) === FLUSHED;
  }

  /** Asks the browser not to evict this page's data; whether it will keep it. */
  async persist(): Promise<boolean> {
    return (await this.#remote.call('persist', undefined)) as boolean;
  }

  /** Makes a folder that a person has picked one that can be mounted, by the number that it gets. */
  async keepFolder(handle: FileSystemDirectoryHandle): Promise<string> {
    return (await this.#remote.call('keepFolder', handle)) as string;
  }

  /** ENOENT where this browser never had it. */
  async folder(id: string): Promise<FileSystemDirectoryHandle> {
    return (await this.#remote.call('folder', id)) as FileSystemDirectoryHandle;
  }

  /** Of the network, by the table of protocol.ts. */
  capability<K extends keyof CapabilityCalls>(
    method: K,
    ...args: Parameters<CapabilityCalls[K]>
  ): Promise<Awaited<ReturnType<CapabilityCalls[K]>>> {
    return this.#remote.call('capability', [method, args]) as Promise<never>;
  }

  /** A listener belongs to one watch, so that an event is looked up and not told to all. */
  onChanged(id: number, listener: (paths: readonly string[]) => void): () => void {
    this.#watchers.set(id, listener);
    return () => void this.#watchers.delete(id);
  }

  /** Hears every event but the changes that watches wait for; returns the stop. */
  on(listener: (event: PageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the kernel and every program in it. */
  terminate(): void {
    this.#dead = true;
    this.#remote.die('the kernel was ended');
    this.#worker.terminate();
    this.#programs.endAll();
  }

  #tell(event: PageEvent): void {
    if (event.type === 'crashed') {
      this.#die(event.reason);
      return;
    }
    if (event.type === 'changed') this.#tellWatch(event.id, event.paths);
    else for (const listener of this.#listeners) listener(event);
  }

  #tellWatch(id: number, paths: readonly string[]): void {
    try {
      this.#watchers.get(id)?.(paths);
    } catch (error) {
      // As with events of the DOM: it is reported, and everyone else hears the event too.
      reportError(error);
    }
  }

  #die(reason: string): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#worker.terminate();
    this.#programs.endAll();
    this.#remote.die(reason);
    for (const listener of this.#listeners) listener({ type: 'crashed', reason });
  }
}
