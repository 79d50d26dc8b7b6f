/// <reference lib="webworker" />
/** The kernel's worker: makes the kernel with its services, store and runner, and serves the page. */

import { unified } from '../env/diff.ts';
import { MemoryBudget } from '../fs/mem/usage.ts';
import { fail } from '../kernel/errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { toManifest } from '../kernel/manifest.ts';
import type { Args, Operation } from '../kernel/operations.ts';
import { formatPath } from '../kernel/path.ts';
import type { Process } from '../kernel/process.ts';
import { answerOn, Remote } from '../kernel/rpc.ts';
import { type Json, never } from '../kernel/service.ts';
import { isShell } from '../kernel/spawn.ts';
import { ShellRunner } from '../shell/shellrunner.ts';
import type { Journal } from '../storage/journal.ts';
import { WasiRunner } from '../wasi/runner.ts';
import { Folders } from './folders.ts';
import { after, breathe, digest, holdForLife, rungOf } from './host.ts';
import { NetworkPlace } from './network.ts';
import {
  type BootConfig,
  FLUSHED,
  FLUSHING,
  type LastWish,
  NOT_FLUSHED,
  type PageEvent,
  type PageTable,
  type WorkerFailure,
} from './protocol.ts';
import { ReviewTable } from './reviews.ts';
import { makeService, PAGE, personalService, type ServiceHost } from './services.ts';
import { Stores } from './stores.ts';
import { edition, firstNamespace, seed, since } from './welcome.ts';
import { makeCrypto, makeProgramWorker, makeShellWorker, workerFailed } from './workers.ts';
import { WorkPlace } from './workplace.ts';

declare const self: DedicatedWorkerGlobalScope;

class KernelWorker {
  readonly #memory = new MemoryBudget();
  #process: Process | undefined;
  /** The saved namespace was read, or is known to be absent: only then may it be written over. */
  #maySave = false;
  #namespaceSaved = Promise.resolve();
  readonly #stores = new Stores({
    isFleeting: () => this.#config?.fleeting === true,
    readOnly: () => (this.#config?.safe ? 'safe mode changes nothing' : undefined),
    replaced: () => this.#kernel.changes.announceAll(),
    emit,
  });
  readonly #folders = new Folders({
    openStore: () => this.#stores.open(),
    after,
    isFleeting: () => this.#config?.fleeting === true,
  });
  readonly #reviews = new ReviewTable({
    announce: (source, path) => this.#kernel.changes.announce(source, path),
    uses: (cow) => this.#kernel.uses(cow),
    changed: (pid, changes, kept) => emit({ type: 'review', pid, changes, kept }),
    beforeCommit: async (name) => {
      const snapshots = await this.#stores.snapshots();
      await snapshots.before(`keeping what ${name} changed`);
    },
    shelf: () => this.#stores.shelf(),
    flushStore: (strict) => this.#stores.flush(strict),
    takePid: () => this.#kernel.processes.nextPid(),
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
  readonly #work: WorkPlace;
  readonly #network = new NetworkPlace({
    isOff: () => this.#config?.network === 'off' || this.#config?.safe === true,
    openTree: () => this.#stores.tree('capabilities'),
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
  readonly #shells = new ShellRunner({
    makeWorker: makeShellWorker,
    call: (process, operation, args, signal) => this.#kernel.call(process, operation, args, signal),
    after,
  });

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
          if (isShell(binary)) this.#shells.start(process);
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
          void this.#keepNamespace().catch(() => undefined);
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
      openTree: () => this.#stores.tree('work'),
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
    const process = this.#kernel.processes.attach('page');
    this.#process = process;
    this.#kernel.processes.skipPids(config.lastPid);
    const rung = rungOf(config.rung);
    emit({ type: 'rung', rung: typeof rung === 'object' ? 'none' : rung });
    this.#stage('kernel started');
    const store = await this.#stores.open().catch(() => undefined);
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
        process.namespace.start(await this.#kernel.sources.tableFrom(manifest, process));
        const missing = since((manifest as { edition?: number }).edition ?? 1);
        if (missing) await this.#kernel.sources.replay(process, missing, never, true);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        await store?.setNamespaceAside(manifest, reason);
        await this.#firstNamespace(process);
      }
    }
    this.#maySave = store !== undefined;
  }

  async #firstNamespace(process: Process): Promise<void> {
    const home = await this.#stores.files().catch(() => undefined);
    const store = await this.#stores.opened?.catch(() => undefined);
    if (home && store?.isNew) await seed(home);
    await this.#kernel.sources.replay(process, firstNamespace, never, true);
  }

  async #safeNamespace(process: Process): Promise<void> {
    await this.#kernel.sources.replay(process, 'mount -r store /home\n', never, true);
  }

  #keepNamespace(): Promise<void> {
    this.#namespaceSaved = this.#saveNamespace();
    return this.#namespaceSaved;
  }

  async #saveNamespace(): Promise<void> {
    if (!this.#maySave || !this.#process) return;
    const store = await this.#stores.opened?.catch(() => undefined);
    await store
      ?.saveNamespace({ ...toManifest(this.#process.namespace.table), edition })
      .catch((error: unknown) => {
        emit({
          type: 'store',
          state: { state: 'failed', unsaved: 0, savedAt: 0, syncedAt: 0, reason: String(error) },
        });
        throw error;
      });
  }

  #pruneNetwork(): void {
    void this.#network.prune((service) => this.#kernel.uses(service)).catch(() => undefined);
  }

  /** It is kept where its mount is. */
  async #policyChanged(who: string, cap: string, policy: Json): Promise<void> {
    if (who !== PAGE) return this.#work.policyChanged(who, cap, policy);
    await this.#keepNamespace();
    emit({ type: 'mounts', pid: this.#process?.pid ?? 0 });
  }

  #services(): ServiceHost {
    return {
      capabilities: () => this.#network.open(),
      kernel: this.#kernel,
      memory: this.#memory,
      storage: () => this.#stores.told(),
      store: () => this.#stores.files(),
      reviews: this.#reviews.reviews,
      timeline: () => this.#stores.timeline(),
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

  async flushFor({ flushed }: LastWish): Promise<void> {
    Atomics.store(flushed, 0, FLUSHING);
    const ended = await this.#flush().then(
      () => FLUSHED,
      () => NOT_FLUSHED,
    );
    Atomics.store(flushed, 0, ended);
  }

  async #flush(): Promise<void> {
    const all = await Promise.allSettled([
      this.#namespaceSaved,
      this.#stores.flush(false),
      this.#reviews.flush(),
      this.#work.flush(),
      this.#folders.sync(),
      this.#network.flush(),
    ]);
    for (const each of all) if (each.status === 'rejected') throw each.reason;
  }

  #stage(name: string): void {
    const now = performance.now();
    emit({ type: 'stage', stage: { name, ms: Math.round(now - this.#started) } });
    this.#started = now;
  }
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
  ({ data }: MessageEvent<{ page?: MessagePort } | WorkerFailure | LastWish | null>) => {
    if (data && 'page' in data && data.page) page = new Remote(data.page);
    if (data && 'failed' in data) workerFailed(data);
    if (data && 'flushed' in data) void worker.flushFor(data);
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
