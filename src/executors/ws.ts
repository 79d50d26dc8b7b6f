/**
 * WsConnector: makes the connections that WsFs services have asked for, each on its own, so many at once; sends, and
 * makes a lost one again where it was told to, after a time that grows.
 */
import type { Connection, Frame } from '../fs/ws/connection.ts';
import type { Connections } from '../fs/ws/connections.ts';
import { type Refused, reasonOf } from '../kernel/jsoncontrol.ts';
import { pause } from '../kernel/pause.ts';
import { type ExecutorConfig, waitBefore } from './config.ts';
import type { Executor, ExecutorHealth } from './manager.ts';
import type { Platform } from './platform.ts';
import { Slots } from './slots.ts';

export interface WsConnectorHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
}

/** Bytes in the browser's own queue before no more are given to it; it tells nothing when it has room again. */
const BUFFERED_MAX = 1 << 20;
const BUFFERED_MS = 20;
/** The other side has so long to answer a close (RFC 6455 7.1.1). */
const CLOSE_MS = 3_000;
/** A connection that lived so long was a good one. */
const GOOD_MS = 10_000;
/** What a page may say: 4000 to 4999 are its own. */
const TOO_MUCH = 4009;
const REVOKED = 4003;

/** How a connection ended: `lost` where nobody wanted that. */
type End =
  | { readonly how: 'closed'; readonly code: number; readonly reason: string }
  | { readonly how: 'lost'; readonly code: number; readonly reason: string; opened: boolean }
  | { readonly how: 'error'; readonly error: string };

export class WsConnector implements Executor<Connections> {
  readonly #host: WsConnectorHost;
  readonly #slots: Slots<Connections, Connection>;
  readonly #live = new Set<Connection>();

  constructor(host: WsConnectorHost) {
    this.#host = host;
    this.#slots = new Slots(host.config.ws_max_concurrent, (connection, signal) =>
      this.#run(connection, signal),
    );
  }

  attach(connections: Connections): () => void {
    return this.#slots.attach(connections);
  }

  health(): ExecutorHealth {
    return this.#slots.health();
  }

  /** What is open is closed once what was written is sent. */
  stopIntake(): void {
    this.#slots.stopIntake();
    for (const connection of this.#live) connection.close();
  }

  idle(): Promise<void> {
    return this.#slots.idle();
  }

  abort(): void {
    this.#slots.abort();
  }

  async #run(connection: Connection, stopped: AbortSignal): Promise<string | undefined> {
    const { platform, config } = this.#host;
    const signal = AbortSignal.any([connection.signal, stopped]);
    this.#live.add(connection);
    let tries = 0;
    try {
      for (;;) {
        const began = platform.now();
        const end = await this.#once(connection, signal);
        if (signal.aborted) connection.failed('the network was shut down');
        else if (end.how === 'closed') connection.ended(end.code, end.reason);
        else if (end.how === 'error') connection.failed(end.error);
        else {
          // One that is cut at once, again and again, is no good one.
          if (end.opened && platform.now() - began > GOOD_MS) tries = 0;
          if (connection.reconnect && tries < config.ws_reconnect.tries) {
            connection.again();
            await pause(
              platform,
              waitBefore(config.ws_reconnect, tries++, platform.random),
              signal,
            );
            if (!signal.aborted && !connection.closeWith) continue;
          }
          this.#lost(connection, end);
        }
        return connection.error;
      }
    } finally {
      this.#live.delete(connection);
    }
  }

  #lost(connection: Connection, { code, reason, opened }: Extract<End, { how: 'lost' }>): void {
    const { closeWith } = connection;
    if (closeWith) connection.ended(closeWith.code, closeWith.reason);
    else if (opened) connection.ended(code, reason);
    else connection.failed(reason || 'the connection failed: no WebSocket server answers there');
  }

  /** From dialling to the end; never throws. */
  async #once(connection: Connection, signal: AbortSignal): Promise<End> {
    try {
      connection.recheck();
      if (connection.reconnects > 0) connection.gate.again(connection.use);
    } catch (error) {
      return { how: 'error', error: reasonOf(error) };
    }
    if (connection.closeWith) return { how: 'closed', ...connection.closeWith };
    const { platform, config } = this.#host;
    return new Promise((resolve) => {
      let socket: WebSocket;
      try {
        socket = platform.connect(connection.url, connection.protocols, connection.gate);
      } catch (error) {
        return resolve({ how: 'error', error: reasonOf(error) });
      }
      new Dialogue(connection, socket, platform, config, signal, resolve);
    });
  }
}

/** One socket from its making to its end. */
class Dialogue {
  readonly #connection: Connection;
  readonly #socket: WebSocket;
  readonly #platform: Platform;
  readonly #resolve: (end: End) => void;
  readonly #stops: (() => void)[] = [];
  #opened = false;
  #over = false;
  #waitsForRoom = false;
  #stopWaiting: () => void = () => undefined;
  #closing = false;
  /** It was told to close before it was open. */
  #leaving = false;

  constructor(
    connection: Connection,
    socket: WebSocket,
    platform: Platform,
    { ws_connect_timeout }: ExecutorConfig,
    signal: AbortSignal,
    resolve: (end: End) => void,
  ) {
    this.#connection = connection;
    this.#socket = socket;
    this.#platform = platform;
    this.#resolve = resolve;
    socket.binaryType = 'arraybuffer';
    const late = platform.after(ws_connect_timeout, () => {
      if (!this.#opened)
        this.#end({
          how: 'lost',
          code: 1006,
          reason: `nobody answered within ${ws_connect_timeout / 1000} s`,
          opened: false,
        });
    });
    const abort = (): void => this.#end({ how: 'error', error: 'it was ended' });
    signal.addEventListener('abort', abort, { once: true });
    this.#stops.push(late, () => signal.removeEventListener('abort', abort));
    this.#stops.push(connection.onOut(() => this.#pump()));
    this.#stops.push(connection.gate.onPolicy(() => this.#recheck()));
    socket.onopen = () => this.#open();
    socket.onmessage = ({ data }) => this.#message(data as string | ArrayBuffer);
    socket.onclose = ({ code, reason }) => {
      const { closeWith } = connection;
      if (closeWith) this.#end({ how: 'closed', code, reason });
      else this.#end({ how: 'lost', code, reason, opened: this.#opened });
    };
    socket.onerror = () => undefined;
  }

  #open(): void {
    this.#opened = true;
    const { gate, use, closeWith } = this.#connection;
    gate.allowed(use);
    if (!closeWith) this.#connection.opened(this.#socket.protocol);
    this.#pump();
  }

  #message(data: string | ArrayBuffer): void {
    if (this.#over) return;
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data);
    const frame: Frame = { type: typeof data === 'string' ? 'text' : 'binary', data: bytes };
    const why = this.#spend(bytes.length) ?? this.#connection.received(frame);
    if (why !== undefined) this.#giveUp(why);
  }

  /** Sends what waits, then closes where that was asked for. */
  #pump(): void {
    if (!this.#opened) this.#leaveIfAsked();
    if (!this.#opened || this.#over || this.#waitsForRoom) return;
    while (this.#socket.bufferedAmount < BUFFERED_MAX) {
      const frame = this.#connection.takeOut();
      if (!frame) {
        this.#closeIfAsked();
        return;
      }
      const why = this.#spend(frame.data.length);
      if (why !== undefined) {
        this.#giveUp(why);
        return;
      }
      this.#socket.send(
        frame.type === 'text'
          ? new TextDecoder().decode(frame.data)
          : (frame.data as Uint8Array<ArrayBuffer>),
      );
    }
    this.#waitsForRoom = true;
    this.#stopWaiting = this.#platform.after(BUFFERED_MS, () => {
      this.#waitsForRoom = false;
      this.#pump();
    });
  }

  /**
   * A connection that is being made ends at once when it is to be closed: it would keep a browser from the next one to the
   * same host. What was written is given a few seconds to be sent.
   */
  #leaveIfAsked(): void {
    const { closeWith, hasOutgoing } = this.#connection;
    if (!closeWith || this.#over || this.#leaving) return;
    this.#leaving = true;
    const leave = (): void => {
      if (!this.#opened) this.#end({ how: 'closed', ...closeWith });
    };
    if (hasOutgoing) this.#stops.push(this.#platform.after(CLOSE_MS, leave));
    else leave();
  }

  #closeIfAsked(): void {
    const { closeWith } = this.#connection;
    if (!closeWith || this.#closing) return;
    this.#closing = true;
    this.#socket.close(closeWith.code, closeWith.reason);
    // Who does not answer is left.
    const left = (): void => this.#end({ how: 'closed', ...closeWith });
    this.#stops.push(this.#platform.after(CLOSE_MS, left));
  }

  /** A policy that is another ends what it does not allow. */
  #recheck(): void {
    try {
      this.#connection.recheck();
    } catch (error) {
      this.#giveUp((error as Refused).reason ?? 'the policy is another', REVOKED);
    }
  }

  #spend(bytes: number): string | undefined {
    const { gate, use } = this.#connection;
    try {
      gate.spend(bytes, use.what);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #giveUp(error: string, code = TOO_MUCH): void {
    this.#socket.close(code, code === TOO_MUCH ? 'too much' : 'no longer allowed');
    this.#end({ how: 'error', error });
  }

  #end(end: End): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWaiting();
    for (const stop of this.#stops) stop();
    const { readyState } = this.#socket;
    if (readyState === 0 || readyState === 1) this.#socket.close();
    this.#resolve(end);
  }
}
