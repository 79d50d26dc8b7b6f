/**
 * `late` stands in for a service that is created when it is first used, so that mounting it costs nothing. A failed
 * creation is reported by each call, and the next call tries again.
 */
import { fail } from '../kernel/errors.ts';
import { type FileService, type Mutation, mutations, type ServiceSpec } from '../kernel/service.ts';

/** What must be known of a service before it is made. */
interface Known {
  /** Its mutating methods: the stand-in lacks the others as well. */
  readonly has?: readonly Mutation[];
  readonly control?: true;
}

export function late(
  spec: ServiceSpec,
  make: () => Promise<FileService>,
  { has = [], control }: Known = {},
): FileService {
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
  const mutating =
    (method: Mutation) =>
    async (...args: unknown[]) => {
      const service = await inner();
      const run = (service[method] ?? fail('EROFS')) as (...given: unknown[]) => unknown;
      await run.apply(service, args);
    };
  return {
    spec,
    ...(control && { control }),
    stat: async (path, signal) =>
      path.length === 0 && !made
        ? { kind: 'dir', size: 0, mtime: 0n, nlink: 1, version: '' }
        : (await inner()).stat(path, signal),
    readdir: async (path, signal) => (await inner()).readdir(path, signal),
    open: async (path, mode, signal) => (await inner()).open(path, mode, signal),
    ...Object.fromEntries(
      mutations.filter((each) => has.includes(each)).map((each) => [each, mutating(each)]),
    ),
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
