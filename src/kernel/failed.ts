/**
 * What stands in for a service that could not be made again: its mount stays in the list, its root
 * is a directory, and everything else says why.
 */
import { FsError } from './errors.ts';
import type { Path } from './path.ts';
import type { Entry, FileHandle, FileService, ServiceSpec, Stat } from './service.ts';

export class FailedService implements FileService {
  readonly spec: ServiceSpec;
  readonly #reason: string;

  constructor(spec: ServiceSpec, reason: string) {
    this.spec = spec;
    this.#reason = reason;
  }

  async stat(path: Path): Promise<Stat> {
    if (path.length > 0) throw this.#error();
    return { kind: 'dir', size: 0, mtime: 0n, version: '' };
  }

  readdir(): Promise<Entry[]> {
    return Promise.reject(this.#error());
  }

  open(): Promise<FileHandle> {
    return Promise.reject(this.#error());
  }

  #error(): FsError {
    return new FsError('EIO', { reason: `this mount could not be made again: ${this.#reason}` });
  }
}
