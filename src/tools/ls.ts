/** ls(1). There is one user, who owns all files. Blocks are those that stat(1) shows. */
import type { NamespaceStat } from '../kernel/caller.ts';
import type { Entry } from '../kernel/service.ts';
import { join, list, readLink, stat, statIf, statIfThere } from './files.ts';
import type { Host, Tool } from './host.ts';
import { entryOf, type LsEntry } from './lsentry.ts';
import { type LsSettings, lsSettings } from './lsoptions.ts';
import { LsPrinter } from './lsprint.ts';
import { quoteHeading } from './lsquote.ts';
import { sortEntries } from './lssort.ts';
import { quoted } from './quote.ts';
import { Output, reasonOf, warn } from './stdio.ts';

const [TROUBLE, SERIOUS] = [1, 2];

export const ls: Tool = async (host) => {
  const { settings, operands } = lsSettings(host, await terminalWidth(host));
  const lister = new Lister(host, settings);
  return lister.run(operands.length > 0 ? operands : ['.']);
};

/** The columns of the terminal; 80 where there is none. */
async function terminalWidth(host: Host): Promise<number> {
  const given = Number(host.env['COLUMNS']);
  if (given > 0) return given;
  if (!host.isTerminal(1)) return 80;
  try {
    return (await host.terminal()).cols || 80;
  } catch (error) {
    reasonOf(error);
    return 80;
  }
}

interface Folder {
  readonly name: string;
  readonly isOperand: boolean;
  /** The folders that it is in, by device and number. */
  readonly within: readonly string[];
}

class Lister {
  readonly #host: Host;
  readonly #settings: LsSettings;
  readonly #out: Output;
  readonly #printer: LsPrinter;
  #status = 0;

  constructor(host: Host, settings: LsSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#out = new Output(host.stdout);
    this.#printer = new LsPrinter(host, settings, this.#out);
  }

  async run(operands: readonly string[]): Promise<number> {
    const { end, has } = this.#settings;
    const entries: LsEntry[] = [];
    for (const name of operands) {
      const entry = await this.#operand(name);
      if (entry) entries.push(entry);
      await this.#host.checkpoint();
    }
    const sorted = sortEntries(entries, this.#settings);
    const isListed = ({ kind }: LsEntry): boolean => kind === 'dir' && !has('directory');
    const files = sorted.filter((each) => !isListed(each));
    const folders = sorted
      .filter(isListed)
      .map(({ name }) => ({ name, isOperand: true, within: [] }));
    this.#printer.print(files);
    const hasHeadings = operands.length > 1 || has('recursive');
    let isFirst = files.length === 0;
    const left: Folder[] = folders.reverse();
    for (let folder = left.pop(); folder; folder = left.pop()) {
      const found = await this.#open(folder);
      if (!found) continue;
      if (hasHeadings) {
        const { quoting, hidesControls } = this.#settings;
        const heading = quoteHeading(folder.name, quoting, hidesControls);
        this.#out.text(`${isFirst ? '' : end}${heading}:${end}`);
      }
      isFirst = false;
      await this.#folder(folder, found, left);
    }
    await this.#out.flush();
    return this.#status;
  }

  async #fail(status: number, message: string): Promise<void> {
    await this.#out.flush();
    this.#status = Math.max(this.#status, status);
    await warn(this.#host, message);
  }

  async #operand(name: string): Promise<LsEntry | undefined> {
    const { follow } = this.#settings;
    try {
      const leads = follow === 'none' ? undefined : await statIfThere(this.#host, name);
      const isFollowed = leads && (follow !== 'directories' || leads.kind === 'dir');
      const found =
        isFollowed || follow === 'all' || follow === 'operands'
          ? (leads ?? (await stat(this.#host, name)))
          : await stat(this.#host, name, false);
      return await this.#entry(name, name, found);
    } catch (error) {
      await this.#fail(SERIOUS, `cannot access ${quoted(name)}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  async #entry(name: string, path: string, found: NamespaceStat): Promise<LsEntry> {
    const host = this.#host;
    const isLink = found.kind === 'symlink';
    const { format, indicator, color, has } = this.#settings;
    const needsTarget =
      format === 'long' || indicator !== 'none' || color || has('group-directories-first');
    if (!isLink || !needsTarget) return entryOf(name, found.kind, this.#settings, { stat: found });
    const target = await readLink(host, path).catch((error: unknown) => {
      reasonOf(error);
      return undefined;
    });
    const targetStat = await statIf(host, path);
    return entryOf(name, found.kind, this.#settings, { stat: found, target, targetStat });
  }

  /** The entries of a folder; undefined where it cannot be listed. */
  async #open({ name, isOperand, within }: Folder): Promise<Entry[] | undefined> {
    const { has } = this.#settings;
    const status = isOperand ? SERIOUS : TROUBLE;
    try {
      const found = has('recursive') ? await stat(this.#host, name) : undefined;
      if (found && within.includes(keyOf(found))) {
        await this.#fail(SERIOUS, `${name}: not listing already-listed directory`);
        return undefined;
      }
      return await list(this.#host, name);
    } catch (error) {
      await this.#fail(status, `cannot open directory ${quoted(name)}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  async #folder(folder: Folder, found: readonly Entry[], left: Folder[]): Promise<void> {
    const { format, has, dots } = this.#settings;
    const own: Entry[] = dots === 'all' ? ['.', '..'].map((name) => ({ name, kind: 'dir' })) : [];
    const entries: LsEntry[] = [];
    for (const entry of [...own, ...found]) {
      if (!this.#isListed(entry.name)) continue;
      entries.push(await this.#child(folder.name, entry));
      await this.#host.checkpoint();
    }
    const sorted = sortEntries(entries, this.#settings);
    if (format === 'long' || has('size')) this.#printer.total(sorted);
    this.#printer.print(sorted);
    if (this.#out.isFull) await this.#out.flush();
    if (!has('recursive')) return;
    const within = [...folder.within, keyOf(await stat(this.#host, folder.name))];
    for (const { name, kind } of sorted.toReversed())
      if (kind === 'dir' && name !== '.' && name !== '..')
        left.push({ name: join(folder.name, name), isOperand: false, within });
  }

  async #child(folder: string, { name, kind }: Entry): Promise<LsEntry> {
    if (!this.#needsStat(kind)) return entryOf(name, kind, this.#settings, {});
    const path = folder === '.' ? name : join(folder, name);
    try {
      return await this.#entry(
        name,
        path,
        await stat(this.#host, path, this.#settings.follow === 'all'),
      );
    } catch (error) {
      await this.#fail(TROUBLE, `cannot access ${quoted(path)}: ${reasonOf(error)}`);
      return entryOf(name, kind, this.#settings, {});
    }
  }

  #needsStat(kind: Entry['kind']): boolean {
    const { format, indicator, color, sort, follow, has } = this.#settings;
    if (format === 'long' || color || sort === 'time' || sort === 'size') return true;
    if (has('inode') || has('size')) return true;
    if (kind === 'symlink') {
      const needsKind = indicator !== 'none' || has('recursive');
      return (follow === 'all' && needsKind) || has('group-directories-first');
    }
    return kind === 'file' && indicator === 'classify';
  }

  #isListed(name: string): boolean {
    const { dots, isLeftOut } = this.#settings;
    if (name.startsWith('.') && dots === 'none') return false;
    return !isLeftOut(name);
  }
}

const keyOf = ({ dev, ino }: NamespaceStat): string => `${dev}:${ino}`;
