/** Links that cp and mv make, and files that they take out of the way of a move. */
import type { NamespaceStat } from '../kernel/caller.ts';
import { canonical } from './canonical.ts';
import type { CopyRules } from './copyrules.ts';
import { dirName, isSame, place, readLink, statIf } from './files.ts';
import { type Host, ToolError } from './host.ts';
import { makeLink } from './linking.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { reasonOf } from './stdio.ts';

export async function targetOf(host: Host, from: string): Promise<string> {
  try {
    return await readLink(host, from);
  } catch (error) {
    throw new ToolError(`cannot read symbolic link ${quoted(from)}: ${reasonOf(error)}`);
  }
}

export async function refuseRelativeLink(host: Host, from: string, to: string): Promise<void> {
  if (from.startsWith('/') || dirName(to) === '.') return;
  const [here, folder] = [await statIf(host, '.'), await statIf(host, dirName(to))];
  if (here && folder && isSame(here, folder)) return;
  const shown = quotedIfNeeded(to);
  throw new ToolError(`${shown}: can make relative symbolic links only in current directory`);
}

export async function copySymlink(
  host: Host,
  rules: CopyRules,
  target: string,
  to: string,
  suffix: string,
): Promise<void> {
  try {
    await makeLink(host, to, rules.force, (name) =>
      host.call('symlink', { target, ...place(host, name) }),
    );
  } catch (error) {
    throw new ToolError(`cannot create symbolic link ${quoted(to)}${suffix}: ${reasonOf(error)}`);
  }
}

export async function copyLink(
  host: Host,
  rules: CopyRules,
  from: string,
  to: string,
  replaces: boolean,
): Promise<void> {
  const source = rules.follow === 'none' ? from : await canonical(host, from, 'none');
  try {
    await makeLink(host, to, replaces, (name) =>
      host.call('link', { ...place(host, source), toDir: -1, toPath: place(host, name).path }),
    );
  } catch (error) {
    throw new ToolError(
      `cannot create hard link ${quoted(to)} to ${quoted(from)}: ${reasonOf(error)}`,
    );
  }
}

/** Between two mounts, what a rename would replace goes first. */
export async function removeTarget(
  host: Host,
  from: string,
  to: string,
  target: NamespaceStat,
): Promise<void> {
  try {
    await host.call(target.kind === 'dir' ? 'rmdir' : 'unlink', place(host, to));
  } catch (error) {
    throw new ToolError(
      `inter-device move failed: ${quoted(from)} to ${quoted(to)}; unable to remove target: ${reasonOf(error)}`,
    );
  }
}
