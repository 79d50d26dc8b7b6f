/**
 * FuncFs: computed files. Content is computed once per open at the first read; stat and readdir
 * never run a function; a write reaches its function whole, and the function's error the writer.
 */
import { fail } from '../../kernel/errors.ts';
import { type Path, parsePath } from '../../kernel/path.ts';
import { Queue } from '../../kernel/queue.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { walkTo } from '../../kernel/treewalk.ts';

export type Compute = () => Promise<string | Uint8Array> | string | Uint8Array;
/** Gets all that was written to one handle, when that is synced or closed. */
export type Accept = (data: Uint8Array) => Promise<void> | void;

interface FileNode {
  readonly read?: Compute;
  readonly write?: Accept;
  readonly stream?: () => AsyncIterable<string | Uint8Array>;
  readonly ino: bigint;
}
interface DirNode {
  readonly entries: Map<string, FileNode | DirNode>;
  readonly ino: bigint;
}

/** What one handle may collect before its function gets it. */
const WRITE_MAX = 64 * 1024 * 1024;

export class FuncFs implements FileService {
  readonly spec: ServiceSpec;
  readonly control = true;
  readonly #root: DirNode = { entries: new Map(), ino: 1n };
  #lastIno = 1n;

  constructor(spec: ServiceSpec = { kind: 'func' }) {
    this.spec = spec;
  }

  readOnly(path: string, read: Compute): this {
    return this.#add(path, { read });
  }

  readWrite(path: string, read: Compute, write: Accept): this {
    return this.#add(path, { read, write });
  }

  writeOnly(path: string, write: Accept): this {
    return this.#add(path, { write });
  }

  /** Each open starts the iterable anew; closing returns it. */
  stream(path: string, stream: () => AsyncIterable<string | Uint8Array>): this {
    return this.#add(path, { stream });
  }

  async stat(path: Path): Promise<Stat> {
    return statOf(this.#node(path));
  }

  async readdir(path: Path): Promise<Entry[]> {
    const node = this.#node(path);
    if (!('entries' in node)) return fail('ENOTDIR');
    return [...node.entries].map(([name, child]) => ({
      name,
      kind: statOf(child).kind,
      stat: statOf(child),
    }));
  }

  async open(path: Path, mode: Mode): Promise<FileHandle> {
    const node = this.#node(path);
    if ('entries' in node) return fail('EISDIR');
    const writes = mode.write || mode.append || mode.truncate;
    if (writes && !node.write) fail('EACCES', 'this file is only read');
    if (mode.read && !node.read && !node.stream) fail('EACCES', 'this file is only written');
    if (node.stream) return streamHandle(node.stream);
    return computedHandle(node, mode);
  }

  #add(path: string, file: Omit<FileNode, 'ino'>): this {
    const { names, mustBeDir } = parsePath(path);
    if (names.length === 0 || mustBeDir || names.includes('.') || names.includes('..'))
      fail('EINVAL', `'${path}' is no name`);
    let dir = this.#root;
    for (const name of names.slice(0, -1)) {
      const child = dir.entries.get(name) ?? {
        entries: new Map<string, FileNode | DirNode>(),
        ino: ++this.#lastIno,
      };
      dir.entries.set(name, child);
      dir = 'entries' in child ? child : fail('ENOTDIR', `'${path}' goes through a file`);
    }
    const name = names[names.length - 1] as string;
    if (dir.entries.has(name)) fail('EEXIST', `'${path}' is there twice`);
    dir.entries.set(name, { ...file, ino: ++this.#lastIno });
    return this;
  }

  #node(path: Path): FileNode | DirNode {
    return walkTo<FileNode, DirNode>(this.#root, path);
  }
}

function statOf(node: FileNode | DirNode): Stat {
  const kind = 'entries' in node ? 'dir' : 'file';
  return { kind, size: 0, mtime: 0n, ino: node.ino, nlink: 1, version: '' };
}

function computedHandle(node: FileNode, mode: Mode): FileHandle {
  let content: Promise<Uint8Array> | undefined;
  let written = new Uint8Array(0);
  let size = 0;
  let due = mode.truncate ?? false;
  const write = (at: number, data: Uint8Array): { written: number; end: number } => {
    const end = at + data.length;
    if (end > WRITE_MAX) fail('EFBIG', 'more than one write may hold');
    if (end > written.length) {
      const grown = new Uint8Array(Math.max(end, written.length * 2));
      grown.set(written);
      written = grown;
    }
    written.set(data, at);
    size = Math.max(size, end);
    due = true;
    return { written: data.length, end };
  };
  const deliver = async (): Promise<void> => {
    if (!node.write || !due) return;
    due = false;
    await node.write(written.slice(0, size));
  };
  const { read } = node;
  const reads: Pick<FileHandle, 'read'> = {
    read: async (at, count) => {
      content ??= Promise.resolve()
        .then(() => (read as Compute)())
        .then(toBytes);
      try {
        return (await content).slice(at, at + count);
      } catch (error) {
        // The next read computes it again.
        content = undefined;
        throw error;
      }
    },
  };
  const writes: Pick<FileHandle, 'write' | 'truncate' | 'sync' | 'close'> = {
    write: async (at, data) => write(at === 'end' ? size : at, data),
    truncate: async () => undefined,
    sync: deliver,
    close: deliver,
  };
  return { ...(read && mode.read ? reads : {}), ...(mode.write || mode.append ? writes : {}) };
}

function streamHandle(make: NonNullable<FileNode['stream']>): FileHandle {
  const queue = new Queue();
  const stopped = new AbortController();
  let failure: unknown;
  let started = false;
  let iterator: AsyncIterator<string | Uint8Array> | undefined;
  const run = async (): Promise<void> => {
    try {
      iterator = make()[Symbol.asyncIterator]();
      for (let next = await iterator.next(); !next.done; next = await iterator.next())
        await queue.writeAll(toBytes(next.value), stopped.signal);
    } catch (error) {
      if (!stopped.signal.aborted) failure = error;
    } finally {
      queue.end();
    }
  };
  return {
    stream: true,
    read: async (_at, count, signal) => {
      if (!started) void run();
      started = true;
      const data = await queue.read(count, signal);
      if (data.length === 0 && failure !== undefined) throw failure;
      return data;
    },
    close: async () => {
      stopped.abort();
      queue.abandon();
      // Not awaited: a generator that waits for its next value ends only when that comes.
      void iterator?.return?.().catch(() => undefined);
    },
  };
}

const toBytes = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : content;
