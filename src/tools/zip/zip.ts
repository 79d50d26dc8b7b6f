/** zip(1), as Debian has Zip 3.0. */
import { BadStream } from '../../codec/badstream.ts';
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { closeAfterError } from '../closing.ts';
import { dirName, join, modeOf, place, readLink, setMode, statIf } from '../files.ts';
import type { Host, OpenFile, Source, Tool } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import { zoneOf } from '../zone.ts';
import {
  bytesBefore,
  dosTimeIn,
  isWithin,
  readDirectory,
  type ZipDirectory,
  type ZipEntry,
} from './directory.ts';
import { shown } from './list.ts';
import { type Member, RepeatedName, Selection } from './selection.ts';
import { dosTimeOf, type Sizes, ZipWriter } from './writer.ts';
import { badArguments, percent, totalsLine, ZipError } from './zipmessages.ts';
import { type ZipOptions, zipOptions } from './zipoptions.ts';

const [NOTHING, UNREADABLE] = [12, 18];
const types = { file: 0o100_000, dir: 0o040_000, symlink: 0o120_000 } as const;

export const zip: Tool = async (host) => {
  let isToOutput = host.args.length === 0;
  try {
    const options = zipOptions(host.args);
    isToOutput = options.archive === '-';
    if (isToOutput && host.isTerminal(1)) throw badArguments('cannot write zip file to terminal');
    return await new Zip(host, options).run();
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    await (isToOutput ? host.stderr : host.stdout).write(bytesOf(error.text));
    return error.status;
  }
};

/** The archive as it was. */
interface Old extends ZipDirectory {
  readonly file: OpenFile;
}

class Zip {
  readonly #host: Host;
  readonly #options: ZipOptions;
  readonly #zone: string | undefined;
  readonly #packed: Member[] = [];
  readonly #totals = { size: 0, packed: 0 };
  readonly #read = { files: 0, bytes: 0 };
  readonly #skipped = { files: 0, bytes: 0 };

  constructor(host: Host, options: ZipOptions) {
    this.#host = host;
    this.#options = options;
    this.#zone = zoneOf(host.env);
  }

  async run(): Promise<number> {
    const old = await this.#old();
    try {
      if (this.#options.action === 'delete') return await this.#delete(old);
      const found = await this.#found(old);
      if (found.size === 0) return this.#nothing();
      const updated = new Set(old?.entries.map(({ name }) => name));
      await this.#replace(old, async (writer) => {
        for (const entry of old?.entries ?? []) {
          const member = found.get(entry.name);
          if (!member) await this.#copy(writer, entry, old);
          else if (
            !(await this.#add(
              writer,
              member,
              this.#options.action === 'freshen' ? 'freshening' : 'updating',
            ))
          )
            await this.#copy(writer, entry, old);
        }
        for (const member of found.values())
          if (!updated.has(member.name)) await this.#add(writer, member, '  adding');
      });
    } finally {
      await old?.file.close();
    }
    if (this.#options.has('m')) await this.#removePacked();
    return this.#verdict();
  }

  #say(text: string): Promise<void> {
    const { archive } = this.#options;
    return (archive === '-' ? this.#host.stderr : this.#host.stdout).write(bytesOf(text));
  }

  async #warn(text: string): Promise<void> {
    if (this.#options.quiet === 0) await this.#say(`\tzip warning: ${text}\n`);
  }

  get #isLoud(): boolean {
    return this.#options.quiet === 0 || this.#options.has('v');
  }

  /** The archive that is there; undefined where there is none. */
  async #old(): Promise<Old | undefined> {
    const { archive, action } = this.#options;
    if (archive === '-') return undefined;
    const about = await statIf(this.#host, archive);
    if (about && about.kind !== 'dir') {
      const file = await this.#host.open(archive, OPEN.read);
      const directory = await readDirectory(this.#host, file, this.#zone);
      if (directory && isWithin(directory, about.size)) return { ...directory, file };
      await file.close();
    }
    if (about) {
      await this.#warn(
        `missing end signature--probably not a zip file (did you\n\tzip warning: remember to use binary mode when you transferred it?)\n\tzip warning: (if you are trying to read a damaged archive try -F)`,
      );
      throw new ZipError(3, archive);
    }
    if (action !== 'add') await this.#warn(`${archive} not found or empty`);
    return undefined;
  }

  async #found(old: Old | undefined): Promise<ReadonlyMap<string, Member>> {
    const { action } = this.#options;
    const entries = new Map(old?.entries.map((each) => [each.name, each]));
    const selection = new Selection(this.#host, this.#options, [...entries.keys()], (text) =>
      this.#warn(text),
    );
    try {
      await selection.run();
    } catch (error) {
      if (!(error instanceof RepeatedName)) throw error;
      await this.#warn(error.text);
      throw badArguments('cannot repeat names in zip file');
    }
    const wanted = [...selection.found].filter(([name, member]) => {
      const entry = entries.get(name);
      if (!entry) return action !== 'freshen';
      return (
        action === 'add' ||
        !member.stat ||
        dosTimeOf(member.stat.mtime, this.#zone) > dosTimeIn(entry)
      );
    });
    return new Map(wanted);
  }

  #nothing(): number {
    const { action, archive, advice } = this.#options;
    if (action === 'update' || action === 'freshen') return NOTHING;
    throw new ZipError(NOTHING, advice ?? archive);
  }

  async #delete(old: Old | undefined): Promise<number> {
    const names = old?.entries.map(({ name }) => name) ?? [];
    const selection = new Selection(this.#host, this.#options, names, (text) => this.#warn(text));
    const deleted = await selection.deleted();
    if (!old || deleted.size === 0) throw new ZipError(NOTHING, this.#options.archive);
    await this.#replace(old, async (writer) => {
      for (const entry of old.entries)
        if (!deleted.has(entry.name)) await this.#copy(writer, entry, old);
        else if (this.#isLoud) await this.#say(`deleting: ${shown(entry.name)}\n`);
    });
    return 0;
  }

  /** Writes a new archive, which takes the place of the old one when it is whole. */
  async #replace(old: Old | undefined, fill: (writer: ZipWriter) => Promise<void>): Promise<void> {
    const { archive, has } = this.#options;
    const { stdout } = this.#host;
    const isToOutput = archive === '-';
    const temporary = join(dirName(archive), `zi${Math.random().toString(36).slice(2, 8)}`);
    const file = isToOutput ? undefined : await this.#create(temporary);
    try {
      const to = file ?? { write: (data: Uint8Array): Promise<void> => stdout.write(data) };
      const writer = new ZipWriter(this.#host, to, this.#zone);
      if (old && old.base > 0) await writer.prefix(bytesBefore(this.#host, old.file, old.base));
      await fill(writer);
      await writer.end(old?.comment.slice() ?? new Uint8Array(0));
      await file?.close();
      if (writer.count === 0) await this.#warn('zip file empty');
      if (has('v')) await this.#say(totalsLine(this.#totals.size, this.#totals.packed));
      if (!isToOutput) await this.#put(temporary);
    } catch (error) {
      if (file) {
        await closeAfterError(file);
        await this.#host.call('unlink', place(this.#host, temporary)).catch(() => undefined);
      }
      if (error instanceof BadStream) throw new ZipError(3, archive);
      if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
      throw new ZipError(14, archive, reasonOf(error));
    }
  }

  async #create(name: string): Promise<OpenFile> {
    try {
      return await this.#host.open(name, OPEN.write | OPEN.create | OPEN.exclusive);
    } catch (error) {
      throw new ZipError(15, this.#options.archive, reasonOf(error));
    }
  }

  /** Puts the new archive where the old one is, also behind a link. */
  async #put(temporary: string): Promise<void> {
    const { archive } = this.#options;
    const target =
      (await statIf(this.#host, archive, false))?.kind === 'symlink'
        ? await this.#target(archive)
        : archive;
    const about = await statIf(this.#host, target);
    if (about) await setMode(this.#host, temporary, modeOf(about));
    const { path } = place(this.#host, target);
    await this.#host.call('rename', { ...place(this.#host, temporary), toDir: -1, toPath: path });
  }

  async #target(name: string): Promise<string> {
    const target = await readLink(this.#host, name);
    return target.startsWith('/') ? target : join(dirName(name), target);
  }

  async #copy(writer: ZipWriter, entry: ZipEntry, old: Old | undefined): Promise<void> {
    if (!old) return;
    await writer.copy(entry, old.file, old.base);
    this.#count(entry);
  }

  #count({ size, packed }: { size: number; packed: number }): void {
    this.#totals.size += size;
    this.#totals.packed += packed;
  }

  /** Packs a file. Returns false where it cannot be opened. */
  async #add(writer: ZipWriter, member: Member, verb: string): Promise<boolean> {
    const { name, path, stat } = member;
    await this.#host.checkpoint();
    let source: Source & { close?(): Promise<void> };
    try {
      source = await this.#source(member);
    } catch (error) {
      await this.#host.stderr.write(bytesOf(`zip warning: ${reasonOf(error)}\n`));
      await this.#say(`${verb}: ${shown(name)}\n`);
      await this.#warn(`could not open for reading: ${path}`);
      this.#skipped.files++;
      this.#skipped.bytes += stat?.size ?? 0;
      return false;
    }
    const now = BigInt(Date.now()) * 1_000_000n;
    const kind = stat?.kind ?? 'file';
    const { level, suffixes, has } = this.#options;
    const isStored = kind !== 'file' || suffixes.some((each) => name.endsWith(each));
    try {
      const sizes = await writer.add(
        {
          name,
          mtime: stat?.mtime ?? now,
          atime: stat?.atime ?? stat?.mtime ?? now,
          mode: types[kind] | (stat ? modeOf(stat) : 0o600),
          isDirectory: kind === 'dir',
          level: isStored ? 0 : level,
          hasExtras: !has('X'),
        },
        source,
      );
      this.#count(sizes);
      this.#read.files++;
      this.#read.bytes += sizes.size;
      if (this.#isLoud) await this.#say(`${verb}: ${shown(name)}${this.#result(sizes)}\n`);
    } finally {
      await source.close?.();
    }
    this.#packed.push(member);
    return true;
  }

  async #source({ path, stat }: Member): Promise<Source & { close?(): Promise<void> }> {
    if (!stat) return this.#host.stdin;
    if (stat.kind === 'dir') return sourceOf(new Uint8Array(0));
    if (stat.kind === 'symlink') return sourceOf(bytesOf(await readLink(this.#host, path)));
    return this.#host.open(path, OPEN.read);
  }

  #result({ size, packed, method }: Sizes): string {
    const sizes = this.#options.has('v') ? `\t(in=${size}) (out=${packed})` : '';
    return `${sizes} (${method === 0 ? 'stored 0' : `deflated ${percent(size, packed)}`}%)`;
  }

  async #removePacked(): Promise<void> {
    for (const { path, stat } of this.#packed.toReversed()) {
      if (!stat) continue;
      try {
        await this.#host.call(stat.kind === 'dir' ? 'rmdir' : 'unlink', place(this.#host, path));
      } catch (error) {
        if (!hasCode(error, 'ENOTEMPTY'))
          await this.#warn(`error deleting ${path}: ${reasonOf(error)}`);
      }
    }
  }

  async #verdict(): Promise<number> {
    const { files, bytes } = this.#skipped;
    if (files === 0) return 0;
    if (this.#options.quiet === 0)
      await this.#say(
        `\nzip warning: Not all files were readable\n  files/entries read:  ${this.#read.files} (${this.#read.bytes} bytes)  skipped:  ${files} (${bytes} bytes)\n`,
      );
    return UNREADABLE;
  }
}

function sourceOf(bytes: Uint8Array): Source {
  let rest = bytes;
  return {
    read: async (count) => {
      const part = rest.subarray(0, count);
      rest = rest.subarray(count);
      return part;
    },
  };
}
