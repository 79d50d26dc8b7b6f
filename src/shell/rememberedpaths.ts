/** The paths of commands that were found on PATH, with how often each was run (bash(1) "hash"). */
import { inHashOrder } from './hashorder.ts';

interface Remembered {
  readonly path: string;
  readonly isTool: boolean;
  hits: number;
}

/** Buckets of bash's table. */
const BUCKETS = 256;

export class RememberedPaths {
  #paths = new Map<string, Remembered>();
  /** The PATH that they were found on. */
  #directories: string | undefined;

  copy(): RememberedPaths {
    const copy = new RememberedPaths();
    copy.#paths = new Map([...this.#paths].map(([name, each]) => [name, { ...each }]));
    copy.#directories = this.#directories;
    return copy;
  }

  /** Forgets all of them unless PATH is what it was. */
  forgetUnless(directories: string | undefined): void {
    if (this.#directories !== directories) this.#paths.clear();
    this.#directories = directories;
  }

  get(name: string): Remembered | undefined {
    return this.#paths.get(name);
  }

  set(name: string, { path, isTool }: Omit<Remembered, 'hits'>, hits: number): void {
    this.#paths.set(name, { path, isTool, hits });
  }

  delete(name: string): boolean {
    return this.#paths.delete(name);
  }

  clear(): void {
    this.#paths.clear();
  }

  /** In the order in which bash lists them. */
  get all(): [name: string, remembered: Remembered][] {
    return inHashOrder(this.#paths, BUCKETS);
  }
}
