/** How a program's imports reach the kernel, whatever carries them: shared memory (shared.ts) or promises (replay.ts). */
import type { Args, Operation, Result } from '../kernel/operations.ts';

export interface Caller {
  /** One operation. Throws FsError with the kernel's code. */
  call<K extends Operation>(operation: K, args: Args<K>): Result<K>;
  /** A read at the kernel's position, whose data is good until the next call. */
  read(fd: number, count: number): Uint8Array;
  /** A read at an offset, with the change that it is true as of; its data is good until the next call. */
  readAt(
    fd: number,
    count: number,
    at: number,
  ): { readonly change: number; readonly data: Uint8Array };
  /** A close that cannot fail: told with the next call. */
  closeLater(fd: number): void;
  /** Calls made so far. */
  readonly generation: number;
  /** The last change to any file; -1 where it cannot be known without a call. */
  readonly change: number;
  /** A read was answered from what is here: counted for the trace. */
  servedAhead(): void;
  /** A write that `fill` puts into place itself. Returns the bytes written. */
  write(fd: number, size: number, fill: (into: Uint8Array) => void, at?: number): number;
  sleep(ms: number): void;
  /** A value that the call must find again, should it be run anew. */
  once<T>(compute: () => T): T;
  /** Tells how large the program's memory is, in pages of 64 KiB. */
  memoryPages: number;
}
