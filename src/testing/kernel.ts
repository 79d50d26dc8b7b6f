/** Small helpers for tests of the kernel: sources, namespaces, callers, and files by one call. */
import { MemFs } from '../fs/mem/memfs.ts';
import type { Caller } from '../kernel/caller.ts';
import { Changes } from '../kernel/changes.ts';
import { FsError } from '../kernel/errors.ts';
import type { KernelHost } from '../kernel/kernel.ts';
import type { Source } from '../kernel/mounts.ts';
import { Namespace } from '../kernel/namespace.ts';
import { type FileService, never } from '../kernel/service.ts';

let dev = 0;
export const sourceOf = (service: FileService): Source => ({
  dev: ++dev,
  service,
  use: { calls: 0, read: 0, written: 0, errors: 0 },
});

export const changesNow = (): Changes => new Changes((run) => queueMicrotask(run));

export const caller: Caller = { cwd: [], signal: never };

/** A host whose programs do nothing by themselves; `over` says what is otherwise. */
export const kernelHost = (over: Partial<KernelHost> = {}): KernelHost => ({
  makeService: async () => new MemFs(),
  personal: () => undefined,
  runner: { start: async () => undefined, inspect: async () => ({}) },
  now: () => performance.now(),
  clock: () => Date.now(),
  later: (run) => void setTimeout(run, 1),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  notify: () => undefined,
  ...over,
});

/** The code of a failure, or 'ok'. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return error instanceof FsError ? error.code : String(error);
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** A MemFs with these files; a path that ends in a slash is a directory. */
export async function memWith(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<MemFs> {
  const fs = new MemFs();
  for (const [path, content] of Object.entries(files)) {
    const names = path.split('/').filter(Boolean);
    for (let i = 1; i <= names.length; i++) {
      const isFile = i === names.length && !path.endsWith('/');
      await codeOf(() => fs.create(names.slice(0, i), isFile ? 'file' : 'dir'));
    }
    if (path.endsWith('/')) continue;
    const handle = await fs.open(names, { write: true });
    await handle.write?.(0, typeof content === 'string' ? bytes(content) : content, never);
    await handle.close?.();
  }
  return fs;
}

/** A namespace with services mounted in order. */
export async function namespaceOf(
  mounts: readonly (readonly [at: string, service: FileService])[],
): Promise<Namespace> {
  const namespace = new Namespace(changesNow());
  for (const [at, service] of mounts) await namespace.mount(sourceOf(service), at, {}, caller);
  return namespace;
}

export const read = async (
  namespace: Namespace,
  path: string,
  as: Caller = caller,
): Promise<string> => text(await namespace.readFile(path, as));

export const write = (
  namespace: Namespace,
  path: string,
  content: string,
  as: Caller = caller,
): Promise<void> => namespace.writeFile(path, bytes(content), { write: true, create: true }, as);
