/** chmod(1). Modes are data that files carry; a service that keeps none takes any without a word. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { join, list, modeOf, place, setMode, stat } from './files.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { type ModeChange, parseMode, permissionText } from './mode.ts';
import { misuse } from './options.ts';
import { inQuotes, quoted, quotedIfNeeded } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

/** A mode that begins with a hyphen, which looks like options. */
const MODE_WORD = /^-[rwxXstugoa,+=0-7]/;

export const chmod: Tool = async (host) => {
  const { words, modes } = splitModes(host.args);
  const flags = flagsOf(
    { ...host, args: words },
    {
      usage: '[OPTION]... MODE[,MODE]... FILE...',
      options: [
        'c|changes',
        'f|silent',
        'quiet',
        'no-preserve-root',
        'preserve-root',
        'R|recursive',
        'reference=',
        'v|verbose',
      ],
    },
  );
  const { change, names } = await requestOf(host, flags, modes);
  const isRecursive = flags.has('recursive');
  const changer = new Changer(host, change, {
    isRecursive,
    isSilent: flags.has('silent') || flags.has('quiet'),
    shown: flags.last('changes', 'verbose'),
    warnsOfUmask: modes.length > 0,
    preservesRoot:
      isRecursive && flags.last('preserve-root', 'no-preserve-root') === 'preserve-root',
  });
  for (const name of names) await changer.run(name);
  return changer.status;
};

/** The words without those that are modes, such as `-w`. */
function splitModes(args: readonly string[]): { words: string[]; modes: string[] } {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  return {
    words: [...before.filter((word) => !MODE_WORD.test(word)), ...(end < 0 ? [] : args.slice(end))],
    modes: before.filter((word) => MODE_WORD.test(word)),
  };
}

/** What is to be changed, and in which files. */
async function requestOf(
  host: Host,
  flags: Flags,
  modes: readonly string[],
): Promise<{ change: ModeChange; names: readonly string[] }> {
  const reference = flags.value('reference');
  if (reference !== undefined && modes.length > 0)
    misuse(host.name, 'cannot combine mode and --reference options');
  const isGiven = reference !== undefined || modes.length > 0;
  const text = isGiven ? modes.join(',') : flags.operands[0];
  const names = isGiven ? flags.operands : flags.operands.slice(1);
  if (names.length === 0) {
    const last = flags.operands.at(-1);
    misuse(
      host.name,
      text === undefined || isGiven || last === undefined
        ? 'missing operand'
        : `missing operand after ${inQuotes(last)}`,
    );
  }
  if (reference !== undefined) {
    const found = await stat(host, reference).catch((error: unknown) => {
      throw new ToolError(`failed to get attributes of ${quoted(reference)}: ${reasonOf(error)}`);
    });
    const mode = modeOf(found);
    return { change: () => mode, names };
  }
  const change = parseMode(text as string);
  return {
    change: change ?? misuse(host.name, `invalid mode: ${inQuotes(text as string)}`),
    names,
  };
}

interface ChmodRules {
  readonly isRecursive: boolean;
  readonly isSilent: boolean;
  readonly shown: string | undefined;
  /** A mode that looks like an option says where the umask makes it mean something else. */
  readonly warnsOfUmask: boolean;
  readonly preservesRoot: boolean;
}

type Outcome = 'changed' | 'kept' | 'failed' | 'missing' | 'link';

class Changer {
  readonly #host: Host;
  readonly #change: ModeChange;
  readonly #rules: ChmodRules;
  status = 0;

  constructor(host: Host, change: ModeChange, rules: ChmodRules) {
    this.#host = host;
    this.#change = change;
    this.#rules = rules;
  }

  async run(operand: string): Promise<void> {
    const left = [{ name: operand, isOperand: true }];
    for (let next = left.pop(); next; next = left.pop()) {
      await this.#host.checkpoint();
      const { name } = next;
      const found = await this.#visit(name, next.isOperand);
      if (found?.kind !== 'dir' || !this.#rules.isRecursive) continue;
      try {
        const entries = await list(this.#host, name);
        for (const entry of entries.reverse())
          left.push({ name: join(name, entry.name), isOperand: false });
      } catch (error) {
        await this.#fail(`cannot read directory ${quoted(name)}: ${reasonOf(error)}`);
      }
    }
  }

  /** Changes one file; what it is, where that is known. */
  async #visit(name: string, isOperand: boolean): Promise<NamespaceStat | undefined> {
    let found: NamespaceStat;
    try {
      found = await this.#stat(name, isOperand);
    } catch (error) {
      const reason = reasonOf(error);
      const isLink = error instanceof DanglingLink;
      await this.#fail(
        isLink
          ? `cannot operate on dangling symlink ${quoted(name)}`
          : `cannot access ${quoted(name)}: ${reason}`,
      );
      await this.#tell(name, 0, 0, 'missing');
      return undefined;
    }
    if (this.#rules.preservesRoot && /^\/+$/.test(name)) {
      await warn(this.#host, "it is dangerous to operate recursively on '/'");
      await warn(this.#host, 'use --no-preserve-root to override this failsafe');
      this.status = 1;
      return undefined;
    }
    await this.#set(name, found);
    return found;
  }

  /** The links of the command line are followed. */
  async #stat(name: string, isOperand: boolean): Promise<NamespaceStat> {
    if (!isOperand) return stat(this.#host, name, false);
    try {
      return await stat(this.#host, name);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== 'ENOENT') throw error;
      await stat(this.#host, name, false);
      throw new DanglingLink('ENOENT');
    }
  }

  async #set(name: string, found: NamespaceStat): Promise<void> {
    const { umask } = this.#host;
    const isDirectory = found.kind === 'dir';
    const old = modeOf(found);
    const mode = this.#change(old, isDirectory, umask);
    if (found.kind === 'symlink') return this.#tell(name, old, mode, 'link');
    try {
      // A file whose mode stays needs none of its own.
      if (mode === old) place(this.#host, name);
      else await setMode(this.#host, name, mode);
    } catch (error) {
      await this.#fail(`changing permissions of ${quoted(name)}: ${reasonOf(error)}`);
      return this.#tell(name, old, mode, 'failed');
    }
    await this.#tell(name, old, mode, mode === old ? 'kept' : 'changed');
    const naive = this.#change(old, isDirectory, 0);
    if (!this.#rules.warnsOfUmask || (mode & ~naive) === 0) return;
    this.status = 1;
    await warn(
      this.#host,
      `${quotedIfNeeded(name)}: new permissions are ${permissionText(mode)}, not ${permissionText(naive)}`,
    );
  }

  async #fail(message: string): Promise<void> {
    this.status = 1;
    if (!this.#rules.isSilent) await warn(this.#host, message);
  }

  async #tell(name: string, old: number, mode: number, outcome: Outcome): Promise<void> {
    const { shown } = this.#rules;
    if (shown === undefined || (shown === 'changes' && outcome !== 'changed')) return;
    const [from, to] = [old, mode].map(
      (each) => `${each.toString(8).padStart(4, '0')} (${permissionText(each)})`,
    );
    const text = {
      changed: `mode of ${quoted(name)} changed from ${from} to ${to}`,
      kept: `mode of ${quoted(name)} retained as ${to}`,
      failed: `failed to change mode of ${quoted(name)} from ${from} to ${to}`,
      missing: `${quoted(name)} could not be accessed`,
      link: `neither symbolic link ${quoted(name)} nor referent has been changed`,
    }[outcome];
    await this.#host.stdout.write(bytesOf(`${text}\n`));
  }
}

class DanglingLink extends FsError {}
