/** A service that is made when it is first looked into: mounting it costs nothing, and a failure is told by each call. */
import type { FileService, ServiceSpec } from '../kernel/service.ts';

type Whole = Required<Omit<FileService, 'about' | 'apply' | 'watch' | 'spec'>> & FileService;

/** `make` is asked again after it has failed. */
export function late(spec: ServiceSpec, make: () => Promise<FileService>): FileService {
  let made: Promise<Whole> | undefined;
  const listeners = new Set<Parameters<NonNullable<FileService['watch']>>[1]>();
  const inner = (): Promise<Whole> => {
    made ??= make().then(
      (service) => {
        service.watch?.([], (paths) => {
          for (const listener of listeners) listener(paths);
        });
        return service as Whole;
      },
      (error: unknown) => {
        made = undefined;
        throw error;
      },
    );
    return made;
  };
  return {
    spec,
    stat: async (path, signal) =>
      path.length === 0 && !made
        ? { kind: 'dir', size: 0, mtime: 0n, nlink: 1, version: '' }
        : (await inner()).stat(path, signal),
    readdir: async (path, signal) => (await inner()).readdir(path, signal),
    open: async (path, mode, signal) => (await inner()).open(path, mode, signal),
    create: async (path, kind, signal) => (await inner()).create(path, kind, signal),
    remove: async (path, kind, signal) => (await inner()).remove(path, kind, signal),
    rename: async (from, to, signal) => (await inner()).rename(from, to, signal),
    symlink: async (target, path, signal) => (await inner()).symlink(target, path, signal),
    readlink: async (path, signal) => (await inner()).readlink(path, signal),
    link: async (from, to, signal) => (await inner()).link(from, to, signal),
    setTimes: async (path, times, signal) => (await inner()).setTimes(path, times, signal),
    sync: async () => void (await made)?.sync?.(),
    watch: (_path, changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}
