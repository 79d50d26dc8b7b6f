/** A namespace as a FileService (exportfs(4)): what it shows can be mounted, wrapped or served over a port. */

import { type Awaitable, after } from './awaitable.ts';
import type { Caller } from './caller.ts';
import { fail } from './errors.ts';
import type { Namespace } from './namespace.ts';
import { OpenDir } from './opendir.ts';
import { formatPath, type Path } from './path.ts';
import type { Entry, FileHandle, FileService, Mode, ServiceSpec, Stat, Times } from './service.ts';

export class NamespaceService implements FileService {
  readonly spec: ServiceSpec = { kind: 'namespace' };
  readonly #namespace: Namespace;

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  stat(path: Path, signal: AbortSignal): Awaitable<Stat> {
    return this.#namespace.stat(formatPath(path), false, at(signal));
  }

  async readdir(path: Path, signal: AbortSignal): Promise<Entry[]> {
    const { kind } = await this.stat(path, signal);
    if (kind !== 'dir') fail('ENOTDIR');
    return this.#namespace.list(path, at(signal));
  }

  async open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    const file = await this.#namespace.open(
      formatPath(path),
      { ...mode, noFollow: true },
      at(signal),
    );
    if (file instanceof OpenDir) {
      await file.close();
      return fail('EISDIR');
    }
    return {
      ...(file.stream ? { stream: true } : {}),
      read: (from, count, abort) => file.pread(from, count, abort),
      write: (where, data, abort) => file.put(where, data, abort),
      truncate: (size, abort) => file.truncate(size, abort),
      stat: (abort) => file.stat(abort),
      setTimes: (times) => file.setTimes(times, signal),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  }

  create(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Awaitable<void> {
    const text = formatPath(path);
    if (kind === 'dir') return this.#namespace.mkdir(text, at(signal));
    const made = this.#namespace.open(text, { create: true, exclusive: true }, at(signal));
    return after(made, (file) => file.close());
  }

  remove(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Awaitable<void> {
    return this.#namespace.remove(formatPath(path), kind, at(signal));
  }

  rename(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    return this.#namespace.rename(formatPath(from), formatPath(to), at(signal));
  }

  symlink(target: string, path: Path, signal: AbortSignal): Promise<void> {
    return this.#namespace.symlink(target, formatPath(path), at(signal));
  }

  readlink(path: Path, signal: AbortSignal): Promise<string> {
    return this.#namespace.readlink(formatPath(path), at(signal));
  }

  link(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    return this.#namespace.link(formatPath(from), formatPath(to), at(signal));
  }

  setTimes(path: Path, times: Times, signal: AbortSignal): Promise<void> {
    return this.#namespace.setTimes(formatPath(path), times, false, at(signal));
  }

  setMode(path: Path, mode: number, signal: AbortSignal): Promise<void> {
    return this.#namespace.setMode(formatPath(path), mode, false, at(signal));
  }

  async sync(): Promise<void> {
    await this.#namespace.sync();
  }
}

const at = (signal: AbortSignal): Caller => ({ cwd: [], signal, plain: true });
