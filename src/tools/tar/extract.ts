/**
 * Extracts members. Nothing is written outside of the directory: names lose what leads out of it, and a symbolic link that
 * leads out is made when all else is done, so that no member is written through it.
 */
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { dirName, isSame, place, setMode, statIf } from '../files.ts';
import type { OpenFile } from '../host.ts';
import { inQuotes } from '../quote.ts';
import { reasonOf } from '../stdio.ts';
import { strftime } from '../strftime.ts';
import { Choice } from './choice.ts';
import { inside } from './create.ts';
import { escaped } from './list.ts';
import { bare, type Member, SECOND, secondsOf } from './member.ts';
import { hasDotDot, stripped } from './names.ts';
import type { TarReader } from './reader.ts';
import type { Session } from './session.ts';

export async function extract(session: Session): Promise<void> {
  const choice = new Choice(session);
  const extraction = new Extraction(session);
  await choice.begin();
  try {
    await session.read(session.options.archive, async (reader) => {
      for (let member = await reader.next(); member; member = await reader.next()) {
        await session.host.checkpoint();
        const dir = choice.dirOf(member);
        if (dir !== undefined) await extraction.add(member, dir, reader);
      }
    });
  } finally {
    await extraction.finish();
  }
  await choice.end();
}

interface Delayed {
  readonly path: string;
  readonly target: string;
  readonly mtime: bigint;
  readonly dev: number;
  readonly ino: bigint;
}

class Extraction {
  readonly #session: Session;
  /** Links that are made at the end; until then an empty file holds the place of each. */
  readonly #delayed = new Map<string, Delayed>();
  readonly #directories = new Map<string, Member>();
  readonly #began = BigInt(Date.now()) * 1_000_000n;

  constructor(session: Session) {
    this.#session = session;
  }

  async add(member: Member, dir: string, reader: TarReader): Promise<void> {
    const session = this.#session;
    const { options } = session;
    const short = stripped(member.name, options.strip);
    if (short === undefined) return;
    const name = bare(await session.safe(short, 'member names'));
    if (!options.keepsAbsolute && hasDotDot(member.name)) {
      await session.error(`${escaped(member.name)}: Member name contains '..'`);
      return;
    }
    const slash = member.name.endsWith('/') ? '/' : '';
    await session.tell(
      member,
      options.verbose,
      options.showsTransformed ? bare(name) + slash : member.name,
    );
    if (options.toOutput) {
      if (member.type === 'file') await this.#output(member, reader);
      return;
    }
    const path = inside(dir, name);
    try {
      if (member.refused !== undefined) throw new Failure(member.refused);
      if (member.type === 'file') await this.#file(member, name, path, reader);
      else if (member.type === 'dir') await this.#directory(member, path);
      else if (member.type === 'symlink') await this.#symlink(member, path);
      else if (member.type === 'link') await this.#link(member, dir, path);
      else if ('346'.includes(member.letter))
        throw new Failure('devices and named pipes are not supported here');
      else if (member.letter === 'M')
        throw new Failure('archives of several volumes are not supported here');
    } catch (error) {
      if (error instanceof Failure) await session.error(`${escaped(name)}: ${error.message}`);
      else throw error;
    }
  }

  /** Makes the links that were delayed, and then gives directories their times and modes. */
  async finish(): Promise<void> {
    const { host } = this.#session;
    for (const { path, target, mtime, dev, ino } of this.#delayed.values()) {
      const there = await statIf(host, path, false);
      // Something else may have taken its place.
      if (there?.kind !== 'file' || !isSame(there, { ...there, dev, ino })) continue;
      try {
        await host.call('unlink', place(host, path));
        await host.call('symlink', { target, ...place(host, path) });
        await this.#setTimes(path, mtime, false);
      } catch (error) {
        await this.#session.error(
          `${path}: Cannot create symlink to ${inQuotes(target)}: ${reasonOf(error)}`,
        );
      }
    }
    for (const [path, member] of [...this.#directories].reverse()) {
      if ((await statIf(host, path, false))?.kind !== 'dir') continue;
      await setMode(host, path, this.#modeOf(member));
      await this.#setTimes(path, member.mtime, true);
    }
  }

  #modeOf({ mode }: Member): number {
    const { options, host } = this.#session;
    return (options.keepsModes ? mode : mode & ~host.umask) & 0o777;
  }

  async #setTimes(path: string, mtime: bigint, follow: boolean): Promise<void> {
    const { host, options } = this.#session;
    if (!options.keepsTimes) return;
    try {
      await host.call('setTimes', { ...place(host, path), follow, atime: this.#began, mtime });
    } catch (error) {
      if (hasCode(error, 'ENOTSUP')) return;
      await this.#session.error(`${path}: Cannot utime: ${reasonOf(error)}`);
    }
  }

  async #output(member: Member, reader: TarReader): Promise<void> {
    if (member.refused !== undefined)
      return this.#session.error(`${escaped(member.name)}: ${member.refused}`);
    for await (const part of reader.content()) await this.#session.host.stdout.write(part.slice());
  }

  async #file(member: Member, name: string, path: string, reader: TarReader): Promise<void> {
    const { host, options } = this.#session;
    const flags = OPEN.write | OPEN.create;
    const isOver = options.oldFiles === 'overwrite';
    const file = await this.#make(
      path,
      'open',
      () =>
        host.open(
          path,
          flags | (isOver ? OPEN.truncate | (options.follows ? 0 : OPEN.noFollow) : OPEN.exclusive),
        ),
      member,
    );
    if (!file) return;
    await this.#fill(file, reader);
    await setMode(host, path, this.#modeOf(member));
    await this.#checkTime(member, name);
    await this.#setTimes(path, member.mtime, true);
  }

  async #fill(file: OpenFile, reader: TarReader): Promise<void> {
    try {
      for await (const part of reader.content()) {
        await file.write(part.slice());
        await this.#session.host.checkpoint();
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new Failure(`Cannot write: ${reasonOf(error)}`);
    } finally {
      await file.close();
    }
  }

  async #checkTime({ mtime }: Member, name: string): Promise<void> {
    const { keepsTimes, zone } = this.#session.options;
    if (!keepsTimes) return;
    const seconds = Number(secondsOf(mtime));
    const date = strftime('%Y-%m-%d %H:%M:%S', new Date(seconds * 1000), zone);
    if (mtime < 0n) await this.#session.warn(`${name}: implausibly old time stamp ${date}`);
    else if (mtime > this.#began) {
      const ahead = mtime - BigInt(Date.now()) * 1_000_000n;
      const shown = `${ahead / SECOND}.${String(ahead % SECOND).padStart(9, '0')}`.replace(
        /\.?0+$/,
        '',
      );
      await this.#session.warn(`${name}: time stamp ${date} is ${shown} s in the future`);
    }
  }

  async #directory(member: Member, path: string): Promise<void> {
    const { host, options } = this.#session;
    const there = await statIf(host, path, options.keepsDirectoryLinks);
    if (there?.kind !== 'dir') {
      await this.#make(path, 'mkdir', () => host.call('mkdir', place(host, path)), member);
      if ((await statIf(host, path, false))?.kind !== 'dir') return;
    }
    this.#directories.set(path, member);
  }

  async #symlink(member: Member, path: string): Promise<void> {
    const { host, options } = this.#session;
    const { link: target } = member;
    const isDelayed = !options.keepsAbsolute && (target.startsWith('/') || hasDotDot(target));
    const what = `create symlink to ${inQuotes(target)}`;
    const made = await this.#make(
      path,
      what,
      async () => {
        if (!isDelayed) return host.call('symlink', { target, ...place(host, path) });
        const file = await host.open(path, OPEN.write | OPEN.create | OPEN.exclusive);
        await file.close();
        return file;
      },
      member,
    );
    if (!made) return;
    if (!isDelayed) return this.#setTimes(path, member.mtime, false);
    await this.#delay(path, target, member.mtime);
  }

  async #delay(path: string, target: string, mtime: bigint): Promise<void> {
    const there = await statIf(this.#session.host, path, false);
    if (there) this.#delayed.set(path, { path, target, mtime, dev: there.dev, ino: there.ino });
  }

  async #link(member: Member, dir: string, path: string): Promise<void> {
    const { session, host } = { session: this.#session, host: this.#session.host };
    const short = stripped(member.link, session.options.strip);
    if (short === undefined) return;
    const target = await session.safe(short, 'hard link targets');
    const from = inside(dir, target);
    const delayed = this.#delayed.get(from);
    const made = await this.#make(
      path,
      `hard link to ${inQuotes(target)}`,
      async () => {
        const [first, there] = [await statIf(host, from, false), await statIf(host, path, false)];
        if (first && there && isSame(first, there)) return {};
        return host.call('link', {
          ...place(host, from),
          toDir: -1,
          toPath: place(host, path).path,
        });
      },
      member,
    );
    if (made && delayed) await this.#delay(path, delayed.target, delayed.mtime);
  }

  /**
   * Makes a file of any kind: directories on the way to it are made where they lack, and what is there goes first. Undefined
   * where what is there stays.
   */
  async #make<T>(
    path: string,
    what: string,
    make: () => Promise<T>,
    member: Member,
  ): Promise<T | undefined> {
    const { host, options } = this.#session;
    if (options.oldFiles === 'unlink') await this.#remove(path);
    for (let tries = 0; ; tries++)
      try {
        return await make();
      } catch (error) {
        const reason = reasonOf(error);
        if (tries === 0 && hasCode(error, 'ENOENT') && (await this.#parents(path))) continue;
        if (tries <= 1 && hasCode(error, 'EEXIST')) {
          if (options.oldFiles === 'skip') return undefined;
          if (options.oldFiles === 'newer') {
            const there = await statIf(host, path, false);
            if (there && there.mtime >= member.mtime) {
              await this.#session.warn(`Current ${inQuotes(path)} is newer or same age`);
              return undefined;
            }
          }
          if (options.oldFiles !== 'keep' && (await this.#remove(path))) continue;
        }
        throw new Failure(`Cannot ${what}: ${reason}`);
      }
  }

  async #remove(path: string): Promise<boolean> {
    const { host } = this.#session;
    const there = await statIf(host, path, false);
    try {
      await host.call(there?.kind === 'dir' ? 'rmdir' : 'unlink', place(host, path));
      return true;
    } catch (error) {
      reasonOf(error);
      return false;
    }
  }

  async #parents(path: string): Promise<boolean> {
    const { host } = this.#session;
    const missing: string[] = [];
    for (let dir = dirName(path); dir !== '.' && dir !== '/'; dir = dirName(dir)) {
      if (await statIf(host, dir, false)) break;
      missing.push(dir);
    }
    for (const dir of missing.reverse())
      try {
        await host.call('mkdir', place(host, dir));
      } catch (error) {
        reasonOf(error);
        return false;
      }
    return missing.length > 0;
  }
}

/** Why one member could not be extracted. */
class Failure extends Error {}
