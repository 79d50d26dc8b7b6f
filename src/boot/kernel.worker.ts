/// <reference lib="webworker" />
/** The kernel's worker: makes the kernel with its services, store and runner, and serves the page. */

import { unified } from '../env/diff.ts';
import type { KeptTree, Shelf } from '../env/shelf.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import type { Timeline } from '../fs/snapshots/snapshotsfs.ts';
import { fail, hasCode } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { toManifest } from '../kernel/manifest.ts';
import type { Args, Operation } from '../kernel/operations.ts';
import { formatPath } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { answerOn, Remote } from '../kernel/rpc.ts';
import { type FileService, type Json, never } from '../kernel/service.ts';
import { isShell } from '../kernel/spawn.ts';
import { type ShellHost, startShell } from '../shell/shellrunner.ts';
import { IdbBackend } from '../storage/idb.ts';
import { Journal } from '../storage/journal.ts';
import { claim, type Ownership } from '../storage/lock.ts';
import { Snapshots } from '../storage/snapshots.ts';
import type { StoreState } from '../storage/state.ts';
import { jspi } from '../wasi/replay.ts';
import { type Rung, WasiRunner } from '../wasi/runner.ts';
import { Folders } from './folders.ts';
import { Following } from './follow.ts';
import { NetworkPlace } from './network.ts';
import type { BootConfig, PageEvent, PageTable, WorkerFailure } from './protocol.ts';
import { ReviewTable } from './reviews.ts';
import { makeService, PAGE, personalService, type ServiceHost } from './services.ts';
import { edition, firstFiles, firstNamespace, since } from './welcome.ts';
import { makeCrypto, makeProgramWorker, makeShellWorker, workerFailed } from './workers.ts';
import { WorkPlace } from './workplace.ts';

declare const self: DedicatedWorkerGlobalScope;

const STORE = 'oanix';
const OTHER_TAB =
  'another OANIX tab has this store open: work there, or close it and take over here';

class KernelWorker {
  #process: Process | undefined;
  #store: Promise<Journal> | undefined;
  #storeState: StoreState | undefined;
  #ownership: Promise<Ownership> | undefined;
  /** The saved namespace was read, or is known to be absent: only then may it be written over. */
  #maySave = false;
  #storeFs: Promise<MemFs> | undefined;
  #snapshots: Promise<Snapshots> | undefined;
  readonly #following = new Following();
  readonly #folders = new Folders(() => this.#openStore(), after);
  readonly #reviews = new ReviewTable({
    announce: (source, path) => this.#kernel.changes.announce(source, path),
    uses: (cow) => this.#kernel.uses(cow),
    changed: (pid, changes, kept) => emit({ type: 'review', pid, changes, kept }),
    beforeCommit: async (name) => {
      const snapshots = await this.#openSnapshots();
      await snapshots.before(`keeping what ${name} changed`);
    },
    shelf: () => this.#openShelf(),
    flushStore: async (strict) => {
      const store = await this.#store;
      await (strict ? store?.sync() : store?.flush());
    },
    takePid: () => this.#kernel.nextPid(),
    sourceAt: (at, spec) => {
      const members = this.#process?.namespace.table.at(at)?.members ?? [];
      const wanted = JSON.stringify(spec);
      return members.find(
        ({ source: { failed, service } }) =>
          failed === undefined && JSON.stringify(service.spec) === wanted,
      )?.source;
    },
    after,
  });
  #shelf: Promise<Shelf | undefined> | undefined;
  readonly #work: WorkPlace;
  readonly #network = new NetworkPlace({
    isOff: () => this.#config?.network === 'off' || this.#config?.safe === true,
    openTree: () => this.#openTree('capabilities'),
    placeOf: (service) => {
      const points = this.#process?.namespace.table.points ?? [];
      const point = points.find(({ members }) =>
        members.some(({ source }) => source.service === service),
      );
      return point && formatPath(point.at);
    },
    changed: (waiting) => emit({ type: 'capabilities', waiting }),
    policyChanged: (who, cap, policy) => this.#policyChanged(who, cap, policy),
    refused: (who, message, data) => void this.#work.log(who, message, data),
    nip07: (method, argument, signal) => askPage('nip07', [method, argument], signal),
    crypto: makeCrypto,
    after,
  });
  #config: BootConfig | undefined;
  #started = performance.now();
  readonly #kernel: Kernel;
  readonly #runner: WasiRunner;
  readonly #shells: ShellHost = {
    makeWorker: makeShellWorker,
    call: (process, operation, args, signal) => this.#kernel.call(process, operation, args, signal),
    after,
  };

  constructor() {
    this.#runner = new WasiRunner({
      makeWorker: makeProgramWorker,
      answer: (process, operation, args, signal) =>
        this.#kernel.answer(process, operation, args, signal),
      digest,
      now: () => performance.now(),
      breathe,
      after,
      rung: () => rungOf(this.#config?.rung),
      keepsWarm: true,
      countChanges: (memory) => this.#kernel.changes.countIn(memory),
    });
    this.#kernel = new Kernel({
      makeService: (spec, process) => makeService(spec, this.#services(), process),
      personal: (spec, process) => personalService(spec, this.#services(), process),
      overlay: (process, base, at) => this.#reviews.overlay(process, base, at),
      runner: {
        start: async (process, binary, preopens) => {
          if (isShell(binary)) startShell(process, this.#shells);
          else await this.#runner.start(process, binary, preopens);
        },
        inspect: (binary) => this.#runner.inspect(binary),
      },
      now: () => performance.now(),
      later: (run) => void setTimeout(run, 15),
      after,
      clock: () => Date.now(),
      notify: (event) => {
        emit(event);
        if (event.type === 'mounts') {
          void this.#saveNamespace();
          void this.#reviews.mountsChanged();
          this.#pruneNetwork();
        }
        if (event.type === 'process' && event.ended) this.#reviews.processEnded();
      },
    });
    this.#work = this.#makeWork();
  }

  /** Called at the end of the constructor: it needs the kernel. */
  #makeWork(): WorkPlace {
    return new WorkPlace({
      kernel: this.#kernel,
      creator: () => this.#process ?? fail('EIO', 'the kernel has not been started'),
      openTree: () => this.#openTree('work'),
      changed: () => {
        emit({ type: 'work' });
        this.#pruneNetwork();
      },
      capability: async (cap, { policy, identity }, who) =>
        (await this.#network.open()).make(cap, policy, who, identity),
      market: async (who, policy, identity) =>
        (await this.#network.open()).market(who, policy, identity),
      gone: (id) => void this.#network.forget(id).catch(() => undefined),
      networkStatus: async (who) => (await this.#network.open()).statusOf(who),
      lost: (id, reason) =>
        emit({
          type: 'damaged',
          record: { table: 'meta', key: id, name: `/envs/${id}`, reason, at: Date.now() },
        }),
      call: (name, input, signal) => askPage('job', [name, input], signal),
      diff: unified,
      after,
    });
  }

  /** Every call of the page comes through here. */
  answer(op: string, args: unknown, signal: AbortSignal): Promise<unknown> {
    if (op === 'boot') return this.#boot(args as BootConfig);
    if (op === 'flush') return this.#flush();
    if (op === 'keepFolder') return this.#folders.keep(args as FileSystemDirectoryHandle);
    if (op === 'folder') return this.#folders.get(args as string);
    if (op === 'persist') return askPage('persist', [], signal);
    if (op === 'capability') return this.#network.call(...(args as [string, unknown[]]));
    const process = this.#process ?? fail('EIO', 'the kernel has not been started');
    return this.#kernel.call(process, op as Operation, args as Args<Operation>, signal);
  }

  async #boot(config: BootConfig): Promise<{ pid: number }> {
    this.#config = config;
    this.#started = performance.now();
    holdForLife(config.lifeLock);
    const process = this.#kernel.attach('page');
    this.#process = process;
    const rung = rungOf(config.rung);
    emit({ type: 'rung', rung: typeof rung === 'object' ? 'none' : rung });
    this.#stage('kernel started');
    const store = await this.#openStore().catch(() => undefined);
    this.#stage(store ? 'store opened' : 'store failed');
    await this.#restoreNamespace(process, store);
    this.#stage('namespace restored');
    this.#pruneNetwork();
    this.#runner.warmUp();
    void this.#reviews.restore().catch(() => undefined);
    if (!config.safe) void this.#work.open().catch(() => undefined);
    return { pid: process.pid };
  }

  async #restoreNamespace(process: Process, store: Journal | undefined): Promise<void> {
    if (this.#config?.safe) return this.#safeNamespace(process);
    const manifest = await store?.namespace();
    if (manifest === undefined) {
      await this.#firstNamespace(process);
    } else {
      try {
        process.namespace.start(await this.#kernel.tableFrom(manifest, process));
        const missing = since((manifest as { edition?: number }).edition ?? 1);
        if (missing) await this.#kernel.replayNs(process, missing, never, true);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        await store?.setNamespaceAside(manifest, reason);
        await this.#firstNamespace(process);
      }
    }
    this.#maySave = store !== undefined;
  }

  async #firstNamespace(process: Process): Promise<void> {
    const home = await this.#openStoreFs().catch(() => undefined);
    const store = await this.#store?.catch(() => undefined);
    if (home && store?.isNew) await seed(home);
    await this.#kernel.replayNs(process, firstNamespace, never, true);
  }

  async #safeNamespace(process: Process): Promise<void> {
    await this.#kernel.replayNs(process, 'mount -r store /home\n', never, true);
  }

  async #saveNamespace(): Promise<void> {
    if (!this.#maySave || !this.#process) return;
    const store = await this.#store?.catch(() => undefined);
    await store
      ?.saveNamespace({ ...toManifest(this.#process.namespace.table), edition })
      .catch((error: unknown) => {
        emit({
          type: 'store',
          state: { state: 'failed', unsaved: 0, savedAt: 0, syncedAt: 0, reason: String(error) },
        });
      });
  }

  #pruneNetwork(): void {
    void this.#network.prune((service) => this.#kernel.uses(service)).catch(() => undefined);
  }

  /** It is kept where its mount is. */
  async #policyChanged(who: string, cap: string, policy: Json): Promise<void> {
    if (who !== PAGE) return this.#work.policyChanged(who, cap, policy);
    await this.#saveNamespace();
    emit({ type: 'mounts', pid: this.#process?.pid ?? 0 });
  }

  #services(): ServiceHost {
    return {
      capabilities: () => this.#network.open(),
      kernel: this.#kernel,
      storage: () => this.#storage(),
      store: () => this.#openStoreFs(),
      reviews: this.#reviews.reviews,
      timeline: () => this.#timeline(),
      folders: this.#folders,
      work: () => this.#work.open(),
      asset: async (path) => {
        const response = await fetch(new URL(path, this.#config?.base ?? self.location.href));
        if (!response.ok)
          fail('EIO', `the page's server answered ${response.status}: reload the page`);
        return new Uint8Array(await response.arrayBuffer());
      },
    };
  }

  /** What `/dev/storage` tells; numbers are bytes. */
  async #storage(): Promise<object> {
    const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
    const state = this.#storeState;
    return {
      quota: quota ?? null,
      usage: usage ?? null,
      persisted: (await navigator.storage?.persisted?.()) ?? false,
      unsynced: state?.unsaved ?? 0,
      last_durable_write: state?.syncedAt ? new Date(state.syncedAt).toISOString() : null,
    };
  }

  /** One store for all its mounts; a failed opening is tried again by the next. */
  #openStoreFs(): Promise<MemFs> {
    this.#storeFs ??= this.#openStore()
      .then((keeper) => new MemFs({ spec: { kind: 'store' }, keeper }))
      .catch((error: unknown) => {
        this.#storeFs = undefined;
        throw error;
      });
    return this.#storeFs;
  }

  #openSnapshots(): Promise<Snapshots> {
    this.#snapshots ??= this.#makeSnapshots().catch((error: unknown) => {
      this.#snapshots = undefined;
      throw error;
    });
    return this.#snapshots;
  }

  async #makeSnapshots(): Promise<Snapshots> {
    const tree = await this.#openStoreFs();
    return Snapshots.open(await this.#openStore(), {
      replace: (records) => {
        tree.replace(records);
        this.#kernel.changes.announceAll();
      },
      changed: () => emit({ type: 'snapshots' }),
      now: () => Date.now(),
    });
  }

  async #timeline(): Promise<Timeline> {
    const snapshots = await this.#openSnapshots();
    return {
      list: snapshots.list,
      rule: snapshots.rule,
      parent: snapshots.parent,
      create: (name) => snapshots.create(name),
      restore: (name) => snapshots.restore(name),
      remove: (name) => snapshots.remove(name),
      rename: (name, to) => snapshots.rename(name, to),
      setRule: (rule) => snapshots.setRule(rule),
      diff: (from, to) => snapshots.diff(from, to),
      tree: async (name) => new MemFs({ keeper: await snapshots.keeper(name) }),
    };
  }

  #openStore(): Promise<Journal> {
    this.#store ??= this.#claimStore().catch((error: unknown) => {
      this.#store = undefined;
      throw error;
    });
    return this.#store;
  }

  async #claimStore(): Promise<Journal> {
    // Claimed once: the lock is this worker's own also after an opening that failed.
    this.#ownership ??= claim(`${STORE}-store`, navigator.locks);
    const { owner, available } = await this.#ownership;
    if (!owner) void available.then(() => emit({ type: 'store-free' }));
    let journal: Journal | undefined;
    const backend = await IdbBackend.open({
      name: STORE,
      giveWay: async () => journal?.giveWay(),
    });
    journal = await Journal.open({
      backend,
      readOnly: this.#config?.safe ? 'safe mode changes nothing' : owner ? undefined : OTHER_TAB,
      changed: (state) => {
        // Told once it is there for who looks on.
        if (state.state === 'saved' && state.savedAt !== this.#storeState?.savedAt)
          this.#following.tell();
        this.#storeState = state;
        emit({ type: 'store', state });
      },
      damaged: ({ value: _, ...record }) => emit({ type: 'damaged', record }),
      now: () => Date.now(),
    });
    if (!owner && !this.#config?.safe) this.#follow(journal);
    if (journal.isNew && this.#config?.kept) {
      const reason = 'the browser no longer has the database that your files were kept in';
      emit({
        type: 'damaged',
        record: { table: 'meta', key: 'super', name: '/home', reason, at: Date.now() },
      });
    }
    return journal;
  }

  /** Where undecided changes are kept; undefined in a tab that keeps nothing. */
  #openShelf(): Promise<Shelf | undefined> {
    this.#shelf ??= this.#makeShelf().catch(() => {
      this.#shelf = undefined;
      return undefined;
    });
    return this.#shelf;
  }

  async #makeShelf(): Promise<Shelf | undefined> {
    const kept = await this.#openTree('reviews');
    const { Shelf } = await import('../env/shelf.ts');
    return kept && new Shelf(kept);
  }

  /** A tree in a database of its own; undefined in a tab that keeps nothing. */
  async #openTree(name: string): Promise<KeptTree | undefined> {
    const store = await this.#openStore();
    if (store.isReadOnly) return undefined;
    let journal: Journal | undefined;
    const backend = await IdbBackend.open({
      name: `${STORE}-${name}`,
      giveWay: async () => journal?.giveWay(),
    });
    const opened = await Journal.open({
      backend,
      changed: () => undefined,
      damaged: ({ value: _, ...record }) => emit({ type: 'damaged', record }),
      now: () => Date.now(),
    });
    journal = opened;
    return {
      tree: new MemFs({ keeper: opened }),
      flush: () => opened.flush(),
      sync: () => opened.sync(),
    };
  }

  /** Another tab changes the files: they are shown here as it has flushed them. */
  #follow(journal: Journal): void {
    this.#following.listen(async () => {
      const tree = await this.#openStoreFs();
      tree.replace(await journal.reread(), true);
      this.#kernel.changes.announceAll();
    });
  }

  async #flush(): Promise<void> {
    await Promise.all([
      (await this.#store)?.flush(),
      this.#reviews.flush(),
      this.#work.flush(),
      this.#folders.sync(),
    ]);
  }

  #stage(name: string): void {
    const now = performance.now();
    emit({ type: 'stage', stage: { name, ms: Math.round(now - this.#started) } });
    this.#started = now;
  }
}

const NOT_ISOLATED =
  'programs need shared memory or WebAssembly Promise Integration, and here is neither: use a newer browser, or serve the page with `npm start`, which sends Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy';

/** The best that carries the calls of programs here (decisions/0010). */
function rungOf(wanted: string | undefined): Rung {
  const shared = typeof SharedArrayBuffer !== 'undefined' && self.crossOriginIsolated;
  if (shared && wanted !== 'jspi') return 'shared';
  return jspi() ? 'jspi' : { unable: NOT_ISOLATED };
}

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** A turn of the event loop, without a timer's delay. */
const pingPong = new MessageChannel();
const resume: (() => void)[] = [];
// One a turn, so that what else has come meanwhile is heard between two.
pingPong.port1.onmessage = () => resume.shift()?.();
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    resume.push(resolve);
    pingPong.port2.postMessage(0);
  });
}

/** SHA-256 as hex; pages that are no secure context have no crypto.subtle and cache nothing. */
async function digest(bytes: Uint8Array): Promise<string> {
  if (!crypto.subtle) return crypto.getRandomValues(new Uint32Array(4)).join('-');
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function seed(service: FileService): Promise<void> {
  if (!service.create || (await service.readdir([], never)).length > 0) return;
  for (const [path, text] of Object.entries(firstFiles)) {
    const names = path.split('/').filter(Boolean);
    for (let i = 1; i < names.length; i++)
      await ifNew(() => service.create?.(names.slice(0, i), 'dir', never));
    await ifNew(() => service.create?.(names, 'file', never));
    const handle = await service.open(names, { write: true }, never);
    await handle.write?.(0, new TextEncoder().encode(text), never);
    await handle.close?.();
  }
}

/** A name that is there already is fine. */
async function ifNew(make: () => unknown): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}

function holdForLife(name: string): void {
  void navigator.locks?.request(name, () => new Promise(() => undefined));
}

/** The page's table of what only a window can do; absent until a page has sent its port. */
let page: Remote | undefined;

function askPage(
  method: keyof PageTable,
  args: readonly unknown[],
  signal: AbortSignal,
): Promise<unknown> {
  if (!page) fail('ENOTSUP', 'no page is attached');
  return page.call(method, args, signal);
}

const worker = new KernelWorker();
self.addEventListener(
  'message',
  ({ data }: MessageEvent<{ page?: MessagePort } | WorkerFailure | null>) => {
    if (data && 'page' in data && data.page) page = new Remote(data.page);
    if (data && 'failed' in data) workerFailed(data);
  },
);
const server = answerOn(self, (op, args, signal) => worker.answer(op, args, signal));

function emit(event: PageEvent): void {
  server.emit(event);
}

self.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  const reason = event.reason instanceof Error ? event.reason.message : String(event.reason);
  emit({ type: 'crashed', reason });
});
