/** The files that grep searches: its operands and the files in folders, without those that --exclude and its kin name. */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import type { Entry } from '../kernel/service.ts';
import { contents, type Settings } from './grepoptions.ts';
import type { Host } from './host.ts';
import { compile, type Regex } from './regex/index.ts';
import { reasonOf } from './stdio.ts';

const LIST = 1024;

type Fail = (name: string, reason: string) => Promise<void>;

export class Files {
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #include: readonly Regex[];
  readonly #exclude: readonly Regex[];
  readonly #excludeFolders: readonly Regex[];

  private constructor(host: Host, settings: Settings, excluded: readonly string[]) {
    this.#host = host;
    this.#settings = settings;
    this.#include = settings.all('include').map(globRegex);
    this.#exclude = [...settings.all('exclude'), ...excluded].map(globRegex);
    this.#excludeFolders = settings
      .all('exclude-dir')
      .map((glob) => globRegex(glob.replace(/(?!^)\/+$/, '')));
  }

  static async make(host: Host, settings: Settings): Promise<Files> {
    const excluded: string[] = [];
    for (const name of settings.all('exclude-from'))
      excluded.push(...textOf(await contents(host, name)).split('\n'));
    return new Files(host, settings, excluded.filter(Boolean));
  }

  get isRecursive(): boolean {
    return this.#settings.directories === 'recurse';
  }

  /** Yields the names of the files, and undefined for standard input. */
  async *names(operands: readonly string[], fail: Fail): AsyncGenerator<string | undefined> {
    if (operands.length === 0) {
      if (this.isRecursive) yield* this.#folder('.', '', fail);
      else yield undefined;
      return;
    }
    for (const name of operands) {
      if (name === '-') {
        yield undefined;
        continue;
      }
      const isFolder = await this.#isFolder(name);
      if (isFolder && (this.#settings.directories === 'skip' || this.#isLeftOut(name, true)))
        continue;
      if (isFolder && this.isRecursive)
        yield* this.#folder(name, name.endsWith('/') ? name : `${name}/`, fail);
      else if (isFolder || !this.#isLeftOut(name, false)) yield name;
    }
  }

  async *#folder(root: string, rootPrefix: string, fail: Fail): AsyncGenerator<string> {
    const left: [path: string, prefix: string, entries: Entry[]][] = [];
    const enter = async (path: string, prefix: string): Promise<void> => {
      try {
        left.push([path, prefix, (await this.#list(path)).reverse()]);
      } catch (error) {
        await fail(path, reasonOf(error));
      }
    };
    await enter(root, rootPrefix);
    for (let top = left.at(-1); top; top = left.at(-1)) {
      await this.#host.checkpoint();
      const entry = top[2].pop();
      if (!entry) {
        left.pop();
        continue;
      }
      const path = `${top[1]}${entry.name}`;
      const follows = this.#settings.has('dereference-recursive');
      if (entry.kind === 'symlink' && !follows) continue;
      const isFolder =
        entry.kind === 'dir' || (entry.kind === 'symlink' && (await this.#isFolder(path)));
      if (this.#isLeftOut(path, isFolder)) continue;
      if (!isFolder) yield path;
      else if (left.length < 256) await enter(path, `${path}/`);
      else await fail(path, 'Too many levels of symbolic links');
    }
  }

  async #isFolder(name: string): Promise<boolean> {
    try {
      const { stat } = await this.#host.call('stat', {
        dir: -1,
        path: this.#host.path(name),
        follow: true,
      });
      return stat.kind === 'dir';
    } catch (error) {
      reasonOf(error);
      return false;
    }
  }

  async #list(path: string): Promise<Entry[]> {
    const { fd, close } = await this.#host.open(path, OPEN.read | OPEN.directory);
    try {
      const all: Entry[] = [];
      for (;;) {
        const { entries, total } = await this.#host.call('list', {
          fd,
          from: all.length,
          count: LIST,
        });
        all.push(...entries);
        if (entries.length === 0 || all.length >= total) return all;
      }
    } finally {
      await close();
    }
  }

  #isLeftOut(path: string, isFolder: boolean): boolean {
    const bytes = bytesOf(path.replace(/(?!^)\/+$/, ''));
    const name = bytes.subarray(bytes.lastIndexOf(47) + 1);
    const isNamed = (globs: readonly Regex[]): boolean =>
      globs.some((glob) => glob.find(name) !== undefined || glob.find(bytes) !== undefined);
    if (isFolder) return isNamed(this.#excludeFolders);
    if (isNamed(this.#exclude)) return true;
    return this.#include.length > 0 && !isNamed(this.#include);
  }
}

function globRegex(glob: string): Regex {
  const source = glob.replace(
    /\\([\s\S])|\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]|[\s\S]/g,
    (part, escaped?: string) => {
      if (escaped !== undefined)
        return /[.*[\]^$(){}|+?\\]/.test(escaped) ? `\\${escaped}` : escaped;
      if (part === '*') return '.*';
      if (part === '?') return '.';
      if (part.length > 1) return part.replace(/^\[!/, '[^');
      return /[.[\]^$(){}|+\\]/.test(part) ? `\\${part}` : part;
    },
  );
  return compile(source, { syntax: 'ere', lenient: true, whole: 'line' });
}
