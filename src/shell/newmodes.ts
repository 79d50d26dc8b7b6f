/** The modes that new files get (umask(2)). Services make files without a mode; it is set where the umask leaves another than they show. */
import { FsError } from '../kernel/errors.ts';
import { type Args, OPEN, type Result, STREAM } from '../kernel/operations.ts';
import { USUAL_UMASK } from '../kernel/service.ts';
import type { Sys } from './sys.ts';

/** Opens a file, as the operation does; one that this makes follows the umask. */
export async function openWithMask(
  sys: Sys,
  args: Args<'open'>,
  umask: number,
): Promise<Result<'open'>> {
  const mayMake = umask !== USUAL_UMASK && (args.flags & OPEN.create) !== 0;
  const isNew = mayMake && (await sys.stat(args.path)) === undefined;
  const opened = await sys.call('open', args);
  if (opened.stream === STREAM.terminal) sys.terminals.add(opened.fd);
  if (isNew) await setMode(sys, args.path, 0o666 & ~umask);
  return opened;
}

/** Makes a directory that follows the umask. */
export async function mkdirWithMask(sys: Sys, args: Args<'mkdir'>, umask: number): Promise<void> {
  await sys.call('mkdir', args);
  if (umask !== USUAL_UMASK) await setMode(sys, args.path, 0o777 & ~umask);
}

/** A service without modes goes without. */
async function setMode(sys: Sys, path: string, mode: number): Promise<void> {
  try {
    await sys.call('setMode', { dir: -1, path, mode });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}
