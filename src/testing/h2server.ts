/** A real HTTP/2 server on loopback, with a certificate made for it; browsers send bodies as streams over HTTP/2 alone. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Http2Server {
  readonly url: string;
  /** Bytes of each body, and how many pieces of it came before its end was written. */
  readonly bodies: readonly { readonly bytes: number; readonly pieces: number }[];
  close(): void;
}

export function startHttp2Server(): Promise<Http2Server> {
  const folder = mkdtempSync(join(tmpdir(), 'oanix-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...[
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ],
    ...['-keyout', key, '-out', cert],
  ]);
  if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) });
  rmSync(folder, { recursive: true });
  const bodies: { bytes: number; pieces: number }[] = [];
  const cors = { 'access-control-allow-origin': '*', 'access-control-allow-methods': '*' };
  server.on('stream', (stream, headers) => {
    if (headers[':method'] === 'OPTIONS')
      return stream.respond({ ':status': 204, ...cors }, { endStream: true });
    const seen = { bytes: 0, pieces: 0 };
    stream.on('data', (data: Buffer) => {
      seen.bytes += data.length;
      seen.pieces++;
    });
    stream.on('end', () => {
      bodies.push(seen);
      stream.respond({ ':status': 200, ...cors });
      stream.end(JSON.stringify(seen));
    });
    return undefined;
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
        bodies,
        close: () => void server.close(),
      }),
    );
  });
}
