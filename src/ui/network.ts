/** The network as the page shows it: capabilities with their policies, what they did, who signs, who asked. */
import type { CapabilityState } from '../boot/protocol.ts';
import { client } from './session.ts';
import { get, isShown, set } from './store.ts';
import { showName } from './text.ts';
import { addOwnView, coveringMount } from './viewing.ts';

export type NetworkTab = 'grants' | 'requests' | 'connections' | 'nostr' | 'keys' | 'audit';

/** As HttpFs tells of one (man http). */
export interface RequestRow {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly state: 'queued' | 'in_progress' | 'completed' | 'failed';
  /** Its response is taken by a handle as it comes: it has no file. */
  readonly form?: 'stream';
  readonly attempts: number;
  readonly created_at: string;
  readonly duration_ms: number;
  readonly received_bytes: number;
  readonly status?: number;
  readonly kind?: string;
  readonly error?: string;
}

export interface FrameRow {
  readonly at: string;
  readonly way: 'in' | 'out';
  readonly type: 'text' | 'binary';
  readonly size: number;
  readonly text?: string;
}

/** As WsFs tells of one (man ws). */
export interface ConnectionRow {
  readonly id: string;
  readonly url: string;
  readonly state: 'connecting' | 'open' | 'closing' | 'closed' | 'error';
  readonly error?: string;
  readonly code?: number;
  readonly reason?: string;
  readonly inbox_count: number;
  readonly outbox_count: number;
  readonly reconnects: number;
  readonly frames: readonly FrameRow[];
}

export interface EventRow {
  readonly id?: string;
  readonly pubkey?: string;
  readonly kind: number;
  readonly content: string;
  readonly created_at: number;
}

/** As NostrFs tells of what goes out, comes in, is subscribed to, and of jobs (man nostr). */
export type NostrRow =
  | {
      readonly type: 'out';
      readonly id: string;
      readonly status: string;
      readonly event: EventRow;
      readonly error?: string;
      readonly relays: Readonly<Record<string, string>>;
    }
  | { readonly type: 'in'; readonly event: EventRow }
  | {
      readonly type: 'sub';
      readonly id: string;
      readonly filters: readonly object[];
      readonly delivered: number;
      readonly refused: number;
      readonly eose: boolean;
    }
  | {
      readonly type: 'job';
      readonly id: string;
      readonly request: { readonly kind?: number; readonly input?: string };
      readonly outcome: {
        readonly status: string;
        readonly content?: string;
        readonly error?: string;
      } | null;
    };

export interface RelayRow {
  readonly state: string;
  readonly error?: string;
  readonly latency_ms?: number;
  readonly connects: number;
  readonly notices?: readonly string[];
  readonly authenticated?: boolean;
}

export type Mounted = CapabilityState['mounted'][number];

export interface NetworkState extends CapabilityState {
  readonly tab: NetworkTab;
  /** The row that is looked at. */
  readonly chosen: string | undefined;
}

export const NETWORK = '/cap';

/** The services whose roots show the network, with the part of it that they show. */
const tabs: Readonly<Record<string, NetworkTab>> = {
  cap: 'grants',
  http: 'requests',
  ws: 'connections',
  nostr: 'nostr',
};

addOwnView({
  kind: 'network',
  covers: (path, service) =>
    tabs[service] !== undefined && get().mounts.some(({ at }) => at === path),
  load: loadNetwork,
});

async function loadNetwork(path: string): Promise<void> {
  const tab = tabs[coveringMount(path)?.members[0]?.service.kind ?? 'cap'] ?? 'grants';
  const state = await client().capability('state');
  if (!isShown(path)) return;
  const { network } = get();
  // What was chosen by hand stays while one is there.
  const stays = network?.at === path;
  set({
    network: {
      at: path,
      state: {
        ...state,
        tab: stays ? network.state.tab : tab,
        chosen: stays ? network.state.chosen : undefined,
      },
    },
  });
}

/** What is mounted of one kind, each with its rows. */
export const mountsOf = <Row>(
  { mounted }: NetworkState,
  cap: Mounted['cap'],
): readonly { readonly mount: Mounted; readonly rows: readonly Row[] }[] =>
  mounted
    .filter((mount) => mount.cap === cap)
    .map((mount) => ({ mount, rows: mount.rows as readonly Row[] }));

/** Where the page itself has one of a kind; undefined where only environments do. */
export const ownMount = (cap: Mounted['cap']): string | undefined =>
  get().mounts.find(({ members }) => members.some(({ service }) => service.kind === cap))?.at;

/** Whose it is, for people. */
export const nameOf = (who: string): string => (who === 'page' ? 'This page' : showName(who));
