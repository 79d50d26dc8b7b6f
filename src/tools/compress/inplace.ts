/** Files that gzip, bzip2 and xz replace by other files: they get the times and the mode, and they vanish where work fails. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { modeOf, place, setMode } from '../files.ts';
import type { Host, OpenFile, Sink } from '../host.ts';

/** Writes what a decoder or encoder yields, whose parts are overwritten when the next is asked for. */
export async function writeParts(
  host: Host,
  to: Sink | undefined,
  parts: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const part of parts) {
    if (part.length > 0) await to?.write(part.slice());
    await host.checkpoint();
  }
}

/** Makes a new file of this name; with `replaces` the file that is there goes first. Throws EEXIST where one is there. */
export async function createFile(host: Host, name: string, replaces: boolean): Promise<OpenFile> {
  const flags = OPEN.write | OPEN.create | OPEN.exclusive;
  try {
    return await host.open(name, flags);
  } catch (error) {
    if (!replaces || !hasCode(error, 'EEXIST')) throw error;
    await host.call('unlink', place(host, name));
    return host.open(name, flags);
  }
}

/** Fills a new file, which vanishes where that fails. */
export async function fillFile(
  host: Host,
  name: string,
  file: OpenFile,
  fill: (file: OpenFile) => Promise<void>,
): Promise<void> {
  let isWhole = false;
  try {
    await fill(file);
    isWhole = true;
  } finally {
    await file.close();
    if (!isWhole) await host.call('unlink', place(host, name)).catch(() => undefined);
  }
}

/** Gives a file the mode and the times of the one that it was made from. A service that keeps none goes without. */
export async function takeStat(
  host: Host,
  name: string,
  from: NamespaceStat,
  mtime = from.mtime,
): Promise<void> {
  await setMode(host, name, modeOf(from));
  try {
    const atime = from.atime ?? from.mtime;
    await host.call('setTimes', { ...place(host, name), follow: true, atime, mtime });
  } catch (error) {
    if (!hasCode(error, 'ENOTSUP')) throw error;
  }
}
