/**
 * Any FileService over a message port: `servePort` on the side that has it, `connectPort` on the
 * side that mounts it. The far side has exactly the methods that the near one has, and passes the
 * same conformance suite.
 */
import { quietly } from './awaitable.ts';
import { fail } from './errors.ts';
import type { Path } from './path.ts';
import { answerOn, type Port, Remote } from './rpc.ts';
import {
  type FileHandle,
  type FileService,
  isControl,
  type Mode,
  mutations,
  never,
  type ServiceSpec,
} from './service.ts';

const methods = ['stat', 'readdir', 'readlink', 'sync', ...mutations] as const;
const handleMethods = ['read', 'write', 'truncate', 'stat', 'setTimes', 'sync', 'close'] as const;
/** Which argument of a method is its signal: the port carries the cancel instead. */
const signalAt: Readonly<Record<string, number>> = {
  stat: 1,
  readdir: 1,
  create: 2,
  remove: 2,
  rename: 2,
  symlink: 2,
  readlink: 1,
  link: 2,
  setTimes: 2,
  setMode: 2,
};
const handleSignalAt: Readonly<Record<string, number>> = {
  read: 2,
  write: 2,
  truncate: 1,
  stat: 0,
};

interface Hello {
  readonly spec: ServiceSpec;
  readonly control: boolean;
  readonly methods: readonly string[];
}
interface OpenReply {
  readonly handle: number;
  readonly methods: readonly string[];
  readonly stream: boolean;
}
interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Serves a service to whoever holds the other end. Returns the stop, which closes every handle. */
export function servePort(service: FileService, port: Port): () => void {
  const handles = new Map<number, FileHandle>();
  let last = 0;
  let stopped = false;
  let unwatch: (() => void) | undefined;
  const invoke = (
    target: object,
    { method, args }: Call,
    at: number | undefined,
    signal: AbortSignal,
  ) => {
    const all = [...args];
    if (at !== undefined) all[at] = signal;
    return (Reflect.get(target, method) as Method).apply(target, all);
  };
  const server = answerOn(port, async (op, args, signal) => {
    if (op === 'hello') {
      const offered = methods.filter((method) => service[method] !== undefined);
      return {
        spec: service.spec,
        control: isControl(service),
        methods: service.watch ? [...offered, 'watch'] : offered,
      } satisfies Hello;
    }
    if (op === 'watch') {
      unwatch ??= service.watch?.([], (paths) => server.emit(paths));
      return undefined;
    }
    if (op === 'open') {
      const [path, mode] = args as [Path, Mode];
      const handle = await service.open(path, mode, signal);
      if (stopped) {
        await handle.close?.();
        return fail('EIO', 'the port was closed');
      }
      handles.set(++last, handle);
      const offered = handleMethods.filter((method) => handle[method] !== undefined);
      return { handle: last, methods: offered, stream: handle.stream ?? false } satisfies OpenReply;
    }
    const call = args as Call;
    if (op === 'service') {
      if (!(methods as readonly string[]).includes(call.method)) fail('ENOSYS');
      return invoke(service, call, signalAt[call.method], signal);
    }
    const id = Number(op);
    const handle = handles.get(id) ?? fail('EBADF');
    if (!(handleMethods as readonly string[]).includes(call.method)) fail('ENOSYS');
    if (call.method === 'close') handles.delete(id);
    return invoke(handle, call, handleSignalAt[call.method], signal);
  });
  return () => {
    stopped = true;
    server.stop();
    unwatch?.();
    for (const handle of handles.values()) quietly(() => handle.close?.());
  };
}

/** A service that lives behind a port. `remote.die` makes everything pending fail with EIO. */
export async function connectPort(port: Port): Promise<{ service: FileService; remote: Remote }> {
  const remote = new Remote(port);
  const hello = (await remote.call('hello', undefined)) as Hello;
  const forward = (op: string, method: string, at: number | undefined): Method => {
    return (...args) => {
      const signal = at === undefined ? never : (args[at] as AbortSignal | undefined);
      const sent = at === undefined ? args : args.slice(0, at);
      return remote.call(op, { method, args: sent } satisfies Call, signal);
    };
  };
  const service: Record<string, unknown> = {
    spec: hello.spec,
    ...(hello.control && { control: true }),
  };
  for (const method of hello.methods) {
    if (method !== 'watch') service[method] = forward('service', method, signalAt[method]);
  }
  service['open'] = async (path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> => {
    const opened = (await remote.call('open', [path, mode], signal)) as OpenReply;
    const handle: Record<string, unknown> = { stream: opened.stream };
    for (const method of opened.methods) {
      handle[method] = forward(String(opened.handle), method, handleSignalAt[method]);
    }
    return handle as FileHandle;
  };
  if (hello.methods.includes('watch')) service['watch'] = watchOver(remote);
  return { service: service as unknown as FileService, remote };
}

function watchOver(remote: Remote): NonNullable<FileService['watch']> {
  const listeners = new Set<(paths: Path[]) => void>();
  remote.onEvent = (paths) => {
    for (const listener of listeners) listener(paths as Path[]);
  };
  return (_path, changed) => {
    if (listeners.size === 0) void remote.call('watch', undefined).catch(() => undefined);
    listeners.add(changed);
    return () => void listeners.delete(changed);
  };
}
