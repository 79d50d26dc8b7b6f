/** rm(1). It asks only where -i or -I says so: there is no owner whose files are protected. */
import { FsError, hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { ask } from './ask.ts';
import { baseName, join, kindOf, list, place, stat, statIf } from './files.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { meaningOf, misuse, type Rules } from './options.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

interface Removal {
  readonly recursive: boolean;
  readonly force: boolean;
  readonly empty: boolean;
  readonly verbose: boolean;
  readonly asks: boolean;
  readonly preservesRoot: boolean;
  /** An operand that is a mount point is kept with all that is in it. */
  readonly preservesMounts: boolean;
  /** A directory on another device than its operand is kept. */
  readonly isOneDevice: boolean;
}

export const rm: Tool = async (host) => {
  const flags = await parsedOptions(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      'f|force',
      'i',
      'I',
      'interactive=?',
      'one-file-system',
      'no-preserve-root',
      'preserve-root=?',
      'r|recursive',
      'R',
      'd|dir',
      'v|verbose',
    ],
  });
  const { when, force } = promptOf(host, flags);
  if (flags.operands.length === 0) {
    if (force) return 0;
    misuse(host.name, 'missing operand');
  }
  const recursive = flags.has('recursive') || flags.has('R');
  if (when === 'once' && (recursive || flags.operands.length > 3)) {
    const count = flags.operands.length;
    const what = `remove ${count} argument${count === 1 ? '' : 's'}${recursive ? ' recursively' : ''}? `;
    if (!(await ask(host, what))) return 0;
  }
  const removal = {
    recursive,
    force,
    empty: flags.has('dir'),
    verbose: flags.has('verbose'),
    asks: when === 'always',
    ...preserved(host, flags),
    isOneDevice: flags.has('one-file-system'),
  };
  let status = 0;
  for (const name of flags.operands) if (!(await removeOperand(host, name, removal))) status = 1;
  return status;
};

/** Says how a file is removed whose name was taken for an option. */
async function parsedOptions(host: Host, rules: Rules): Promise<Flags> {
  try {
    return flagsOf(host, rules);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    for (const name of host.args) {
      if (!/^-./.test(name) || !(await statIf(host, name, false))) continue;
      const hint = `Try '${host.name} ./${quotedIfNeeded(name)}' to remove the file ${quoted(name)}.`;
      throw new ToolError(error.message.replace('\n', `\n${hint}\n`), error.status);
    }
    throw error;
  }
}

type When = 'always' | 'once' | 'never';

const WHEN: Readonly<Record<string, When>> = {
  never: 'never',
  no: 'never',
  none: 'never',
  once: 'once',
  always: 'always',
  yes: 'always',
};

/** When rm asks, and whether it ignores missing files. */
function promptOf(host: Host, flags: Flags): { when: When; force: boolean } {
  let [when, force]: [When, boolean] = ['never', false];
  for (const { name, value } of flags.options) {
    if (name === 'force') [when, force] = ['never', true];
    if (name === 'i') [when, force] = ['always', false];
    if (name === 'I') [when, force] = ['once', false];
    if (name !== 'interactive') continue;
    when = meaningOf(host.name, '--interactive', value ?? 'always', WHEN);
    force &&= when === 'never';
  }
  return { when, force };
}

/** Whether -r refuses to remove `/`, and mount points. */
function preserved(
  host: Host,
  flags: Flags,
): { readonly preservesRoot: boolean; readonly preservesMounts: boolean } {
  let preservesMounts = false;
  for (const { name, value } of flags.options) {
    if (name === 'no-preserve-root' && !host.args.includes('--no-preserve-root'))
      throw new ToolError('you may not abbreviate the --no-preserve-root option');
    if (name !== 'preserve-root' || value === undefined) continue;
    if (value !== 'all')
      throw new ToolError(`unrecognized --preserve-root argument: ${quoted(value)}`);
    preservesMounts = true;
  }
  const last = flags.last('no-preserve-root', 'preserve-root');
  return { preservesRoot: last !== 'no-preserve-root', preservesMounts };
}

async function removeOperand(host: Host, name: string, removal: Removal): Promise<boolean> {
  const last = baseName(name);
  if (removal.recursive && (last === '.' || last === '..')) {
    await warn(host, `refusing to remove '.' or '..' directory: skipping ${quoted(name)}`);
    return false;
  }
  try {
    if ((await stat(host, name, false)).kind !== 'dir')
      return await removeFile(host, name, removal);
    if (!removal.recursive) return await removeEmpty(host, name, removal);
    if (/^\/+$/.test(name) && removal.preservesRoot) {
      await warn(host, "it is dangerous to operate recursively on '/'");
      await warn(host, 'use --no-preserve-root to override this failsafe');
      return false;
    }
    const bare = name.replace(/(?<=.)\/+$/, '');
    if (removal.preservesMounts && (await isMount(host, bare))) {
      await warn(host, `skipping ${quoted(bare)}, since it's on a different device`);
      await warn(host, 'and --preserve-root=all is in effect');
      return false;
    }
    return await removeTree(host, bare, removal);
  } catch (error) {
    const reason = reasonOf(error);
    if (removal.force && hasCode(error, 'ENOENT', 'ENOTDIR')) return true;
    await warn(host, `cannot remove ${quoted(name)}: ${reason}`);
    return false;
  }
}

/** Whether a directory is on another device than the one that contains it. */
const isMount = async (host: Host, name: string): Promise<boolean> =>
  (await stat(host, join(name, '..'))).dev !== (await stat(host, name)).dev;

/** Removes a directory without -r. */
async function removeEmpty(host: Host, name: string, removal: Removal): Promise<boolean> {
  if (!removal.empty) throw new FsError('EISDIR');
  if ((await list(host, name)).length > 0) throw new FsError('ENOTEMPTY');
  return (await removeDirectory(host, name, removal)) !== 'failed';
}

async function removeFile(host: Host, name: string, removal: Removal): Promise<boolean> {
  try {
    if (removal.asks) {
      const kind = kindOf(await stat(host, name, false));
      const question = `remove ${kind} ${quoted(name)}? `;
      if (!(await ask(host, question))) return true;
    }
    await host.call('unlink', place(host, name));
    if (removal.verbose) await host.stdout.write(bytesOf(`removed ${quoted(name)}\n`));
    return true;
  } catch (error) {
    await warn(host, `cannot remove ${quoted(name)}: ${reasonOf(error)}`);
    return false;
  }
}

/** What became of a step. A directory is `kept` where the user wants it kept with all that contains it. */
type Outcome = 'done' | 'kept' | 'failed';

/** A file or directory to remove. A directory comes a second time, after its entries. */
interface Step {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly parent?: Step;
  isListed?: boolean;
  /** Something in the directory is left, so that it is left too. */
  isLeft?: boolean;
}

async function removeTree(host: Host, top: string, removal: Removal): Promise<boolean> {
  let isDone = true;
  const only = removal.isOneDevice ? (await stat(host, top, false)).dev : undefined;
  const steps: Step[] = [{ name: top, isDirectory: true }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    await host.checkpoint();
    const outcome = (await isElsewhere(host, step, only))
      ? 'failed'
      : await take(host, step, steps, removal);
    if (outcome === 'failed') isDone = false;
    if (outcome === 'done') continue;
    for (let at = step.parent; at && !at.isLeft; at = at.parent) at.isLeft = true;
  }
  return isDone;
}

/** Tells of a directory that is not on the only device where something is to be removed. */
async function isElsewhere(
  host: Host,
  { name, isDirectory, isListed }: Step,
  only: number | undefined,
): Promise<boolean> {
  if (only === undefined || !isDirectory || isListed) return false;
  if ((await stat(host, name, false)).dev === only) return false;
  await warn(host, `skipping ${quoted(name)}, since it's on a different device`);
  return true;
}

async function take(host: Host, step: Step, steps: Step[], removal: Removal): Promise<Outcome> {
  const { name } = step;
  if (!step.isDirectory) return (await removeFile(host, name, removal)) ? 'done' : 'failed';
  if (step.isListed) {
    if (step.isLeft) return 'done';
    // As in Debian, rm then asks for what contains the directory too.
    return (await removeDirectory(host, name, removal)) === 'failed' ? 'failed' : 'done';
  }
  try {
    const entries = await list(host, name);
    if (entries.length === 0) return await removeDirectory(host, name, removal);
    if (removal.asks && !(await ask(host, `descend into directory ${quoted(name)}? `)))
      return 'kept';
    step.isListed = true;
    steps.push(step);
    for (const entry of entries.reverse())
      steps.push({
        name: join(name, entry.name),
        isDirectory: entry.kind === 'dir',
        parent: step,
      });
    return 'done';
  } catch (error) {
    await warn(host, `cannot remove ${quoted(name)}: ${reasonOf(error)}`);
    return 'failed';
  }
}

async function removeDirectory(host: Host, name: string, removal: Removal): Promise<Outcome> {
  if (removal.asks && !(await ask(host, `remove directory ${quoted(name)}? `))) return 'kept';
  try {
    await host.call('rmdir', place(host, name));
    if (removal.verbose) await host.stdout.write(bytesOf(`removed directory ${quoted(name)}\n`));
    return 'done';
  } catch (error) {
    await warn(host, `cannot remove ${quoted(name)}: ${reasonOf(error)}`);
    return 'failed';
  }
}

/** Removes what mv has copied, without a question. Returns whether all of it went. */
export const removeMoved = (host: Host, name: string, verbose: boolean): Promise<boolean> =>
  removeOperand(host, name, {
    recursive: true,
    force: true,
    empty: false,
    verbose,
    asks: false,
    preservesRoot: true,
    preservesMounts: false,
    isOneDevice: false,
  });
