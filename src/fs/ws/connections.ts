/** The connections of one mount: what is opened waits for its executor, and what has ended stays readable a while. */
import { fail } from '../../kernel/errors.ts';
import { idsFor, type JsonObject, onlyFields, reasonOf } from '../../kernel/jsoncontrol.ts';
import type { Gate } from '../../policy/gate.ts';
import { absoluteUrl } from '../../policy/url.ts';
import { Connection } from './connection.ts';

export interface ConnectionsHost {
  /** Milliseconds since 1970. */
  now(): number;
  after(ms: number, run: () => void): () => void;
  changed(): void;
  /** Throws where no executor will ever take one (ENXIO). */
  accepts(): void;
}

/** Connections at once. */
const CONNECTIONS_MAX = 16;
/** One that has ended stays so long, and so many stay. */
const ENDED_MS = 60_000;
const ENDED_MAX = 64;
/** Characters of the token of a subprotocol (RFC 6455 4.1). */
const PROTOCOL = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

export class Connections {
  readonly gate: Gate;
  readonly #host: ConnectionsHost;
  readonly #all = new Map<string, Connection>();
  readonly #waiting: Connection[] = [];
  /** They wait for a person. */
  readonly #asking = new Set<Connection>();
  readonly #timed = new Set<Connection>();
  readonly #idFor = idsFor('conn', (id) => this.#all.has(id));
  #wake: (() => void) | undefined;

  constructor(gate: Gate, host: ConnectionsHost) {
    this.gate = gate;
    this.#host = host;
  }

  // By its executor

  attach(wake: () => void): () => void {
    if (this.#wake) fail('EBUSY', 'it has an executor');
    this.#wake = wake;
    if (this.#waiting.length > 0) wake();
    return () => {
      this.#wake = undefined;
    };
  }

  get queued(): number {
    return this.#waiting.length;
  }

  /** No executor will take what waits. */
  end(reason: string): void {
    for (const connection of [...this.#waiting.splice(0), ...this.#asking])
      connection.failed(reason);
    this.#asking.clear();
  }

  take(): Connection | undefined {
    for (let each = this.#waiting.shift(); each; each = this.#waiting.shift()) {
      if (each.closeWith && !each.isOver) each.ended(each.closeWith.code, each.closeWith.reason);
      if (!each.isOver) return each;
    }
    return undefined;
  }

  // By files

  /** `{url}` or `{open}` opens, `{id}` or `{close}` closes; an id beside a URL names it. Its id. */
  control(value: JsonObject): string {
    onlyFields(value, ['url', 'open', 'id', 'close', 'protocols']);
    const url = value['url'] ?? value['open'];
    if (url !== undefined) return this.#open(value, url);
    const id = value['close'] ?? value['id'];
    if (typeof id !== 'string') return fail('EINVAL', '{"url": …} opens, {"id": …} closes');
    this.get(id).close();
    return id;
  }

  /** ENOENT. */
  get(id: string): Connection {
    return this.#all.get(id) ?? fail('ENOENT', `there is no connection ${id}`);
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** EBUSY while it lives. */
  forget(id: string): void {
    if (!this.get(id).isOver) fail('EBUSY', 'close it first');
    this.#all.delete(id);
    this.#host.changed();
  }

  get status(): object {
    return {
      connection_count: this.#live.length,
      max_connections: CONNECTIONS_MAX,
      connections: this.ids,
    };
  }

  rows(): readonly object[] {
    return [...this.#all.values()].map((each) => ({ ...each.status, frames: each.rows }));
  }

  dropAll(): void {
    for (const connection of this.#all.values()) connection.drop();
  }

  #open({ id, protocols = [] }: JsonObject, value: unknown): string {
    this.#host.accepts();
    if (!this.#wake) fail('ENXIO', 'it is mounted nowhere any more');
    const url = absoluteUrl(value, ['ws:', 'wss:'], 'wss://…');
    if (
      !Array.isArray(protocols) ||
      !protocols.every((each) => typeof each === 'string' && PROTOCOL.test(each)) ||
      new Set(protocols).size !== protocols.length
    )
      fail('EINVAL', 'protocols are a list of names, each once');
    const name = this.#idFor(id);
    if (this.#live.length >= CONNECTIONS_MAX)
      fail('ENOSPC', `at most ${CONNECTIONS_MAX} connections: close one`);
    const to = { url, protocols: protocols as string[] };
    const connection = new Connection(name, to, this.gate, {
      now: () => this.#host.now(),
      changed: () => {
        this.#host.changed();
        this.#forgetLater(connection);
      },
    });
    this.gate.check(connection.use);
    this.#all.set(name, connection);
    this.#host.changed();
    if (connection.asks) void this.#ask(connection);
    else this.#enter(connection);
    return name;
  }

  /** A person's time is not in the way of others. */
  async #ask(connection: Connection): Promise<void> {
    this.#asking.add(connection);
    try {
      await connection.confirm();
      if (this.#asking.delete(connection) && !connection.isOver) this.#enter(connection);
    } catch (error) {
      this.#asking.delete(connection);
      connection.failed(reasonOf(error));
    }
  }

  #enter(connection: Connection): void {
    this.#waiting.push(connection);
    this.#wake?.();
  }

  get #live(): readonly Connection[] {
    return [...this.#all.values()].filter(({ isOver }) => !isOver);
  }

  #forgetLater(connection: Connection): void {
    if (!connection.isOver || this.#timed.has(connection)) return;
    this.#timed.add(connection);
    this.#host.after(ENDED_MS, () => {
      this.#timed.delete(connection);
      if (this.#all.get(connection.id) === connection) this.forget(connection.id);
    });
    const ended = [...this.#all.values()].filter(({ isOver }) => isOver);
    for (const { id } of ended.slice(0, -ENDED_MAX)) this.#all.delete(id);
  }
}
