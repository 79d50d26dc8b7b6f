/** Writes archives: `tar -c`, `-r`, `-u` and `-A`. */
import type { NamespaceStat } from '../../kernel/caller.ts';

import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { writeParts } from '../compress/inplace.ts';
import { identityOf, join, list, modeOf, place, readLink, stat } from '../files.ts';
import type { OpenFile } from '../host.ts';
import { USER_ID, userOf } from '../identity.ts';
import { reasonOf } from '../stdio.ts';
import { fatal } from './commandline.ts';
import { BLOCK, bare, type Member, paddingOf } from './member.ts';
import type { Named } from './options.ts';
import { packed, sourceOf } from './pipe.ts';
import type { Session } from './session.ts';
import { headerBlocks, NoForm } from './writeheader.ts';

export async function create(session: Session): Promise<void> {
  const { options, host } = session;
  const file =
    options.archive === '-'
      ? undefined
      : await session.openArchive(options.archive, OPEN.write | OPEN.create | OPEN.truncate);
  try {
    const archiver = new Archiver(session, await identityOf(host, file?.fd));
    const blocks = padded(archiver.members(), 0, options.blocking);
    const bytes = options.compression ? packed(sourceOf(blocks), options.compression) : blocks;
    await writeParts(host, file ?? host.stdout, bytes);
    await archiver.removeFiles();
  } finally {
    await file?.close();
  }
}

/** Adds members behind those that an archive has. */
export async function append(session: Session): Promise<void> {
  const { options, host } = session;
  if (options.archive === '-') fatal('only an archive in a file can be changed here');
  const known = new Map<string, bigint>();
  let end = 0;
  const isNew = !(await stat(host, options.archive).catch(() => undefined));
  if (!isNew)
    await session.read(options.archive, async (reader) => {
      for (let each = await reader.next(); each; each = await reader.next())
        known.set(bare(each.name), each.mtime);
      end = reader.start;
    });
  const file = await session.openArchive(options.archive, OPEN.read | OPEN.write | OPEN.create);
  try {
    const archiver = new Archiver(
      session,
      await identityOf(host, file.fd),
      options.operation === 'u' ? known : undefined,
    );
    const blocks = options.operation === 'A' ? membersOf(session) : archiver.members();
    await host.call('seek', { fd: file.fd, offset: end, whence: 0 });
    await writeParts(host, file, padded(blocks, end, options.blocking));
    await archiver.removeFiles();
  } finally {
    await file.close();
  }
}

/** The blocks of other archives, without their ends. */
async function* membersOf(session: Session): AsyncGenerator<Uint8Array> {
  for (const { name, dir } of session.options.names) {
    const path = inside(dir, name);
    let end = 0;
    await session.read(path, async (reader) => {
      while (await reader.next());
      end = reader.start;
    });
    const file = await session.openArchive(path, OPEN.read);
    try {
      for (let left = end; left > 0; ) {
        const data = await file.read(Math.min(left, 1 << 16));
        if (data.length === 0) break;
        left -= data.length;
        yield data;
      }
    } finally {
      await file.close();
    }
  }
}

/** Two blocks of zeros behind the members, and more up to the end of a record. */
async function* padded(
  blocks: AsyncIterable<Uint8Array>,
  start: number,
  blocking: number,
): AsyncGenerator<Uint8Array> {
  let size = start;
  for await (const part of blocks) {
    size += part.length;
    yield part;
  }
  const record = blocking * BLOCK;
  yield new Uint8Array(Math.ceil((size + 2 * BLOCK) / record) * record - size);
}

export const inside = (dir: string, name: string): string =>
  dir === '.' || name.startsWith('/') ? name : join(dir, name);

interface Task extends Named {
  readonly device?: number;
  readonly isTop?: boolean;
}

class Archiver {
  readonly #session: Session;
  readonly #archive: string | undefined;
  /** The times of the members that are there, where only newer files are added. */
  readonly #known: ReadonlyMap<string, bigint> | undefined;
  /** The first name of each file that has several. */
  readonly #links = new Map<string, string>();
  /** A file may come again although it has one name, so that the second time it is a link to the first. */
  readonly #countsLinks: boolean;
  readonly #done: { path: string; isDirectory: boolean }[] = [];

  constructor(session: Session, archive: string | undefined, known?: ReadonlyMap<string, bigint>) {
    this.#session = session;
    this.#archive = archive;
    this.#known = known;
    this.#countsLinks = session.options.names.length > 1 || session.options.follows;
  }

  async *members(): AsyncGenerator<Uint8Array> {
    const { names } = this.#session.options;
    const tasks: Task[] = [...names].reverse().map((each) => ({ ...each, isTop: true }));
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      await this.#session.host.checkpoint();
      yield* this.#visit(task, tasks);
    }
  }

  async removeFiles(): Promise<void> {
    const { options, host } = this.#session;
    if (!options.removesFiles) return;
    for (const { path, isDirectory } of this.#done.reverse())
      try {
        await host.call(isDirectory ? 'rmdir' : 'unlink', place(host, path));
      } catch (error) {
        await this.#session.error(
          `${path}: Cannot ${isDirectory ? 'rmdir' : 'unlink'}: ${reasonOf(error)}`,
        );
      }
  }

  async *#visit(task: Task, tasks: Task[]): AsyncGenerator<Uint8Array> {
    const [session, options] = [this.#session, this.#session.options];
    const name = bare(task.name);
    if (options.excludes.some((matches) => matches(name))) return;
    const path = inside(task.dir, name);
    let found: NamespaceStat;
    try {
      found = await stat(session.host, path, options.follows);
    } catch (error) {
      const text = `${task.name}: Cannot stat: ${reasonOf(error)}`;
      if (options.ignoresFailedRead)
        await session.warn(text.replace(': Cannot', ': Warning: Cannot'));
      else await session.error(text);
      return;
    }
    if (`${found.dev}:${found.ino}` === this.#archive && found.kind === 'file') {
      await session.warn(`${name}: file is the archive; not dumped`);
      return;
    }
    if (found.kind === 'dir') yield* this.#directory(task, name, path, found, tasks);
    else yield* this.#file(name, path, found);
  }

  async *#directory(
    task: Task,
    name: string,
    path: string,
    found: NamespaceStat,
    tasks: Task[],
  ): AsyncGenerator<Uint8Array> {
    const [session, options] = [this.#session, this.#session.options];
    if (options.staysOnDevice && task.device !== undefined && task.device !== found.dev) return;
    let entries: string[] = [];
    if (options.recurses)
      try {
        entries = (await list(session.host, path)).map((each) => each.name);
      } catch (error) {
        await session.error(`${name}: Cannot open: ${reasonOf(error)}`);
        return;
      }
    const slashed = name.endsWith('/') ? name : `${name}/`;
    const isKnown = this.#known?.has(bare(await session.safe(name, 'member names'))) ?? false;
    const blocks = isKnown ? undefined : await this.#header(slashed, found, 'dir', '', 0);
    if (blocks) yield blocks;
    else if (!isKnown) return;
    this.#done.push({ path, isDirectory: true });
    if (options.sortsByName) entries.sort((a, b) => compare(bytesOf(a), bytesOf(b)));
    for (const entry of entries.reverse())
      tasks.push({ name: slashed + entry, dir: task.dir, device: task.device ?? found.dev });
  }

  async *#file(name: string, path: string, found: NamespaceStat): AsyncGenerator<Uint8Array> {
    const [session, options] = [this.#session, this.#session.options];
    const { newer } = options;
    const known = this.#known?.get(bare(await session.safe(name, 'member names')));
    if (
      (known !== undefined && known >= found.mtime) ||
      (newer !== undefined && found.mtime < newer)
    )
      return;
    const identity = `${found.dev}:${found.ino}`;
    const first = options.followsHardLinks ? undefined : this.#links.get(identity);
    if (first !== undefined) {
      const blocks = await this.#header(name, found, 'link', first, 0);
      if (blocks) yield blocks;
      this.#done.push({ path, isDirectory: false });
      return;
    }
    if (found.kind === 'symlink') {
      const target = await readLink(session.host, path);
      const blocks = await this.#header(name, found, 'symlink', target, 0);
      if (blocks) yield blocks;
    } else yield* this.#content(name, path, found);
    if (this.#countsLinks || found.nlink > 1)
      this.#links.set(identity, await session.safe(name, 'hard link targets'));
  }

  async *#content(name: string, path: string, found: NamespaceStat): AsyncGenerator<Uint8Array> {
    const session = this.#session;
    let file: OpenFile;
    try {
      file = await session.host.open(path, OPEN.read);
    } catch (error) {
      await session.error(`${name}: Cannot open: ${reasonOf(error)}`);
      return;
    }
    try {
      const blocks = await this.#header(name, found, 'file', '', found.size);
      if (!blocks) return;
      yield blocks;
      let left = found.size;
      while (left > 0) {
        const data = await file.read(Math.min(left, 1 << 16));
        if (data.length === 0) break;
        left -= data.length;
        yield data;
      }
      if (left > 0) {
        await session.warn(`${name}: File shrank by ${left} bytes; padding with zeros`);
        if (session.status === 0) session.status = 1;
      }
      for (; left > 0; left -= Math.min(left, 1 << 16))
        yield new Uint8Array(Math.min(left, 1 << 16));
      yield new Uint8Array(paddingOf(found.size));
      this.#done.push({ path, isDirectory: false });
    } finally {
      await file.close();
    }
  }

  /** The header of a member; undefined where it has none in the format, which is told. */
  async #header(
    name: string,
    found: NamespaceStat,
    type: 'file' | 'dir' | 'link' | 'symlink',
    link: string,
    size: number,
  ): Promise<Uint8Array | undefined> {
    const [session, options] = [this.#session, this.#session.options];
    const user = userOf(session.host);
    const mode = type === 'symlink' ? 0o777 : modeOf(found);
    const { mtime, clampsTime, owner, group, numericOwner } = options;
    const isOlder = clampsTime && mtime !== undefined && found.mtime <= mtime;
    const safe = await session.safe(name, 'member names');
    const isDirectory = type === 'dir' && !safe.endsWith('/');
    const member: Member = {
      name: isDirectory ? `${safe}/` : safe,
      type,
      letter: { file: '0', link: '1', symlink: '2', dir: '5' }[type],
      mode: options.mode ? options.mode(mode, type === 'dir') : mode,
      uid: owner?.id ?? USER_ID,
      gid: group?.id ?? USER_ID,
      uname: numericOwner ? '' : (owner?.name ?? user),
      gname: numericOwner ? '' : (group?.name ?? user),
      size,
      mtime: mtime === undefined || isOlder ? found.mtime : mtime,
      atime: found.atime ?? found.mtime,
      ctime: found.ctime ?? found.mtime,
      link,
    };
    try {
      const blocks = headerBlocks(member, options.format, options.deletedRecords);
      const shown = type === 'dir' && !name.endsWith('/') ? `${name}/` : name;
      await session.tell(member, options.verbose, shown);
      return blocks;
    } catch (error) {
      if (!(error instanceof NoForm)) throw error;
      await session.error(error.message);
      return undefined;
    }
  }
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++)
    if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}
