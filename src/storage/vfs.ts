/**
 * SQLite's view of a `Disk`. The caller owns the database alone (`owner.ts`), so the locks of this VFS grant
 * everything and report no other process: SQLite then takes a journal that it finds as one that a dead process left, and
 * rolls it back. No exception may leave a method: each one becomes a result code.
 */
import { randomFillSync } from 'node:crypto';
import sqlite3InitModule, { type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { Disk, DiskFile } from './disk.ts';

let loaded: Promise<Sqlite3Static> | undefined;
/** Loads SQLite once for the whole process. It reports failures by exceptions alone, and prints nothing. */
export function loadSqlite(): Promise<Sqlite3Static> {
  loaded ??= sqlite3InitModule().then(
    (sqlite3) => {
      const { config } = sqlite3 as Sqlite3Static & { config: { warn(): void } };
      config.warn = () => undefined;
      return sqlite3;
    },
    (error: unknown) => {
      // The next store tries again.
      loaded = undefined;
      throw error;
    },
  );
  return loaded;
}

interface OpenFile {
  readonly file: DiskFile;
  readonly path: string;
  /**
   * The file may be new, and its name may not survive a power cut yet. A file that exists counts too: a journal whose
   * deletion failed is used again, perhaps before its name was ever synced.
   */
  mayBeNew: boolean;
}

/** SQLite keeps every record of a journal in whole sectors of this size. */
const SECTOR_BYTES = 4096;
const MAX_PATH = 4096;
/** `sqlite3_file` is one pointer in a module of 32 bits. */
const FILE_BYTES = 4;
/** SQLite counts days from noon of 24 November 4714 BC. */
const UNIX_EPOCH_MS = 210_866_760_000_000n;

let count = 0;

export class Vfs {
  readonly name = `oanix-${++count}`;
  readonly #sqlite3: Sqlite3Static;
  readonly #disk: Disk;
  readonly #files = new Map<number, OpenFile>();
  readonly #vfs;
  readonly #io;
  #lastError: Error | undefined;

  /** Registers itself with SQLite under its name. */
  constructor(sqlite3: Sqlite3Static, disk: Disk) {
    this.#sqlite3 = sqlite3;
    this.#disk = disk;
    this.#io = new sqlite3.capi.sqlite3_io_methods();
    this.#vfs = new sqlite3.capi.sqlite3_vfs();
    this.#vfs.$iVersion = 2;
    this.#vfs.$szOsFile = FILE_BYTES;
    this.#vfs.$mxPathname = MAX_PATH;
    sqlite3.vfs.installVfs({
      io: { struct: this.#io, methods: this.#fileMethods() },
      vfs: { struct: this.#vfs, methods: this.#diskMethods(), name: this.name },
    });
  }

  /** Returns the exception behind the last failed call, once. */
  takeError(): Error | undefined {
    const error = this.#lastError;
    this.#lastError = undefined;
    return error;
  }

  unregister(): void {
    this.#sqlite3.capi.sqlite3_vfs_unregister(this.#vfs);
    this.#vfs.dispose();
    this.#io.dispose();
  }

  #fileMethods() {
    const { capi } = this.#sqlite3;
    const run = this.#run.bind(this);
    return {
      xClose: (file: number) =>
        run(capi.SQLITE_IOERR_CLOSE, () => {
          this.#at(file).file.close();
          this.#files.delete(file);
        }),
      xRead: (file: number, into: number, length: number, at: number | bigint) =>
        run(capi.SQLITE_IOERR_READ, () => {
          const buffer = this.#heap(into, length);
          const read = this.#at(file).file.read(buffer, Number(at));
          buffer.fill(0, read);
          return read < length ? capi.SQLITE_IOERR_SHORT_READ : capi.SQLITE_OK;
        }),
      xWrite: (file: number, from: number, length: number, at: number | bigint) =>
        run(capi.SQLITE_IOERR_WRITE, () =>
          this.#at(file).file.write(this.#heap(from, length), Number(at)),
        ),
      xTruncate: (file: number, size: number | bigint) =>
        run(capi.SQLITE_IOERR_TRUNCATE, () => this.#at(file).file.truncate(Number(size))),
      xSync: (file: number) =>
        run(capi.SQLITE_IOERR_FSYNC, () => {
          const open = this.#at(file);
          open.file.sync();
          if (open.mayBeNew) this.#disk.syncDirectory(open.path);
          open.mayBeNew = false;
        }),
      xFileSize: (file: number, result: number) =>
        run(capi.SQLITE_IOERR_FSTAT, () => this.#set64(result, BigInt(this.#at(file).file.size()))),
      xLock: () => capi.SQLITE_OK,
      xUnlock: () => capi.SQLITE_OK,
      xCheckReservedLock: (_file: number, result: number) =>
        run(capi.SQLITE_IOERR, () => this.#set32(result, 0)),
      xFileControl: () => capi.SQLITE_NOTFOUND,
      xSectorSize: () => SECTOR_BYTES,
      xDeviceCharacteristics: () => 0,
    };
  }

  #diskMethods() {
    const { capi, wasm } = this.#sqlite3;
    const run = this.#run.bind(this);
    const disk = this.#disk;
    return {
      xOpen: (_vfs: number, name: number, file: number, flags: number, outFlags: number) =>
        run(capi.SQLITE_CANTOPEN, () => {
          this.#open(this.#text(name), file, (flags & capi.SQLITE_OPEN_CREATE) !== 0);
          if (outFlags) this.#set32(outFlags, flags);
        }),
      xDelete: (_vfs: number, name: number, sync: number) =>
        run(capi.SQLITE_IOERR_DELETE, () => {
          const path = this.#text(name);
          // A journal can name another file, which SQLite would delete after rolling back.
          if (![...this.#files.values()].some((open) => path === `${open.path}-journal`))
            throw new Error(`${path} is not the journal of this store`);
          if (!disk.exists(path)) return capi.SQLITE_IOERR_DELETE_NOENT;
          disk.remove(path);
          if (sync) disk.syncDirectory(path);
          return capi.SQLITE_OK;
        }),
      xAccess: (_vfs: number, name: number, _flags: number, result: number) =>
        run(capi.SQLITE_IOERR_ACCESS, () =>
          this.#set32(result, Number(disk.exists(this.#text(name)))),
        ),
      xFullPathname: (_vfs: number, name: number, length: number, out: number) =>
        wasm.cstrncpy(out, name, length) < length ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
      xRandomness: (_vfs: number, length: number, out: number) => {
        randomFillSync(this.#heap(out, length));
        return length;
      },
      xSleep: () => capi.SQLITE_OK,
      xCurrentTimeInt64: (_vfs: number, out: number) =>
        run(capi.SQLITE_IOERR, () => this.#set64(out, UNIX_EPOCH_MS + BigInt(Date.now()))),
      xGetLastError: () => capi.SQLITE_OK,
    };
  }

  #open(path: string, file: number, create: boolean): void {
    this.#files.set(file, { file: this.#disk.open(path, create), path, mayBeNew: create });
    this.#set32(file, this.#io.pointer);
  }

  /** The result of `work`, or `code` if it throws; a full disk has a code of its own. */
  #run(code: number, work: () => number | void): number {
    const { capi } = this.#sqlite3;
    try {
      return work() ?? capi.SQLITE_OK;
    } catch (error) {
      this.#lastError = error as Error;
      const isFull = ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
      return isFull ? capi.SQLITE_FULL : code;
    }
  }

  #at(pointer: number): OpenFile {
    const open = this.#files.get(pointer);
    if (!open) throw new Error('the file is not open');
    return open;
  }

  /** Temporary files have no name; the database keeps what would be in them in memory. */
  #text(pointer: number): string {
    if (!pointer) throw new Error('there are no temporary files');
    return this.#sqlite3.wasm.cstrToJs(pointer) ?? '';
  }

  #heap(pointer: number, length: number): Uint8Array {
    return this.#sqlite3.wasm.heap8u().subarray(pointer, pointer + length);
  }

  #set32(pointer: number, value: number): void {
    this.#view().setInt32(pointer, value, true);
  }

  #set64(pointer: number, value: bigint): void {
    this.#view().setBigInt64(pointer, value, true);
  }

  /** The memory moves when it grows, so nobody holds on to a view. */
  #view(): DataView {
    return new DataView(this.#sqlite3.wasm.heap8u().buffer);
  }
}
