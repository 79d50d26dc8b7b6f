/**
 * Hears of changes that others make in a folder: from the browser where it tells (FileSystemObserver,
 * Chromium), else by looking again at the directories that were looked at last.
 */
import { formatPath, type Path } from '../../kernel/path.ts';

interface Change {
  readonly type: 'appeared' | 'disappeared' | 'modified' | 'moved' | 'unknown' | 'errored';
  readonly relativePathComponents: readonly string[];
  readonly relativePathMovedFrom?: readonly string[] | null;
}
interface Observer {
  observe(handle: Dir, options: { recursive: boolean }): Promise<void>;
  disconnect(): void;
}
type ObserverClass = new (heard: (changes: readonly Change[]) => void) => Observer;
type Dir = FileSystemDirectoryHandle;
type After = (ms: number, run: () => void) => () => void;
type Changed = (paths: Path[]) => void;

/** Chromium writes beside a file before it takes its place. */
const SWAP = '.crswap';
/** A folder that cannot be watched yet is tried again. */
const RETRY_MS = 5_000;
const LOOK_MS = 2_000;
/** Directories that are looked at again, and entries of one whose size and time are. */
const LOOKED_MAX = 16;
const ENTRIES_MAX = 200;

export class FolderWatch {
  readonly #root: Dir;
  readonly #after: After;
  readonly #Observer = (globalThis as { FileSystemObserver?: ObserverClass }).FileSystemObserver;
  /** What the directories looked like that were looked at last. */
  readonly #looked = new Map<string, { readonly path: Path; seen: string }>();

  constructor(root: Dir, after: After) {
    this.#root = root;
    this.#after = after;
  }

  /** Someone is about to read this directory. */
  async looked(path: Path): Promise<void> {
    if (this.#Observer) return;
    const key = formatPath(path);
    const seen = await fingerprint(this.#root, path);
    this.#looked.delete(key);
    this.#looked.set(key, { path, seen });
    for (const old of this.#looked.keys()) {
      if (this.#looked.size <= LOOKED_MAX) return;
      this.#looked.delete(old);
    }
  }

  /** Returns the stop. No paths: anything may have changed. */
  watch(changed: Changed): () => void {
    return this.#Observer ? this.#observe(this.#Observer, changed) : this.#poll(changed);
  }

  #observe(FileSystemObserver: ObserverClass, changed: Changed): () => void {
    const observer = new FileSystemObserver((changes) => {
      tell(changes, changed);
      if (changes.some(({ type }) => type === 'errored')) again();
    });
    let stopped = false;
    let stop = (): void => undefined;
    const again = (): void => {
      if (!stopped) stop = this.#after(RETRY_MS, begin);
    };
    const begin = (): void => {
      observer.observe(this.#root, { recursive: true }).then(
        // What changed while it began is not told.
        () => changed([]),
        // Not allowed yet, or gone for a while.
        again,
      );
    };
    begin();
    return () => {
      stopped = true;
      stop();
      observer.disconnect();
    };
  }

  #poll(changed: Changed): () => void {
    let stopped = false;
    let stop = (): void => undefined;
    const look = async (): Promise<void> => {
      const paths: Path[] = [];
      for (const each of [...this.#looked.values()]) {
        const before = each.seen;
        each.seen = await fingerprint(this.#root, each.path).catch(() => 'gone');
        if (before !== each.seen) paths.push(each.path);
      }
      if (paths.length > 0 && !stopped) changed(paths);
      if (!stopped) next();
    };
    const next = (): void => {
      stop = this.#after(LOOK_MS, () => void look());
    };
    next();
    return () => {
      stopped = true;
      stop();
    };
  }
}

function tell(changes: readonly Change[], changed: Changed): void {
  const paths = changes.flatMap(({ relativePathComponents: path, relativePathMovedFrom: old }) =>
    old ? [path, old] : [path],
  );
  const told = paths.filter((path) => !path.at(-1)?.endsWith(SWAP));
  if (changes.some(({ type }) => type === 'unknown' || type === 'errored')) changed([]);
  else if (told.length > 0) changed(told as Path[]);
}

/** Names, sizes and times of a directory's entries. */
async function fingerprint(root: Dir, path: Path): Promise<string> {
  let dir = root;
  for (const name of path) dir = await dir.getDirectoryHandle(name);
  const lines: string[] = [];
  for await (const [name, found] of dir.entries()) {
    const file =
      found.kind === 'file' && lines.length < ENTRIES_MAX ? await found.getFile() : undefined;
    lines.push(`${name}/${found.kind}/${file?.size}/${file?.lastModified}`);
  }
  return lines.sort().join('\n');
}
