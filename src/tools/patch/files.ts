/** The files that patch writes: whole, beside the old one, with a backup where one is wanted. */
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOfOctets, octetsOf } from '../awk/octets.ts';
import { rename } from '../backup.ts';
import { dirName, place, setMode, statIf } from '../files.ts';
import type { Host } from '../host.ts';
import { readAll } from '../stdio.ts';

/** A text as lines with their newlines. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** A file as text with a character for each byte. */
export async function textOfFile(host: Host, name: string): Promise<string> {
  const file = await host.open(name, OPEN.read);
  try {
    return octetsOf(await readAll(file));
  } finally {
    await file.close();
  }
}

/** Makes the directories above a file. */
export async function makeFolders(host: Host, name: string): Promise<void> {
  const folder = dirName(name);
  if (await statIf(host, folder)) return;
  await makeFolders(host, folder);
  await host.call('mkdir', place(host, folder));
}

/** Writes a file in one step: a reader sees the old one or the new one. */
export async function replaceFile(
  host: Host,
  name: string,
  text: string,
  mode?: number,
): Promise<void> {
  await makeFolders(host, name);
  const temporary = `${dirName(name)}/.patch${Math.random().toString(36).slice(2, 10)}`;
  const file = await host.open(temporary, OPEN.write | OPEN.create | OPEN.exclusive);
  try {
    await file.write(bytesOfOctets(text));
    await file.close();
    if (mode !== undefined) await setMode(host, temporary, mode);
    await rename(host, temporary, name);
  } catch (error) {
    await host.call('unlink', place(host, temporary));
    throw error;
  }
}

/** Removes a file, and the directories above it that are empty then. */
export async function removeFile(host: Host, name: string): Promise<void> {
  await host.call('unlink', place(host, name));
  await removeFolders(host, name);
}

export async function removeFolders(host: Host, name: string): Promise<void> {
  for (let at = dirName(name); at !== '.' && at !== '/'; at = dirName(at))
    try {
      await host.call('rmdir', place(host, at));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return;
    }
}

/** Puts a file aside under another name; where there is none, that name becomes an empty file. */
export async function backUp(host: Host, name: string, to: string): Promise<void> {
  await makeFolders(host, to);
  try {
    await rename(host, name, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await replaceFile(host, to, '');
  }
}
