/** mv(1). Between two mounts a move is a copy and a removal. */
import { BACKUP_OPTIONS, backupOf } from './backup.ts';
import { Copier } from './copying.ts';
import { destinationOf, inFolder } from './destination.ts';
import { flagsOf, refuse } from './flags.ts';
import type { Tool } from './host.ts';
import { misuse } from './options.ts';
import { removeMoved } from './rm.ts';

export const mv: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... SOURCE... DEST',
    options: [
      ...BACKUP_OPTIONS,
      'f|force',
      'i|interactive',
      'n|no-clobber',
      'strip-trailing-slashes',
      't|target-directory=',
      'T|no-target-directory',
      'u|update',
      'v|verbose',
      'Z|context',
    ],
  });
  refuse(flags, 'context');
  const verbose = flags.has('verbose');
  const overwrite = flags.last('force', 'interactive', 'no-clobber');
  const backup = backupOf(host, flags);
  const { names, folder, to } = await destinationOf(host, flags);
  if (overwrite === 'no-clobber' && (flags.has('backup') || flags.has('b')))
    misuse(host.name, 'options --backup and --no-clobber are mutually exclusive');
  const rules = {
    recursive: true,
    follow: 'none',
    keepsTimes: true,
    mode: 'kept',
    keepsLinks: true,
    way: 'copy',
    overwrite: overwrite === 'no-clobber' ? 'no' : overwrite === 'interactive' ? 'ask' : 'yes',
    updates: flags.has('update'),
    force: false,
    removesFirst: false,
    verbose,
    isOneDevice: false,
    moves: true,
    backup,
  } as const;
  const copier = new Copier(host, rules, folder !== undefined && names.length > 1);
  let status = 0;
  for (const name of names) {
    const result = await copier.copy(name, folder === undefined ? to : inFolder(folder, name));
    const isGone = result !== 'copied' || (await removeMoved(host, name, verbose));
    if (result === 'failed' || !isGone) status = 1;
  }
  return status;
};
