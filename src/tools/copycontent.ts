/** The bytes and the attributes of one file, as cp and mv copy them. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { FsError, hasCode } from '../kernel/errors.ts';
import { IO_MAX, OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { USUAL_UMASK } from '../kernel/service.ts';
import { closing } from './closing.ts';
import type { CopyRules } from './copyrules.ts';
import { modeOf, place, setMode, statIf } from './files.ts';
import { type Host, type OpenFile, ToolError } from './host.ts';
import { quoted } from './quote.ts';
import { reasonOf } from './stdio.ts';

/** Copies the bytes of a file. Returns whether it made the target. */
export async function copyContent(
  host: Host,
  from: string,
  to: string,
  isNew: boolean,
  rules: CopyRules,
): Promise<boolean> {
  const source = await openOr(host, from, OPEN.read, `cannot open ${quoted(from)} for reading`);
  try {
    const { file, made } = await openTarget(host, to, isNew, rules);
    return await closing(
      file,
      async () => {
        if (rules.way !== 'attributes')
          await pump(host, { source, name: from }, { file, name: to });
        return made;
      },
      (reason) => new ToolError(`failed to close ${quoted(to)}: ${reason}`),
    );
  } finally {
    await source.close();
  }
}

async function pump(
  host: Host,
  { source, name: from }: { source: OpenFile; name: string },
  { file, name: to }: { file: OpenFile; name: string },
): Promise<void> {
  for (;;) {
    const data = await source.read(IO_MAX).catch((error: unknown) => {
      throw new ToolError(`error reading ${quoted(from)}: ${reasonOf(error)}`);
    });
    if (data.length === 0) return;
    await file.write(data).catch((error: unknown) => {
      throw new ToolError(`error writing ${quoted(to)}: ${reasonOf(error)}`);
    });
    await host.checkpoint();
  }
}

async function openTarget(
  host: Host,
  to: string,
  isNew: boolean,
  rules: CopyRules,
): Promise<{ file: OpenFile; made: boolean }> {
  if (isNew) return { file: await create(host, to, rules), made: true };
  const truncate = rules.way === 'attributes' ? 0 : OPEN.truncate;
  try {
    return { file: await host.open(to, OPEN.write | truncate), made: false };
  } catch (error) {
    const reason = reasonOf(error);
    if (!hasCode(error, 'ENOENT')) {
      if (!rules.force) throw new ToolError(`cannot create regular file ${quoted(to)}: ${reason}`);
      await unlinkFirst(host, to, rules);
    }
    return { file: await create(host, to, rules), made: true };
  }
}

async function create(host: Host, to: string, rules: CopyRules): Promise<OpenFile> {
  try {
    if (to.endsWith('/')) throw new FsError('ENOTDIR');
    return await host.open(to, OPEN.write | OPEN.create | OPEN.exclusive);
  } catch (error) {
    const reason = reasonOf(error);
    if (!rules.moves && hasCode(error, 'EEXIST')) {
      const there = await statIf(host, to, false);
      if (there?.kind === 'symlink')
        throw new ToolError(`not writing through dangling symlink ${quoted(to)}`);
    }
    throw new ToolError(`cannot create regular file ${quoted(to)}: ${reason}`);
  }
}

/** Removes a file that is in the way of its copy. */
export async function unlinkFirst(host: Host, to: string, rules: CopyRules): Promise<void> {
  try {
    await host.call('unlink', place(host, to));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw new ToolError(`cannot remove ${quoted(to)}: ${reasonOf(error)}`);
  }
  if (rules.verbose) await host.stdout.write(bytesOf(`removed ${quoted(to)}\n`));
}

async function openOr(
  host: Host,
  name: string,
  flags: number,
  complaint: string,
): Promise<OpenFile> {
  try {
    return await host.open(name, flags);
  } catch (error) {
    throw new ToolError(`${complaint}: ${reasonOf(error)}`);
  }
}

/** Gives a copy the times and the mode of its source. A service that keeps none goes without. */
export async function copyAttributes(
  host: Host,
  to: string,
  source: NamespaceStat,
  isNew: boolean,
  rules: CopyRules,
): Promise<void> {
  const { kind, atime, mtime } = source;
  if (kind !== 'symlink') await copyMode(host, to, source, isNew, rules);
  if (!rules.keepsTimes) return;
  try {
    const follow = kind !== 'symlink';
    await host.call('setTimes', { ...place(host, to), follow, atime: atime ?? mtime, mtime });
  } catch (error) {
    if (hasCode(error, 'ENOTSUP')) return;
    throw new ToolError(`preserving times for ${quoted(to)}: ${reasonOf(error)}`);
  }
}

async function copyMode(
  host: Host,
  to: string,
  source: NamespaceStat,
  isNew: boolean,
  rules: CopyRules,
): Promise<void> {
  if (rules.mode === 'default' || (rules.mode === 'masked' && !isNew)) return;
  // The copy shows the same as its source then.
  if (source.mode === undefined && host.umask === USUAL_UMASK) return;
  const mode = rules.mode === 'kept' ? modeOf(source) : modeOf(source) & ~host.umask;
  try {
    await setMode(host, to, mode);
  } catch (error) {
    throw new ToolError(`preserving permissions for ${quoted(to)}: ${reasonOf(error)}`);
  }
}
