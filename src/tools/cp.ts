/** cp(1). Files have no owners and no extended attributes here: -a and -p keep modes, times and links. */
import { bytesOf } from '../kernel/rawtext.ts';
import { BACKUP_OPTIONS, backupOf } from './backup.ts';
import { copyAttributes } from './copycontent.ts';
import { Copier, type CopyResult } from './copying.ts';
import type { CopyRules } from './copyrules.ts';
import { bareName, destinationOf, inFolder } from './destination.ts';
import { dirName, isDirectory, join, place, stat, statIf } from './files.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { choiceOf, meaningOf, misuse } from './options.ts';
import { quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

const OPTIONS = [
  ...BACKUP_OPTIONS,
  'a|archive',
  'attributes-only',
  'copy-contents',
  'd',
  'f|force',
  'H',
  'i|interactive',
  'l|link',
  'L|dereference',
  'n|no-clobber',
  'no-preserve=',
  'p',
  'P|no-dereference',
  'parents',
  'preserve=?',
  'R',
  'r|recursive',
  'reflink=?',
  'remove-destination',
  's|symbolic-link',
  'sparse=',
  'strip-trailing-slashes',
  't|target-directory=',
  'T|no-target-directory',
  'u|update',
  'v|verbose',
  'x|one-file-system',
  'Z',
  'context=?',
] as const;

export const cp: Tool = async (host) => {
  const flags = flagsOf(host, { usage: '[OPTION]... SOURCE... DEST', options: OPTIONS });
  refuse(flags, 'Z', 'context');
  const rules = rulesOf(host, flags);
  const { names, folder, to } = await destinationOf(host, flags);
  const copier = new Copier(host, rules, folder !== undefined && names.length > 1);
  let status = 0;
  const failed = (result: CopyResult): void => {
    if (result === 'failed') status = 1;
  };
  if (folder === undefined) {
    if (flags.has('parents'))
      misuse(host.name, 'with --parents, the destination must be a directory');
    failed(await copyOne(host, names[0] as string, to, rules));
    return status;
  }
  for (const name of names) {
    if (!flags.has('parents')) failed(await copier.copy(name, inFolder(folder, name)));
    else failed(await copyWithParents(host, copier, name, folder, rules));
  }
  return status;
};

/** With -f and a backup, a file that is copied to itself is copied to its backup. */
async function copyOne(
  host: Host,
  from: string,
  to: string,
  rules: CopyRules,
): Promise<CopyResult> {
  const { force, backup } = rules;
  const isItself = force && backup && from === to && (await statIf(host, to))?.kind === 'file';
  if (!isItself) return new Copier(host, rules, false).copy(from, to);
  const saved = await backup.nameFor(host, to);
  return new Copier(host, { ...rules, backup: undefined }, false).copy(from, saved);
}

/** Each source keeps its whole path in the directory. */
async function copyWithParents(
  host: Host,
  copier: Copier,
  name: string,
  folder: string,
  rules: CopyRules,
): Promise<CopyResult> {
  const bare = bareName(name).replace(/^\/+/, '');
  let made: readonly Parent[];
  try {
    made = await makeParents(host, folder, name, bare, rules);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    await warn(host, error.message);
    return 'failed';
  }
  const result = await copier.copy(name, join(folder, bare));
  for (const { from, to, isNew } of made.toReversed())
    await copyAttributes(host, to, await stat(host, from), isNew, rules);
  return result;
}

interface Parent {
  readonly from: string;
  readonly to: string;
  readonly isNew: boolean;
}

async function makeParents(
  host: Host,
  folder: string,
  name: string,
  bare: string,
  rules: CopyRules,
): Promise<Parent[]> {
  const parents: Parent[] = [];
  const root = name.startsWith('/') ? '/' : '';
  const upTo = dirName(bare);
  if (upTo === '.') return parents;
  for (const { index } of `${upTo}/`.matchAll(/(?<=[^/])\/+/g)) {
    const from = root + upTo.slice(0, index);
    const to = join(folder, upTo.slice(0, index));
    const there = await statIf(host, to);
    if (there && there.kind !== 'dir')
      throw new ToolError(`${quoted(to)} exists but is not a directory`);
    try {
      await stat(host, from);
    } catch (error) {
      throw new ToolError(`failed to get attributes of ${quoted(from)}: ${reasonOf(error)}`);
    }
    if (!(await isDirectory(host, from)))
      throw new ToolError(`failed to get attributes of ${quoted(from)}: Not a directory`);
    if (!there) {
      await makeParent(host, to);
      if (rules.verbose) await host.stdout.write(bytesOf(`${from} -> ${to}\n`));
    }
    parents.push({ from, to, isNew: !there });
  }
  return parents;
}

async function makeParent(host: Host, to: string): Promise<void> {
  try {
    await host.call('mkdir', place(host, to));
  } catch (error) {
    throw new ToolError(`cannot make directory ${quoted(to)}: ${reasonOf(error)}`);
  }
}

type Attribute = 'mode' | 'timestamps' | 'ownership' | 'links' | 'context' | 'xattr' | 'all';
const ATTRIBUTES: readonly Attribute[] = [
  'mode',
  'timestamps',
  'ownership',
  'links',
  'context',
  'xattr',
  'all',
];

/** What -a, -d, -p, --preserve and --no-preserve leave to be kept, in their order. */
function keptBy(host: Host, flags: Flags): { kept: Set<Attribute>; dropped: Set<Attribute> } {
  const kept = new Set<Attribute>();
  const dropped = new Set<Attribute>();
  const take = (list: string, option: string, on: boolean): void => {
    for (const each of list.split(',')) {
      const found = choiceOf(host.name, option, each, ATTRIBUTES);
      for (const one of found === 'all' ? ATTRIBUTES : [found]) {
        (on ? kept : dropped).add(one);
        (on ? dropped : kept).delete(one);
      }
    }
  };
  for (const { name, value } of flags.options) {
    if (name === 'archive') take('all', '--preserve', true);
    if (name === 'd') take('links', '--preserve', true);
    if (name === 'p' || (name === 'preserve' && value === undefined))
      take('mode,ownership,timestamps', '--preserve', true);
    else if (name === 'preserve') take(value as string, '--preserve', true);
    if (name === 'no-preserve') take(value as string, '--no-preserve', false);
  }
  return { kept, dropped };
}

const FOLLOW = {
  H: 'operands',
  dereference: 'all',
  'no-dereference': 'none',
  d: 'none',
  archive: 'none',
} as const;

const REFLINK: Readonly<Record<string, string>> = {
  auto: 'auto',
  always: 'always',
  never: 'never',
};

function rulesOf(host: Host, flags: Flags): CopyRules {
  for (const { name, value } of flags.options) {
    if (name === 'sparse')
      choiceOf(host.name, '--sparse', value ?? '', ['never', 'auto', 'always']);
    if (name !== 'reflink') continue;
    if (meaningOf(host.name, '--reflink', value ?? 'always', REFLINK) === 'always')
      throw new ToolError('the option --reflink=always is not supported here', 2);
  }
  const { kept, dropped } = keptBy(host, flags);
  const recursive = ['archive', 'R', 'recursive'].some((name) => flags.has(name));
  const isLink = flags.has('link');
  if (isLink && flags.has('symbolic-link'))
    misuse(host.name, 'cannot make both hard and symbolic links');
  const overwrite = flags.last('interactive', 'no-clobber');
  const backup = backupOf(host, flags);
  if (overwrite === 'no-clobber' && (flags.has('backup') || flags.has('b')))
    misuse(host.name, 'options --backup and --no-clobber are mutually exclusive');
  const link = flags.last(...Object.keys(FOLLOW)) as keyof typeof FOLLOW | undefined;
  return {
    recursive,
    follow: link ? FOLLOW[link] : recursive && !isLink ? 'none' : 'all',
    keepsTimes: kept.has('timestamps'),
    mode: kept.has('mode') ? 'kept' : dropped.has('mode') ? 'default' : 'masked',
    keepsLinks: kept.has('links'),
    way: isLink
      ? 'link'
      : flags.has('symbolic-link')
        ? 'symlink'
        : flags.has('attributes-only')
          ? 'attributes'
          : 'copy',
    overwrite: overwrite === 'no-clobber' ? 'no' : overwrite === 'interactive' ? 'ask' : 'yes',
    updates: flags.has('update'),
    force: flags.has('force'),
    removesFirst: flags.has('remove-destination'),
    verbose: flags.has('verbose'),
    isOneDevice: flags.has('one-file-system'),
    moves: false,
    backup,
  };
}
