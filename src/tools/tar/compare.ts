/** Finds how files differ from the members of an archive: `tar -d`. */
import type { NamespaceStat } from '../../kernel/caller.ts';
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { isSame, modeOf, readLink, stat, statIf } from '../files.ts';
import { USER_ID } from '../identity.ts';
import { reasonOf } from '../stdio.ts';
import { Choice } from './choice.ts';
import { inside } from './create.ts';
import { escaped } from './list.ts';
import { bare, type Member, secondsOf } from './member.ts';
import type { TarReader } from './reader.ts';
import type { Session } from './session.ts';

export async function compare(session: Session): Promise<void> {
  const choice = new Choice(session);
  await choice.begin();
  await session.read(session.options.archive, async (reader) => {
    for (let member = await reader.next(); member; member = await reader.next()) {
      await session.host.checkpoint();
      const dir = choice.dirOf(member);
      if (dir === undefined) continue;
      await session.tell(member, session.options.verbose);
      await compareOne(session, member, inside(dir, bare(member.name)), dir, reader);
    }
  });
  await choice.end();
}

async function compareOne(
  session: Session,
  member: Member,
  path: string,
  dir: string,
  reader: TarReader,
): Promise<void> {
  const { host } = session;
  const report = async (what: string): Promise<void> => {
    if (session.status === 0) session.status = 1;
    await host.stdout.write(bytesOf(`${escaped(bare(member.name))}: ${what}\n`));
  };
  let found: NamespaceStat;
  try {
    found = await stat(host, path, false);
  } catch (error) {
    if (session.status === 0) session.status = 1;
    const verb = member.type === 'symlink' ? 'readlink' : 'stat';
    return session.warn(`${bare(member.name)}: Warning: Cannot ${verb}: ${reasonOf(error)}`);
  }
  if (member.type === 'symlink') {
    const target = found.kind === 'symlink' ? await readLink(host, path) : undefined;
    if (target === undefined)
      return session.warn(`${bare(member.name)}: Warning: Cannot readlink: Invalid argument`);
    if (target !== member.link) await report('Symlink differs');
    return;
  }
  if (member.type === 'link') {
    const first = await statIf(host, inside(dir, member.link), false);
    if (!first || !isSame(first, found)) await report(`Not linked to ${member.link}`);
    return;
  }
  if (found.kind !== (member.type === 'dir' ? 'dir' : 'file')) return report('File type differs');
  if ((member.mode & 0o777) !== modeOf(found)) await report('Mode differs');
  if (member.type === 'dir') return;
  if (member.uid !== USER_ID) await report('Uid differs');
  if (member.gid !== USER_ID) await report('Gid differs');
  if (secondsOf(member.mtime) !== secondsOf(found.mtime)) await report('Mod time differs');
  if (member.size !== found.size) return report('Size differs');
  if (!(await hasContent(session, path, reader))) await report('Contents differ');
}

async function hasContent(session: Session, path: string, reader: TarReader): Promise<boolean> {
  const file = await session.host.open(path, OPEN.read);
  try {
    for await (const part of reader.content())
      for (let at = 0; at < part.length; ) {
        const data = await file.read(part.length - at);
        if (data.length === 0 || data.some((byte, i) => byte !== part[at + i])) return false;
        at += data.length;
      }
    return true;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    await session.error(`${path}: Cannot read: ${reasonOf(error)}`);
    return true;
  } finally {
    await file.close();
  }
}
