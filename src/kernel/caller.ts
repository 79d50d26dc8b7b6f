/** Who asks the namespace, and what it answers of a name. */
import type { Path } from './path.ts';
import type { Stat } from './service.ts';

/** Who asks: where relative paths start, what they may not leave, and what is told of the work. */
export interface Caller {
  readonly cwd: Path;
  /** Paths may not leave this directory (a WASI preopen): ENOTCAPABLE. */
  readonly beneath?: Path | undefined;
  readonly signal: AbortSignal;
  /** What is made gets no permission of these (umask(2)); undefined where that is what services show anyway. */
  readonly umask?: number | undefined;
  /** Links are not followed, not even on the way: ENOTDIR. For a namespace that is itself a service. */
  readonly plain?: boolean | undefined;
  /** Told of each change, for accounts and traces. */
  record?(
    op: 'create' | 'write' | 'remove' | 'rename' | 'set',
    path: Path,
    bytes: number,
    to?: Path,
  ): void;
}

/** Stat with the device it is on. */
export type NamespaceStat = Stat & {
  readonly dev: number;
  readonly ino: bigint;
  readonly nlink: number;
};

/** A pipe is nobody's file: no device, no inode. */
export const noFile: NamespaceStat = {
  kind: 'file',
  size: 0,
  mtime: 0n,
  version: '',
  dev: 0,
  ino: 0n,
  nlink: 1,
};
