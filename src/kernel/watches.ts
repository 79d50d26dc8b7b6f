/**
 * Watches of paths. A change is looked up once for each process that watches, and then in the paths above it, so that
 * its cost depends on its depth and on those who hear of it, not on the number of watches.
 */
import type { Change, Changes } from './changes.ts';
import { formatPath, type Path } from './path.ts';
import type { Process } from './process.ts';

/** Hears the paths that have changed at or below a watched one; an empty list means anything. */
type Heard = (id: number, paths: string[]) => void;

/** The watches of one process. */
class Watching {
  /** Watched paths, and the watches of each. */
  readonly #at = new Map<string, Set<number>>();
  readonly #paths = new Map<number, string>();
  readonly #process: Pick<Process, 'namespace'>;
  readonly #heard: Heard;

  constructor(process: Pick<Process, 'namespace'>, heard: Heard) {
    this.#process = process;
    this.#heard = heard;
  }

  get count(): number {
    return this.#paths.size;
  }

  add(id: number, path: Path): void {
    const at = formatPath(path);
    this.#paths.set(id, at);
    const there = this.#at.get(at);
    if (there) there.add(id);
    else this.#at.set(at, new Set([id]));
  }

  remove(id: number): void {
    const at = this.#paths.get(id);
    if (at === undefined) return;
    this.#paths.delete(id);
    const there = this.#at.get(at);
    there?.delete(id);
    if (there?.size === 0) this.#at.delete(at);
  }

  hear(changes: readonly Change[]): void {
    if (changes.length === 0) {
      for (const id of [...this.#paths.keys()]) this.#heard(id, []);
      return;
    }
    const seen = new Map<number, Set<string>>();
    for (const { source, path } of changes)
      for (const shown of this.#process.namespace.pathsOf(source, path)) {
        const text = formatPath(shown);
        for (let depth = shown.length; depth >= 0; depth--)
          for (const id of this.#at.get(formatPath(shown.slice(0, depth))) ?? [])
            seen.set(id, (seen.get(id) ?? new Set()).add(text));
      }
    for (const [id, paths] of seen) this.#heard(id, [...paths]);
  }
}

/** What a process must have for others to watch in its name. */
type Owner = Pick<Process, 'namespace' | 'signal'>;

export class Watches {
  readonly #changes: Changes;
  readonly #heard: Heard;
  readonly #watching = new Map<Owner, { readonly watching: Watching; stop(): void }>();
  #last = 0;

  constructor(changes: Changes, heard: Heard) {
    this.#changes = changes;
    this.#heard = heard;
  }

  /** Tells of every change at or below a path, also of changed mounts, until `remove` or the process ends. */
  add(owner: Owner, path: Path): number {
    const id = ++this.#last;
    // What changed before is not for this watch.
    this.#changes.flush();
    const there = this.#watching.get(owner)?.watching ?? this.#begin(owner);
    there.add(id, path);
    return id;
  }

  /** Only the process that watches may end it. */
  remove(owner: Owner, id: number): void {
    const entry = this.#watching.get(owner);
    entry?.watching.remove(id);
    if (entry?.watching.count === 0) this.#end(owner);
  }

  #begin(owner: Owner): Watching {
    const watching = new Watching(owner, this.#heard);
    const forget = this.#changes.listen((changes) => watching.hear(changes));
    const end = (): void => this.#end(owner);
    owner.signal.addEventListener('abort', end, { once: true });
    const stop = (): void => {
      forget();
      owner.signal.removeEventListener('abort', end);
    };
    this.#watching.set(owner, { watching, stop });
    return watching;
  }

  #end(owner: Owner): void {
    this.#watching.get(owner)?.stop();
    this.#watching.delete(owner);
  }
}
