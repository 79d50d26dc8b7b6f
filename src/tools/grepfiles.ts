/** The files that grep searches: its operands and the files in folders, without those that --exclude and its kin name. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import type { Entry } from '../kernel/service.ts';
import { isDirectory, list, stat } from './files.ts';
import { globRegex } from './globs.ts';
import { contents, type Settings } from './grepoptions.ts';
import type { Host } from './host.ts';
import type { Regex } from './regex/index.ts';
import { reasonOf, warn } from './stdio.ts';

/** Names that are opened together; undefined is standard input. */
export type Names = readonly (string | undefined)[];

const TOGETHER = 32;

type Fail = (name: string, reason: string) => Promise<void>;

/**
 * A glob of --include or --exclude. The last one that matches a name decides. A name that none of them matches is left out where
 * the first one is --include.
 */
interface Rule {
  readonly isIncluded: boolean;
  readonly glob: Regex;
}

/** A folder that is being searched. */
interface Folder {
  /** The folder's device and number. One that is met again within itself is not searched again. */
  readonly id: string;
  /** What precedes the names in the folder. */
  readonly prefix: string;
  /** The entries that are left, the next one last. */
  readonly entries: Entry[];
}

/** A file that cannot be found is complained of, even where its name is excluded. */
const exists = (host: Host, name: string): Promise<boolean> =>
  stat(host, name).then(
    () => true,
    () => false,
  );

/** What a glob may match of an operand: all of it, or what stands behind one of its slashes. */
function tailsOf(operand: string): readonly Uint8Array[] {
  const slashes = [...operand.matchAll(/\/(?!\/)/g)].map(({ index }) => index + 1);
  return [0, ...slashes].map((at) => bytesOf(operand.slice(at)));
}

export class Files {
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #rules: readonly Rule[];
  readonly #excludeFolders: readonly Regex[];

  private constructor(host: Host, settings: Settings, rules: readonly Rule[]) {
    this.#host = host;
    this.#settings = settings;
    this.#rules = rules;
    this.#excludeFolders = settings
      .all('exclude-dir')
      .map(({ value }) => globRegex(value.replace(/(?!^)\/+$/, '')));
  }

  static async make(host: Host, settings: Settings): Promise<Files> {
    const rules: Rule[] = [];
    for (const { name, value } of settings.all('include', 'exclude', 'exclude-from')) {
      const isFile = name === 'exclude-from';
      const globs = isFile ? textOf(await contents(host, value)).split('\n') : [value];
      for (const glob of globs)
        if (glob !== '' || !isFile)
          rules.push({ isIncluded: name === 'include', glob: globRegex(glob) });
    }
    return new Files(host, settings, rules);
  }

  get #hasGlobs(): boolean {
    return this.#rules.length > 0 || this.#excludeFolders.length > 0;
  }

  get isRecursive(): boolean {
    return this.#settings.directories === 'recurse';
  }

  /** Yields the names of the files, several of one folder together, and undefined for standard input. */
  async *names(operands: readonly string[], fail: Fail): AsyncGenerator<Names> {
    if (operands.length === 0) {
      if (this.isRecursive) yield* this.#folder('.', '', fail);
      else yield [undefined];
      return;
    }
    for (const name of operands) {
      if (name === '-') {
        yield [undefined];
        continue;
      }
      if (this.#settings.directories === 'read' && !this.#hasGlobs) {
        yield [name];
        continue;
      }
      const isFolder = await isDirectory(this.#host, name);
      const names = tailsOf(name);
      if (isFolder && (this.#settings.directories === 'skip' || this.#isLeftOut(names, true)))
        continue;
      if (isFolder && this.isRecursive)
        yield* this.#folder(name, name.endsWith('/') ? name : `${name}/`, fail);
      else if (isFolder || !this.#isLeftOut(names, false) || !(await exists(this.#host, name)))
        yield [name];
    }
  }

  async *#folder(root: string, rootPrefix: string, fail: Fail): AsyncGenerator<Names> {
    const left: Folder[] = [];
    const enter = async (path: string, prefix: string): Promise<void> => {
      try {
        const { dev, ino } = await stat(this.#host, path);
        const id = `${dev}:${ino}`;
        if (left.some((each) => each.id === id)) {
          if (!this.#settings.has('no-messages'))
            await warn(this.#host, `${path}: warning: recursive directory loop`);
          return;
        }
        left.push({ id, prefix, entries: (await list(this.#host, path)).reverse() });
      } catch (error) {
        await fail(path, reasonOf(error));
      }
    };
    // A search that ends with the first match opens no other file.
    const most = this.#settings.isQuiet ? 1 : TOGETHER;
    let names: string[] = [];
    await enter(root, rootPrefix);
    for (let top = left.at(-1); top; top = left.at(-1)) {
      await this.#host.checkpoint();
      const entry = top.entries.pop();
      if (names.length >= most || (names.length > 0 && entry?.kind !== 'file')) {
        yield names;
        names = [];
      }
      if (!entry) {
        left.pop();
        continue;
      }
      const path = `${top.prefix}${entry.name}`;
      const follows = this.#settings.has('dereference-recursive');
      if (entry.kind === 'symlink' && !follows) continue;
      const isFolder =
        entry.kind === 'dir' || (entry.kind === 'symlink' && (await isDirectory(this.#host, path)));
      if (this.#isLeftOut([bytesOf(entry.name)], isFolder)) continue;
      if (isFolder) await enter(path, `${path}/`);
      else names.push(path);
    }
  }

  /** Whether one of the options leaves out what has one of these names. */
  #isLeftOut(names: readonly Uint8Array[], isFolder: boolean): boolean {
    const isNamed = (glob: Regex): boolean => names.some((name) => glob.find(name) !== undefined);
    if (isFolder) return this.#excludeFolders.some(isNamed);
    const last = this.#rules.findLast(({ glob }) => isNamed(glob));
    return last ? !last.isIncluded : (this.#rules[0]?.isIncluded ?? false);
  }
}
