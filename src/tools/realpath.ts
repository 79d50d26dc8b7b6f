/** realpath(1) and readlink(1). */
import { FsError } from '../kernel/errors.ts';
import { canonical, type Existing } from './canonical.ts';
import { isDirectory, readLink } from './files.ts';
import { type Flags, flagsOf, needOperands } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { quotedIfNeeded } from './quote.ts';
import { Output, reasonOf, warn } from './stdio.ts';

function existingOf(flags: Flags): Existing {
  const last = flags.last('canonicalize', 'canonicalize-existing', 'canonicalize-missing');
  if (last === 'canonicalize-existing') return 'all';
  return last === 'canonicalize-missing' ? 'none' : 'parents';
}

export const realpath: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE...',
    options: [
      'e|canonicalize-existing',
      'm|canonicalize-missing',
      'L|logical',
      'P|physical',
      'q|quiet',
      'relative-to=',
      'relative-base=',
      's|strip',
      'no-symlinks',
      'z|zero',
    ],
  });
  needOperands(host, flags);
  const existing = existingOf(flags);
  const way = flags.last('logical', 'physical', 'strip', 'no-symlinks');
  const resolve = async (name: string): Promise<string> => {
    if (way === undefined || way === 'physical') return canonical(host, name, existing);
    const plain = await canonical(host, name, existing, false);
    return way === 'logical' ? canonical(host, plain, existing) : plain;
  };
  const shown = await relativeTo(host, flags, resolve, existing === 'all');
  const out = new Output(host.stdout);
  let status = 0;
  for (const name of flags.operands) {
    try {
      out.text(`${shown(await resolve(name))}${flags.has('zero') ? '\0' : '\n'}`);
    } catch (error) {
      const reason = reasonOf(error);
      status = 1;
      await out.flush();
      if (!flags.has('quiet')) await warn(host, `${quotedIfNeeded(name)}: ${reason}`);
    }
    await host.checkpoint();
  }
  await out.flush();
  return status;
};

/** Returns the function that shows a path, by --relative-to and --relative-base. */
async function relativeTo(
  host: Host,
  flags: Flags,
  resolve: (name: string) => Promise<string>,
  mustBeDirectory: boolean,
): Promise<(path: string) => string> {
  const directory = async (name: string): Promise<string> => {
    try {
      const path = await resolve(name);
      if (mustBeDirectory && !(await isDirectory(host, path))) throw new FsError('ENOTDIR');
      return path;
    } catch (error) {
      throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
    }
  };
  const base = flags.value('relative-base');
  const to = flags.value('relative-to') ?? base;
  if (to === undefined) return (path) => path;
  const start = await directory(to);
  if (base === undefined) return (path) => relative(start, path);
  const top = flags.has('relative-to') ? await directory(base) : start;
  if (!isWithin(start, top)) return (path) => path;
  return (path) => (isWithin(path, top) ? relative(start, path) : path);
}

const isWithin = (path: string, top: string): boolean =>
  top === '/' || path === top || path.startsWith(`${top}/`);

export function relative(from: string, to: string): string {
  const [a, b] = [from, to].map((path) => path.split('/').filter(Boolean)) as [string[], string[]];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return [...a.slice(common).map(() => '..'), ...b.slice(common)].join('/') || '.';
}

export const readlink: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE...',
    options: [
      'f|canonicalize',
      'e|canonicalize-existing',
      'm|canonicalize-missing',
      'n|no-newline',
      'q|quiet',
      's|silent',
      'v|verbose',
      'z|zero',
    ],
  });
  needOperands(host, flags);
  const isFinal = flags.has('no-newline') && flags.operands.length === 1;
  if (flags.has('no-newline') && !isFinal)
    await warn(host, 'ignoring --no-newline with multiple arguments');
  const isResolved = flags.options.some(({ name }) => name.startsWith('canonicalize'));
  const existing = existingOf(flags);
  const out = new Output(host.stdout);
  let status = 0;
  for (const name of flags.operands) {
    try {
      const target = await (isResolved ? canonical(host, name, existing) : readLink(host, name));
      out.text(`${target}${isFinal ? '' : flags.has('zero') ? '\0' : '\n'}`);
    } catch (error) {
      const reason = reasonOf(error);
      status = 1;
      await out.flush();
      if (flags.last('verbose', 'quiet', 'silent') === 'verbose')
        await warn(host, `${quotedIfNeeded(name)}: ${reason}`);
    }
    await host.checkpoint();
  }
  await out.flush();
  return status;
};
