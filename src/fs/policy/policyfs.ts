/**
 * PolicyFs: any service behind a gate. Reading is GET, listing and looking HEAD, writing PUT, making POST, removing and
 * renaming DELETE, of the same language as the other capabilities; bytes and uses are counted.
 */
import { fail } from '../../kernel/errors.ts';
import { formatPath, type Path } from '../../kernel/path.ts';
import {
  type Entry,
  type FileHandle,
  type FileService,
  isImmutable,
  type Mode,
  type ServiceSpec,
  type Stat,
  type Times,
} from '../../kernel/service.ts';
import type { Gate, Use } from '../../policy/gate.ts';

/** What the wrapped service cannot do is EROFS where it changes nothing at all, else ENOTSUP. */
export class PolicyFs implements FileService {
  readonly spec: ServiceSpec;
  readonly inner: FileService;
  readonly #gate: Gate;
  /** Counts how often the mount was taken away: files that were opened before then are of no use. */
  #session = 0;

  constructor(inner: FileService, gate: Gate, spec: ServiceSpec = { kind: 'policy' }) {
    this.inner = inner;
    this.#gate = gate;
    this.spec = spec;
  }

  /** Looking is not counted: programs look at everything. */
  async stat(path: Path, signal: AbortSignal): Promise<Stat> {
    if (path.length > 0) this.#look(path);
    return this.inner.stat(path, signal);
  }

  async readdir(path: Path, signal: AbortSignal): Promise<Entry[]> {
    await this.#use('HEAD', path, signal);
    return this.inner.readdir(path, signal);
  }

  async open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    const writes = mode.write || mode.append || mode.truncate;
    const confirmed = {
      write: writes ? await this.#use('PUT', path, signal) : false,
      read: mode.read ? await this.#use('GET', path, signal) : false,
    };
    return this.#checked(await this.inner.open(path, mode, signal), path, confirmed);
  }

  async create(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Promise<void> {
    await this.#change('create', 'POST', path, signal);
    await this.inner.create?.(path, kind, signal);
  }

  async remove(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Promise<void> {
    await this.#change('remove', 'DELETE', path, signal);
    await this.inner.remove?.(path, kind, signal);
  }

  async rename(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    await this.#change('rename', 'DELETE', from, signal);
    await this.inner.rename?.(from, to, signal);
  }

  async symlink(target: string, path: Path, signal: AbortSignal): Promise<void> {
    await this.#change('symlink', 'POST', path, signal);
    await this.inner.symlink?.(target, path, signal);
  }

  async readlink(path: Path, signal: AbortSignal): Promise<string> {
    if (!this.inner.readlink) return fail('EINVAL', 'no symbolic link');
    this.#look(path);
    return this.inner.readlink(path, signal);
  }

  async link(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    await this.#change('link', 'POST', to, signal);
    await this.inner.link?.(from, to, signal);
  }

  async setTimes(path: Path, times: Times, signal: AbortSignal): Promise<void> {
    await this.#change('setTimes', 'PUT', path, signal);
    await this.inner.setTimes?.(path, times, signal);
  }

  async setMode(path: Path, mode: number, signal: AbortSignal): Promise<void> {
    await this.#change('setMode', 'PUT', path, signal);
    await this.inner.setMode?.(path, mode, signal);
  }

  async sync(): Promise<void> {
    await this.inner.sync?.();
  }

  /** Changes are told of while the policy allows looking. A mount that was taken away and put back tells them again. */
  watch(path: Path, changed: (paths: Path[]) => void): () => void {
    const tell = (paths: Path[]): void => {
      if (this.#gate.policy.methods.includes('HEAD')) changed(paths);
    };
    return this.inner.watch?.(path, tell) ?? (() => undefined);
  }

  /** Ends every open file, since the mount was taken away. */
  end(): void {
    this.#session++;
  }

  #look(path: Path): void {
    this.#gate.recheck(usage('HEAD', path), true);
  }

  async #change(
    method: 'create' | 'remove' | 'rename' | 'symlink' | 'link' | 'setTimes' | 'setMode',
    verb: string,
    path: Path,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#use(verb, path, signal);
    if (!this.inner[method]) fail(isImmutable(this.inner) ? 'EROFS' : 'ENOTSUP');
  }

  /** Returns whether a person has said yes to this very use. */
  async #use(method: string, path: Path, signal: AbortSignal): Promise<boolean> {
    const use = usage(method, path);
    this.#gate.check(use);
    const isConfirmed = await this.#gate.admit(use, signal);
    if (method !== 'GET' && method !== 'HEAD') this.#gate.allowed(use);
    return isConfirmed;
  }

  /** The open file, each operation of which is checked by the policy as it is then, and counted. */
  #checked(handle: FileHandle, path: Path, confirmed: Confirmed): FileHandle {
    const session = this.#session;
    const check = (method: 'HEAD' | 'GET' | 'PUT', isConfirmed: boolean) => {
      const use = usage(method, path);
      return () => {
        if (session !== this.#session) fail('EACCES', 'its mount was taken away');
        this.#gate.recheck(use, isConfirmed);
      };
    };
    return this.#operations(handle, `use ${formatPath(path)}`, {
      look: check('HEAD', true),
      read: check('GET', confirmed.read),
      write: check('PUT', confirmed.write),
    });
  }

  /** `sync` and `close` move nothing, and pass. */
  #operations(inner: FileHandle, what: string, check: Checks): FileHandle {
    const { stream, terminal, read, write, truncate, stat, setTimes } = inner;
    const { ready, changed, unread, sync, close } = inner;
    const spend = (bytes: number): void => this.#gate.spend(bytes, what);
    return {
      ...(stream === undefined ? {} : { stream }),
      ...(terminal === undefined ? {} : { terminal }),
      ...(ready && { ready: ready.bind(inner) }),
      ...(changed && { changed: changed.bind(inner) }),
      ...(sync && { sync: sync.bind(inner) }),
      ...(close && { close: close.bind(inner) }),
      ...(unread && {
        unread: (data) => {
          check.read();
          unread.call(inner, data);
        },
      }),
      ...(stat && {
        stat: async (signal) => {
          check.look();
          return stat.call(inner, signal);
        },
      }),
      ...(read && {
        read: async (at, count, signal) => {
          check.read();
          const data = await read.call(inner, at, count, signal);
          // A stream may have waited, and the policy may be another since.
          check.read();
          spend(data.length);
          return data;
        },
      }),
      ...(write && {
        write: async (at, data, signal) => {
          const most = this.#gate.policy.bytes.request;
          if (data.length > most) fail('EFBIG', `the policy allows writes of ${most} bytes`);
          check.write();
          spend(data.length);
          return write.call(inner, at, data, signal);
        },
      }),
      ...(truncate && {
        truncate: async (size, signal) => {
          check.write();
          await truncate.call(inner, size, signal);
        },
      }),
      ...(setTimes && {
        setTimes: async (times) => {
          check.write();
          await setTimes.call(inner, times);
        },
      }),
    };
  }
}

/** Whether a person has said yes to opening this very file, for reading and for writing. */
interface Confirmed {
  readonly read: boolean;
  readonly write: boolean;
}

/** Each throws EACCES where the policy, as it is now, does not allow what its name says. */
interface Checks {
  look(): void;
  read(): void;
  write(): void;
}

const usage = (method: string, path: Path): Use & { readonly method: string } => ({
  what: `${method} ${formatPath(path)}`,
  method,
  file: true,
});
