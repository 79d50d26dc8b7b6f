/**
 * The files that a SQLite database is stored in, as the few synchronous calls that SQLite makes. `nodeDisk` is the
 * machine's file system; tests use one that fails and forgets (`testing/faultydisk.ts`).
 */
import fs from 'node:fs';
import { dirname } from 'node:path';

export interface DiskFile {
  /** Fills `into` from `at` on, and returns the number of bytes read: fewer than asked only at the file's end. */
  read(into: Uint8Array, at: number): number;
  /** Writes all of the bytes or throws. */
  write(bytes: Uint8Array, at: number): void;
  truncate(size: number): void;
  /** Everything that was written to the file survives a power cut when it returns. */
  sync(): void;
  size(): number;
  close(): void;
}

export interface Disk {
  /** Throws ENOENT where the file does not exist and `create` is false. Follows no symbolic link. */
  open(path: string, create: boolean): DiskFile;
  /** Makes an empty file. Throws EEXIST where the name is taken, by a symbolic link too. */
  create(path: string): void;
  exists(path: string): boolean;
  /** Throws ENOENT where the file does not exist. */
  remove(path: string): void;
  /** Renames a file and replaces nothing. Throws EEXIST where `to` is taken, by a symbolic link too. */
  rename(from: string, to: string): void;
  /** The names that the directory of `path` holds survive a power cut when it returns. */
  syncDirectory(path: string): void;
}

export const nodeDisk: Disk = {
  open(path, create) {
    const { O_RDWR, O_CREAT, O_NOFOLLOW } = fs.constants;
    // Windows has no such flag.
    const flags = O_RDWR | (O_NOFOLLOW ?? 0);
    return new NodeFile(fs.openSync(path, create ? flags | O_CREAT : flags, 0o644));
  },
  create(path) {
    fs.closeSync(fs.openSync(path, 'wx', 0o644));
  },
  exists: fs.existsSync,
  remove: fs.unlinkSync,
  rename(from, to) {
    try {
      fs.linkSync(from, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      // The file system has no hard links. A file that appears between these two calls would be replaced.
      if (fs.lstatSync(to, { throwIfNoEntry: false })) throw taken(to);
      fs.renameSync(from, to);
      return;
    }
    fs.unlinkSync(from);
  },
  syncDirectory(path) {
    // Windows opens no directories, and its file systems need no such call.
    if (process.platform === 'win32') return;
    const fd = fs.openSync(dirname(path), 'r');
    try {
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  },
};

const taken = (path: string): Error =>
  Object.assign(new Error(`EEXIST: ${path} exists`), { code: 'EEXIST' });

class NodeFile implements DiskFile {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  read(into: Uint8Array, at: number): number {
    let done = 0;
    while (done < into.length) {
      const count = fs.readSync(this.#fd, into, done, into.length - done, at + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  write(bytes: Uint8Array, at: number): void {
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, at + done);
  }

  truncate(size: number): void {
    fs.ftruncateSync(this.#fd, size);
  }

  sync(): void {
    fs.fsyncSync(this.#fd);
  }

  size(): number {
    return fs.fstatSync(this.#fd).size;
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}
