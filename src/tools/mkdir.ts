/** mkdir(1) and rmdir(1). */
import { FsError, hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { dirName, isDirectory, place, setMode, statIf } from './files.ts';
import { flagsOf, needOperands, refuse } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { parseMode } from './mode.ts';
import { inQuotes, quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

export const mkdir: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... DIRECTORY...',
    options: ['m|mode=', 'p|parents', 'v|verbose', 'Z', 'context=?'],
  });
  refuse(flags, 'Z', 'context');
  needOperands(host, flags);
  const given = flags.value('mode');
  const change = given === undefined ? undefined : parseMode(given);
  if (given !== undefined && !change) throw new ToolError(`invalid mode ${inQuotes(given)}`);
  const make = async (path: string): Promise<void> => {
    await host.call('mkdir', place(host, path));
    if (flags.has('verbose'))
      await host.stdout.write(bytesOf(`${host.name}: created directory ${quoted(path)}\n`));
  };
  let status = 0;
  for (const path of flags.operands) {
    await host.checkpoint();
    let at = path;
    try {
      for (const parent of flags.has('parents') ? parentsOf(path) : []) {
        at = parent;
        if (await isFile(host, parent)) throw new FsError('ENOTDIR');
        if (!(await isDirectory(host, parent))) await make(parent);
      }
      at = path;
      if (flags.has('parents') && (await isDirectory(host, path))) continue;
      await make(path);
      if (change) await setMode(host, path, change(0o777, true, host.umask));
    } catch (error) {
      await warn(host, `cannot create directory ${inQuotes(at)}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
};

/** Each directory on the way to a path, from the top. */
export function parentsOf(path: string): string[] {
  const found: string[] = [];
  for (const { index } of path.matchAll(/(?<=[^/])\/+(?=[^/])/g)) found.push(path.slice(0, index));
  return found;
}

/** Whether a path has several parts. */
const hasParent = (path: string): boolean => /[^/]\/+[^/]/.test(path);

const isFile = async (host: Host, path: string): Promise<boolean> =>
  (await statIf(host, path))?.kind === 'file';

export const rmdir: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... DIRECTORY...',
    options: ['p|parents', 'v|verbose', 'ignore-fail-on-non-empty'],
  });
  needOperands(host, flags);
  const isLenient = flags.has('ignore-fail-on-non-empty');
  const remove = async (path: string): Promise<void> => {
    if (flags.has('verbose'))
      await host.stdout.write(bytesOf(`${host.name}: removing directory, ${quoted(path)}\n`));
    await host.call('rmdir', place(host, path));
  };
  let status = 0;
  const fails = async (error: unknown, message: string): Promise<void> => {
    const reason = reasonOf(error);
    if (isLenient && hasCode(error, 'ENOTEMPTY')) return;
    await warn(host, `${message}: ${reason}`);
    status = 1;
  };
  for (const path of flags.operands) {
    try {
      await remove(path);
    } catch (error) {
      await fails(error, `failed to remove ${quoted(path)}`);
      continue;
    }
    for (let next = path; flags.has('parents') && hasParent(next); ) {
      next = dirName(next);
      try {
        await remove(next);
      } catch (error) {
        await fails(error, `failed to remove directory ${quoted(next)}`);
        break;
      }
    }
    await host.checkpoint();
  }
  return status;
};
