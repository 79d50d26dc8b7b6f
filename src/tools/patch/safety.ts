/** Keeps the names in a patch within the working directory. Names that the user gives are not held to it. */
import { readLink, statIf } from '../files.ts';
import type { Host } from '../host.ts';
import { shellWord } from '../quote.ts';

/** Whether a name is absolute or has `..`. */
export const isDangerous = (name: string): boolean =>
  name.startsWith('/') || name.split('/').includes('..');

export const ignoring = (name: string): string =>
  `Ignoring potentially dangerous file name ${shellWord(name)}\n`;

const LINKS_MAX = 40;

/**
 * Whether the directories of a relative name lie within the working directory, symlinks among them followed. A symlink
 * to an absolute path leads out, wherever that is.
 */
export async function isWithin(host: Host, name: string): Promise<boolean> {
  if (isDangerous(name)) return false;
  const rest = name.split('/').slice(0, -1);
  const done: string[] = [];
  let links = 0;
  while (rest.length > 0) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.pop() === undefined) return false;
      continue;
    }
    const path = [...done, part].join('/');
    const found = await statIf(host, path, false);
    if (found?.kind !== 'symlink') {
      done.push(part);
      continue;
    }
    const target = await readLink(host, path);
    if (target.startsWith('/') || ++links > LINKS_MAX) return false;
    rest.unshift(...target.split('/'));
  }
  return true;
}
