/** SnapshotsFs: the snapshots of what is kept, each a read-only directory, and the files that make and restore them. */
import { controlHandle, requestHandle, textHandle } from '../../kernel/control.ts';
import { fail } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import type {
  Entry,
  FileHandle,
  FileService,
  Mode,
  ServiceSpec,
  Stat,
} from '../../kernel/service.ts';
import { splitWords } from '../../kernel/words.ts';

export interface SnapshotInfo {
  readonly id: number;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly parent: number;
  readonly auto: boolean;
  readonly files: number;
  readonly bytes: number;
}

/** What makes and keeps the snapshots. */
export interface Timeline {
  readonly list: readonly SnapshotInfo[];
  readonly rule: { readonly keep: number; readonly days: number };
  readonly parent: number;
  create(name: string): Promise<unknown>;
  restore(name: string, signal: AbortSignal): Promise<void>;
  remove(name: string): Promise<void>;
  rename(name: string, to: string): Promise<void>;
  setRule(rule: { readonly keep: number; readonly days: number }): Promise<void>;
  diff(from: string, to: string): Promise<readonly object[]>;
  /** The tree of a snapshot: read-only. */
  tree(name: string): Promise<FileService>;
}

export type TimelineSource = () => Promise<Timeline>;

const verbs: {
  readonly [verb: string]: (
    timeline: Timeline,
    words: readonly string[],
    signal: AbortSignal,
  ) => Promise<unknown>;
} = {
  create: (timeline, [name = '']) => timeline.create(name),
  restore: (timeline, [name = ''], signal) => timeline.restore(name, signal),
  remove: (timeline, [name = '']) => timeline.remove(name),
  rename: (timeline, [name = '', to = '']) => timeline.rename(name, to),
  keep: (timeline, [count = '']) => timeline.setRule({ ...timeline.rule, keep: toNumber(count) }),
  days: (timeline, [count = '']) => timeline.setRule({ ...timeline.rule, days: toNumber(count) }),
};

const toNumber = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

interface ControlFile {
  readonly writes: boolean;
  open(timeline: Timeline): FileHandle;
}

const files: { readonly [name: string]: ControlFile } = {
  ctl: {
    writes: true,
    open: (timeline) =>
      controlHandle(async (line, signal) => {
        const [verb = '', ...words] = splitWords(line);
        const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
        if (!run) fail('EINVAL', `'${verb}' is none of ${Object.keys(verbs).join(', ')}`);
        await run?.(timeline, words, signal);
      }),
  },
  list: {
    writes: false,
    open: ({ list }) =>
      textHandle(() =>
        list
          .map(({ at, ...each }) => ({ ...each, at: new Date(at).toISOString() }))
          .map((each) => `${JSON.stringify(each)}\n`)
          .join(''),
      ),
  },
  rule: {
    writes: false,
    open: ({ rule, parent }) =>
      textHandle(() => `${JSON.stringify({ ...rule, parent }, null, 2)}\n`),
  },
  compare: {
    writes: true,
    open: (timeline) =>
      requestHandle(async (line) => {
        const [from, to = 'now', ...more] = splitWords(line);
        if (from === undefined || more.length > 0) fail('EINVAL', 'two names: FROM TO');
        return JSON.stringify({ from, to, changes: await timeline.diff(from as string, to) });
      }),
  },
};

const directory: Stat = { kind: 'dir', size: 0, mtime: 0n, nlink: 1, version: '' };

export class SnapshotsFs implements FileService {
  readonly spec: ServiceSpec;
  readonly #timeline: TimelineSource;
  readonly #mayChange: boolean;
  /** Trees that were looked into. */
  readonly #trees = new Map<string, { readonly id: number; readonly tree: Promise<FileService> }>();

  /** `mayChange`: who has it may make and restore snapshots; everyone else looks. */
  constructor(
    timeline: TimelineSource,
    mayChange: boolean,
    spec: ServiceSpec = { kind: 'snapshots' },
  ) {
    this.spec = spec;
    this.#timeline = timeline;
    this.#mayChange = mayChange;
  }

  async stat([name, ...rest]: Path, signal: AbortSignal): Promise<Stat> {
    if (name === undefined) return directory;
    if (isControl(name, rest)) return { ...directory, kind: 'file' };
    const { tree, at } = await this.#snapshot(name);
    const stat = await tree.stat(rest, signal);
    return rest.length === 0 ? { ...stat, mtime: BigInt(at) * 1_000_000n } : stat;
  }

  async readdir([name, ...rest]: Path, signal: AbortSignal): Promise<Entry[]> {
    if (name !== undefined) {
      if (isControl(name, rest)) fail('ENOTDIR');
      return (await this.#snapshot(name)).tree.readdir(rest, signal);
    }
    const controls = Object.keys(files).map((each): Entry => ({ name: each, kind: 'file' }));
    const { list } = await this.#timeline();
    return [...controls, ...list.map((each): Entry => ({ name: each.name, kind: 'dir' }))];
  }

  async open([name, ...rest]: Path, mode: Mode, signal: AbortSignal): Promise<FileHandle> {
    const writes = mode.write || mode.append;
    if (name === undefined) fail('EISDIR');
    if (!isControl(name, rest)) {
      if (writes || mode.truncate) fail('EROFS', 'a snapshot does not change');
      return (await this.#snapshot(name)).tree.open(rest, mode, signal);
    }
    const file = files[name] as ControlFile;
    if (writes && !file.writes) fail('EACCES', 'this file is only read');
    if (writes && name === 'ctl' && !this.#mayChange)
      fail('EPERM', 'only the page and its terminals make snapshots');
    if (mode.read && name === 'ctl') fail('EACCES', 'this file is only written');
    return file.open(await this.#timeline());
  }

  async readlink([name, ...rest]: Path, signal: AbortSignal): Promise<string> {
    if (name === undefined || isControl(name, rest)) fail('EINVAL', 'not a symbolic link');
    const { tree } = await this.#snapshot(name);
    return tree.readlink?.(rest, signal) ?? fail('EINVAL', 'not a symbolic link');
  }

  async #snapshot(name: string): Promise<{ tree: FileService; at: number }> {
    const timeline = await this.#timeline();
    for (const [known, { id }] of this.#trees)
      if (!timeline.list.some((each) => each.id === id)) this.#trees.delete(known);
    const { id, at } = timeline.list.find((each) => each.name === name) ?? fail('ENOENT');
    const known = this.#trees.get(name);
    // A name may have gone and come back as another.
    const tree = known?.id === id ? known.tree : timeline.tree(name);
    this.#trees.set(name, { id, tree });
    tree.catch(() => this.#trees.delete(name));
    return { tree: await tree, at };
  }
}

function isControl(name: string, rest: Path): boolean {
  if (!Object.hasOwn(files, name)) return false;
  return rest.length === 0 || fail('ENOTDIR');
}
