/** A real WebSocket server on loopback (ws) whose connections go wrong by their path. */
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface TestWsServer {
  readonly url: string;
  /** Frames that came, as `text …` or `binary …` in base64. */
  readonly seen: readonly string[];
  /** Codes that clients closed with. */
  readonly closed: readonly number[];
  connections(): number;
  /** Handshakes that wait for an answer. */
  silent(): number;
  /** Cuts every connection, without a word. */
  cut(): void;
  close(): Promise<void>;
}

type Behaviour = (socket: WebSocket, url: URL) => void;

const behaviours: Readonly<Record<string, Behaviour>> = {
  '/echo': (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  },
  '/hello': (socket) => {
    socket.send('one');
    socket.send('two');
    socket.send(Buffer.from([0, 1, 255]));
    setTimeout(() => socket.close(4321, 'all said'), 30);
  },
  '/flood': (socket, url) => {
    for (let n = 0; n < Number(url.searchParams.get('n') ?? 20_000); n++)
      socket.send(`message ${n}`);
  },
  '/big': (socket, url) => socket.send('x'.repeat(Number(url.searchParams.get('n') ?? 1000))),
  /** Too big for it: it closes with 1009. */
  '/small': () => undefined,
  /** Cut after so many milliseconds, each time. */
  '/cut': (socket, url) => {
    socket.send('here');
    setTimeout(() => socket.terminate(), Number(url.searchParams.get('ms') ?? 30));
  },
  /** Takes a long time to read. */
  '/slow': (socket) => {
    socket.on('message', () => undefined);
    socket.pause();
    setTimeout(() => socket.resume(), 600);
  },
};

/** Rejects where this machine does not have the address. */
export async function startWsServer(host = '127.0.0.1'): Promise<TestWsServer> {
  const seen: string[] = [];
  const closed: number[] = [];
  const server: Server = createServer((_request, response) => void response.writeHead(426).end());
  const wide = new WebSocketServer({
    noServer: true,
    maxPayload: 64 << 20,
    handleProtocols: (protocols) => [...protocols].at(-1) ?? false,
  });
  const narrow = new WebSocketServer({ noServer: true, maxPayload: 100 });
  const sockets = new Set<Socket>();
  const silent = new Set<unknown>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    // Half-open: the handshake is never answered.
    if (url.pathname === '/silent') {
      silent.add(socket);
      socket.on('close', () => silent.delete(socket));
      socket.on('end', () => socket.destroy());
      socket.resume();
      return;
    }
    if (url.pathname === '/refuse') return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    if (url.pathname === '/bad') {
      return void socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nnonsense',
      );
    }
    const which = url.pathname === '/small' ? narrow : wide;
    which.handleUpgrade(request, socket, head, (ws) => {
      ws.on('message', (data, isBinary) => {
        const bytes = data as Buffer;
        seen.push(isBinary ? `binary ${bytes.toString('base64')}` : `text ${bytes.toString()}`);
      });
      ws.on('close', (code) => void closed.push(code));
      ws.on('error', () => undefined);
      (behaviours[url.pathname] ?? (() => undefined))(ws, url);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const { port, family } = server.address() as AddressInfo;
  return {
    url: `ws://${family === 'IPv6' ? `[${host}]` : host}:${port}`,
    seen,
    closed,
    connections: () => wide.clients.size + narrow.clients.size + sockets.size,
    silent: () => silent.size,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
