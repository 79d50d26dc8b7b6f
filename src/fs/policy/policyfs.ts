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
    return this.#counted(await this.inner.open(path, mode, signal), path, confirmed);
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

  async sync(): Promise<void> {
    await this.inner.sync?.();
  }

  watch(path: Path, changed: (paths: Path[]) => void): () => void {
    return this.inner.watch?.(path, changed) ?? (() => undefined);
  }

  #look(path: Path): void {
    this.#gate.recheck(usage('HEAD', path), true);
  }

  async #change(
    method: 'create' | 'remove' | 'rename' | 'symlink' | 'link' | 'setTimes',
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

  #counted(
    handle: FileHandle,
    path: Path,
    confirmed: { readonly read: boolean; readonly write: boolean },
  ): FileHandle {
    const what = `use ${formatPath(path)}`;
    const { read, write } = handle;
    const [reading, writing] = [usage('GET', path), usage('PUT', path)];
    return {
      ...handle,
      ...(read
        ? {
            read: async (at, count, signal) => {
              this.#gate.recheck(reading, confirmed.read);
              const data = await read.call(handle, at, count, signal);
              this.#gate.spend(data.length, what);
              return data;
            },
          }
        : {}),
      ...(write
        ? {
            write: async (at, data, signal) => {
              const most = this.#gate.policy.bytes.request;
              if (data.length > most) fail('EFBIG', `the policy allows writes of ${most} bytes`);
              this.#gate.recheck(writing, confirmed.write);
              this.#gate.spend(data.length, what);
              return write.call(handle, at, data, signal);
            },
          }
        : {}),
    };
  }
}

const usage = (method: string, path: Path): Use & { readonly method: string } => ({
  what: `${method} ${formatPath(path)}`,
  method,
  file: true,
});
