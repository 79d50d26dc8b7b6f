/** The network of this kernel: loaded when a capability is first mounted, and left out where the page was started so. */

import type { KeptTree } from '../env/shelf.ts';
import type { Capabilities, KeptCapabilities } from '../executors/capabilities.ts';
import type { NostrCrypto } from '../executors/nostr/crypto.ts';
import type { Platform } from '../executors/platform.ts';
import { fail } from '../kernel/errors.ts';
import type { FileService, Json } from '../kernel/service.ts';
import type { CapabilityCalls, CapabilityState } from './protocol.ts';

export interface NetworkHost {
  /** The page was started without a network. */
  isOff(): boolean;
  /** Undefined where nothing can be kept: another tab has it. */
  openTree(): Promise<KeptTree | undefined>;
  /** Where the page's namespace has a service. */
  placeOf(service: FileService): string | undefined;
  /** What is shown of it is another; not for each time. */
  changed(waiting: number): void;
  /** A policy of one of the page's own mounts is another: it is kept with the namespace. */
  policyChanged(who: string, cap: string, policy: Json): Promise<void>;
  /** For the logs of an environment. */
  refused(who: string, message: string, data: Json): void;
  nip07(method: string, argument: unknown, signal: AbortSignal): Promise<unknown>;
  crypto(): NostrCrypto;
  after(ms: number, run: () => void): () => void;
}

const FILE = ['capabilities.json'] as const;
/** Changes of many requests are told together. */
const TELL_MS = 60;

export class NetworkPlace {
  readonly #host: NetworkHost;
  #made: Promise<Capabilities> | undefined;
  #ready: Capabilities | undefined;
  #crypto: NostrCrypto | undefined;
  #toldSoon = false;
  /** Grants, keys and secrets as they are now. */
  #kept: Promise<void> = Promise.resolve();

  constructor(host: NetworkHost) {
    this.#host = host;
  }

  /** ENOTSUP where there is none, EROFS in a tab that keeps nothing; a failed opening is tried again by the next. */
  open(): Promise<Capabilities> {
    if (this.#host.isOff()) fail('ENOTSUP', 'this page was started without a network');
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  /** Services that are mounted nowhere have no executor. */
  async prune(isUsed: (service: FileService) => boolean): Promise<void> {
    await this.#ready?.prune(isUsed);
  }

  /** What was decided so far survives the browser's death when it resolves. */
  flush(): Promise<void> {
    return this.#kept;
  }

  async forget(who: string): Promise<void> {
    await this.#ready?.forget(who);
  }

  /** What the page asks of it (protocol.ts CapabilityCalls). */
  async call(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!Object.hasOwn(this.#calls, method)) fail('ENOSYS', `capabilities have no ${method}`);
    const run = this.#calls[method as keyof CapabilityCalls] as (
      ...given: readonly unknown[]
    ) => unknown;
    return run(...args);
  }

  async #make(): Promise<Capabilities> {
    const host = this.#host;
    const kept = await host.openTree();
    if (!kept) return fail('EROFS', 'another tab has the network: work there');
    const [{ Capabilities }, { configFrom }, { browserPlatform }] = await Promise.all([
      import('../executors/capabilities.ts'),
      import('../executors/config.ts'),
      import('./browserplatform.ts'),
    ]);
    const platform: Platform = browserPlatform(host.after);
    this.#ready = new Capabilities({
      platform,
      config: configFrom(),
      kept: await load(kept.tree),
      keep: (now) => {
        this.#kept = store(kept.tree, now).then(() => kept.sync());
        return this.#kept;
      },
      changed: () => this.#tell(),
      refused: (who, message, data) => host.refused(who, message, data),
      nip07: (method, argument, signal) => host.nip07(method, argument, signal),
      crypto: async () => {
        this.#crypto ??= host.crypto();
        return this.#crypto;
      },
    });
    return this.#ready;
  }

  #tell(): void {
    if (this.#toldSoon) return;
    this.#toldSoon = true;
    this.#host.after(TELL_MS, () => {
      this.#toldSoon = false;
      this.#host.changed(this.#ready?.asks.waiting.length ?? 0);
    });
  }

  async #state(): Promise<CapabilityState> {
    if (this.#host.isOff()) return nothing;
    const capabilities = await this.open();
    const { asks, vault, audit, manager } = capabilities;
    return {
      isOff: false,
      mounted: capabilities.mounted((service) => this.#host.placeOf(service)),
      waiting: asks.waiting,
      grants: asks.grants,
      vault: { state: vault.state, names: vault.names },
      keys: capabilities.keys,
      audit: audit.entries.slice(-500),
      health: manager.health(),
    };
  }

  readonly #calls: CapabilityCalls = {
    state: () => this.#state(),
    setPolicy: async (id, policy) => {
      const { who, cap } = (await this.open()).setPolicy(id, policy);
      await this.#host.policyChanged(who, cap, policy);
    },
    answer: async (id, answer) => (await this.open()).answer(id, answer),
    revoke: async (grant) => (await this.open()).revoke(grant),
    unlockVault: async (passphrase) => {
      await (await this.open()).vault.unlock(passphrase);
      this.#tell();
    },
    lockVault: async () => {
      (await this.open()).vault.lock();
      this.#tell();
    },
    setSecret: async (name, value) => {
      await (await this.open()).vault.set(name, value);
      this.#tell();
    },
    removeSecret: async (name) => {
      await (await this.open()).vault.remove(name);
      this.#tell();
    },
    generateKey: (name, passphrase) => this.#key((keys) => keys.generate(name, passphrase)),
    importKey: (name, text, passphrase) => this.#key((keys) => keys.import(name, text, passphrase)),
    addExtension: (name) => this.#key((keys) => keys.addExtension(name)),
    addRemote: (name, url, passphrase) =>
      this.#key((keys) => keys.addRemote(name, url, passphrase)),
    unlockKey: (name, passphrase) => this.#key((keys) => keys.unlock(name, passphrase)),
    lockKey: (name) => this.#key(async (keys) => keys.lock(name)),
    removeKey: (name) => this.#key((keys) => keys.remove(name)),
  };

  async #key<T>(
    run: (keys: Awaited<ReturnType<Capabilities['keyring']>>) => Promise<T>,
  ): Promise<T> {
    const result = await run(await (await this.open()).keyring());
    this.#tell();
    return result;
  }
}

const nothing: CapabilityState = {
  isOff: true,
  mounted: [],
  waiting: [],
  grants: [],
  vault: { state: 'empty', names: [] },
  keys: [],
  audit: [],
  health: { state: 'stopped', executors: {} },
};

async function load(tree: KeptTree['tree']): Promise<KeptCapabilities | undefined> {
  const { readIfThere } = await import('../env/files.ts');
  const bytes = await readIfThere(tree, FILE);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as KeptCapabilities);
}

async function store(tree: KeptTree['tree'], kept: KeptCapabilities): Promise<void> {
  const { putFile } = await import('../env/files.ts');
  await putFile(tree, FILE, new TextEncoder().encode(JSON.stringify(kept)));
}
