/** mkdir(1) and rmdir(1). */
import { FsError, hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { eachName, isDirectory, place, setMode, statIf } from './files.ts';
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
  let failing = '';
  const make = async (path: string): Promise<void> => {
    failing = path;
    await host.call('mkdir', place(host, path));
    if (flags.has('verbose'))
      await host.stdout.write(bytesOf(`${host.name}: created directory ${quoted(path)}\n`));
  };
  const message = (): string => `cannot create directory ${inQuotes(failing)}`;
  return eachName(host, flags.operands, message, async (path) => {
    failing = path;
    if (flags.has('parents')) {
      for (const parent of parentsOf(path)) {
        failing = parent;
        if (await isFile(host, parent)) throw new FsError('ENOTDIR');
        await makeUnlessThere(host, parent, make);
      }
      failing = path;
      if (!(await makeUnlessThere(host, path, make))) return;
    } else await make(path);
    if (change) await setMode(host, path, change(0o777, true));
  });
};

/** Each directory on the way to a path, from the top. */
function parentsOf(path: string): string[] {
  const found: string[] = [];
  for (const { index } of path.matchAll(/(?<=[^/])\/+(?=[^/])/g)) found.push(path.slice(0, index));
  return found;
}

const isFile = async (host: Host, path: string): Promise<boolean> =>
  (await statIf(host, path))?.kind === 'file';

/** Makes a directory unless there is one. Returns whether it was made. */
async function makeUnlessThere(
  host: Host,
  path: string,
  make: (path: string) => Promise<void>,
): Promise<boolean> {
  if (await isDirectory(host, path)) return false;
  await make(path);
  return true;
}

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
    for (let next = upOf(path); flags.has('parents') && next !== ''; next = upOf(next)) {
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

/** The path without its last part; empty where it has one part. */
const upOf = (path: string): string => {
  const bare = path.replace(/\/+$/, '');
  const at = bare.lastIndexOf('/');
  return at < 0 ? '' : bare.slice(0, at).replace(/\/+$/, '');
};
