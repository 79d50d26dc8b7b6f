/** The environments there are: made, forked, compared, removed, and kept so that a reload finds them again. */
import { fail } from '../kernel/errors.ts';
import { NamespaceService } from '../kernel/export.ts';
import type { Path } from '../kernel/path.ts';

import type { FileService } from '../kernel/service.ts';
import { subtree } from '../kernel/subtree.ts';
import { type BuilderHost, EnvBuilder, type EnvLayer } from './builder.ts';
import { type Comparison, compare } from './compare.ts';
import { OanixEnv } from './environment.ts';
import { makeDir, putFile, readIfThere } from './files.ts';
import { EnvKeeper, type Kept } from './keep.ts';
import { type EnvManifest, manifestFrom } from './manifest.ts';
import type { KeptTree } from './shelf.ts';

export interface EnvironmentsHost extends Omit<BuilderHost, 'changed' | 'keep' | 'filesOf'> {
  readonly kept: KeptTree;
  /** Ends a job that an environment stands for. */
  endMain(job: string): void;
  /** It is gone: nothing of its own is for whoever takes its name. */
  gone?(id: string): void;
  /** One was made, is another, or is gone. */
  told(id: string): void;
}

interface Entry {
  readonly env: OanixEnv;
  readonly layers: readonly EnvLayer[];
  stopTimer: (() => void) | undefined;
  saving: Promise<unknown>;
}

/** Environments at once. */
const ENVS_MAX = 1000;
/** What changed is kept at the latest so long after, and after a failure. */
const SAVE_MS = 300;
const RETRY_MS = 3_000;

export class Environments {
  readonly #host: EnvironmentsHost;
  readonly #keeper: EnvKeeper;
  readonly #all = new Map<string, Entry>();
  /** Being made: their ids are taken. */
  readonly #making = new Set<string>();
  #last = 0;

  constructor(host: EnvironmentsHost) {
    this.#host = host;
    this.#keeper = new EnvKeeper(host.kept);
  }

  get ids(): readonly string[] {
    return [...this.#all.keys()];
  }

  /** ENOENT. */
  get(id: string): OanixEnv {
    return this.#entry(id).env;
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** From what someone wrote (manifest.ts). EINVAL, EEXIST; ENOENT for a workspace that is not there. */
  async create(value: unknown): Promise<OanixEnv> {
    return this.#make(manifestFrom(value, await this.#freeId(), this.#host.now()));
  }

  /** The same manifest and files, as they are now, with its work not begun. */
  async fork(id: string, as?: string): Promise<OanixEnv> {
    const { env, layers } = this.#entry(id);
    const { version: _, created_at: __, forked_from: ___, ...fields } = env.manifest;
    const fresh = manifestFrom(
      { ...fields, id: as ?? (await this.#freeId()) },
      '',
      this.#host.now(),
    );
    const manifest = { ...fresh, forked_from: id };
    const overlays = layers.map(({ at, spec, cow }) => ({ at, spec, saved: cow.save() }));
    const kept: Kept = {
      manifest,
      status: { status: 'created' },
      main: undefined,
      notes: policiesOf(env),
      task: undefined,
      logs: { stdout: none, stderr: none, events: none },
      overlays,
    };
    return this.#make(manifest, kept, () =>
      this.#copyFiles(EnvKeeper.filesOf(id), EnvKeeper.filesOf(manifest.id)),
    );
  }

  compare(a: string, b: string): Promise<Comparison> {
    const diff = (path: string, before: string, after: string): Promise<string> =>
      this.#host.diff(path, before, after);
    return compare(this.get(a), this.get(b), diff);
  }

  /** With its files; what runs in it is ended. */
  async remove(id: string): Promise<void> {
    const entry = this.#entry(id);
    this.#all.delete(id);
    // Its name is free when nothing of it is left.
    this.#making.add(id);
    try {
      entry.stopTimer?.();
      this.#host.kernel.processes.detach(entry.env.process);
      if (entry.env.task && !entry.env.task.isOver) entry.env.task.cancel();
      await entry.saving;
      await this.#keeper.remove(id);
    } finally {
      this.#making.delete(id);
      this.#host.gone?.(id);
      this.#host.told(id);
    }
  }

  /** What it is and where it stands survives the browser's death when it resolves; EIO. */
  async save(id: string): Promise<void> {
    const entry = this.#entry(id);
    if (!(await this.#save(entry))) fail('EIO', 'it could not be kept: it is tried again');
  }

  /** What was kept of an earlier time. One that cannot be made again stays kept; why is returned. */
  async restore(): Promise<readonly { readonly id: string; readonly reason: string }[]> {
    const failed: { id: string; reason: string }[] = [];
    for (const kept of await this.#keeper.load()) {
      const { id } = kept.manifest;
      try {
        await this.#build(kept.manifest, kept);
        this.#host.told(id);
      } catch (error) {
        failed.push({ id, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    return failed;
  }

  /** All of it survives the browser's death when it resolves. */
  async flush(): Promise<void> {
    await Promise.all(
      [...this.#all.values()].map((entry) => (entry.stopTimer ? this.#save(entry) : entry.saving)),
    );
  }

  /** For who shows one as a directory. */
  rootOf(id: string): NamespaceService {
    return new NamespaceService(this.get(id).process.namespace);
  }

  /** Its own files as a service. */
  filesOf(id: string): FileService {
    const { tree } = this.#host.kept;
    return {
      ...subtree(tree, EnvKeeper.filesOf(id)),
      spec: { kind: 'files' },
    };
  }

  #entry(id: string): Entry {
    return this.#all.get(id) ?? fail('ENOENT', `there is no environment ${id}`);
  }

  async #freeId(): Promise<string> {
    for (;;) {
      const id = `env-${++this.#last}`;
      if (!(await this.#isTaken(id))) return id;
    }
  }

  /** Also by one that is kept and could not be made again: nobody else gets its files. */
  async #isTaken(id: string): Promise<boolean> {
    return this.#all.has(id) || this.#making.has(id) || this.#keeper.has(id);
  }

  async #make(
    manifest: EnvManifest,
    kept?: Kept,
    fill: () => Promise<void> = async () => undefined,
  ): Promise<OanixEnv> {
    const { id } = manifest;
    if (await this.#isTaken(id)) fail('EEXIST', `there is an environment ${id}`);
    // Another may have taken it meanwhile.
    if (this.#making.has(id)) fail('EEXIST', `there is an environment ${id}`);
    if (this.#all.size >= ENVS_MAX) fail('EAGAIN', 'too many environments: remove some');
    this.#making.add(id);
    try {
      await this.#keeper.make(id);
      await fill();
      const entry = await this.#build(manifest, kept);
      await this.#save(entry);
      this.#host.told(id);
      return entry.env;
    } catch (error) {
      if (!this.#all.has(id)) await this.#keeper.remove(id).catch(() => undefined);
      throw error;
    } finally {
      this.#making.delete(id);
    }
  }

  async #build(manifest: EnvManifest, kept?: Kept): Promise<Entry> {
    const { id } = manifest;
    const changed = (): void => this.#saveSoon(id, SAVE_MS);
    const builder = new EnvBuilder(manifest, {
      ...this.#host,
      changed,
      keep: (each) => this.#keep(each),
      filesOf: (each) => this.filesOf(each),
    });
    const parts = await builder.build(kept);
    const env = new OanixEnv(parts, this.#host.now, (job) => this.#host.endMain(job), kept);
    const entry: Entry = {
      env,
      layers: builder.layers,
      stopTimer: undefined,
      saving: Promise.resolve(),
    };
    this.#all.set(id, entry);
    const tell = (): void => {
      changed();
      this.#host.told(id);
    };
    env.onChange(tell);
    env.task?.onChange(tell);
    env.logs.onChange(changed);
    return entry;
  }

  async #keep(id: string): Promise<void> {
    if (this.#all.has(id)) await this.save(id);
    await this.#host.kept.sync();
  }

  #saveSoon(id: string, ms: number): void {
    const entry = this.#all.get(id);
    if (entry) entry.stopTimer ??= this.#host.after(ms, () => void this.#save(entry));
  }

  /** Whether it is kept; one save after the other, and what cannot be kept now is tried again. */
  async #save(entry: Entry): Promise<boolean> {
    entry.stopTimer?.();
    entry.stopTimer = undefined;
    const { env, layers } = entry;
    const isHere = (): boolean => this.#all.get(env.id) === entry;
    const saved = entry.saving
      .then(() => (isHere() ? this.#keeper.save(env, layers) : undefined))
      .then(
        () => true,
        () => {
          this.#saveSoon(env.id, RETRY_MS);
          return false;
        },
      );
    entry.saving = saved;
    return saved;
  }

  async #copyFiles(from: Path, to: Path): Promise<void> {
    const { tree } = this.#host.kept;
    for (const { name, kind } of await tree.readdir(from)) {
      const [source, target] = [
        [...from, name],
        [...to, name],
      ];
      if (kind === 'dir') {
        await makeDir(tree, target);
        await this.#copyFiles(source, target);
      } else if (kind === 'symlink') {
        await tree.symlink(await tree.readlink(source), target);
      } else await putFile(tree, target, (await readIfThere(tree, source)) ?? none);
    }
  }
}

/** A policy that a person has set holds for a fork too. */
const policiesOf = ({ notes }: OanixEnv): Kept['notes'] =>
  notes['policies'] === undefined ? undefined : { policies: notes['policies'] };

const none = new Uint8Array(0);
