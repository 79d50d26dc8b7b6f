/**
 * A disk in memory for SQLite's files that remembers what was synced. It can be killed after any operation, lose its power
 * with any part of what was not synced, and fail single operations. Its randomness is seeded.
 */
import type { Disk, DiskFile } from '../storage/disk.ts';

type Change =
  | { readonly op: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly op: 'truncate'; readonly size: number };

interface Inode {
  /** What a power cut leaves for certain. */
  stable: Uint8Array;
  /** What reads see. */
  now: Uint8Array;
  /** What happened since the last sync, in order. */
  unsynced: Change[];
}

type Names = ReadonlyMap<string, Inode>;
export type Operation =
  | 'write'
  | 'truncate'
  | 'sync'
  | 'open'
  | 'remove'
  | 'rename'
  | 'syncDirectory';

/** What goes wrong with an operation: `short` stores a part of a write before it fails. */
export type Fault = 'EIO' | 'ENOSPC' | 'short';

const SECTOR = 512;

const errorOf = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

export class FaultyDisk implements Disk {
  /** The number of operations that changed something so far. */
  operations = 0;
  /** The disk is dead after so many operations; what is under way then happens in part. */
  dieAfter = Number.POSITIVE_INFINITY;
  fault: (operation: Operation, path: string) => Fault | undefined = () => undefined;
  readonly random: () => number;
  #names: Names;
  /** Directories that a power cut may bring back, the newest last. */
  #earlier: Names[] = [];

  constructor(seed = 1, names: Names = new Map()) {
    this.random = randomFrom(seed);
    this.#names = names;
  }

  /** The disk as the next process finds it: everything that was written is there. */
  killed(seed = 1): FaultyDisk {
    return new FaultyDisk(
      seed,
      copy(this.#names, ({ now }) => now),
    );
  }

  /** The disk after a power cut: of what was not synced any part is there, sector by sector. */
  unplugged(seed: number): FaultyDisk {
    const random = randomFrom(seed);
    const histories = [...this.#earlier, this.#names];
    const names = histories[Math.floor(random() * histories.length)] as Names;
    return new FaultyDisk(
      seed,
      copy(names, ({ stable, unsynced }) => partly(stable, unsynced, random)),
    );
  }

  /** Replaces or reads a file as something outside would. */
  contents(path: string): Uint8Array | undefined {
    return this.#names.get(path)?.now.slice();
  }

  setContents(path: string, bytes: Uint8Array): void {
    const inode = { stable: bytes.slice(), now: bytes.slice(), unsynced: [] };
    this.#names = new Map([...this.#names, [path, inode]]);
  }

  open(path: string, create: boolean): DiskFile {
    const found = this.#names.get(path);
    if (!found && !create) throw errorOf('ENOENT');
    const inode = found ?? { stable: new Uint8Array(0), now: new Uint8Array(0), unsynced: [] };
    if (!found)
      this.#run('open', path, () => this.#rename(new Map([...this.#names, [path, inode]])));
    return this.#file(path, inode);
  }

  create(path: string): void {
    if (this.#names.has(path)) throw errorOf('EEXIST');
    this.open(path, true);
  }

  exists(path: string): boolean {
    this.#refuseIfDead();
    return this.#names.has(path);
  }

  remove(path: string): void {
    if (!this.#names.has(path)) throw errorOf('ENOENT');
    this.#run('remove', path, () => {
      this.#rename(new Map([...this.#names].filter(([name]) => name !== path)));
    });
  }

  rename(from: string, to: string): void {
    const inode = this.#names.get(from);
    if (!inode) throw errorOf('ENOENT');
    if (this.#names.has(to)) throw errorOf('EEXIST');
    this.#run('rename', from, () => {
      const others = [...this.#names].filter(([name]) => name !== from);
      this.#rename(new Map([...others, [to, inode]]));
    });
  }

  syncDirectory(path: string): void {
    this.#run('syncDirectory', path, () => {
      this.#earlier = [];
    });
  }

  #rename(names: Names): void {
    this.#earlier.push(this.#names);
    this.#names = names;
  }

  #file(path: string, inode: Inode): DiskFile {
    const change = (each: Change): void => {
      inode.unsynced.push(each);
      inode.now = apply(inode.now, each);
    };
    return {
      read: (into, at) => {
        this.#refuseIfDead();
        const found = inode.now.subarray(at, at + into.length);
        into.set(found);
        return found.length;
      },
      write: (bytes, at) => {
        const whole: Change = { op: 'write', at, bytes: bytes.slice() };
        const some = Math.floor(this.random() * bytes.length);
        const part: Change = { op: 'write', at, bytes: bytes.slice(0, some) };
        this.#run(
          'write',
          path,
          () => change(whole),
          () => change(part),
        );
      },
      truncate: (size) => this.#run('truncate', path, () => change({ op: 'truncate', size })),
      sync: () =>
        this.#run(
          'sync',
          path,
          () => {
            inode.stable = inode.now.slice();
            inode.unsynced = [];
          },
          // The system forgets which pages it could not write, and never tries them again.
          () => {
            inode.stable = partly(inode.stable, inode.unsynced, this.random);
            inode.unsynced = [];
          },
        ),
      size: () => inode.now.length,
      close: () => undefined,
    };
  }

  /** `instead` is what a failure leaves. */
  #run(operation: Operation, path: string, work: () => void, instead?: () => void): void {
    this.#refuseIfDead();
    if (++this.operations > this.dieAfter) {
      if (operation === 'write') instead?.();
      throw errorOf('EIO');
    }
    const fault = this.fault(operation, path);
    if (!fault) {
      work();
      return;
    }
    if (fault === 'short' || operation === 'sync') instead?.();
    throw errorOf(fault === 'short' ? 'EIO' : fault);
  }

  #refuseIfDead(): void {
    if (this.operations > this.dieAfter) throw errorOf('EIO');
  }
}

/** In place where the size stays. */
function apply(bytes: Uint8Array, change: Change): Uint8Array {
  const size =
    change.op === 'truncate'
      ? change.size
      : Math.max(bytes.length, change.at + change.bytes.length);
  const next = size === bytes.length ? bytes : new Uint8Array(size);
  if (next !== bytes) next.set(bytes.subarray(0, size));
  if (change.op === 'write') next.set(change.bytes, change.at);
  return next;
}

/** What is left of a file where some of the changes happened, and of a write only some of its sectors. */
function partly(stable: Uint8Array, changes: readonly Change[], random: () => number): Uint8Array {
  // All, none and few are the likely accidents.
  const share = [0, 1, random()][Math.floor(random() * 3)] as number;
  let bytes: Uint8Array = stable.slice();
  for (const change of changes) {
    if (change.op === 'truncate') {
      if (random() < share) bytes = apply(bytes, change);
      continue;
    }
    for (let at = 0; at < change.bytes.length; at += SECTOR) {
      const sector = change.bytes.subarray(at, at + SECTOR);
      if (random() < share)
        bytes = apply(bytes, { op: 'write', at: change.at + at, bytes: sector });
    }
  }
  return bytes;
}

function copy(names: Names, contentOf: (inode: Inode) => Uint8Array): Names {
  const inodes = new Map<Inode, Inode>();
  for (const inode of names.values()) {
    const stable = contentOf(inode).slice();
    inodes.set(inode, { stable, now: stable.slice(), unsynced: [] });
  }
  return new Map([...names].map(([name, inode]) => [name, inodes.get(inode) as Inode]));
}

/** Mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
