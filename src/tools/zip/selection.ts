/** The files that zip(1) is to pack: names of the command line, what directories hold, and patterns. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { textOf } from '../../kernel/rawtext.ts';
import { isSame, list, stat, statIf } from '../files.ts';
import type { Host } from '../host.ts';
import { readAll, reasonOf } from '../stdio.ts';
import { ZipError } from './zipmessages.ts';
import { type Matches, matcherOf, type ZipOptions } from './zipoptions.ts';

/** A file, a directory or a symbolic link that is to be packed. */
export interface Member {
  /** The name in the archive; that of a directory ends in a slash. */
  readonly name: string;
  /** The name of the file; `-` for standard input. */
  readonly path: string;
  /** Undefined for standard input. */
  readonly stat: NamespaceStat | undefined;
}

export class Selection {
  readonly #host: Host;
  readonly #options: ZipOptions;
  readonly #old: readonly string[];
  readonly #warn: (text: string) => Promise<void>;
  #archive: NamespaceStat | undefined;
  #isWanted: Matches = () => true;
  readonly found = new Map<string, Member>();

  /** `old` are the names that the archive has. */
  constructor(
    host: Host,
    options: ZipOptions,
    old: readonly string[],
    warn: (text: string) => Promise<void>,
  ) {
    this.#host = host;
    this.#options = options;
    this.#old = old;
    this.#warn = warn;
  }

  async run(): Promise<void> {
    const { archive, names, has, action } = this.#options;
    this.#isWanted = await this.#filter();
    if (archive !== '-') this.#archive = await statIf(this.#host, archive);
    const all = [...names, ...(has('@') ? await this.#readNames() : [])];
    if (all.length === 0 && action === 'freshen') all.push(...this.#old);
    for (const name of all) if (!(await this.#add(name))) await this.#pattern(name);
  }

  /** The names of the archive that are to be deleted. */
  async deleted(): Promise<ReadonlySet<string>> {
    this.#isWanted = await this.#filter();
    const chosen = new Set<string>();
    for (const name of this.#options.names) {
      const found = this.#old.filter(matcherOf(name));
      if (found.length === 0 && !(await statIf(this.#host, name)))
        await this.#warn(`name not matched: ${name}`);
      for (const each of found) if (this.#isWanted(each)) chosen.add(each);
    }
    return chosen;
  }

  async #filter(): Promise<Matches> {
    const includes = await this.#matchers('i', this.#options.includes);
    const excludes = await this.#matchers('x', this.#options.excludes);
    return (name) =>
      !excludes.some((each) => each(name)) &&
      (includes.length === 0 || includes.some((each) => each(name)));
  }

  async #matchers(letter: string, patterns: readonly string[]): Promise<Matches[]> {
    const all: Matches[] = [];
    for (const pattern of patterns)
      if (!pattern.startsWith('@') || pattern === '@') all.push(matcherOf(pattern));
      else all.push(...(await this.#patternFile(letter, pattern.slice(1))).map(matcherOf));
    return all;
  }

  async #patternFile(letter: string, name: string): Promise<string[]> {
    try {
      const file = await this.#host.open(name, OPEN.read);
      try {
        return linesOf(textOf(await readAll(file)));
      } finally {
        await file.close();
      }
    } catch (error) {
      throw new ZipError(18, `${letter} pattern file '@${name}'`, reasonOf(error));
    }
  }

  async #readNames(): Promise<string[]> {
    return linesOf(textOf(await readAll(this.#host.stdin)));
  }

  /** Returns false where there is no such file. */
  async #add(path: string): Promise<boolean> {
    await this.#host.checkpoint();
    if (path === '-') {
      this.#put({ name: '-', path, stat: undefined });
      return true;
    }
    let about: NamespaceStat;
    try {
      about = await stat(this.#host, path, !this.#options.has('y'));
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
    if (about.kind === 'dir') await this.#directory(path, about);
    else if (!this.#archive || !isSame(this.#archive, about))
      this.#put({ name: this.#inside(path), path, stat: about });
    return true;
  }

  async #directory(path: string, about: NamespaceStat): Promise<void> {
    const { has } = this.#options;
    const whole = path === '.' ? '' : path.endsWith('/') ? path : `${path}/`;
    if (whole !== '' && !has('D'))
      this.#put({ name: this.#inside(whole), path: whole, stat: about });
    if (!has('r')) return;
    try {
      for (const { name } of await list(this.#host, path)) await this.#add(whole + name);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await this.#warn(`could not open for reading: ${path}`);
    }
  }

  /** Takes the name for a pattern of names that the archive has. */
  async #pattern(pattern: string): Promise<void> {
    const found = this.#old.filter(matcherOf(pattern));
    if (found.length === 0) await this.#warn(`name not matched: ${pattern}`);
    for (const each of found) await this.#add(each);
  }

  /** The name in the archive, which leads nowhere but down from the directory. */
  #inside(path: string): string {
    const relative = path.replace(/^\/+/, '').replace(/^(?:\.\/)+/, '');
    return this.#options.has('j') ? relative.slice(relative.lastIndexOf('/') + 1) : relative;
  }

  #put(member: Member): void {
    const { name, path } = member;
    if (name === '' || !this.#isWanted(name)) return;
    const before = this.found.get(name);
    if (!before) this.found.set(name, member);
    else if (before.path !== path && !this.#old.includes(name))
      throw new RepeatedName(before.path, path, name, this.#options.has('j'));
  }
}

const linesOf = (text: string): string[] => text.split('\n').filter((each) => each !== '');

/** Two files that would have one name in the archive. */
export class RepeatedName extends Error {
  readonly text: string;

  constructor(first: string, second: string, name: string, isJunked: boolean) {
    super(name);
    const [one, other] = [first, second].sort();
    const more = isJunked ? `\n${' '.repeat(21)}this may be a result of using -j` : '';
    this.text = `  first full name: ${one}\n${' '.repeat(22)}second full name: ${other}\n${' '.repeat(21)}name in zip file repeated: ${name}${more}`;
  }
}
