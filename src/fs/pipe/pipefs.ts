/**
 * PipeFs: pipes as files (pipe(3) of Plan 9). Opening `clone` makes a numbered directory, and the
 * handle is its `ctl`; what is written to `data` is read from `data1`, and the other way round.
 */
import { after } from '../../kernel/awaitable.ts';
import { controlHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import { Queue } from '../../kernel/queue.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  Ready,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';

const files = ['ctl', 'data', 'data1'] as const;
type Name = (typeof files)[number];

/** Bytes that one direction holds before writers wait. */
const LIMIT = 1 << 18;
/** Pipes at once. */
const PIPES_MAX = 1024;
/** Those among them that outlive their last handle. */
const KEPT_MAX = 64;

/** One direction, with how many handles are open at each end. */
class Direction {
  queue = new Queue(LIMIT);
  readers = 0;
  writers = 0;

  open(end: 'read' | 'write'): void {
    // Whoever comes after the other side has left begins anew, as after a FIFO's last close (fifo(7)).
    if (this.readers + this.writers === 0) this.queue = new Queue(LIMIT);
    this.queue.reopen(end);
    if (end === 'read') this.readers++;
    else this.writers++;
  }

  close(end: 'read' | 'write'): void {
    if (end === 'read' && --this.readers === 0) this.queue.abandon();
    if (end === 'write' && --this.writers === 0) this.queue.end();
  }
}

class NumberedPipe {
  /** `data` → `data1` and back. */
  readonly directions = [new Direction(), new Direction()] as const;
  handles = 0;
  keep = false;
}

export class PipeFs implements FileService {
  readonly spec: ServiceSpec = { kind: 'pipe' };
  readonly control = true;
  readonly #pipes = new Map<string, NumberedPipe>();
  #last = 0;

  async stat(path: Path): Promise<Stat> {
    const [number, name] = path;
    if (number === undefined) return dirStat(1n);
    if (number === 'clone') return path.length > 1 ? fail('ENOTDIR') : fileStat(2n);
    const ino = BigInt(Number(this.#pipe(number) && number)) * 4n + 4n;
    if (name === undefined) return dirStat(ino);
    return fileStat(ino + BigInt(this.#file(path) + 1));
  }

  async readdir(path: Path): Promise<Entry[]> {
    const [number] = path;
    if (number === undefined)
      return [
        { name: 'clone', kind: 'file' },
        ...[...this.#pipes.keys()].map((name): Entry => ({ name, kind: 'dir' })),
      ];
    if (number === 'clone' || path.length > 1) {
      await this.stat(path);
      fail('ENOTDIR');
    }
    this.#pipe(number);
    return files.map((name) => ({ name, kind: 'file' }));
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const [number, name] = path;
    if (number === undefined) return fail('EISDIR');
    if (number === 'clone') return path.length > 1 ? fail('ENOTDIR') : this.#clone();
    const pipe = this.#pipe(number);
    if (name === undefined) return fail('EISDIR');
    const file = files[this.#file(path)] as Name;
    pipe.handles++;
    return file === 'ctl' ? this.#ctl(number, pipe) : this.#data(number, pipe, file, mode);
  }

  #clone(): FileHandle {
    if (this.#pipes.size >= PIPES_MAX) fail('ENOSPC', 'too many pipes: close some');
    const number = String(++this.#last);
    const pipe = new NumberedPipe();
    pipe.handles = 1;
    this.#pipes.set(number, pipe);
    return this.#ctl(number, pipe);
  }

  /** Reading it yields the number; `keep` lets the pipe outlive its last handle, `forget` takes that back. */
  #ctl(number: string, pipe: NumberedPipe): FileHandle {
    const control = controlHandle((line) => {
      if (line !== 'keep' && line !== 'forget') fail('EINVAL', 'ctl takes keep or forget');
      if (line === 'keep' && !pipe.keep && this.#kept() >= KEPT_MAX)
        fail('ENOSPC', 'too many pipes are kept: forget some');
      pipe.keep = line === 'keep';
    });
    let told = false;
    return {
      ...control,
      read: async (_at, count) => {
        const text = told ? '' : `${number}\n`;
        told = true;
        return new TextEncoder().encode(text).subarray(0, count);
      },
      close: async () => {
        try {
          await control.close?.();
        } finally {
          this.#leave(number, pipe);
        }
      },
    };
  }

  #data(number: string, pipe: NumberedPipe, file: Name, mode: Mode): FileHandle {
    const [there, back] = pipe.directions;
    const [out, into] = file === 'data' ? [there, back] : [back, there];
    const writes = Boolean(mode.write || mode.append);
    if (mode.read) into.open('read');
    if (writes) out.open('write');
    return {
      stream: true,
      ready: (what): Ready | undefined => (what === 'read' ? into : out).queue.ready(what),
      changed: (signal) => changeOf(signal, mode.read && into, writes && out),
      read: (_at, count, signal) => into.queue.read(count, signal),
      unread: (data) => into.queue.unread(data),
      write: (_at, data, signal) =>
        after(out.queue.write(data, signal), (written) => ({ written, end: 0 })),
      close: async () => {
        if (mode.read) into.close('read');
        if (writes) out.close('write');
        this.#leave(number, pipe);
      },
    };
  }

  #kept(): number {
    return [...this.#pipes.values()].filter(({ keep }) => keep).length;
  }

  #leave(number: string, pipe: NumberedPipe): void {
    if (--pipe.handles === 0 && !pipe.keep) this.#pipes.delete(number);
  }

  #pipe(number: string): NumberedPipe {
    return this.#pipes.get(number) ?? fail('ENOENT');
  }

  #file([, name, ...more]: Path): number {
    const index = (files as readonly string[]).indexOf(name as string);
    if (index < 0) fail('ENOENT');
    if (more.length > 0) fail('ENOTDIR');
    return index;
  }
}

/** Resolves at the first change in any of the directions. */
async function changeOf(
  signal: AbortSignal,
  ...directions: (Direction | false | undefined)[]
): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const changes = directions.flatMap((each) => (each ? [each.queue.changed(either)] : []));
  try {
    await Promise.race(changes);
  } finally {
    done.abort();
    await Promise.allSettled(changes);
  }
}

const dirStat = (ino: bigint): Stat => ({
  kind: 'dir',
  size: 0,
  mtime: 0n,
  ino,
  nlink: 1,
  version: '',
});
const fileStat = (ino: bigint): Stat => ({
  kind: 'file',
  size: 0,
  mtime: 0n,
  ino,
  nlink: 1,
  version: '',
});
