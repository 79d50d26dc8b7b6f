/** ln(1). */
import { FsError, hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { ask } from './ask.ts';
import { BACKUP_OPTIONS, type Backup, backupOf, rename } from './backup.ts';
import { canonical } from './canonical.ts';
import { baseName, dirName, isSame, join, place, stat, statIf } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { makeLink } from './linking.ts';
import { misuse } from './options.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { relative } from './realpath.ts';
import { entryKey } from './samefile.ts';
import { reasonOf, warn } from './stdio.ts';

interface Rules {
  readonly isSymbolic: boolean;
  readonly isRelative: boolean;
  readonly force: boolean;
  readonly asks: boolean;
  readonly verbose: boolean;
  /** A hard link to a symbolic link is one to what that leads to. */
  readonly follows: boolean;
  readonly backup: Backup | undefined;
  /** The hard links that this command has made; undefined where none can be lost. */
  readonly made: Set<string> | undefined;
}

export const ln: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... TARGET... [LINK_NAME | DIRECTORY]',
    options: [
      ...BACKUP_OPTIONS,
      'd|directory',
      'F',
      'f|force',
      'i|interactive',
      'L|logical',
      'n|no-dereference',
      'P|physical',
      'r|relative',
      's|symbolic',
      't|target-directory=',
      'T|no-target-directory',
      'v|verbose',
    ],
  });
  refuse(flags, 'directory', 'F');
  const isSymbolic = flags.has('symbolic');
  const { operands } = flags;
  if (operands.length === 0) misuse(host.name, 'missing file operand');
  if (flags.has('relative') && !isSymbolic)
    throw new ToolError('cannot do --relative without --symbolic');
  const backup = backupOf(host, flags);
  const force = flags.last('force', 'interactive') === 'force';
  const { names, folder, to } = await placeOf(host, flags);
  const canLose =
    folder !== undefined && names.length > 1 && force && !isSymbolic && backup?.kind !== 'numbered';
  const rules = {
    isSymbolic,
    isRelative: flags.has('relative'),
    force,
    asks: flags.last('force', 'interactive') === 'interactive',
    verbose: flags.has('verbose'),
    follows: flags.last('logical', 'physical') === 'logical',
    backup,
    made: canLose ? new Set<string>() : undefined,
  };
  let status = 0;
  for (const name of names) {
    try {
      await linkOne(host, name, folder === undefined ? to : inDirectory(folder, name), rules);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      await warn(host, error.message);
      status = 1;
    }
    await host.checkpoint();
  }
  return status;
};

const inDirectory = (folder: string, name: string): string =>
  join(folder, baseName(name).replace(/^\/+/, ''));

interface Place {
  readonly names: readonly string[];
  readonly folder: string | undefined;
  readonly to: string;
}

/** Where links are made: in a directory, or at a name. One operand alone is linked into the working directory. */
async function placeOf(host: Host, flags: Flags): Promise<Place> {
  const { operands } = flags;
  const [first = '', to = '', extra] = operands;
  const given = flags.value('target-directory');
  if (flags.has('no-target-directory')) {
    if (given !== undefined)
      throw new ToolError('cannot combine --target-directory and --no-target-directory');
    if (operands.length < 2)
      misuse(host.name, `missing destination file operand after ${quoted(first)}`);
    if (extra !== undefined) misuse(host.name, `extra operand ${quoted(extra)}`);
    return { names: [first], folder: undefined, to };
  }
  if (operands.length < 2 && given === undefined) return { names: operands, folder: '.', to };
  const folder = given ?? (operands.at(-1) as string);
  const isSingle = given === undefined && operands.length === 2;
  try {
    const found = await stat(host, folder, !flags.has('no-dereference') || folder.endsWith('/'));
    if (found.kind !== 'dir') throw new FsError('ENOTDIR');
  } catch (error) {
    const reason = reasonOf(error);
    if (isSingle) return { names: [first], folder: undefined, to };
    throw new ToolError(
      `${given === undefined ? 'target' : 'failed to access'} ${quoted(folder)}: ${reason}`,
    );
  }
  return { names: given === undefined ? operands.slice(0, -1) : operands, folder, to };
}

async function linkOne(host: Host, given: string, to: string, rules: Rules): Promise<void> {
  if (!rules.isSymbolic) await refuseDirectory(host, given, rules);
  const from = rules.isRelative ? await relativeTarget(host, given, to) : given;
  const mayReplace = rules.force || rules.asks || rules.backup !== undefined;
  const there = mayReplace ? await existing(host, to) : undefined;
  if (there) await refuseLoss(host, from, to, there, rules);
  if (there && rules.asks && !(await ask(host, `replace ${quoted(to)}? `))) return;
  const saved = there ? await rules.backup?.make(host, to) : undefined;
  try {
    await make(host, from, to, rules, there !== undefined && saved === undefined);
  } catch (error) {
    const what = rules.isSymbolic
      ? `symbolic link ${quoted(to)}${from === '' || hasCode(error, 'ENAMETOOLONG') ? ` -> ${quoted(from)}` : ''}`
      : `hard link ${quoted(to)}${hasCode(error, 'EEXIST', 'ENOSPC', 'EROFS') ? '' : ` => ${quoted(from)}`}`;
    const reason = reasonOf(error);
    if (saved !== undefined) await rename(host, saved, to);
    throw new ToolError(`failed to create ${what}: ${reason}`);
  }
  if (rules.made) rules.made.add(await madeKey(host, to));
  if (!rules.verbose) return;
  const kept = saved === undefined ? '' : `${quoted(saved)} ~ `;
  const arrow = rules.isSymbolic ? '->' : '=>';
  await host.stdout.write(bytesOf(`${kept}${quoted(to)} ${arrow} ${quoted(from)}\n`));
}

async function madeKey(host: Host, to: string): Promise<string> {
  const found = await statIf(host, to, false);
  return `${found?.dev}:${found?.ino} ${to}`;
}

async function refuseDirectory(host: Host, from: string, rules: Rules): Promise<void> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(host, from, rules.follows);
  } catch (error) {
    throw new ToolError(`failed to access ${quoted(from)}: ${reasonOf(error)}`);
  }
  if (found.kind === 'dir')
    throw new ToolError(`${quotedIfNeeded(from)}: hard link not allowed for directory`);
}

/** What stands where the link is to be; undefined where nothing does. */
async function existing(host: Host, to: string): ReturnType<typeof statIf> {
  try {
    return await stat(host, to, false);
  } catch (error) {
    const reason = reasonOf(error);
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new ToolError(`failed to access ${quoted(to)}: ${reason}`);
  }
}

/** Throws where the link would replace a directory, the file itself, or a link that was just made. */
async function refuseLoss(
  host: Host,
  from: string,
  to: string,
  there: Awaited<ReturnType<typeof stat>>,
  rules: Rules,
): Promise<void> {
  if (there.kind === 'dir')
    throw new ToolError(`${quotedIfNeeded(to)}: cannot overwrite directory`);
  if (rules.made?.has(await madeKey(host, to)))
    throw new ToolError(`will not overwrite just-created ${quoted(to)} with ${quoted(from)}`);
  if (rules.backup && rules.isSymbolic) return;
  const source = await statIf(host, from, rules.isSymbolic || rules.follows);
  if (!source || !isSame(source, there)) return;
  if (source.nlink === 1 || (await entryKey(host, from)) === (await entryKey(host, to)))
    throw new ToolError(`${quoted(from)} and ${quoted(to)} are the same file`);
}

async function make(
  host: Host,
  from: string,
  to: string,
  rules: Rules,
  replaces: boolean,
): Promise<void> {
  if (rules.isSymbolic) {
    // An empty target is no target.
    if (from === '') place(host, '');
    await makeLink(host, to, replaces, (name) =>
      host.call('symlink', { target: from, ...place(host, name) }),
    );
    return;
  }
  const source = rules.follows ? await canonical(host, from, 'all') : from;
  await makeLink(host, to, replaces, (name) =>
    host.call('link', { ...place(host, source), toDir: -1, toPath: place(host, name).path }),
  );
}

/** The target as it is reached from the directory that the link is in. */
async function relativeTarget(host: Host, from: string, to: string): Promise<string> {
  const folder = await canonical(host, dirName(to), 'none');
  return relative(folder, await canonical(host, from, 'none'));
}
