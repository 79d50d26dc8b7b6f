/** Capabilities under Node, with what they keep and say at hand; and their files, as a program uses them. */
import { Capabilities, type KeptCapabilities } from '../executors/capabilities.ts';
import { configFrom, type ExecutorConfig } from '../executors/config.ts';
import { type NostrCrypto, nostrCrypto } from '../executors/nostr/crypto.ts';
import type { Platform } from '../executors/platform.ts';
import { FsError } from '../kernel/errors.ts';
import { type FileHandle, type FileService, never } from '../kernel/service.ts';
import { network } from '../node/network.ts';

export interface CapabilityBench {
  readonly capabilities: Capabilities;
  readonly refused: string[];
  readonly kept: () => KeptCapabilities;
}

const noExtension = (): Promise<unknown> =>
  Promise.reject(new FsError('ENOTSUP', { reason: 'no Nostr signer is installed' }));

/** As from a worker: what else there is to do comes first. */
const elsewhere: NostrCrypto = {
  ...nostrCrypto,
  verify: async (events) => {
    await new Promise((resolve) => setImmediate(resolve));
    return nostrCrypto.verify(events);
  },
};

export function capabilityBench(
  config: Partial<ExecutorConfig> = {},
  platform: Partial<Platform> = {},
  first?: KeptCapabilities,
  nip07: (method: string, argument: unknown) => Promise<unknown> = noExtension,
): CapabilityBench {
  const refused: string[] = [];
  let kept: KeptCapabilities = first ?? {};
  const capabilities = new Capabilities({
    platform: { ...network, ...platform },
    config: configFrom({
      http_retry: { tries: 3, initial: 5, factor: 2, cap: 50 },
      ws_reconnect: { tries: 5, initial: 10, factor: 2, cap: 100 },
      nostr_reconnect: { tries: 5, initial: 10, factor: 2, cap: 200 },
      ...config,
    }),
    kept: first,
    keep: async (now) => {
      kept = now;
    },
    changed: () => undefined,
    crypto: async () => elsewhere,
    nip07,
    refused: (who, message) => void refused.push(`${who} ${message}`),
  });
  return { capabilities, refused, kept: () => kept };
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** All that can be read. */
export async function readAll(handle: FileHandle, signal = never): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (;;) {
    const data = await handle.read?.(at, 1 << 20, signal);
    if (!data || data.length === 0) return new Uint8Array(Buffer.concat(parts));
    parts.push(data);
    at += data.length;
  }
}

export async function readText(
  service: FileService,
  path: string,
  signal = never,
): Promise<string> {
  const handle = await service.open(path.split('/'), { read: true }, signal);
  try {
    return new TextDecoder().decode(await readAll(handle, signal));
  } finally {
    await handle.close?.();
  }
}

export const readJson = async <T = Record<string, unknown>>(
  service: FileService,
  path: string,
): Promise<T> => JSON.parse(await readText(service, path)) as T;

/** Writes a text to a control file, and closes it. */
export async function tell(service: FileService, path: string, text: string): Promise<void> {
  const handle = await service.open(path.split('/'), { write: true }, never);
  try {
    await handle.write?.(0, encode(text), never);
  } finally {
    await handle.close?.();
  }
}

/** Writes a request to a JSON control file; its reply, also where it was refused. */
export async function ask(
  service: FileService,
  path: string,
  request: object,
): Promise<Record<string, string>> {
  const handle = await service.open(path.split('/'), { read: true, write: true }, never);
  try {
    await Promise.resolve(handle.write?.(0, encode(JSON.stringify(request)), never)).catch(
      () => undefined,
    );
    const reply = await handle.read?.(0, 65_536, never);
    return JSON.parse(new TextDecoder().decode(reply)) as Record<string, string>;
  } finally {
    await handle.close?.();
  }
}

/** Asks HttpFs, and waits for the answer; throws where the request itself is refused. */
export async function answered<T>(service: FileService, request: object): Promise<T> {
  const { id, ...error } = await ask(service, 'request', request);
  if (id === undefined) throw new Error(JSON.stringify(error));
  return readJson<T>(service, `wait/${id}`);
}
