/** EnvsFs: environments as directories, each with its whole namespace below `root`. */
import type { Awaitable } from '../../kernel/awaitable.ts';
import { controlHandle, requestHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import {
  type ComputedDir,
  type ComputedFile,
  fixedDir,
  jsonFile,
  TreeService,
} from '../../kernel/filetree.ts';
import type { Path } from '../../kernel/path.ts';
import {
  type Entry,
  type FileHandle,
  type FileService,
  type Mode,
  never,
  type ServiceSpec,
  type Stat,
  type Times,
} from '../../kernel/service.ts';
import { splitWords } from '../../kernel/words.ts';

/** One environment as these files show it. */
export interface EnvView {
  readonly manifest: object;
  readonly status: object;
  /** What a list tells beside the status. */
  readonly summary: object;
  /** As ns(1) prints it. */
  ns(): string;
  /** As the kernel's operation `mounts` tells them. */
  mounts(): readonly object[];
  /** What was changed over copies, and how. */
  changes(): Promise<readonly object[]>;
  diff(): Promise<string>;
  /** A verb of `ctl` with its arguments; EINVAL. */
  tell(verb: string, words: readonly string[]): Promise<void>;
  readonly root: Required<
    Omit<FileService, 'spec' | 'control' | 'inner' | 'watch' | 'about' | 'apply'>
  >;
}

export interface EnvViews {
  ids(): readonly string[];
  at(id: string): EnvView | undefined;
  /** Files that answer each line that is written to them, by their names; what they throw is a reply too. */
  readonly requests: ReadonlyMap<string, (line: string) => Promise<object>>;
  readonly templates: object;
  /** Told of paths below this directory that are others now; returns the stop. */
  onChange(listener: (paths: Path[]) => void): () => void;
}

const ROOT = 'root';

export class EnvsFs extends TreeService {
  readonly #views: EnvViews;

  constructor(views: EnvViews, spec: ServiceSpec = { kind: 'envs' }) {
    super(spec, treeOf(views));
    this.#views = views;
  }

  override stat(path: Path, signal: AbortSignal = never): Awaitable<Stat> {
    const inside = this.#inside(path);
    return inside ? inside.root.stat(inside.rest, signal) : super.stat(path);
  }

  override async readdir(path: Path, signal: AbortSignal = never): Promise<Entry[]> {
    const inside = this.#inside(path);
    return inside ? inside.root.readdir(inside.rest, signal) : super.readdir(path);
  }

  override async open(path: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    const inside = this.#inside(path);
    return inside ? inside.root.open(inside.rest, mode, signal) : super.open(path, mode, signal);
  }

  async create(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Promise<void> {
    const inside = this.#inside(path);
    if (!inside && this.#isThere(path)) fail('EEXIST');
    const { root, rest } = inside ?? refuse();
    await root.create(rest, kind, signal);
  }

  async remove(path: Path, kind: 'file' | 'dir', signal: AbortSignal): Promise<void> {
    const { root, rest } = this.#within(path);
    await root.remove(rest, kind, signal);
  }

  async rename(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    const [a, b] = [this.#within(from), this.#within(to)];
    if (from[0] !== to[0]) fail('EXDEV');
    await a.root.rename(a.rest, b.rest, signal);
  }

  async symlink(target: string, path: Path, signal: AbortSignal): Promise<void> {
    const { root, rest } = this.#within(path);
    await root.symlink(target, rest, signal);
  }

  async readlink(path: Path, signal: AbortSignal): Promise<string> {
    const inside = this.#inside(path);
    return inside ? inside.root.readlink(inside.rest, signal) : fail('EINVAL', 'no symbolic link');
  }

  async link(from: Path, to: Path, signal: AbortSignal): Promise<void> {
    const [a, b] = [this.#within(from), this.#within(to)];
    if (from[0] !== to[0]) fail('EXDEV');
    await a.root.link(a.rest, b.rest, signal);
  }

  async setTimes(path: Path, times: Times, signal: AbortSignal): Promise<void> {
    const { root, rest } = this.#within(path);
    await root.setTimes(rest, times, signal);
  }

  async setMode(path: Path, mode: number, signal: AbortSignal): Promise<void> {
    const { root, rest } = this.#within(path);
    await root.setMode(rest, mode, signal);
  }

  async sync(): Promise<void> {
    for (const id of this.#views.ids()) await this.#views.at(id)?.root.sync();
  }

  watch(_path: Path, changed: (paths: Path[]) => void): () => void {
    return this.#views.onChange(changed);
  }

  /** Where a path is in an environment's own namespace; undefined for the files around it. */
  #inside([id = '', name, ...rest]: Path): { root: EnvView['root']; rest: Path } | undefined {
    const view = name === ROOT ? this.#views.at(id) : undefined;
    return view && { root: view.root, rest };
  }

  /** ENOENT for what is not there, EACCES for what is not in an environment. */
  #within(path: Path): { root: EnvView['root']; rest: Path } {
    const inside = this.#inside(path);
    if (!inside) void super.stat(path);
    return inside ?? refuse();
  }

  #isThere(path: Path): boolean {
    try {
      void super.stat(path);
      return true;
    } catch {
      return false;
    }
  }
}

const refuse = (): never => fail('EACCES', 'environments are made by writing to create');

function treeOf(views: EnvViews): ComputedDir {
  const fixed = fixedDir({
    ...Object.fromEntries([...views.requests].map(([name, answer]) => [name, asking(answer)])),
    list: { may: 'read', open: () => textHandle(() => linesOf(views)) },
    templates: jsonFile(() => views.templates),
  });
  return {
    names: () => [...fixed.names(), ...views.ids()],
    at: (name) => {
      const own = fixed.at(name);
      const view = own ? undefined : views.at(name);
      return view ? viewDir(view) : own;
    },
  };
}

const asking = (answer: (line: string) => Promise<object>): ComputedFile => ({
  may: 'both',
  open: () => requestHandle(async (line) => JSON.stringify(await answer(line))),
});

function viewDir(view: EnvView): ComputedDir {
  return fixedDir({
    status: jsonFile(() => view.status),
    ns: { may: 'read', open: () => textHandle(() => view.ns()) },
    mounts: jsonFile(() => view.mounts()),
    'manifest.json': jsonFile(() => view.manifest),
    changes: {
      may: 'read',
      open: () =>
        textHandle(async () =>
          (await view.changes()).map((change) => `${JSON.stringify(change)}\n`).join(''),
        ),
    },
    diff: { may: 'read', open: () => textHandle(() => view.diff()) },
    ctl: {
      may: 'write',
      open: () =>
        controlHandle((line) => {
          const [verb = '', ...words] = splitWords(line);
          return view.tell(verb, words);
        }),
    },
    [ROOT]: { names: () => [], at: () => undefined },
  });
}

/** All of them, a line each. */
const linesOf = (views: EnvViews): string =>
  views
    .ids()
    .flatMap((id) => {
      const view = views.at(id);
      return view ? [`${JSON.stringify({ ...view.summary, ...view.status })}\n`] : [];
    })
    .join('');
