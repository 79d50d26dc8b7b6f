/** A kernel in this process with the page's own files on it, for tests of what the page does with files. */
import { type Calls, OanixFs, type Session } from '../boot/oanixfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { QuotaFs } from '../fs/quota/quotafs.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Process } from '../kernel/process.ts';
import { type FileService, never } from '../kernel/service.ts';
import type { Client } from '../ui/session.ts';
import { kernelHost } from './kernel.ts';

export interface PageFiles {
  readonly fs: OanixFs;
  readonly client: Client;
  /** Mounts a service at a directory that is made. */
  mount(at: string, service: FileService): Promise<void>;
}

/** Memory at `/` and `/tmp`, which are two mounts. */
export async function pageFiles(): Promise<PageFiles> {
  const services = new Map<string, FileService>();
  const kernel = new Kernel(
    kernelHost({
      makeService: async ({ options }) => services.get(String(options?.['name'])) ?? new MemFs(),
    }),
  );
  const process: Process = kernel.processes.attach('page');
  const session: Session = {
    call: (operation, args, signal = never) => kernel.call(process, operation, args, signal),
    onChanged: () => () => undefined,
  };
  const calls: Calls = {
    booted: Promise.resolve(),
    call: session.call,
    session: async () => session,
    capability: () => Promise.reject(new Error('there is no network in this test')),
  };
  const fs = new OanixFs(calls);
  const mount = async (at: string, service: FileService): Promise<void> => {
    services.set(at, service);
    if (at !== '/') await fs.mkdir(at, { recursive: true });
    const spec = { kind: 'mem', options: { name: at } };
    await calls.call('mount', { spec, at, flags: { create: true } });
  };
  await mount('/', new MemFs());
  await mount('/tmp', new MemFs());
  await fs.mkdir('/home');
  return { fs, mount, client: { ...calls, oanix: { fs } } as unknown as Client };
}

/** A service that has room for so many bytes. */
export const withRoom = (bytes: number): Promise<FileService> =>
  QuotaFs.open(new MemFs(), { bytes }, { kind: 'quota' });
