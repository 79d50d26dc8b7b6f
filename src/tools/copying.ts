/** Copies and moves of files, links and whole directories, as cp, mv and install make them. */

import { type NamespaceStat, noFile } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { ask } from './ask.ts';
import { rename } from './backup.ts';
import { copyAttributes, copyContent, unlinkFirst } from './copycontent.ts';
import { copyLink, copySymlink, refuseRelativeLink, removeTarget, targetOf } from './copylinks.ts';
import type { CopyRules } from './copyrules.ts';
import { baseName, isSame, join, list, place, stat, statIf } from './files.ts';
import { type Host, ToolError } from './host.ts';
import { quoted } from './quote.ts';
import { entryKey, judge } from './samefile.ts';
import { reasonOf, warn } from './stdio.ts';

/** A file to copy. A directory comes a second time, when all that is in it was copied. */
interface Task {
  readonly from: string;
  readonly to: string;
  readonly isTop: boolean;
  /** The directories that it was found in, by device and number. */
  readonly parent?: Parent;
  saved?: string;
  copied?: { readonly source: NamespaceStat; readonly isNew: boolean };
}

interface Parent {
  readonly key: string;
  readonly dev: number;
  readonly parent?: Parent | undefined;
}

/** `kept`: the source stays where it is. `moved`: it was renamed. */
export type CopyResult = 'failed' | 'copied' | 'moved' | 'kept';

const keyOf = ({ dev, ino }: NamespaceStat): string => `${dev}:${ino}`;
/** The streams of the shell are files that only it can open. */
const STREAM_NAME = /^\/dev\/(stdin|fd\/\d+)$/;
const isDir = (found: NamespaceStat | undefined): boolean => found?.kind === 'dir';

export class Copier {
  readonly #host: Host;
  readonly #rules: CopyRules;
  /** The copy of each file and directory that may be met again. */
  readonly #copies = new Map<string, string>();
  /** What the command line has named, and what was made for it; undefined where it names one file. */
  readonly #given: Set<string> | undefined;
  readonly #made: Set<string> | undefined;
  #result: CopyResult = 'copied';
  #top: Task | undefined;
  #isFirstDirectory = true;

  constructor(host: Host, rules: CopyRules, hasSeveral: boolean) {
    this.#host = host;
    this.#rules = rules;
    this.#given = hasSeveral && host.name !== 'install' ? new Set() : undefined;
    this.#made = hasSeveral ? new Set() : undefined;
  }

  async copy(from: string, to: string): Promise<CopyResult> {
    this.#result = 'copied';
    this.#isFirstDirectory = true;
    const top: Task = { from, to, isTop: true };
    this.#top = top;
    const tasks = [top];
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      await this.#host.checkpoint();
      try {
        await this.#visit(task, tasks);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        this.#result = 'failed';
        await warn(this.#host, error.message);
        await this.#restore(task);
      }
    }
    return this.#result;
  }

  async #visit(task: Task, tasks: Task[]): Promise<void> {
    const [host, rules] = [this.#host, this.#rules];
    if (task.copied)
      return copyAttributes(host, task.to, task.copied.source, task.copied.isNew, rules);
    if (rules.moves && task.isTop && (await this.#renameToNew(task))) return;
    const source = await this.#source(task);
    if (task.isTop && (await this.#isRepeated(task, source))) return;
    let target = await this.#target(task, source);
    if (target) {
      if (!(await this.#mayReplace(task, source, target))) return;
      if (await this.#setAside(task, source, target)) target = undefined;
    }
    if (task.isTop) await this.#refuseOwnLink(task);
    if (rules.verbose && !rules.moves && source.kind !== 'dir') await this.#tell(task);
    if (await this.#isLinked(task, source)) return;
    if (rules.moves && task.isTop) {
      if (await this.#rename(task, source)) return;
      if (target) await removeTarget(host, task.from, task.to, target);
      target = undefined;
    }
    if (rules.moves && rules.verbose && source.kind !== 'dir') await this.#tell(task, 'copied ');
    if (source.kind === 'dir') await this.#directory(task, source, target, tasks);
    else await this.#file(task, source, target);
  }

  /** Renames the source where its new name is free. */
  async #renameToNew({ from, to, ...task }: Task): Promise<boolean> {
    const there = await statIf(this.#host, to, false);
    if (there) return false;
    try {
      await rename(this.#host, from, to);
    } catch (error) {
      reasonOf(error);
      return false;
    }
    await this.#renamed({ from, to, ...task });
    return true;
  }

  async #renamed(task: Task): Promise<void> {
    this.#result = 'moved';
    if (this.#rules.verbose) await this.#tell(task, 'renamed ');
    await this.#recordMade(task.to);
  }

  async #source({ from, isTop }: Task): Promise<NamespaceStat> {
    const { follow, recursive } = this.#rules;
    let found: NamespaceStat;
    try {
      found = await stat(this.#host, from, follow === 'all' || (isTop && follow === 'operands'));
    } catch (error) {
      if (STREAM_NAME.test(from)) return noFile;
      throw new ToolError(`cannot stat ${quoted(from)}: ${reasonOf(error)}`);
    }
    if (found.kind === 'dir' && !recursive)
      throw new ToolError(
        `${this.#host.name === 'install' ? '' : '-r not specified; '}omitting directory ${quoted(from)}`,
      );
    return found;
  }

  /** Whether the command line has named the file before. */
  async #isRepeated({ from }: Task, source: NamespaceStat): Promise<boolean> {
    if (!this.#given || this.#rules.moves) return false;
    const key = `${keyOf(source)} ${await entryKey(this.#host, from)}`;
    const isRepeated = source.kind !== 'dir' && !this.#rules.backup && this.#given.has(key);
    this.#given.add(key);
    if (isRepeated)
      await warn(this.#host, `warning: source file ${quoted(from)} specified more than once`);
    return isRepeated;
  }

  /** What stands at the target; undefined where nothing does. Content is written through links. */
  async #target({ to }: Task, source: NamespaceStat): Promise<NamespaceStat | undefined> {
    const { moves, way, backup, removesFirst, force } = this.#rules;
    const isEntry =
      source.kind !== 'file' ||
      moves ||
      way === 'link' ||
      way === 'symlink' ||
      backup ||
      removesFirst;
    try {
      return await stat(this.#host, to, !isEntry);
    } catch (error) {
      const reason = reasonOf(error);
      if (hasCode(error, 'ENOENT') || (force && hasCode(error, 'ELOOP'))) return undefined;
      throw new ToolError(`cannot stat ${quoted(to)}: ${reason}`);
    }
  }

  /** False where the target stays as it is. Throws where it must not be replaced. */
  async #mayReplace(task: Task, source: NamespaceStat, target: NamespaceStat): Promise<boolean> {
    const [host, rules] = [this.#host, this.#rules];
    const { from, to } = task;
    const isDirectory = source.kind === 'dir';
    if (rules.overwrite !== 'no') {
      const verdict = await judge(host, { from, to, source, target }, rules);
      if (verdict === 'same')
        throw new ToolError(`${quoted(from)} and ${quoted(to)} are the same file`);
      if (verdict === 'done') return false;
    }
    if (rules.updates && !isDirectory && target.mtime >= source.mtime) return this.#keep();
    if ((rules.moves || !isDirectory) && !(await this.#isAllowed(to))) return this.#keep();
    const replacesAll = rules.moves && rules.backup !== undefined;
    if (!isDir(target)) {
      if (isDirectory && !replacesAll)
        throw new ToolError(
          `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`,
        );
      if (task.isTop && rules.backup?.kind !== 'numbered' && this.#wasMade(to, target))
        throw new ToolError(`will not overwrite just-created ${quoted(to)} with ${quoted(from)}`);
    } else if (!isDirectory && !replacesAll)
      throw new ToolError(`cannot overwrite directory ${quoted(to)} with non-directory`);
    return true;
  }

  #keep(): false {
    if (this.#rules.moves) this.#result = 'kept';
    return false;
  }

  async #isAllowed(to: string): Promise<boolean> {
    const { overwrite } = this.#rules;
    if (overwrite === 'ask') return ask(this.#host, `overwrite ${quoted(to)}? `);
    return overwrite === 'yes';
  }

  #wasMade(to: string, target: NamespaceStat): boolean {
    return this.#made?.has(`${keyOf(target)} ${to}`) ?? false;
  }

  async #recordMade(to: string): Promise<void> {
    if (!this.#made) return;
    const found = await statIf(this.#host, to, false);
    if (found) this.#made.add(`${keyOf(found)} ${to}`);
  }

  /** Backs the target up, or removes it. Returns whether its name is free then. */
  async #setAside(task: Task, source: NamespaceStat, target: NamespaceStat): Promise<boolean> {
    const [host, rules] = [this.#host, this.#rules];
    const { from, to } = task;
    const base = baseName(from);
    const { backup, moves } = rules;
    if (backup && base !== '.' && base !== '..' && (moves || !isDir(target))) {
      if (backup.kind !== 'numbered') await this.#refuseLoss(task, source, backup.suffix);
      task.saved = await backup.make(host, to);
      return true;
    }
    if (isDir(target) || moves) return false;
    const isReplaced =
      (rules.keepsLinks && target.nlink > 1) || (rules.follow === 'none' && source.kind !== 'file');
    if (!rules.removesFirst && !(rules.way !== 'attributes' && isReplaced)) return false;
    await unlinkFirst(host, to, rules);
    return true;
  }

  /** The backup of the target must not be made over the source. */
  async #refuseLoss({ from, to }: Task, source: NamespaceStat, suffix: string): Promise<void> {
    if (baseName(from) !== baseName(to) + suffix) return;
    const saved = await statIf(this.#host, to + suffix);
    if (!saved || !isSame(saved, source)) return;
    const verb = this.#rules.moves ? 'moved' : 'copied';
    throw new ToolError(
      `backing up ${quoted(to)} might destroy source;  ${quoted(from)} not ${verb}`,
    );
  }

  /** A link that was just made must not be written through. */
  async #refuseOwnLink({ from, to }: Task): Promise<void> {
    if (!this.#made || this.#rules.moves || this.#rules.backup) return;
    const there = await statIf(this.#host, to, false);
    if (there?.kind === 'symlink' && this.#wasMade(to, there))
      throw new ToolError(
        `will not copy ${quoted(from)} through just-created symlink ${quoted(to)}`,
      );
  }

  /** Makes a link to the copy of a file that was copied under another name. Returns whether nothing is left to do. */
  async #isLinked(task: Task, source: NamespaceStat): Promise<boolean> {
    const { keepsLinks, way, follow, moves } = this.#rules;
    const isDirectory = source.kind === 'dir';
    const mayRepeat =
      isDirectory ||
      (keepsLinks &&
        way !== 'link' &&
        (source.nlink > 1 || follow === 'all' || (task.isTop && follow === 'operands')));
    if (!mayRepeat) return false;
    const key = keyOf(source);
    const earlier = this.#copies.get(key);
    if (earlier === undefined) {
      if (!isDirectory || task.isTop) this.#copies.set(key, task.to);
      return false;
    }
    if (!isDirectory) {
      await copyLink(this.#host, this.#rules, earlier, task.to, true);
      return true;
    }
    return this.#isDirectoryRepeated(task, earlier, moves);
  }

  async #isDirectoryRepeated(task: Task, earlier: string, moves: boolean): Promise<boolean> {
    const host = this.#host;
    const { follow } = this.#rules;
    const { from, to } = this.#top as Task;
    if ((await entryKey(host, task.from)) === (await entryKey(host, earlier))) {
      this.#result = 'failed';
      throw new ToolError(`cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`);
    }
    if ((await entryKey(host, task.to)) === (await entryKey(host, earlier))) {
      await warn(host, `warning: source directory ${quoted(from)} specified more than once`);
      if (moves) this.#result = 'kept';
      return true;
    }
    if (follow === 'all' || (task.isTop && follow === 'operands')) return false;
    throw new ToolError(`will not create hard link ${quoted(to)} to directory ${quoted(earlier)}`);
  }

  async #rename(task: Task, source: NamespaceStat): Promise<boolean> {
    const { from, to } = task;
    try {
      await rename(this.#host, from, to);
    } catch (error) {
      const reason = reasonOf(error);
      if (hasCode(error, 'EXDEV')) return false;
      if (source.kind === 'dir' && hasCode(error, 'EINVAL'))
        throw new ToolError(
          `cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}`,
        );
      const isTarget = hasCode(error, 'EEXIST', 'EISDIR', 'ENOSPC');
      throw new ToolError(
        isTarget
          ? `cannot overwrite ${quoted(to)}: ${reason}`
          : `cannot move ${quoted(from)} to ${quoted(to)}: ${reason}`,
      );
    }
    await this.#renamed(task);
    return true;
  }

  async #directory(
    task: Task,
    source: NamespaceStat,
    target: NamespaceStat | undefined,
    tasks: Task[],
  ): Promise<void> {
    const [host, rules] = [this.#host, this.#rules];
    const { from, to } = task;
    const key = keyOf(source);
    for (let at = task.parent; at; at = at.parent)
      if (at.key === key) throw new ToolError(`cannot copy cyclic symbolic link ${quoted(from)}`);
    const isNew = !isDir(target);
    if (isNew) await this.#makeDirectory(task);
    tasks.push({ ...task, copied: { source, isNew } });
    if (rules.isOneDevice && task.parent && task.parent.dev !== source.dev) return;
    const parent = { key, dev: source.dev, parent: task.parent };
    let entries: readonly { name: string }[];
    try {
      entries = await list(host, from);
    } catch (error) {
      throw new ToolError(`cannot access ${quoted(from)}: ${reasonOf(error)}`);
    }
    for (const { name } of entries.toReversed())
      tasks.push({ from: join(from, name), to: join(to, name), isTop: false, parent });
  }

  async #makeDirectory(task: Task): Promise<void> {
    const [host, { moves, verbose }] = [this.#host, this.#rules];
    try {
      await host.call('mkdir', place(host, task.to));
    } catch (error) {
      throw new ToolError(`cannot create directory ${quoted(task.to)}: ${reasonOf(error)}`);
    }
    // The copy may be met again where a directory is copied into itself.
    if (this.#isFirstDirectory) {
      this.#isFirstDirectory = false;
      this.#copies.set(keyOf(await stat(host, task.to)), task.to);
    }
    if (!verbose) return;
    if (moves) await host.stdout.write(bytesOf(`created directory ${quoted(task.to)}\n`));
    else await this.#tell(task);
  }

  async #file(task: Task, source: NamespaceStat, target: NamespaceStat | undefined): Promise<void> {
    const [host, rules] = [this.#host, this.#rules];
    const { from, to } = task;
    if (rules.way === 'symlink') {
      await refuseRelativeLink(host, from, to);
      await copySymlink(host, rules, from, to, ` to ${quoted(from)}`);
    } else if (rules.way === 'link')
      await copyLink(host, rules, from, to, rules.force || rules.overwrite === 'ask');
    else if (source.kind === 'symlink')
      await copySymlink(host, rules, await targetOf(host, from), to, '');
    else {
      const made = await copyContent(host, from, to, target === undefined, rules);
      await copyAttributes(host, to, source, made, rules);
    }
    if (task.isTop) await this.#recordMade(to);
    if (source.kind === 'symlink' && rules.way === 'copy')
      await copyAttributes(host, to, source, true, rules);
  }

  /** Gives a backup its name again where the copy has failed. */
  async #restore({ to, saved }: Task): Promise<void> {
    if (saved === undefined) return;
    try {
      await rename(this.#host, saved, to);
    } catch (error) {
      await warn(this.#host, `cannot un-backup ${quoted(to)}: ${reasonOf(error)}`);
      return;
    }
    if (!this.#rules.verbose) return;
    await this.#host.stdout.write(bytesOf(`${quoted(saved)} -> ${quoted(to)} (unbackup)\n`));
  }

  async #tell({ from, to, saved }: Task, verb = ''): Promise<void> {
    const kept = saved === undefined ? '' : ` (backup: ${quoted(saved)})`;
    await this.#host.stdout.write(bytesOf(`${verb}${quoted(from)} -> ${quoted(to)}${kept}\n`));
  }
}
