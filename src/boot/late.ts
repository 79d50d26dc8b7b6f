/** A service that is made when it is first looked into: mounting it costs nothing, and a failure is told by each call. */
import { fail } from '../kernel/errors.ts';
import type { FileService, ServiceSpec } from '../kernel/service.ts';

type Mutation = 'create' | 'remove' | 'rename' | 'symlink' | 'link' | 'setTimes';

/** `make` is asked again after it has failed. */
export function late(spec: ServiceSpec, make: () => Promise<FileService>): FileService {
  let made: Promise<FileService> | undefined;
  const listeners = new Set<Parameters<NonNullable<FileService['watch']>>[1]>();
  const inner = (): Promise<FileService> => {
    made ??= make().then(
      (service) => {
        service.watch?.([], (paths) => {
          for (const listener of listeners) listener(paths);
        });
        return service;
      },
      (error: unknown) => {
        made = undefined;
        throw error;
      },
    );
    return made;
  };
  /** What the service cannot do is EROFS, as for one that has no such method. */
  const changing = async <K extends Mutation>(
    method: K,
    ...args: Parameters<NonNullable<FileService[K]>>
  ): Promise<void> => {
    const service = await inner();
    const run = (service[method] ?? fail('EROFS')) as (...given: typeof args) => unknown;
    await run.apply(service, args);
  };
  return {
    spec,
    stat: async (path, signal) =>
      path.length === 0 && !made
        ? { kind: 'dir', size: 0, mtime: 0n, nlink: 1, version: '' }
        : (await inner()).stat(path, signal),
    readdir: async (path, signal) => (await inner()).readdir(path, signal),
    open: async (path, mode, signal) => (await inner()).open(path, mode, signal),
    create: (...args) => changing('create', ...args),
    remove: (...args) => changing('remove', ...args),
    rename: (...args) => changing('rename', ...args),
    symlink: (...args) => changing('symlink', ...args),
    link: (...args) => changing('link', ...args),
    setTimes: (...args) => changing('setTimes', ...args),
    readlink: async (path, signal) => {
      const service = await inner();
      return service.readlink ? service.readlink(path, signal) : fail('EINVAL', 'no symbolic link');
    },
    sync: async () => {
      await (await made)?.sync?.();
    },
    watch: (_path, changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}
