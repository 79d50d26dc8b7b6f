/**
 * Environments kept in a tree, a directory for each: what it is and where it stands, its task's result, its logs, and
 * (in `files`) its own files, which are there as they are written.
 */
import type { KeptLogs, Logs } from '../fs/logs/logs.ts';
import type { KeptTask, TaskStatus } from '../fs/task/task.ts';
import type { Path } from '../kernel/path.ts';
import { statIfThere } from '../kernel/service.ts';
import type { EnvLayer } from './builder.ts';
import type { EnvStatus, Notes, OanixEnv } from './environment.ts';
import { appendFile, decode, encode, makeDir, putFile, readIfThere, removeAll } from './files.ts';
import type { EnvManifest } from './manifest.ts';
import { type KeptTree, Shelf, type ShelvedReview } from './shelf.ts';

/** What is there of one from an earlier time. */
export interface Kept {
  readonly manifest: EnvManifest;
  readonly status: EnvStatus;
  readonly main: string | undefined;
  readonly notes: Notes | undefined;
  readonly task: KeptTask | undefined;
  readonly logs: KeptLogs;
  readonly overlays: ShelvedReview['layers'];
}

interface Label {
  readonly manifest: EnvManifest;
  readonly status: EnvStatus;
  readonly main?: string;
  readonly notes?: Notes;
  readonly task?: TaskStatus;
}

/** Which part of its logs is kept already. */
interface Marks {
  readonly stdout: Mark;
  readonly stderr: Mark;
  events: { first: number; last: number };
}
interface Mark {
  start: number;
  end: number;
}

const ENVS: Path = ['envs'];
const OVERLAYS: Path = ['overlays'];
const nothing = new Uint8Array(0);

export class EnvKeeper {
  readonly #kept: KeptTree;
  readonly #shelf: Shelf;
  readonly #marks = new Map<string, Marks>();

  constructor(kept: KeptTree) {
    this.#kept = kept;
    this.#shelf = new Shelf(kept, OVERLAYS);
  }

  static filesOf = (id: string): Path => [...ENVS, id, 'files'];

  /** Whether something is kept under this name, be it what could not be read. */
  async has(id: string): Promise<boolean> {
    const { tree } = this.#kept;
    const found = await Promise.all([ENVS, OVERLAYS].map((at) => statIfThere(tree, [...at, id])));
    return found.some((stat) => stat !== undefined);
  }

  /** Its directory, before anything is put there. */
  async make(id: string): Promise<void> {
    await makeDir(this.#kept.tree, EnvKeeper.filesOf(id));
  }

  /** Survives the browser's death when it resolves. */
  async save(env: OanixEnv, layers: readonly EnvLayer[]): Promise<void> {
    const { tree } = this.#kept;
    const at = [...ENVS, env.id];
    await this.#saveLogs(at, env);
    const result = env.task?.result;
    if (result) await putFile(tree, [...at, 'result.json'], result);
    const label: Label = {
      manifest: env.manifest,
      status: env.status,
      notes: env.notes,
      ...(env.main === undefined ? {} : { main: env.main }),
      ...(env.task ? { task: env.task.status } : {}),
    };
    await putFile(tree, [...at, 'env.json'], encode(label));
    if (layers.length > 0) await this.#shelf.save(env.id, env.id, layers);
    await this.#kept.flush();
  }

  async remove(id: string): Promise<void> {
    await this.#shelf.remove(id);
    await removeAll(this.#kept.tree, [...ENVS, id]);
    this.#marks.delete(id);
    await this.#kept.flush();
  }

  /** All that can be read; what cannot stays where it is. */
  async load(): Promise<Kept[]> {
    const { tree } = this.#kept;
    for (const path of [ENVS, OVERLAYS]) await makeDir(tree, path);
    const overlays = new Map((await this.#shelf.load()).map(({ id, layers }) => [id, layers]));
    const found: Kept[] = [];
    for (const { name } of await tree.readdir(ENVS)) {
      const kept = await this.#loadOne(name, overlays.get(name) ?? []).catch(() => undefined);
      if (kept) found.push(kept);
    }
    return found.sort((a, b) => a.manifest.created_at.localeCompare(b.manifest.created_at));
  }

  async #loadOne(id: string, overlays: Kept['overlays']): Promise<Kept | undefined> {
    const at = [...ENVS, id];
    const read = (name: string): Promise<Uint8Array | undefined> =>
      readIfThere(this.#kept.tree, [...at, name]);
    const label = await read('env.json');
    if (!label) return undefined;
    const { manifest, status, main, notes, task } = decode(label) as Label;
    const result = await read('result.json');
    return {
      manifest,
      status,
      main,
      notes,
      task: task && { status: task, result },
      logs: {
        stdout: (await read('stdout.log')) ?? nothing,
        stderr: (await read('stderr.log')) ?? nothing,
        events: (await read('events.jsonl')) ?? nothing,
      },
      overlays,
    };
  }

  async #saveLogs(at: Path, { id, logs }: OanixEnv): Promise<void> {
    const marks = this.#marks.get(id) ?? {
      stdout: { start: -1, end: 0 },
      stderr: { start: -1, end: 0 },
      events: { first: Number.NaN, last: 0 },
    };
    this.#marks.set(id, marks);
    for (const name of ['stdout', 'stderr'] as const)
      await this.#saveStream([...at, `${name}.log`], logs, name, marks[name]);
    await this.#saveEvents([...at, 'events.jsonl'], logs, marks);
  }

  /** What was added, or all of it where the oldest went. */
  async #saveStream(path: Path, logs: Logs, name: 'stdout' | 'stderr', mark: Mark): Promise<void> {
    const stream = logs.streams[`${name}.log`];
    const { start, end } = stream;
    const added = mark.start === start;
    if (added && mark.end === end) return;
    const from = added ? mark.end : start;
    const { bytes } = stream.read(from, end - from);
    await (added ? appendFile : putFile)(this.#kept.tree, path, bytes);
    Object.assign(mark, { start, end });
  }

  async #saveEvents(path: Path, logs: Logs, marks: Marks): Promise<void> {
    const { events } = logs;
    const first = events[0]?.seq ?? -1;
    const last = events.at(-1)?.seq ?? 0;
    const added = marks.events.first === first;
    if (added && marks.events.last === last) return;
    const fresh = added ? events.filter(({ seq }) => seq > marks.events.last) : events;
    const text = fresh.map((event) => `${JSON.stringify(event)}\n`).join('');
    await (added ? appendFile : putFile)(this.#kept.tree, path, new TextEncoder().encode(text));
    marks.events = { first, last };
  }
}
