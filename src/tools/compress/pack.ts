/** Packs files by bzip2(1) and xz(1). */
import { checks, NoMemory, Packer } from '../../codec/packer.ts';
import type { NamespaceStat } from '../../kernel/caller.ts';
import { FsError, hasCode } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { bytesOf } from '../../kernel/rawtext.ts';
import { place, stat } from '../files.ts';
import type { Flags } from '../flags.ts';
import { type Host, type Sink, type Source, ToolError } from '../host.ts';
import { blocksOf, reasonOf } from '../stdio.ts';
import { createFile, fillFile, takeStat, writeParts } from './inplace.ts';
import { type Format, titleOf } from './packformats.ts';

/** Creates the packer of each stream. */
type Create = () => Promise<Packer>;

/** The parts that a stream is packed to. */
export async function* packedParts(source: Source, create: Create): AsyncGenerator<Uint8Array> {
  const packer = await create();
  for await (const data of blocksOf(source)) yield* packer.push(data);
  yield* packer.end();
}

export class Packing {
  readonly #host: Host;
  readonly #format: Format;
  readonly #flags: Flags;
  readonly #toOutput: boolean;
  readonly #create: Create;
  #status = 0;

  constructor(host: Host, format: Format, flags: Flags, toOutput: boolean) {
    this.#host = host;
    this.#format = format;
    this.#flags = flags;
    this.#toOutput = toOutput || flags.has('stdout') || flags.has('to-stdout');
    this.#create = format.program === 'bzip2' ? bzip2Of(flags) : xzOf(flags);
  }

  async run(): Promise<number> {
    const { operands } = this.#flags;
    for (const name of operands.length > 0 ? operands : ['-']) {
      await this.#host.checkpoint();
      await (name === '-' ? this.#input() : this.#named(name));
    }
    return this.#status;
  }

  /** Says why a file is not packed. With xz, an error outweighs a warning. */
  async #fail(message: string, status = 1): Promise<void> {
    this.#status = this.#status === 0 || this.#status > status ? status : this.#status;
    await this.#host.stderr.write(bytesOf(`${this.#host.name}: ${message}\n`));
  }

  async #input(): Promise<void> {
    if (this.#refusesTerminal()) throw new ToolError(this.#format.terminal(this.#host.name));
    await this.#pack(this.#host.stdin, '(stdin)', this.#host.stdout);
  }

  #refusesTerminal(): boolean {
    return this.#host.isTerminal(1) && !this.#flags.has('force');
  }

  async #named(name: string): Promise<void> {
    const format = this.#format;
    const isForced = this.#flags.has('force');
    try {
      const follows =
        isForced || this.#toOutput || (format.program === 'xz' && this.#flags.has('keep'));
      const about = await stat(this.#host, name, format.program === 'bzip2' || follows);
      const suffix = format.suffixes.find(([end]) => name.endsWith(end) && name !== end)?.[0];
      if (format.program === 'bzip2' && suffix)
        return await this.#fail(format.packed(name, suffix));
      if (about.kind === 'dir')
        return await this.#fail(format.directory(name), format.program === 'xz' ? 2 : 1);
      const why = this.#toOutput ? undefined : await this.#whyNot(name, about);
      if (why !== undefined) return await this.#fail(why, format.program === 'xz' ? 2 : 1);
      if (format.program === 'xz' && suffix && !this.#toOutput)
        return await this.#fail(format.packed(name, suffix), 2);
      const file = await this.#host.open(name, OPEN.read);
      try {
        if (this.#toOutput) await this.#output(file, name);
        else await this.#toFile(file, name, about);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!(error instanceof FsError) || error.code === 'EPIPE') throw error;
      await this.#fail(format.missing(name, reasonOf(error)));
    }
  }

  /** Why a file is not replaced by a packed one. */
  async #whyNot(name: string, about: NamespaceStat): Promise<string | undefined> {
    const isXz = this.#format.program === 'xz';
    if (this.#flags.has('force') || (isXz && this.#flags.has('keep'))) return undefined;
    const own = isXz ? about : await stat(this.#host, name, false);
    if (own.kind !== 'file')
      return isXz
        ? `${name}: Is a symbolic link, skipping`
        : `Input file ${name} is not a normal file.`;
    if (!isXz) return undefined;
    if ((about.nlink ?? 1) > 1) return `${name}: Input file has more than one hard link, skipping`;
    return undefined;
  }

  async #output(source: Source, name: string): Promise<void> {
    if (this.#refusesTerminal()) throw new ToolError(this.#format.terminal(this.#host.name));
    await this.#pack(source, name, this.#host.stdout);
  }

  async #toFile(source: Source, name: string, about: NamespaceStat): Promise<void> {
    const target = name + (this.#format.suffixes[0]?.[0] ?? '');
    const file = await createFile(this.#host, target, this.#flags.has('force')).catch(
      (error: unknown) => {
        if (hasCode(error, 'EEXIST')) return undefined;
        throw error;
      },
    );
    if (!file) return this.#fail(this.#format.exists(name, target));
    await fillFile(this.#host, target, file, () => this.#pack(source, name, file));
    await takeStat(this.#host, target, about);
    if (!this.#flags.has('keep')) await this.#host.call('unlink', place(this.#host, name));
  }

  async #pack(source: Source, name: string, to: Sink): Promise<void> {
    const sizes = { in: 0, out: 0 };
    const counted: Source = {
      read: async (count) => {
        const data = await source.read(count);
        sizes.in += data.length;
        return data;
      },
    };
    const sink: Sink = {
      write: (data) => {
        sizes.out += data.length;
        return to.write(data);
      },
    };
    const isLoud = this.#format.program === 'bzip2' && this.#flags.has('verbose');
    const title = titleOf(name, this.#flags.operands);
    if (isLoud) await this.#host.stderr.write(bytesOf(title));
    try {
      await writeParts(this.#host, sink, packedParts(counted, this.#create));
    } catch (error) {
      if (!(error instanceof NoMemory)) throw error;
      throw new ToolError(`${name}: Cannot allocate memory`);
    }
    if (isLoud) await this.#host.stderr.write(bytesOf(ratioLine(sizes.in, sizes.out)));
  }
}

function ratioLine(size: number, packed: number): string {
  if (size === 0) return ' no data compressed.\n';
  const [ratio, bits, saved] = [size / packed, (8 * packed) / size, 100 * (1 - packed / size)];
  return `${ratio.toFixed(3).padStart(6)}:1, ${bits.toFixed(3).padStart(6)} bits/byte, ${saved.toFixed(2).padStart(5)}% saved, ${size} in, ${packed} out.\n`;
}

const LEVELS = ['fast', 'best', ...'0123456789'];

function levelOf(flags: Flags, fast: number, usual: number): number {
  const name = flags.last(...LEVELS);
  return name === undefined ? usual : name === 'fast' ? fast : name === 'best' ? 9 : Number(name);
}

function bzip2Of(flags: Flags): Create {
  const level = Math.max(1, levelOf(flags, 1, 9));
  return () => Packer.bzip2(flags.has('small') ? Math.min(level, 2) : level);
}

function xzOf(flags: Flags): Create {
  if (flags.has('verbose'))
    throw new ToolError('the option --verbose is not supported here with packing', 1);
  const threads = flags.value('threads') ?? '1';
  if (!/^\d+$/.test(threads))
    throw new ToolError(`${threads}: Value is not a non-negative decimal integer`);
  if (Number(threads) > 16_384)
    throw new ToolError("Value of the option `threads' must be in the range [0, 16384]");
  const format = flags.value('format') ?? 'xz';
  if (['lzma', 'alone', 'raw', 'lzip'].includes(format))
    throw new ToolError(`the format ${format} is not supported here`);
  if (format !== 'xz' && format !== 'auto')
    throw new ToolError(`${format}: Unknown file format type`);
  const check = flags.value('check') ?? 'crc64';
  if (!Object.hasOwn(checks, check))
    throw new ToolError(`${check}: Unsupported integrity check type`);
  const rules = {
    level: levelOf(flags, 0, 6),
    isExtreme: flags.has('extreme'),
    check: check as keyof typeof checks,
  };
  return () => Packer.xz(rules);
}
