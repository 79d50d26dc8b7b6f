/** HTTP and WebSocket for a program under Node, each by a policy of the command line: nobody is there to be asked. */
import { Capabilities } from '../executors/capabilities.ts';
import { configFrom } from '../executors/config.ts';
import { FsError } from '../kernel/errors.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { type FileService, never } from '../kernel/service.ts';
import { network } from './network.ts';

export interface CapabilityOption {
  readonly cap: 'http' | 'ws';
  readonly policy: unknown;
}

/** What is under way has so long to end when the program has. */
const DRAIN_MS = 2_000;

/** Mounts them at `/cap`; returns the end. EINVAL for a policy that is none. */
export async function mountCapabilities(
  kernel: Kernel,
  process: Process,
  options: readonly CapabilityOption[],
): Promise<() => Promise<void>> {
  const refused = (): Promise<never> =>
    Promise.reject(new FsError('ENOTSUP', { reason: 'there are no keys here' }));
  const capabilities = new Capabilities({
    platform: network,
    config: configFrom(),
    keep: async () => undefined,
    changed: () => {
      // What would wait for a person waits for nobody.
      for (const { id } of capabilities.asks.waiting) capabilities.asks.answer(id, 'no');
    },
    refused: () => undefined,
    crypto: refused,
    nip07: refused,
  });
  const mount = async (at: string, service: FileService): Promise<void> => {
    const caller = process.caller(-1, never);
    await process.namespace.mount(kernel.sources.of(service), at, { create: true }, caller);
  };
  await mount('/cap', capabilities.statusOf('page'));
  for (const { cap, policy } of options) {
    await mount(`/cap/${cap}`, await capabilities.make(cap, policy, 'page'));
  }
  return async () => {
    await capabilities.manager.shutdown(DRAIN_MS);
  };
}
