/** HttpFs, WsFs and NostrFs as a host mounts them: with their queues, and what is shown of them. */
import { HttpFs } from '../fs/http/httpfs.ts';
import { HttpRequests } from '../fs/http/requests.ts';
import { type Identity, NostrState } from '../fs/nostr/nostr.ts';
import { NostrFs } from '../fs/nostr/nostrfs.ts';
import { Connections } from '../fs/ws/connections.ts';
import { WsFs } from '../fs/ws/wsfs.ts';
import type { FileService, ServiceSpec } from '../kernel/service.ts';
import type { Gate } from '../policy/gate.ts';
import type { ExecutorConfig } from './config.ts';
import type { Platform } from './platform.ts';

/** What executors serve. */
export interface Services {
  http: HttpRequests;
  ws: Connections;
  nostr: NostrState;
}

export interface Made {
  readonly service: FileService;
  /** Absent where no executor is needed. */
  readonly queue?: Services[keyof Services];
  status(): object;
  rows(): readonly object[];
  /** It is mounted nowhere any more. */
  release(): void;
}

export interface MakerHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  changed(): void;
  /** Throws where no executor will ever take anything (ENXIO). */
  accepts(): void;
}

export function makeNostr(
  gate: Gate,
  spec: ServiceSpec,
  { platform, changed, accepts }: MakerHost,
  identity: Identity,
): Made {
  const state = new NostrState(gate, identity, {
    now: () => platform.now(),
    after: (ms, run) => platform.after(ms, run),
    changed,
    accepts,
  });
  return {
    service: new NostrFs(state, spec),
    queue: state,
    status: () => state.counts,
    rows: () => state.rows(),
    release: () => state.dropAll(),
  };
}

export function makeWs(
  gate: Gate,
  spec: ServiceSpec,
  { platform, changed, accepts }: MakerHost,
): Made {
  const connections = new Connections(gate, {
    now: () => platform.now(),
    after: (ms, run) => platform.after(ms, run),
    changed,
    accepts,
  });
  return {
    service: new WsFs(connections, spec),
    queue: connections,
    status: () => connections.status,
    rows: () => connections.rows(),
    release: () => connections.dropAll(),
  };
}

export function makeHttp(
  gate: Gate,
  spec: ServiceSpec,
  { platform, config, changed, accepts }: MakerHost,
): Made {
  const requests = new HttpRequests(gate, {
    now: () => platform.now(),
    defaultTimeoutSecs: config.http_timeout / 1000,
    changed,
    accepts,
  });
  const service = new HttpFs(
    {
      requests,
      now: () => platform.now(),
      after: (ms, run) => platform.after(ms, run),
    },
    spec,
  );
  return {
    service,
    queue: requests,
    status: () => requests.status,
    rows: () => requests.rows(),
    release: () => requests.cancelAll(),
  };
}
