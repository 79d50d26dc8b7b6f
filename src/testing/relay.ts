/**
 * A third-party Nostr relay on loopback (@nostr-relay/core with its validator), which can be killed and started again
 * with what it had stored; and a liar that says what it is told to.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  type ClientContext,
  createOutgoingNoticeMessage,
  createOutgoingOkMessage,
  EventRepository,
  EventUtils,
  type IncomingMessage,
  LogLevel,
  type Event as RelayEvent,
  type Filter as RelayFilter,
} from '@nostr-relay/common';
import { NostrRelay } from '@nostr-relay/core';
import { Validator } from '@nostr-relay/validator';
import { type WebSocket, WebSocketServer } from 'ws';

/** Stored queries are cut at this, as public relays do. */
const QUERY_MAX = 500;

class Memory extends EventRepository {
  readonly events = new Map<string, RelayEvent>();

  isSearchSupported(): boolean {
    return false;
  }

  upsert(event: RelayEvent): { isDuplicate: boolean } {
    const isDuplicate = this.events.has(event.id);
    if (event.kind < 20_000 || event.kind >= 30_000) this.events.set(event.id, event);
    return { isDuplicate };
  }

  find(filter: RelayFilter): RelayEvent[] {
    const found = [...this.events.values()]
      .filter((event) => matches(event, filter))
      .sort((a, b) => b.created_at - a.created_at);
    return found.slice(0, Math.min(filter.limit ?? QUERY_MAX, QUERY_MAX));
  }

  async destroy(): Promise<void> {
    // What was stored is there for the next.
  }
}

const matches = (event: RelayEvent, filter: RelayFilter): boolean =>
  EventUtils.isMatchingFilter(event, filter);

export interface TestRelay {
  readonly url: string;
  readonly stored: ReadonlyMap<string, RelayEvent>;
  /** Subscriptions that are open, over all connections. */
  subscriptions(): number;
  /** Messages of clients by their first word. */
  readonly seen: readonly string[];
  connections(): number;
  /** Ends every connection without a word, and does not listen any more. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface RelayOptions {
  /** Who does not say who it is gets nothing (NIP-42). */
  readonly auth?: boolean;
}

export async function startRelay({ auth = false }: RelayOptions = {}): Promise<TestRelay> {
  const memory = new Memory();
  const seen: string[] = [];
  const open = new Map<WebSocket, Set<string>>();
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let relay: NostrRelay | undefined;
  let port = 0;

  const start = async (): Promise<void> => {
    const current = new NostrRelay(memory, {
      logLevel: LogLevel.ERROR,
      filterResultCacheTtl: 0,
      eventHandlingResultCacheTtl: 0,
      ...(auth ? { hostname: '127.0.0.1' } : {}),
    });
    relay = current;
    if (auth) current.register({ handleMessage: demandAuth(current) });
    const validator = new Validator();
    const http = createServer();
    server = http;
    http.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    const wss = new WebSocketServer({ server: http });
    wss.on('connection', (ws) => {
      open.set(ws, new Set());
      current.handleConnection(ws as never, '127.0.0.1');
      ws.on('error', () => undefined);
      ws.on('close', () => {
        open.delete(ws);
        current.handleDisconnect(ws as never);
      });
      ws.on('message', (data) => {
        void (async () => {
          try {
            const message = await validator.validateIncomingMessage(data as never);
            seen.push(message[0]);
            if (message[0] === 'REQ') open.get(ws)?.add(message[1]);
            if (message[0] === 'CLOSE') open.get(ws)?.delete(message[1]);
            await current.handleMessage(ws as never, message);
          } catch (error) {
            ws.send(JSON.stringify(createOutgoingNoticeMessage((error as Error).message)));
          }
        })();
      });
    });
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
    port = (http.address() as AddressInfo).port;
  };

  await start();
  return {
    url: `ws://127.0.0.1:${port}/`,
    stored: memory.events,
    seen,
    subscriptions: () => [...open.values()].reduce((sum, { size }) => sum + size, 0),
    connections: () => open.size,
    start,
    kill: async () => {
      const http = server;
      const closed = new Promise<void>((resolve) => void http?.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
      await relay?.destroy();
    },
  };
}

const demandAuth =
  (relay: NostrRelay) =>
  async <T>(
    context: ClientContext,
    message: IncomingMessage,
    next: () => Promise<T>,
  ): Promise<T> => {
    if (message[0] === 'AUTH' || relay.isAuthorized(context.client)) return next();
    if (message[0] === 'EVENT')
      context.sendMessage(
        createOutgoingOkMessage(message[1].id, false, 'auth-required: say who you are'),
      );
    if (message[0] === 'REQ')
      context.sendMessage(['CLOSED', message[1], 'auth-required: say who you are'] as never);
    return undefined as T;
  };

/** A relay that answers as it is told: `answer` gets each message and what sends back. */
export async function startLiar(
  answer: (message: readonly unknown[], send: (message: readonly unknown[]) => void) => void,
): Promise<{ readonly url: string; cut(): void; close(): Promise<void> }> {
  const http = createServer();
  const wss = new WebSocketServer({ server: http });
  wss.on('connection', (ws) => {
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer) =>
      answer(JSON.parse(data.toString()) as unknown[], (message) =>
        ws.send(JSON.stringify(message)),
      ),
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    cut: () => {
      for (const client of wss.clients) client.terminate();
    },
    close: async () => {
      for (const client of wss.clients) client.terminate();
      await new Promise<void>((resolve) => void http.close(() => resolve()));
    },
  };
}
