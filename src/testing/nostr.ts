/** A Nostr mount under Node with a relay that others wrote, and another client beside it. */
import { finalizeEvent, generateSecretKey, getPublicKey } from 'nostr-tools/pure';
import { afterEach } from 'vitest';
import { WebSocket as PlainSocket } from 'ws';
import type { Platform } from '../executors/platform.ts';
import type { NostrEvent } from '../fs/nostr/event.ts';
import { type FileHandle, type FileService, never } from '../kernel/service.ts';
import { ask, type CapabilityBench, capabilityBench, readJson, tell } from './capabilities.ts';
import { text } from './kernel.ts';
import { type RelayOptions, startRelay, type TestRelay } from './relay.ts';

/** What a test has started; run after each. */
export const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

export async function relayFor(options: RelayOptions = {}): Promise<TestRelay> {
  const relay = await startRelay(options);
  ends.push(() => relay.kill());
  return relay;
}

export interface Bench extends CapabilityBench {
  readonly fs: FileService;
  readonly pubkey: string;
}

export async function bench(
  relays: readonly string[],
  policy: object = {},
  config: object = {},
  platform: Partial<Platform> = {},
): Promise<Bench> {
  const made = capabilityBench(config, platform);
  const keyring = await made.capabilities.keyring();
  const { pubkey } = await keyring.generate('me', 'a passphrase');
  const allowed = { relays, kinds: [1, 22_242, '5000-5999'], per_minute: 100_000, ...policy };
  const fs = await made.capabilities.make('nostr', allowed, 'page');
  ends.push(async () => void (await made.capabilities.manager.shutdown(0)));
  return { ...made, fs, pubkey };
}

export interface Outgoing {
  readonly status: string;
  readonly kind?: string;
  readonly error?: string;
  readonly event: NostrEvent;
  readonly relays: Record<string, string>;
}

export async function submit(fs: FileService, request: object): Promise<Outgoing> {
  const { id, ...error } = await ask(fs, 'submit', request);
  if (id === undefined) throw new Error(JSON.stringify(error));
  return readJson<Outgoing>(fs, `wait/${id}`);
}

export interface Sub {
  readonly n: string;
  readonly events: FileHandle;
  next(): Promise<NostrEvent>;
  status(): Promise<{ delivered: number; refused: number; eose: boolean; relays: object }>;
  live(): Promise<void>;
  close(): Promise<void>;
}

export async function subscribe(fs: FileService, filter: object): Promise<Sub> {
  const control = await fs.open(['subs', 'clone'], { read: true, write: true }, never);
  const n = text((await control.read?.(0, 100, never)) as Uint8Array).trim();
  await tell(fs, `subs/${n}/filter`, JSON.stringify(filter));
  const events = await fs.open(['subs', n, 'events'], { read: true }, never);
  let rest = '';
  const status: Sub['status'] = () => readJson(fs, `subs/${n}/status`);
  return {
    n,
    events,
    next: async () => {
      while (!rest.includes('\n'))
        rest += text((await events.read?.(0, 1 << 20, never)) as Uint8Array);
      const end = rest.indexOf('\n');
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return JSON.parse(line) as NostrEvent;
    },
    status,
    live: async () => {
      while (!(await status()).eose) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: async () => {
      await events.close?.();
      await control.close?.();
    },
  };
}

const secret = generateSecretKey();
export const other = getPublicKey(secret);
export const now = (): number => Math.floor(Date.now() / 1000);
export const note = (content: string, more: object = {}): NostrEvent =>
  finalizeEvent({ kind: 1, content, tags: [], created_at: now(), ...more }, secret) as never;

/** Publishes as another client would; resolves when the relay has answered each. */
export async function publishPlain(url: string, events: readonly NostrEvent[]): Promise<void> {
  const socket = new PlainSocket(url);
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  let left = events.length;
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', reject);
    socket.on('message', (data: Buffer) => {
      if ((JSON.parse(data.toString()) as string[])[0] === 'OK' && --left === 0) resolve();
    });
    for (const event of events) socket.send(JSON.stringify(['EVENT', event]));
  });
  socket.removeAllListeners('close');
  socket.close();
}
