/** install(1): copies files with a mode, or makes directories. There are no owners, and nothing strips programs. */
import { concat } from '../kernel/bytes.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { USUAL_UMASK } from '../kernel/service.ts';
import { BACKUP_OPTIONS, backupOf } from './backup.ts';
import { Copier } from './copying.ts';
import type { CopyRules } from './copyrules.ts';
import { type Destination, destinationOf, inFolder } from './destination.ts';
import { isDirectory, modeOf, place, setMode, stat, statIf } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { parentsOf } from './mkdir.ts';
import { parseMode } from './mode.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted } from './quote.ts';
import { BLOCK, reasonOf, warn } from './stdio.ts';

const USUAL_MODE = 0o755;

export const install: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... SOURCE... DEST, or -d [OPTION]... DIRECTORY...',
    options: [
      ...BACKUP_OPTIONS,
      ...['c', 'C|compare', 'd|directory', 'D', 'g|group=', 'm|mode=', 'o|owner='],
      ...['p|preserve-timestamps', 'preserve-context', 's|strip', 'strip-program='],
      ...['t|target-directory=', 'T|no-target-directory', 'v|verbose', 'Z', 'context=?'],
    ],
  });
  refuse(flags, 'group', 'owner', 'preserve-context', 'strip', 'strip-program', 'Z', 'context');
  const isFolders = flags.has('directory');
  if (isFolders && flags.has('target-directory'))
    throw new ToolError('target directory not allowed when installing a directory');
  if (flags.has('compare') && flags.has('preserve-timestamps'))
    misuse(host.name, 'options --compare (-C) and --preserve-timestamps are mutually exclusive');
  const given = flags.value('mode');
  const change = given === undefined ? () => USUAL_MODE : parseMode(given);
  if (!change) throw new ToolError(`invalid mode ${inQuotes(given ?? '')}`);
  const mode = change(0, isFolders, 0);
  return isFolders ? makeFolders(host, flags, mode) : new Installer(host, flags, mode).run();
};

async function makeFolders(host: Host, flags: Flags, mode: number): Promise<number> {
  if (flags.operands.length === 0) misuse(host.name, 'missing file operand');
  let status = 0;
  for (const name of flags.operands) {
    await host.checkpoint();
    try {
      await makeParents(host, name, flags);
      if (!(await isDirectory(host, name))) await makeFolder(host, name, flags);
      await setMode(host, name, mode);
    } catch (error) {
      const message =
        error instanceof ToolError
          ? error.message
          : `cannot change permissions of ${quoted(name)}: ${reasonOf(error)}`;
      await warn(host, message);
      status = 1;
    }
  }
  return status;
}

async function makeParents(host: Host, name: string, flags: Flags): Promise<void> {
  for (const parent of parentsOf(name)) {
    const found = await statIf(host, parent);
    if (found && found.kind !== 'dir')
      throw new ToolError(`cannot create directory ${inQuotes(parent)}: Not a directory`);
    if (!found) await makeFolder(host, parent, flags);
  }
}

/** Makes a directory that the umask takes nothing from. */
async function makeFolder(host: Host, name: string, flags: Flags): Promise<void> {
  try {
    await host.call('mkdir', place(host, name));
    if (host.umask !== USUAL_UMASK) await setMode(host, name, USUAL_MODE);
  } catch (error) {
    throw new ToolError(`cannot create directory ${inQuotes(name)}: ${reasonOf(error)}`);
  }
  if (flags.has('verbose'))
    await host.stdout.write(bytesOf(`${host.name}: creating directory ${quoted(name)}\n`));
}

class Installer {
  readonly #host: Host;
  readonly #flags: Flags;
  readonly #mode: number;
  readonly #rules: CopyRules;
  #status = 0;

  constructor(host: Host, flags: Flags, mode: number) {
    this.#host = host;
    this.#flags = flags;
    this.#mode = mode;
    this.#rules = {
      recursive: false,
      follow: 'all',
      keepsTimes: flags.has('preserve-timestamps'),
      mode: 'default',
      keepsLinks: false,
      way: 'copy',
      overwrite: 'yes',
      updates: false,
      force: false,
      // A program that runs keeps its content.
      removesFirst: true,
      verbose: flags.has('verbose'),
      isOneDevice: false,
      moves: false,
      backup: backupOf(host, flags),
    };
  }

  async run(): Promise<number> {
    const { names, folder, to } = await this.#destination();
    const copier = new Copier(this.#host, this.#rules, folder !== undefined && names.length > 1);
    for (const name of names)
      await this.#install(copier, name, folder === undefined ? to : inFolder(folder, name));
    return this.#status;
  }

  /** With -D the directories on the way are made. */
  async #destination(): Promise<Destination> {
    const [host, flags] = [this.#host, this.#flags];
    const folder = flags.value('target-directory');
    const isAlone = flags.has('no-target-directory');
    if (folder !== undefined && !isAlone && flags.operands.length > 0) {
      if (flags.has('D') && !(await isDirectory(host, folder))) {
        await makeParents(host, folder, flags);
        await makeFolder(host, folder, flags);
      }
      try {
        await stat(host, folder);
      } catch (error) {
        throw new ToolError(`failed to access ${quoted(folder)}: ${reasonOf(error)}`);
      }
    }
    const found = await destinationOf(host, flags);
    if (found.folder === undefined && flags.has('D')) await makeParents(host, found.to, flags);
    return found;
  }

  async #install(copier: Copier, from: string, to: string): Promise<void> {
    const host = this.#host;
    if (this.#flags.has('compare') && (await this.#isInstalled(from, to))) return;
    if ((await copier.copy(from, to)) === 'failed') {
      this.#status = 1;
      return;
    }
    try {
      await setMode(host, to, this.#mode);
    } catch (error) {
      await warn(host, `cannot change permissions of ${quoted(to)}: ${reasonOf(error)}`);
      this.#status = 1;
    }
  }

  /** Whether there is a file of this content and mode already. */
  async #isInstalled(from: string, to: string): Promise<boolean> {
    const [source, target] = [await statIf(this.#host, from), await statIf(this.#host, to, false)];
    if (source?.kind !== 'file' || target?.kind !== 'file') return false;
    if (source.size !== target.size || modeOf(target) !== this.#mode) return false;
    const [one, other] = [
      await this.#host.open(from, OPEN.read),
      await this.#host.open(to, OPEN.read),
    ];
    try {
      return await isSameContent(this.#host, one, other);
    } finally {
      await one.close();
      await other.close();
    }
  }
}

async function isSameContent(host: Host, one: Source, other: Source): Promise<boolean> {
  for (;;) {
    const [a, b] = [await wholeBlock(one), await wholeBlock(other)];
    if (a.length !== b.length || a.some((byte, i) => byte !== b[i])) return false;
    if (a.length < BLOCK) return true;
    await host.checkpoint();
  }
}

/** A block that is short only at the end of the source. */
async function wholeBlock(source: Source): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < BLOCK; ) {
    const part = await source.read(BLOCK - length);
    if (part.length === 0) break;
    parts.push(part.slice());
    length += part.length;
  }
  return concat(parts);
}
