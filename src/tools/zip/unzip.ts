/** unzip(1), as Debian has UnZip 6.00. */
import { createCRC32 } from 'hash-wasm';
import { BadStream } from '../../codec/badstream.ts';
import { inflate } from '../../codec/inflate.ts';
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf, textOf } from '../../kernel/rawtext.ts';
import { crcOf } from '../compress/gzipformat.ts';
import { dirName, join, place, setMode, statIf } from '../files.ts';
import type { Host, OpenFile, Sink, Tool } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import { zoneOf } from '../zone.ts';
import { packedBytes, readDirectory, type ZipDirectory, type ZipEntry } from './directory.ts';
import { shown, ziplist } from './list.ts';
import { type UnzipOptions, unzipOptions } from './unzipoptions.ts';

const [WARNING, ERROR, NO_FILE, NO_MATCH, NO_PASSWORD, UNSUPPORTED] = [1, 2, 9, 11, 82, 81];

export const unzip: Tool = async (host) => {
  const options = unzipOptions(host);
  const found = await findArchive(host, options.archive);
  if (!found) {
    const { archive } = options;
    await host.stderr.write(
      bytesOf(`unzip:  cannot find or open ${archive}, ${archive}.zip or ${archive}.ZIP.\n`),
    );
    return NO_FILE;
  }
  try {
    return await new Unzip(host, options, found.name, found.file).run();
  } finally {
    await found.file.close();
  }
};

async function findArchive(
  host: Host,
  name: string,
): Promise<{ name: string; file: OpenFile } | undefined> {
  for (const each of [name, `${name}.zip`, `${name}.ZIP`])
    try {
      return { name: each, file: await host.open(each, OPEN.read) };
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
  return undefined;
}

const verbs: Readonly<Record<number, string>> = {
  0: ' extracting',
  8: '  inflating',
  12: ' bunzipping',
};

class Unzip {
  readonly #host: Host;
  readonly #options: UnzipOptions;
  readonly #name: string;
  readonly #file: OpenFile;
  #status = 0;
  #base = 0;
  #overwrites: UnzipOptions['overwrites'];
  /** Links are made when all else is done, so that no member is written through one. */
  readonly #links: { path: string; target: string }[] = [];
  readonly #directories: { path: string; entry: ZipEntry }[] = [];

  constructor(host: Host, options: UnzipOptions, name: string, file: OpenFile) {
    this.#host = host;
    this.#options = options;
    this.#name = name;
    this.#file = file;
    this.#overwrites = options.overwrites;
  }

  async run(): Promise<number> {
    const { action, quiet } = this.#options;
    const zone = zoneOf(this.#host.env);
    if (quiet === 0 && action !== 'pipe' && action !== 'names')
      await this.#out(`Archive:  ${this.#name}\n`);
    const directory = await readDirectory(this.#host, this.#file, zone);
    if (!directory) return this.#noZip();
    this.#base = directory.base;
    if (directory.base > 0) {
      const count = `${directory.base} extra byte${directory.base === 1 ? '' : 's'}`;
      const text = `warning [${this.#name}]:  ${count} at beginning or within zipfile\n  (attempting to process anyway)\n`;
      await (action === 'test' ? this.#warning(text) : this.#error(text, WARNING));
    }
    if (action === 'comment') {
      if (directory.comment.length > 0) await this.#out(`${textOf(directory.comment)}\n`);
      return 0;
    }
    if (directory.comment.length > 0 && quiet === 0 && action !== 'pipe' && action !== 'names')
      await this.#out(`${textOf(directory.comment)}\n`);
    const chosen = this.#chosen(directory);
    if (action === 'list' || action === 'verbose') {
      await this.#out(ziplist(chosen, action === 'verbose', quiet, zone));
      return chosen.length === 0 && this.#options.members.length > 0 ? NO_MATCH : 0;
    }
    if (action === 'names') {
      for (const { name } of chosen) await this.#out(`${shown(name)}\n`);
      return chosen.length === 0 ? NO_MATCH : 0;
    }
    for (const entry of chosen) {
      await this.#host.checkpoint();
      await this.#one(entry);
    }
    await this.#finish();
    await this.#unmatched();
    if (action === 'test') await this.#verdict(chosen.length);
    return this.#status;
  }

  #chosen({ entries }: ZipDirectory): ZipEntry[] {
    const { members, excluded } = this.#options;
    return entries.filter(({ name }) => {
      const wanted = members.filter(({ matches }) => matches(name));
      for (const each of wanted) each.isFound = true;
      if (members.length > 0 && wanted.length === 0) return false;
      const without = excluded.filter(({ matches }) => matches(name));
      for (const each of without) each.isFound = true;
      return without.length === 0;
    });
  }

  #out(text: string): Promise<void> {
    return this.#host.stdout.write(bytesOf(text));
  }

  #error(text: string, status: number): Promise<void> {
    this.#status = Math.max(this.#status, status);
    return this.#host.stderr.write(bytesOf(text));
  }

  /** Warnings about names stand among the lines on standard output. */
  #warning(text: string): Promise<void> {
    this.#status = Math.max(this.#status, WARNING);
    return this.#out(text);
  }

  async #noZip(): Promise<number> {
    const { archive, quiet, action } = this.#options;
    const where = `unzip:  cannot find zipfile directory in one of ${archive} or\n        ${archive}.zip, and cannot find ${archive}.ZIP, period.\n`;
    const isTold = quiet === 0 && action !== 'pipe' && action !== 'names';
    await this.#error(
      `${isTold ? '' : `[${this.#name}]\n`}  End-of-central-directory signature not found.  Either this file is not
  a zipfile, or it constitutes one disk of a multi-part archive.  In the
  latter case the central directory and zipfile comment will be found on
  the last disk(s) of this archive.
${action === 'pipe' ? '' : where}`,
      NO_FILE,
    );
    return NO_FILE;
  }

  async #unmatched(): Promise<void> {
    for (const { text, isFound } of this.#options.members)
      if (!isFound) await this.#error(`caution: filename not matched:  ${text}\n`, NO_MATCH);
    for (const { text, isFound } of this.#options.excluded)
      if (!isFound) await this.#error(`caution: excluded filename not matched:  ${text}\n`, 0);
  }

  async #verdict(count: number): Promise<void> {
    const { members, excluded, quiet } = this.#options;
    if (quiet > 1) return;
    if (this.#status <= WARNING || this.#status === NO_MATCH) {
      const isPart = members.length > 0 || excluded.length > 0;
      await this.#out(
        isPart
          ? `No errors detected in ${this.#name} for the ${count} file${count === 1 ? '' : 's'} tested.\n`
          : `No errors detected in compressed data of ${this.#name}.\n`,
      );
    } else await this.#out(`At least one error was detected in ${this.#name}.\n`);
  }

  async #one(entry: ZipEntry): Promise<void> {
    const { action, quiet } = this.#options;
    const isLoud = quiet === 0 && action !== 'pipe';
    const why =
      entry.flags & 1
        ? 'unable to get password'
        : verbs[entry.method]
          ? undefined
          : `unsupported compression method ${entry.method}`;
    if (why !== undefined) {
      const status = entry.flags & 1 ? NO_PASSWORD : UNSUPPORTED;
      return this.#error(`   skipping: ${shown(entry.name).padEnd(22)}  ${why}\n`, status);
    }
    if (action === 'test') {
      if (isLoud) await this.#out(`    testing: ${shown(entry.name).padEnd(22)}  `);
      const isRight = await this.#content(entry, undefined, isLoud);
      if (isRight && isLoud) await this.#out(' OK\n');
    } else if (action === 'pipe' || action === 'print') {
      if (entry.isDirectory) return;
      if (action === 'print' && isLoud)
        await this.#out(`${verbs[entry.method]}: ${shown(entry.name).padEnd(22)}  \n`);
      await this.#content(entry, this.#host.stdout, false);
      if (action === 'print' && isLoud) await this.#out('\n');
    } else await this.#extract(entry, isLoud);
  }

  /** Unpacks an entry and compares its sum. Returns whether it is right; what is wrong is told. */
  async #content(entry: ZipEntry, to: Sink | undefined, isInLine: boolean): Promise<boolean> {
    const hash = (await createCRC32()).init();
    let length = 0;
    const start = isInLine ? '' : `${shown(entry.name)}: `;
    try {
      for await (const part of await this.#unpacked(entry)) {
        length += part.length;
        if (length > entry.size) throw new BadStream('more than the directory says');
        hash.update(part);
        await to?.write(part.slice());
        await this.#host.checkpoint();
      }
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      const verb = { 0: 'extract', 8: 'inflate', 12: 'bunzip' }[entry.method];
      await this.#error(`${start}  error:  invalid compressed data to ${verb}\n`, ERROR);
      return false;
    }
    const crc = crcOf(hash);
    if (crc === entry.crc && length === entry.size) return true;
    const hex = (value: number): string => value.toString(16).padStart(8, '0');
    await this.#error(`${start} bad CRC ${hex(crc)}  (should be ${hex(entry.crc)})\n`, ERROR);
    return false;
  }

  async #unpacked(entry: ZipEntry): Promise<AsyncIterable<Uint8Array>> {
    const bytes = packedBytes(this.#host, this.#file, entry, this.#base);
    if (entry.method === 0) return bytes;
    if (entry.method === 8) return inflate(bytes);
    return (await import('../../codec/bzip2.ts')).bunzip2(bytes);
  }

  async #extract(entry: ZipEntry, isLoud: boolean): Promise<void> {
    const safe = await this.#safe(entry.name);
    if (safe === '') return;
    const { dir, junksPaths } = this.#options;
    const path = dir === '' ? safe : join(dir, safe);
    if (entry.isDirectory) {
      if (!junksPaths && (await this.#makeDirectory(path, isLoud, entry.name)))
        this.#directories.push({ path, entry });
      return;
    }
    const chosen = await this.#mayWrite(path, entry);
    if (chosen === undefined || !(await this.#makeParents(chosen, entry.name))) return;
    try {
      await (entry.isLink ? this.#link(chosen, entry, isLoud) : this.#write(chosen, entry, isLoud));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await this.#error(`error:  cannot create ${shown(chosen)}\n        ${reasonOf(error)}\n`, 50);
    }
  }

  /** The name without what leads out of the directory; says what was taken off. */
  async #safe(name: string): Promise<string> {
    let rest = name;
    if (this.#options.junksPaths) return rest.slice(rest.lastIndexOf('/') + 1);
    if (rest.startsWith('/')) {
      await this.#warning(`warning:  stripped absolute path spec from ${shown(name)}\n`);
      rest = rest.replace(/^\/+/, '');
    }
    const parts = rest.split('/');
    if (parts.includes('..'))
      await this.#warning(`warning:  skipped "../" path component(s) in ${shown(name)}\n`);
    return parts.filter((part) => part !== '..' && part !== '.' && part !== '').join('/');
  }

  /** Where a file is to be written; undefined where what is there stays. */
  async #mayWrite(path: string, entry: ZipEntry): Promise<string | undefined> {
    const { updates, freshens } = this.#options;
    const there = await statIf(this.#host, path, false);
    if (!there) return freshens ? undefined : path;
    if (updates && there.mtime / 1_000_000_000n >= entry.mtime / 1_000_000_000n) return undefined;
    if (there.kind === 'symlink' && this.#overwrites === 'never' && this.#options.quiet === 0)
      await this.#out(`${shown(path)} exists and is a symbolic link.\n`);
    if (this.#overwrites !== 'ask') return this.#overwrites === 'always' ? path : undefined;
    for (;;) {
      await this.#error(`replace ${shown(path)}? [y]es, [n]o, [A]ll, [N]one, [r]ename: `, 0);
      const answer = await this.#answer();
      if (answer === undefined) {
        await this.#error(' NULL\n(EOF or read error, treating as "[N]one" ...)\n', WARNING);
        this.#overwrites = 'never';
        return undefined;
      }
      if (answer.startsWith('A')) this.#overwrites = 'always';
      if (answer.startsWith('N')) this.#overwrites = 'never';
      if (/^[yYA]/.test(answer)) return path;
      if (/^[nN]/.test(answer)) return undefined;
      if (/^[rR]/.test(answer)) {
        await this.#error('new name: ', 0);
        const name = await this.#answer();
        if (name) return name;
      } else
        await this.#error(`error:  invalid response [${answer.slice(0, 1) || '{ENTER}'}]\n`, 0);
    }
  }

  async #answer(): Promise<string | undefined> {
    const bytes: number[] = [];
    for (;;) {
      const [byte] = await this.#host.stdin.read(1);
      if (byte === undefined) return bytes.length > 0 ? textOf(Uint8Array.from(bytes)) : undefined;
      if (byte === 0x0a) return textOf(Uint8Array.from(bytes));
      bytes.push(byte);
      await this.#host.checkpoint();
    }
  }

  async #makeDirectory(path: string, isLoud: boolean, name: string): Promise<boolean> {
    const there = await statIf(this.#host, path);
    if (there?.kind === 'dir') return true;
    if (!(await this.#makeParents(path, name))) return false;
    try {
      await this.#host.call('mkdir', place(this.#host, path));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await this.#error(
        `checkdir error:  ${shown(path)} exists but is not directory\n                 unable to process ${shown(name)}.\n`,
        ERROR,
      );
      return false;
    }
    if (isLoud) await this.#out(`   creating: ${shown(path)}/\n`);
    return true;
  }

  async #makeParents(path: string, name: string): Promise<boolean> {
    const missing: string[] = [];
    for (let dir = dirName(path); dir !== '.' && dir !== '/'; dir = dirName(dir)) {
      const there = await statIf(this.#host, dir);
      if (there?.kind === 'dir') break;
      if (there) {
        await this.#error(
          `checkdir error:  ${shown(dir)} exists but is not directory\n                 unable to process ${shown(name)}.\n`,
          ERROR,
        );
        return false;
      }
      missing.push(dir);
    }
    for (const dir of missing.reverse())
      try {
        await this.#host.call('mkdir', place(this.#host, dir));
      } catch (error) {
        await this.#error(
          `checkdir error:  cannot create ${shown(dir)}\n                 ${reasonOf(error)}\n                 unable to process ${shown(name)}.\n`,
          ERROR,
        );
        return false;
      }
    return true;
  }

  async #write(path: string, entry: ZipEntry, isLoud: boolean): Promise<void> {
    const file = await this.#create(path);
    let isRight = false;
    try {
      if (isLoud) await this.#out(`${verbs[entry.method]}: ${shown(path).padEnd(22)}  `);
      isRight = await this.#content(entry, file, isLoud);
      if (isRight && isLoud) await this.#out('\n');
    } finally {
      await file.close();
    }
    if (entry.mode !== undefined) await setMode(this.#host, path, entry.mode);
    await this.#setTimes(path, entry);
  }

  /** What stands there goes first, so that nothing is written through a link. */
  async #create(path: string): Promise<OpenFile> {
    const flags = OPEN.write | OPEN.create | OPEN.exclusive;
    try {
      return await this.#host.open(path, flags);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
      await this.#host.call('unlink', place(this.#host, path));
      return this.#host.open(path, flags);
    }
  }

  async #link(path: string, entry: ZipEntry, isLoud: boolean): Promise<void> {
    const parts: number[] = [];
    const collect: Sink = {
      write: async (data) => {
        if (parts.length < 1 << 16) parts.push(...data.subarray(0, 1 << 12));
      },
    };
    const file = await this.#create(path);
    await file.close();
    if (!(await this.#content(entry, collect, false))) return;
    const target = textOf(Uint8Array.from(parts));
    this.#links.push({ path, target });
    if (isLoud) await this.#out(`    linking: ${shown(path).padEnd(22)}  -> ${shown(target)} \n`);
  }

  async #finish(): Promise<void> {
    if (this.#links.length > 0 && this.#options.quiet === 0)
      await this.#out('finishing deferred symbolic links:\n');
    for (const { path, target } of this.#links) {
      if (this.#options.quiet === 0)
        await this.#out(`  ${shown(path).padEnd(22)} -> ${shown(target)}\n`);
      try {
        await this.#host.call('unlink', place(this.#host, path));
        await this.#host.call('symlink', { target, ...place(this.#host, path) });
      } catch (error) {
        await this.#error(`symlink error: ${reasonOf(error)}\n`, WARNING);
      }
    }
    for (const { path, entry } of this.#directories.reverse()) {
      if (entry.mode !== undefined) await setMode(this.#host, path, entry.mode);
      await this.#setTimes(path, entry);
    }
  }

  async #setTimes(path: string, { mtime }: ZipEntry): Promise<void> {
    try {
      await this.#host.call('setTimes', {
        ...place(this.#host, path),
        follow: true,
        atime: mtime,
        mtime,
      });
    } catch (error) {
      if (!hasCode(error, 'ENOTSUP')) throw error;
    }
  }
}
