/**
 * Clone directories (webfs(4), draw(3)): opening `clone` makes a numbered directory, whose number is read there; it is
 * there while a handle in it is open, or for good where it was told to.
 */
import { controlHandle } from './control.ts';
import { fail } from './errors.ts';
import type { ComputedDir, ComputedFile } from './filetree.ts';
import type { FileHandle } from './service.ts';

export interface CloneDir {
  readonly dir: ComputedDir;
  ctl(): FileHandle;
}

/** The handles of one clone directory, all of which go through `hold`. */
export class CloneHandles {
  readonly number: string;
  readonly #gone: () => void;
  #open = 0;
  #isKept = false;

  /** `gone` is called when the last is closed. */
  constructor(number: string, gone: () => void) {
    this.number = number;
    this.#gone = gone;
  }

  hold(handle: FileHandle): FileHandle {
    this.#open++;
    return {
      ...handle,
      close: async () => {
        try {
          await handle.close?.();
        } finally {
          if (--this.#open === 0 && !this.#isKept) this.#gone();
        }
      },
    };
  }

  /** Its reading yields the number; `keep` and `forget` are known, all other lines are `tell`'s. */
  ctl(tell: (line: string) => void): FileHandle {
    const control = controlHandle((line) => {
      if (line === 'keep' || line === 'forget') this.#isKept = line === 'keep';
      else tell(line);
    });
    let told = false;
    return this.hold({
      ...control,
      read: (_at, count) => {
        const text = told ? '' : `${this.number}\n`;
        told = true;
        return new TextEncoder().encode(text).subarray(0, count);
      },
    });
  }
}

/** The directories that one `clone` has made, by their numbers. */
export class Clones {
  readonly #most: number;
  readonly #make: (number: string, gone: () => void) => CloneDir;
  readonly #all = new Map<string, CloneDir>();
  #last = 0;

  /** At most `most` at once. */
  constructor(most: number, make: (number: string, gone: () => void) => CloneDir) {
    this.#most = most;
    this.#make = make;
  }

  /** `clone` itself; ENOSPC. */
  get file(): ComputedFile {
    return { may: 'both', open: () => this.#clone() };
  }

  names(): readonly string[] {
    return [...this.#all.keys()];
  }

  at(number: string): ComputedDir | undefined {
    return this.#all.get(number)?.dir;
  }

  #clone(): FileHandle {
    if (this.#all.size >= this.#most) fail('ENOSPC', `at most ${this.#most} at once: close some`);
    const number = String(++this.#last);
    const made = this.#make(number, () => void this.#all.delete(number));
    this.#all.set(number, made);
    return made.ctl();
  }
}
