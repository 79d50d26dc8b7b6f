/**
 * The capabilities of one host: makes HttpFs, WsFs and NostrFs each with its gate, keeps them attached to executors
 * while they are mounted, and holds what is the host's own: questions, grants, the audit and the vault.
 */
import { CapFs } from '../fs/cap/capfs.ts';
import type { NostrState } from '../fs/nostr/nostr.ts';
import { PolicyFs } from '../fs/policy/policyfs.ts';
import { fail } from '../kernel/errors.ts';
import type { FileService, Json, ServiceSpec } from '../kernel/service.ts';
import { type Answer, Asks, type Grant } from '../policy/asks.ts';
import { Audit } from '../policy/audit.ts';
import { type Capability, Gate, short } from '../policy/gate.ts';
import { type Policy, policyFrom, policyJson } from '../policy/policy.ts';
import { type KeptVault, Vault } from '../policy/vault.ts';
import type { ExecutorConfig } from './config.ts';
import { type Made, makeHttp, makeNostr, makeWs, type Services } from './makers.ts';
import { ExecutorManager, type ManagerHealth } from './manager.ts';
import type { NostrRelayConnector } from './nostr/connector.ts';
import type { NostrCrypto } from './nostr/crypto.ts';
import type { KeptKey, KeyInfo, Keyring } from './nostr/keyring.ts';
import type { Platform } from './platform.ts';

/** What is kept of a host's capabilities; secrets are sealed. */
export interface KeptCapabilities {
  readonly grants?: readonly Grant[];
  readonly vault?: KeptVault;
  readonly keys?: readonly KeptKey[];
}

export interface CapabilitiesHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  readonly kept?: KeptCapabilities | undefined;
  /** Durable when it resolves. */
  keep(kept: KeptCapabilities): Promise<void>;
  /** A question, a grant, an entry of the audit, a request or a connection is another. */
  changed(): void;
  /** What costs time, in a worker of its own. */
  crypto(): Promise<NostrCrypto>;
  /** The browser's signer (NIP-07); ENOTSUP where there is none. */
  nip07(method: string, argument: unknown, signal: AbortSignal): Promise<unknown>;
  /** A use was refused, for the logs of whoever asked. */
  refused(who: string, message: string, data: Json): void;
}

/** One mounted capability, as who manages it sees it. */
export interface Mounted {
  readonly id: string;
  readonly cap: Capability;
  /** Whose it is: an environment by its id, or the page. */
  readonly who: string;
  readonly policy: Policy;
  readonly status: object;
  /** Where the page has it. */
  readonly at?: string;
  /** What is shown of it: requests, connections, events. */
  readonly rows: readonly object[];
}

interface Entry extends Made {
  readonly id: string;
  readonly cap: Capability;
  readonly who: string;
  readonly gate: Gate;
  attached: boolean;
  attaching: Promise<void>;
  /** It was seen in a namespace; before that it may just have been made. */
  wasUsed: boolean;
  readonly madeAt: number;
  /** Of the host itself: it is mounted nowhere. */
  readonly isOwn?: true;
}

/** Mounts that are gone can be undone: so many are remembered. */
const UNUSED_MAX = 64;
/** What was made so long ago and is mounted nowhere will not be. */
const NEW_MS = 60_000;

export class Capabilities {
  readonly asks: Asks;
  readonly audit: Audit;
  readonly vault: Vault;
  readonly manager: ExecutorManager<Services>;
  readonly #host: CapabilitiesHost;
  readonly #entries = new Map<FileService, Entry>();
  #kept: KeptCapabilities;
  #keyring: Promise<Keyring> | undefined;
  #keys: Keyring | undefined;
  #nostr: Promise<NostrRelayConnector> | undefined;

  constructor(host: CapabilitiesHost) {
    this.#host = host;
    this.#kept = host.kept ?? {};
    const changed = (): void => host.changed();
    const now = (): number => host.platform.now();
    this.audit = new Audit(now, changed);
    this.asks = new Asks({ now, changed }, this.#kept.grants);
    this.vault = new Vault(this.#kept.vault, (vault) => this.#keep({ vault }));
    this.manager = new ExecutorManager<Services>(
      {
        http: async () => {
          const { HttpExecutor } = await import('./http.ts');
          return new HttpExecutor(host);
        },
        ws: async () => {
          const { WsConnector } = await import('./ws.ts');
          return new WsConnector(host);
        },
        nostr: () => this.#connector(),
      },
      (ms, run) => host.platform.after(ms, run),
    );
  }

  /**
   * A service with its policy, attached. EINVAL for a policy that is none. `identity` names the key that signs; the
   * first there is where it is left out.
   */
  async make(
    cap: keyof Services,
    value: unknown,
    who: string,
    identity?: string,
  ): Promise<FileService> {
    const policy = policyFrom(value);
    const gate = this.#gate(cap, policy, who);
    // What it is made from says its policy as it is now.
    const spec: ServiceSpec = {
      kind: cap,
      get options() {
        return { policy: policyJson(gate.policy), ...(identity === undefined ? {} : { identity }) };
      },
    };
    if (cap === 'nostr') await this.keyring();
    const entry = this.#make(cap, gate, who, spec, identity);
    this.#entries.set(entry.service, entry);
    await this.#attach(entry);
    return entry.service;
  }

  /** A Nostr mount of the host's own, of which no namespace has files. */
  async market(
    who: string,
    value: unknown,
    identity: string | undefined,
  ): Promise<{ readonly state: NostrState; close(): void }> {
    await this.keyring();
    const gate = this.#gate('nostr', policyFrom(value), who);
    const made = this.#make('nostr', gate, who, { kind: 'nostr' }, identity);
    const entry: Entry = { ...made, isOwn: true };
    this.#entries.set(entry.service, entry);
    await this.#attach(entry);
    return {
      state: entry.queue as NostrState,
      close: () => {
        this.#entries.delete(entry.service);
        void this.#detach(entry);
      },
    };
  }

  /** Any service behind a policy. */
  async guard(inner: FileService, value: unknown, who: string): Promise<FileService> {
    const gate = this.#gate('files', policyFrom(value), who);
    const spec: ServiceSpec = {
      kind: 'policy',
      get options() {
        return { policy: policyJson(gate.policy), of: inner.spec as unknown as Json };
      },
    };
    const service = new PolicyFs(inner, gate, spec);
    const made: Made = {
      service,
      status: () => ({ bytes_moved: gate.used }),
      rows: () => [],
      release: () => service.end(),
    };
    const id = `cap-${crypto.randomUUID()}`;
    const fresh = { ...this.#fresh(), attached: true };
    this.#entries.set(service, { id, cap: 'files', who, gate, ...fresh, ...made });
    return service;
  }

  /** How the network stands, as whoever it is mounted for sees it. */
  statusOf(who: string, spec: ServiceSpec = { kind: 'cap' }): FileService {
    return new CapFs(() => {
      const mine = this.mounted().filter((each) => each.who === who);
      const capabilities = mine.map(({ cap, status }) => ({ cap, ...status }));
      return { state: this.manager.health().state, capabilities };
    }, spec);
  }

  /** Which are mounted is another: those that are not have no executor. */
  async prune(isUsed: (service: FileService) => boolean): Promise<void> {
    for (const entry of [...this.#entries.values()]) {
      const used = entry.isOwn ?? isUsed(entry.service);
      if (used) entry.wasUsed = true;
      try {
        if (used && !entry.attached && this.manager.isRunning) await this.#attach(entry);
        // What was just made is not mounted yet.
        else if (!used && entry.attached && (entry.wasUsed || this.#isOld(entry)))
          await this.#detach(entry);
      } catch {
        // Tried again when the mounts are others again.
      }
    }
    const unused = [...this.#entries.values()].filter(({ attached }) => !attached);
    for (const { service } of unused.slice(0, -UNUSED_MAX)) this.#entries.delete(service);
  }

  /** `placeOf`: where whoever asks has a service mounted. */
  mounted(
    placeOf: (service: FileService) => string | undefined = () => undefined,
  ): readonly Mounted[] {
    return [...this.#entries.values()]
      .filter(({ attached }) => attached)
      .map((entry) => {
        const { id, cap, who, gate, service } = entry;
        const at = placeOf(service);
        const shown = { id, cap, who, policy: gate.policy, ...(at === undefined ? {} : { at }) };
        return { ...shown, status: entry.status(), rows: entry.rows() };
      });
  }

  /** ENOENT, EINVAL. */
  setPolicy(id: string, value: unknown): { readonly who: string; readonly cap: Capability } {
    const entry = [...this.#entries.values()].find((each) => each.id === id);
    if (!entry) return fail('ENOENT', `there is no capability ${id}`);
    // Left out it would allow nothing, which nobody asks for by a mistake.
    entry.gate.policy = policyFrom(value ?? fail('EINVAL', 'a policy is an object (man policy)'));
    this.#host.changed();
    return entry;
  }

  async answer(id: string, answer: Answer): Promise<void> {
    this.asks.answer(id, answer);
    this.#reconsider();
    await this.#keep({ grants: this.asks.grants });
  }

  /** Whoever it was is gone: nobody inherits what was granted to it. */
  async forget(who: string): Promise<void> {
    if (!this.asks.forget(who)) return;
    this.#reconsider();
    await this.#keep({ grants: this.asks.grants });
  }

  async revoke(grant: Pick<Grant, 'who' | 'cap' | 'subject'>): Promise<void> {
    this.asks.revoke(grant);
    this.#reconsider();
    await this.#keep({ grants: this.asks.grants });
  }

  health(): ManagerHealth {
    return this.manager.health();
  }

  #make(
    cap: keyof Services,
    gate: Gate,
    who: string,
    spec: ServiceSpec,
    identity: string | undefined,
  ): Entry {
    const id = `cap-${crypto.randomUUID()}`;
    const made = this.#made(cap, gate, spec, identity);
    return { id, cap, who, gate, ...this.#fresh(), ...made };
  }

  #made(cap: keyof Services, gate: Gate, spec: ServiceSpec, identity: string | undefined): Made {
    const { platform, config } = this.#host;
    const accepts = (): void => this.#checkRunning();
    const host = { platform, config, accepts, changed: () => this.#host.changed() };
    if (cap === 'http') return makeHttp(gate, spec, host);
    if (cap === 'ws') return makeWs(gate, spec, host);
    const keyring = this.#keys ?? fail('EIO', 'the keys are not loaded');
    return makeNostr(gate, spec, host, keyring.identity(identity));
  }

  /** All keys; what signs is not loaded for that. */
  get keys(): readonly KeyInfo[] {
    if (this.#keys) return this.#keys.keys;
    return (this.#kept.keys ?? []).map(({ ncryptsec: _, ...key }) => ({
      ...key,
      state: key.kind === 'nip07' ? 'ready' : 'locked',
    }));
  }

  /** Loaded when it is first asked for. */
  keyring(): Promise<Keyring> {
    this.#keyring ??= this.#makeKeyring().catch((error: unknown) => {
      this.#keyring = undefined;
      throw error;
    });
    return this.#keyring;
  }

  async #makeKeyring(): Promise<Keyring> {
    const host = this.#host;
    const [{ Keyring }, { RemoteSigner }, crypto] = await Promise.all([
      import('./nostr/keyring.ts'),
      import('./nostr/remotesigner.ts'),
      host.crypto(),
    ]);
    const { now, after } = host.platform;
    const keyring = new Keyring({
      crypto,
      kept: this.#kept.keys ?? [],
      keep: (keys) => this.#keep({ keys }),
      nip07: (method, argument, signal) => host.nip07(method, argument, signal),
      remote: async (secret, bunker) =>
        new RemoteSigner(secret, bunker, { connector: await this.#connector(), now, after }),
    });
    this.#keys = keyring;
    return keyring;
  }

  #connector(): Promise<NostrRelayConnector> {
    this.#nostr ??= this.#makeConnector().catch((error: unknown) => {
      this.#nostr = undefined;
      throw error;
    });
    return this.#nostr;
  }

  async #makeConnector(): Promise<NostrRelayConnector> {
    const [{ NostrRelayConnector }, crypto] = await Promise.all([
      import('./nostr/connector.ts'),
      this.#host.crypto(),
    ]);
    return new NostrRelayConnector({ ...this.#host, crypto });
  }

  /** What a person has said is another: what is under way by it may have to end. */
  #reconsider(): void {
    for (const { gate } of this.#entries.values()) gate.reconsider();
  }

  #gate(cap: Capability, policy: Policy, who: string): Gate {
    return new Gate(cap, policy, {
      now: () => this.#host.platform.now(),
      remembered: (subject) => this.asks.remembered(who, cap, subject),
      ask: (question, signal) => this.asks.ask(who, cap, question, signal),
      audit: (entry) => {
        const what = short(entry.what);
        const reason = short(entry.reason ?? '');
        this.audit.add({ who, cap, ...entry, what, ...(reason === '' ? {} : { reason }) });
        if (entry.outcome !== 'refused') return;
        const { rule = '' } = entry;
        this.#host.refused(who, `refused: ${what} (${reason})`, { cap, what, rule, reason });
      },
      secret: (name) => this.vault.get(name),
    });
  }

  async #attach(entry: Entry): Promise<void> {
    entry.attached = true;
    const { cap, queue } = entry;
    entry.attaching = queue
      ? this.manager.attach(cap as keyof Services, queue as never)
      : Promise.resolve();
    try {
      await entry.attaching;
    } catch (error) {
      entry.attached = false;
      throw error;
    }
  }

  async #detach(entry: Entry): Promise<void> {
    entry.attached = false;
    await entry.attaching.catch(() => undefined);
    entry.release();
    if (entry.queue) this.manager.detach(entry.queue);
    this.#host.changed();
  }

  #isOld({ madeAt }: Entry): boolean {
    return this.#host.platform.now() - madeAt > NEW_MS;
  }

  #fresh(): Pick<Entry, 'attached' | 'attaching' | 'wasUsed' | 'madeAt'> {
    const madeAt = this.#host.platform.now();
    return { attached: false, attaching: Promise.resolve(), wasUsed: false, madeAt };
  }

  #checkRunning(): void {
    if (!this.manager.isRunning) fail('ENXIO', 'the network is being shut down');
  }

  async #keep(part: KeptCapabilities): Promise<void> {
    this.#kept = { ...this.#kept, ...part };
    await this.#host.keep(this.#kept);
  }
}
