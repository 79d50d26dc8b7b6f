/** What the operations of tar share: its messages, its status, and how archives are opened and read. */
import { hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { Feed } from '../compress/feed.ts';
import type { Host, OpenFile, Source } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import { fatal } from './commandline.ts';
import { escaped, Lines } from './list.ts';
import { BLOCK, type Member } from './member.ts';
import { unsafePrefix } from './names.ts';
import type { TarOptions } from './options.ts';
import { ChildError, compressionOf, unpacked } from './pipe.ts';
import { type Complaints, TarReader } from './reader.ts';

export class Session implements Complaints {
  readonly host: Host;
  readonly options: TarOptions;
  /** 2 where something failed, 1 where a file differs or has changed. */
  status = 0;
  /** Where verbose lines go. */
  readonly #names: Host['stdout'];
  readonly #lines: Lines;
  readonly #removed = new Set<string>();

  constructor(host: Host, options: TarOptions) {
    this.host = host;
    this.options = options;
    const isTaken = options.toOutput || (options.operation === 'c' && options.archive === '-');
    this.#names = isTaken ? host.stderr : host.stdout;
    this.#lines = new Lines(options);
  }

  async warn(message: string): Promise<void> {
    await this.host.stderr.write(bytesOf(`tar: ${message}\n`));
  }

  async error(message: string): Promise<void> {
    this.status = 2;
    await this.warn(message);
  }

  async fatal(message: string): Promise<never> {
    return fatal(message);
  }

  /** Tells of a member, in a line or by its name, by how verbose tar is. */
  async tell(member: Member, verbose: number, name = member.name): Promise<void> {
    if (verbose < 1) return;
    const text = verbose > 1 ? this.#lines.line(member, name) : escaped(name);
    await this.#names.write(bytesOf(`${text}\n`));
  }

  /** The name without what would lead out of the directory; says so once for each beginning. */
  async safe(name: string, what: 'member names' | 'hard link targets'): Promise<string> {
    if (this.options.keepsAbsolute) return name;
    const prefix = unsafePrefix(name);
    const key = `${prefix}\0${what}`;
    if (prefix !== '' && !this.#removed.has(key)) {
      this.#removed.add(key);
      await this.warn(`Removing leading \`${prefix}' from ${what}`);
    }
    const rest = name.slice(prefix.length);
    if (rest !== '') return rest;
    if (prefix === '') await this.warn("Substituting `.' for empty member name");
    return '.';
  }

  /** Reads an archive from its beginning to its end. */
  async read(name: string, visit: (reader: TarReader) => Promise<void>): Promise<void> {
    const file = name === '-' ? undefined : await this.openArchive(name, OPEN.read);
    try {
      const feed = new Feed(file ?? this.host.stdin);
      const source = await this.#unpacked(feed, name);
      let failure: ChildError | undefined;
      const safe: Source = {
        read: async (count) => {
          if (failure) return new Uint8Array(0);
          try {
            return await source.read(count);
          } catch (error) {
            if (!(error instanceof ChildError)) throw error;
            failure = error;
            await this.host.stderr.write(bytesOf(error.message));
            return new Uint8Array(0);
          }
        },
      };
      const whole = new Feed(safe);
      const child = (): ChildError | undefined => failure;
      const reader = new TarReader(
        whole,
        {
          warn: (message) => this.warn(message),
          error: async (message) => (child() ? undefined : this.error(message)),
          fatal: async (message) => childFailure(child()) ?? fatal(message),
        },
        this.options.ignoresZeros,
      );
      await visit(reader);
      // The rest of the last record, so that the sums behind it are checked.
      const record = this.options.blocking * BLOCK;
      let rest = await whole.take(record);
      while (rest.length > 0) rest = await whole.take(record);
      childFailure(failure);
    } finally {
      await file?.close();
    }
  }

  async #unpacked(feed: Feed, name: string): Promise<Source> {
    const { compression } = this.options;
    if (compression) return unpacked(feed, compression);
    const found = compressionOf(await feed.peek(6));
    const options = { gzip: '-z', bzip2: '-j', xz: '-J' } as const;
    if (found === undefined) return asSource(feed);
    if (found === 'other') return fatal('the compression of this archive is not supported here');
    if (name === '-') return fatal(`Archive is compressed. Use ${options[found]} option`);
    return unpacked(feed, found);
  }

  async openArchive(name: string, flags: number): Promise<OpenFile> {
    try {
      return await this.host.open(name, flags);
    } catch (error) {
      const isRead = hasCode(error, 'EISDIR') && flags === OPEN.read;
      if (isRead)
        return fatal(
          `${name}: Cannot read: Is a directory\ntar: At beginning of tape, quitting now`,
        );
      return fatal(`${name}: Cannot open: ${reasonOf(error)}`);
    }
  }
}

const asSource = (feed: Feed): Source => ({ read: (count) => feed.next(count) });

function childFailure(failure: ChildError | undefined): undefined {
  if (failure) fatal(`Child returned status ${failure.status}`);
  return undefined;
}
