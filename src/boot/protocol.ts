/** What the page and the kernel worker say to each other beside the operations of the table. */
import type { Mounted } from '../executors/capabilities.ts';
import type { ManagerHealth } from '../executors/manager.ts';
import type { KeyInfo } from '../executors/nostr/keyring.ts';
import type { KernelEvent } from '../kernel/kernel.ts';
import type { Json } from '../kernel/service.ts';
import type { Answer, Asked, Grant } from '../policy/asks.ts';
import type { AuditEntry } from '../policy/audit.ts';
import type { Aside } from '../storage/recover.ts';
import type { StoreState } from '../storage/state.ts';

/** One stage of the boot, with its time. */
export interface BootStage {
  readonly name: string;
  readonly ms: number;
}

export type DamageReport = Omit<Aside, 'value'>;

export type BootEvent =
  | { readonly type: 'stage'; readonly stage: BootStage }
  | { readonly type: 'store'; readonly state: StoreState }
  | { readonly type: 'damaged'; readonly record: DamageReport }
  /** What carries the calls of programs here: shared memory, promises (JSPI), or nothing. */
  | { readonly type: 'rung'; readonly rung: 'shared' | 'jspi' | 'none' }
  /** What a program changed over its copies waits to be decided; 0 changes: nothing does. Kept: a reload finds it again. */
  | {
      readonly type: 'review';
      readonly pid: number;
      readonly changes: number;
      readonly kept: boolean;
    }
  /** The list of snapshots, or what was restored, is another. */
  | { readonly type: 'snapshots' }
  /** Environments or jobs are others. */
  | { readonly type: 'work' }
  /** A question, a grant, a request, a connection or an event is another. */
  | { readonly type: 'capabilities'; readonly waiting: number }
  /** The store could be this tab's now: the one that had it is gone. */
  | { readonly type: 'store-free' }
  /** The kernel met an error that it did not expect; what it holds can no longer be trusted. */
  | { readonly type: 'crashed'; readonly reason: string };

export type PageEvent = KernelEvent | BootEvent;

/** The first call of a page. */
export interface BootConfig {
  /** Held by the kernel as a Web Lock while it lives, so that the page notices its death. */
  readonly lifeLock: string;
  /** Directory of the page, for its own assets. */
  readonly base: string;
  /** The last number that the page's earlier kernels gave to a process. */
  readonly lastPid: number;
  /** Restore nothing but the store, read-only: a way in when a boot keeps failing. */
  readonly safe?: boolean;
  /** Nothing is kept, nor what is kept touched: a page within another one. */
  readonly fleeting?: boolean;
  /** Without a network: no capability can be mounted. */
  readonly network?: 'off' | undefined;
  /** A lower rung for programs than the best there is: `jspi`. */
  readonly rung?: string | undefined;
}

/** What runs in a worker that the page starts. */
export type WorkerKind = 'program' | 'shell' | 'nostr';

/**
 * Workers of programs are the page's: Firefox stops for good now and then when a worker makes and
 * ends workers of its own. The kernel sends `start` with one end of a channel, which the page hands on.
 */
export type WorkerOrder =
  | { readonly worker: number; readonly start: MessagePort; readonly kind: WorkerKind }
  | { readonly worker: number; readonly end: true };
/** The page's answer where a worker cannot be loaded or dies. */
export interface WorkerFailure {
  readonly worker: number;
  readonly failed: string;
}

/**
 * What a page that is being left asks of the kernel while it holds still: to flush everything. The shared number is 0
 * until the kernel has heard it, FLUSHING until then, and FLUSHED or NOT_FLUSHED at the end.
 */
export interface LastWish {
  readonly flushed: Int32Array;
}
export const FLUSHING = 1;
export const FLUSHED = 2;
export const NOT_FLUSHED = 3;

/** All that a page shows of the network. It holds no secret. */
export interface CapabilityState {
  readonly isOff: boolean;
  readonly mounted: readonly Mounted[];
  /** Questions for a person. */
  readonly waiting: readonly Asked[];
  readonly grants: readonly Grant[];
  readonly vault: {
    readonly state: 'empty' | 'locked' | 'open';
    readonly names: readonly string[];
  };
  readonly keys: readonly KeyInfo[];
  /** The last 500. */
  readonly audit: readonly AuditEntry[];
  readonly health: ManagerHealth;
}

/** What the page decides of capabilities: nothing in a namespace can. */
export interface CapabilityCalls {
  state(): Promise<CapabilityState>;
  setPolicy(id: string, policy: Json): Promise<void>;
  answer(id: string, answer: Answer): Promise<void>;
  revoke(grant: Pick<Grant, 'who' | 'cap' | 'subject'>): Promise<void>;
  /** The first passphrase is the one. EACCES for another. */
  unlockVault(passphrase: string): Promise<void>;
  lockVault(): Promise<void>;
  setSecret(name: string, value: string): Promise<void>;
  removeSecret(name: string): Promise<void>;
  generateKey(name: string, passphrase: string): Promise<KeyInfo>;
  /** nsec1…, ncryptsec1… or 64 hexadecimal digits. */
  importKey(name: string, text: string, passphrase: string): Promise<KeyInfo>;
  /** The browser's extension (NIP-07). */
  addExtension(name: string): Promise<KeyInfo>;
  /** A remote signer by `bunker://…` (NIP-46). */
  addRemote(name: string, url: string, passphrase: string): Promise<KeyInfo>;
  unlockKey(name: string, passphrase: string): Promise<void>;
  lockKey(name: string): Promise<void>;
  removeKey(name: string): Promise<void>;
}

/** What only a window can do: the kernel asks the page by this table (over the port sent with `boot`). */
export interface PageTable {
  /** Asks a person to choose files; names and bytes. ENOTSUP without a window that can. */
  pick(options: { readonly multiple?: boolean }): Promise<{ name: string; bytes: Uint8Array }[]>;
  /** State of a permission by its name in the Permissions API: granted, denied or prompt. */
  permission(name: string): Promise<string>;
  /** Asks the browser to keep this page's data; whether it will. */
  persist(): Promise<boolean>;
  /** Asks a person a yes-or-no question. */
  confirm(question: string): Promise<boolean>;
  /** A function that was registered for jobs. ENOENT. */
  job(name: string, input: Json, signal: AbortSignal): Promise<Json | undefined>;
  /** A method of the browser's Nostr signer (NIP-07): getPublicKey or signEvent. */
  nip07(method: string, argument: unknown): Promise<unknown>;
}
