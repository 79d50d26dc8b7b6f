/** bzip2(1), bunzip2(1), bzcat(1), xz(1), unxz(1) and xzcat(1). */
import { BadStream, CutStream } from '../../codec/badstream.ts';
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { place, stat } from '../files.ts';
import { type Flags, flagsOf, refuse } from '../flags.ts';
import type { Host, Source, Tool } from '../host.ts';
import { reasonOf } from '../stdio.ts';
import { Feed } from './feed.ts';
import { createFile, fillFile, takeStat, writeParts } from './inplace.ts';
import { bzip2Format, type Format, titleOf, xzFormat } from './packformats.ts';

const toolOf =
  (format: Format, always: readonly string[]): Tool =>
  async (host) => {
    const flags = flagsIn(host, format);
    const way = flags.last(...ways) ?? always[0] ?? 'compress';
    if (way !== 'compress') return new Unpacker(host, format, flags, always, way === 'test').run();
    const { Packing } = await import('./pack.ts');
    return new Packing(host, format, flags, always.includes('stdout')).run();
  };

const ways = ['decompress', 'uncompress', 'test', 'compress'];

export const bzip2 = toolOf(bzip2Format, []);
export const bunzip2 = toolOf(bzip2Format, ['decompress']);
export const bzcat = toolOf(bzip2Format, ['decompress', 'stdout']);
export const xz = toolOf(xzFormat, []);
export const unxz = toolOf(xzFormat, ['decompress']);
export const xzcat = toolOf(xzFormat, ['decompress', 'stdout']);

function flagsIn(host: Host, { program }: Format): Flags {
  const own = { ...host, name: program };
  const others =
    program === 'xz'
      ? ['l|list', 'T|threads=', 'F|format=', 'C|check=', 'M|memlimit=', 'e|extreme', ...xzOthers]
      : [];
  const flags = flagsOf(own, {
    usage: `[OPTION]... [FILE]...

  -z, --compress    force compression
  -d, --decompress  force decompression
  -k, --keep        keep (don't delete) input files
  -f, --force       overwrite existing output files
  -t, --test        test compressed file integrity
  -c, --stdout      write to standard output, keep input files
  -q, --quiet       suppress warnings
  -v, --verbose     say what is done
  -1 ... -9         faster, or smaller`,
    options: [
      'c|stdout',
      'to-stdout',
      'd|decompress',
      'uncompress',
      'z|compress',
      'f|force',
      'k|keep',
      'q|quiet',
      's|small',
      't|test',
      'v|verbose',
      'L|license',
      'V|version',
      'fast',
      'best',
      ...'0123456789',
      ...others,
    ],
  });
  refuse(
    flags,
    'list',
    'memlimit',
    'license',
    'version',
    ...xzOthers.map((each) => each.replace(/^.\||=\??$/g, '')),
  );
  return flags;
}

/** Options of xz that are not supported here. */
const xzOthers = [
  ...['S|suffix=', 'H|long-help', 'Q|no-warn', 'files=?', 'files0=?', 'no-sparse', 'single-stream'],
  ...['block-size=', 'block-list=', 'flush-timeout=', 'memlimit-compress=', 'memlimit-decompress='],
  ...[
    'no-adjust',
    'robot',
    'info-memory',
    'ignore-check',
    'lzma1=?',
    'lzma2=?',
    'x86=?',
    'delta=?',
  ],
];

class Unpacker {
  readonly #host: Host;
  readonly #format: Format;
  readonly #flags: Flags;
  readonly #tests: boolean;
  readonly #toOutput: boolean;
  #status = 0;

  constructor(host: Host, format: Format, flags: Flags, always: readonly string[], tests: boolean) {
    this.#host = host;
    this.#format = format;
    this.#flags = flags;
    const has = (name: string): boolean => flags.has(name) || always.includes(name);
    this.#tests = tests;
    this.#toOutput = has('stdout') || has('to-stdout');
  }

  async run(): Promise<number> {
    const { operands } = this.#flags;
    for (const name of operands.length > 0 ? operands : ['-']) {
      await this.#host.checkpoint();
      if (name === '-') await this.#decode(this.#host.stdin, '(stdin)', this.#host.stdout);
      else await this.#named(name);
    }
    return this.#status;
  }

  async #fail(message: string, status: number): Promise<false> {
    this.#status = Math.max(this.#status, status);
    await this.#host.stderr.write(bytesOf(`${this.#host.name}: ${message}\n`));
    return false;
  }

  async #named(name: string): Promise<void> {
    const format = this.#format;
    try {
      const about = await stat(this.#host, name);
      if (about.kind === 'dir') return void (await this.#fail(format.directory(name), 1));
      const file = await this.#host.open(name, OPEN.read);
      try {
        if (this.#toOutput || this.#tests) await this.#decode(file, name, this.#host.stdout);
        else if (await this.#toFile(file, name, about)) await this.#removeInput(name);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
      await this.#fail(format.missing(name, reasonOf(error)), 1);
    }
  }

  async #removeInput(name: string): Promise<void> {
    if (!this.#flags.has('keep')) await this.#host.call('unlink', place(this.#host, name));
  }

  /** Returns whether the file was unpacked. */
  async #toFile(
    source: Source,
    name: string,
    about: Awaited<ReturnType<typeof stat>>,
  ): Promise<boolean> {
    const format = this.#format;
    const suffix = format.suffixes.find(([end]) => name.endsWith(end) && name.length > end.length);
    const feed = new Feed(source);
    if (format.program === 'xz' && !(await this.#hasMagic(feed)))
      return this.#fail(format.noFormat(name), 1);
    if (!suffix && format.program === 'xz')
      return this.#fail(`${name}: Filename has an unknown suffix, skipping`, 2);
    const target = suffix ? name.slice(0, -suffix[0].length) + suffix[1] : `${name}.out`;
    if (!suffix && !this.#flags.has('quiet')) {
      const text = `${this.#host.name}: Can't guess original name for ${name} -- using ${target}\n`;
      await this.#host.stderr.write(bytesOf(text));
    }
    const file = await createFile(this.#host, target, this.#flags.has('force')).catch(
      (error: unknown) => {
        if (hasCode(error, 'EEXIST')) return undefined;
        throw error;
      },
    );
    if (!file) return this.#fail(format.exists(name, target), 1);
    let isWhole = false;
    await fillFile(this.#host, target, file, async () => {
      isWhole = await this.#decode({ read: (count) => feed.next(count) }, name, file);
    });
    if (isWhole) await takeStat(this.#host, target, about);
    else await this.#host.call('unlink', place(this.#host, target));
    return isWhole;
  }

  async #hasMagic(feed: Feed): Promise<boolean> {
    const { magic } = this.#format;
    const start = await feed.peek(magic.length);
    return magic.every((byte, i) => start[i] === byte);
  }

  async #decode(source: Source, name: string, to: Host['stdout']): Promise<boolean> {
    const format = this.#format;
    const feed = new Feed(source);
    const isBzip2 = format.program === 'bzip2';
    const isLoud = isBzip2 && this.#flags.has('verbose') && (this.#tests || !this.#toOutput);
    if ((await feed.peek(1)).length === 0 && isBzip2)
      return this.#fail(format.damaged(name, new CutStream('')), format.status);
    if (!(await this.#hasMagic(feed))) return this.#fail(format.noFormat(name), format.status);
    if (isLoud) await this.#host.stderr.write(bytesOf(titleOf(name, this.#flags.operands)));
    try {
      await writeParts(this.#host, this.#tests ? undefined : to, format.decode(feed));
    } catch (error) {
      if (!(error instanceof BadStream)) throw error;
      return this.#fail(format.damaged(name, error), format.status);
    }
    if (isLoud) await this.#host.stderr.write(bytesOf(this.#tests ? 'ok\n' : 'done\n'));
    return true;
  }
}
