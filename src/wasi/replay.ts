/**
 * Calls over promises, for pages without shared memory: an import that needs an answer is suspended
 * (JavaScript Promise Integration) and then run again with what is known by then, until nothing is missing.
 * So an import may change nothing of its own before its last call.
 */
import { FsError } from '../kernel/errors.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import type { Caller } from './caller.ts';
import type { Import, Imports } from './imports.ts';

type Send = (operation: string, args: unknown) => Promise<unknown>;
type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** Thrown where an answer is missing. Not an Error: nothing must take it for one. */
class Missing {
  readonly answer: Promise<unknown>;

  constructor(answer: Promise<unknown>) {
    this.answer = answer;
  }
}

export interface Jspi {
  readonly Suspending: new (run: (...args: never[]) => unknown) => unknown;
  readonly promising: (run: unknown) => (...args: number[]) => Promise<unknown>;
}

/** Undefined where the engine has no Promise Integration. */
export const jspi = (): Jspi | undefined =>
  'Suspending' in WebAssembly && 'promising' in WebAssembly
    ? (WebAssembly as unknown as Jspi)
    : undefined;

export class ReplayCaller implements Caller {
  readonly #send: Send;
  memoryPages = 0;
  /** What the running import has learned so far, and how much of it this run has used. */
  #known: Outcome[] = [];
  #used = 0;

  constructor(send: Send) {
    this.#send = send;
  }

  call<K extends Operation>(operation: K, args: Args<K>): Result<K> {
    return this.#next(() => this.#send(operation, args)) as Result<K>;
  }

  read(fd: number, count: number): Uint8Array {
    return this.call('read', { fd, count }).data;
  }

  readAt(fd: number, count: number, at: number): { change: number; data: Uint8Array } {
    return this.call('pread', { fd, count, at });
  }

  closeLater(fd: number): void {
    this.call('close', { fd });
  }

  /** Without shared memory nothing tells of changes: nothing is read ahead. */
  readonly change = -1;
  readonly generation = 0;
  servedAhead(): void {
    // Never.
  }

  write(fd: number, size: number, fill: (into: Uint8Array) => void, at?: number): number {
    const send = (): Promise<unknown> => {
      const data = new Uint8Array(size);
      fill(data);
      return at === undefined
        ? this.#send('write', { fd, data })
        : this.#send('pwrite', { fd, at, data });
    };
    return (this.#next(send) as Result<'write'>).written;
  }

  sleep(ms: number): void {
    // The kernel waits: there it is known that the program does not run.
    this.call('poll', { wanted: [], timeout: Math.ceil(ms) });
  }

  once<T>(compute: () => T): T {
    const known = this.#known[this.#used];
    if (!known) this.#known.push({ value: compute() });
    return (this.#known[this.#used++] as { value: T }).value;
  }

  /** The import as the engine may suspend it. */
  suspending(run: Import): (...args: never[]) => unknown {
    return (...args) => {
      this.#known = [];
      return this.#attempt(run, args);
    };
  }

  #attempt(run: Import, args: never[]): unknown {
    this.#used = 0;
    try {
      return run(...args);
    } catch (missing) {
      if (!(missing instanceof Missing)) throw missing;
      return missing.answer
        .then(
          (value) => this.#known.push({ value }),
          (error: unknown) => this.#known.push({ error }),
        )
        .then(() => this.#attempt(run, args));
    }
  }

  #next(send: () => Promise<unknown>): unknown {
    const known = this.#known[this.#used++];
    if (!known) throw new Missing(send());
    if ('error' in known) throw known.error instanceof FsError ? known.error : new FsError('EIO');
    return known.value;
  }
}

/** All imports, each of which may be suspended. */
export function suspendable(imports: Imports, kernel: ReplayCaller, { Suspending }: Jspi): object {
  return Object.fromEntries(
    Object.entries(imports).map(([name, run]) => [name, new Suspending(kernel.suspending(run))]),
  );
}
