/** How a program's imports reach the kernel, whatever carries them: shared memory (shared.ts) or promises (replay.ts). */
import type { Args, Operation, Result } from '../kernel/operations.ts';

export interface Caller {
  /** One operation. Throws FsError with the kernel's code. */
  call<K extends Operation>(operation: K, args: Args<K>): Result<K>;
  /** A read whose data is good until the next call. */
  read(fd: number, count: number, at?: number): Uint8Array;
  /** A write that `fill` puts into place itself. Returns the bytes written. */
  write(fd: number, size: number, fill: (into: Uint8Array) => void, at?: number): number;
  sleep(ms: number): void;
  /** A value that the call must find again, should it be run anew. */
  once<T>(compute: () => T): T;
  /** Tells how large the program's memory is, in pages of 64 KiB. */
  memoryPages: number;
}
