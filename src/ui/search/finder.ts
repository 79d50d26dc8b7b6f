/**
 * Finds files by name while a person types. The names are walked once and kept; another text is matched against them anew.
 * All work is done in small parts, so that keys are heard meanwhile, and stops at a limit until the person says go on.
 */
import { explain } from '../text.ts';
import { matcher, namesBelow, type OpenDirectoryAt } from './names.ts';

/** Names that are walked, and paths that are shown, until the person says go on. */
export interface Limits {
  readonly names: number;
  readonly matches: number;
}
export const limits: Limits = { names: 150_000, matches: 10_000 };
/** Names that are matched at once. */
const PART = 4000;
/** What is found is told this often, in ms. */
const TOLD_MS = 80;

export interface Unread {
  readonly path: string;
  readonly reason: string;
}

export interface FoundSoFar {
  /** What is looked for; undefined for nothing. */
  readonly text: string | undefined;
  /** Grows while the text stays the same. */
  readonly matches: readonly string[];
  /** How many names were walked. */
  readonly names: number;
  readonly unread: readonly Unread[];
  /** `full`: a limit was reached. `idle`: nothing is searched for. */
  readonly state: 'idle' | 'searching' | 'full' | 'done';
}

export interface FinderOptions {
  readonly openAt: OpenDirectoryAt;
  readonly roots: readonly string[];
  readonly skipped: ReadonlySet<string>;
  readonly limits?: Limits;
}

export class Finder {
  readonly #openAt: OpenDirectoryAt;
  readonly #skipped: ReadonlySet<string>;
  readonly #step: Limits;
  readonly #end = new AbortController();
  readonly #listeners = new Set<() => void>();
  readonly #names: string[] = [];
  #walk: AsyncGenerator<readonly string[], void>;
  #isWalked = false;
  #unread: readonly Unread[] = [];
  #text: string | undefined;
  #isMatch: ((path: string) => boolean) | undefined;
  #matches: string[] = [];
  /** Names that were matched against the text. */
  #matched = 0;
  #limits: Limits;
  #running = false;
  #told: FoundSoFar = { text: undefined, matches: [], names: 0, unread: [], state: 'idle' };
  #due = false;

  constructor({ openAt, roots, skipped, limits: step = limits }: FinderOptions) {
    this.#openAt = openAt;
    this.#skipped = skipped;
    this.#step = step;
    this.#limits = step;
    this.#walk = this.#below(roots);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly found = (): FoundSoFar => this.#told;

  /** Looks for a text from now on; undefined for nothing. */
  look(text: string | undefined): void {
    this.#text = text;
    this.#isMatch = text === undefined ? undefined : matcher(text);
    this.#matches = [];
    this.#matched = 0;
    this.#limits = { ...this.#limits, matches: this.#step.matches };
    this.#run();
  }

  /** Goes on where a limit was reached. */
  goOn(): void {
    this.#limits = {
      names: this.#limits.names + this.#step.names,
      matches: this.#limits.matches + this.#step.matches,
    };
    this.#run();
  }

  /** Walks directories that were skipped, too. */
  enter(roots: readonly string[]): void {
    this.#walk = this.#below(roots);
    this.#isWalked = false;
    this.#run();
  }

  /** Nothing is read any more. */
  end(): void {
    this.#end.abort();
    this.#listeners.clear();
    if (!this.#running) void this.#walk.return();
  }

  #below(roots: readonly string[]): AsyncGenerator<readonly string[], void> {
    return namesBelow(roots, {
      openAt: this.#openAt,
      signal: this.#end.signal,
      skipped: this.#skipped,
      failed: (path, error) => {
        this.#unread = [...this.#unread, { path, reason: explain(error) }];
      },
    });
  }

  #run(): void {
    this.#tell();
    if (this.#running || this.#end.signal.aborted) return;
    this.#running = true;
    void this.#work().then(
      () => this.#stopped(),
      // Only the end of the search stops a walk: a directory that fails is reported.
      () => void this.#walk.return(),
    );
  }

  #stopped(): void {
    this.#running = false;
    this.#tell();
  }

  async #work(): Promise<void> {
    for (let state = this.#state(); state === 'searching'; state = this.#state()) {
      if (this.#matched < this.#names.length) {
        this.#match();
        await new Promise((done) => setTimeout(done));
      } else await this.#read();
      this.#end.signal.throwIfAborted();
      this.#tellSoon();
    }
  }

  #match(): void {
    const to = Math.min(this.#matched + PART, this.#names.length);
    while (this.#matched < to && this.#matches.length < this.#limits.matches) {
      const path = this.#names[this.#matched++] as string;
      if (this.#isMatch?.(path)) this.#matches.push(path);
    }
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#walk.next();
    if (done) this.#isWalked = true;
    else for (const path of value) this.#names.push(path);
  }

  #state(): FoundSoFar['state'] {
    if (!this.#isMatch) return 'idle';
    const isAllMatched = this.#matched === this.#names.length;
    if (isAllMatched && this.#isWalked) return 'done';
    const isFull =
      this.#matches.length >= this.#limits.matches ||
      (isAllMatched && this.#names.length >= this.#limits.names);
    return isFull ? 'full' : 'searching';
  }

  #tellSoon(): void {
    if (this.#due) return;
    this.#due = true;
    setTimeout(() => {
      this.#due = false;
      this.#tell();
    }, TOLD_MS);
  }

  #tell(): void {
    this.#told = {
      text: this.#text,
      matches: this.#matches,
      names: this.#names.length,
      unread: this.#unread,
      state: this.#state(),
    };
    for (const listener of this.#listeners) listener();
  }
}
