/** ReadOnly: any service with every mutation refused as EROFS. What it wraps stays as it is. */
import type { Awaitable } from '../../kernel/awaitable.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';

export class ReadOnly implements FileService {
  readonly spec: ServiceSpec;
  readonly readlink?: NonNullable<FileService['readlink']>;
  readonly watch?: NonNullable<FileService['watch']>;
  readonly inner: FileService;

  constructor(
    inner: FileService,
    spec: ServiceSpec = { kind: 'readonly', options: { of: specJson(inner.spec) } },
  ) {
    this.spec = spec;
    this.inner = inner;
    if (inner.readlink) this.readlink = inner.readlink.bind(inner);
    if (inner.watch) this.watch = inner.watch.bind(inner);
  }

  stat(path: Path, signal: AbortSignal): Awaitable<Stat> {
    return this.inner.stat(path, signal);
  }

  readdir(path: Path, signal: AbortSignal): Promise<Entry[]> {
    return this.inner.readdir(path, signal);
  }

  async open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    if (mode.write || mode.append || mode.truncate) {
      const { kind } = await this.inner.stat(path, signal);
      fail(kind === 'dir' ? 'EISDIR' : kind === 'symlink' ? 'ELOOP' : 'EROFS');
    }
    const handle = await this.inner.open(path, mode, signal);
    return {
      ...(handle.stream ? { stream: true } : {}),
      ...(handle.read ? { read: handle.read.bind(handle) } : {}),
      ...(handle.stat ? { stat: handle.stat.bind(handle) } : {}),
      ...(handle.close ? { close: handle.close.bind(handle) } : {}),
    };
  }
}

const specJson = ({ kind, options }: ServiceSpec): NonNullable<ServiceSpec['options']> =>
  options ? { kind, options } : { kind };
