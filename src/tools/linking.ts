/** Links that may replace a file, in one step: the file stays until the link has its name. */
import { hasCode } from '../kernel/errors.ts';
import { rename } from './backup.ts';
import { dirName, join, place, statIf } from './files.ts';
import type { Host } from './host.ts';

/** Makes a link by `create`, which gets its name. Throws FsError, EEXIST where the name is taken and must not be replaced. */
export async function makeLink(
  host: Host,
  to: string,
  replaces: boolean,
  create: (to: string) => Promise<unknown>,
): Promise<void> {
  try {
    await create(to);
    return;
  } catch (error) {
    if (!replaces || !hasCode(error, 'EEXIST')) throw error;
  }
  const temporary = join(dirName(to), `Cu${crypto.randomUUID().slice(0, 6)}`);
  await create(temporary);
  try {
    await rename(host, temporary, to);
  } finally {
    // A rename onto another name of the same file changes nothing (rename(2)).
    if (await statIf(host, temporary, false)) await host.call('unlink', place(host, temporary));
  }
}
