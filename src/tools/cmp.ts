/** cmp(1), as GNU diffutils has it. */
import { OPEN, STREAM } from '../kernel/operations.ts';
import { flagsOf } from './flags.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { BLOCK, Output, reasonOf, warn } from './stdio.ts';

const rules = {
  usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]',
  options: ['b|print-bytes', 'i|ignore-initial=', 'l|verbose', 'n|bytes=', 's|quiet', 'silent'],
  status: 2,
};

export const cmp: Tool = async (host) => {
  const { has, value, options, operands } = flagsIn(host);
  const isQuiet = has('quiet') || has('silent');
  if (isQuiet && has('verbose')) fail('options -l and -s are incompatible');
  const skips = [0, 0];
  for (const { name, value: text = '' } of options) {
    if (name !== 'ignore-initial') continue;
    const [first = '', second = first] = text.startsWith(':') ? [text] : text.split(/:(.*)/s);
    skips[0] = skipOf(first);
    skips[1] = skipOf(second);
  }
  const limit = value('bytes');
  const count = limit === undefined ? Number.POSITIVE_INFINITY : sizeOf(limit, '--bytes');
  const [first, second = '-', ...more] = operands;
  if (first === undefined) return fail("missing operand after 'cmp'");
  if (more.length > 2) return fail(`extra operand '${more[2]}'`);
  more.forEach((text, i) => {
    skips[i] = skipOf(text);
  });
  const comparison = new Comparison(host, [first, second], {
    isQuiet,
    isVerbose: has('verbose'),
    showsBytes: has('print-bytes'),
  });
  return comparison.run(skips, count);
};

/** Both lines of a mistake begin with the name of the tool. */
const fail = (message: string): never => {
  throw new ToolError(`${message}\ncmp: Try 'cmp --help' for more information.`, 2);
};

function flagsIn(host: Host): ReturnType<typeof flagsOf> {
  try {
    return flagsOf(host, rules);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return fail(error.message.split('\n', 1).join());
  }
}

const skipOf = (text: string): number => sizeOf(text, '--ignore-initial');

/** A number as strtol(3) reads it with any base, and a suffix. */
function sizeOf(text: string, option: string): number {
  const invalid = (): never => fail(`invalid ${option} value '${text}'`);
  const [, digits = '', letter = '', unit = ''] =
    /^[ \t\n]*\+?(0[xX][0-9a-fA-F]+|\d+)(?:([kKMGTPEZY])(B|iB)?)?$/.exec(text) ?? invalid();
  const isOctal = /^0[0-7]+$/.test(digits);
  if (/^0\d/.test(digits) && !isOctal) invalid();
  const number = isOctal ? Number.parseInt(digits, 8) : Number(digits);
  const power = letter === '' ? 0 : 'KMGTPEZY'.indexOf(letter.toUpperCase()) + 1;
  return number * (unit === 'B' ? 1000 : 1024) ** power;
}

interface Settings {
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  readonly showsBytes: boolean;
}

/** stdio writes so many bytes at once to what is no terminal. */
const STDIO_BLOCK = 4096;

/** Ends the tool without a word. */
class Trouble extends Error {}

class Comparison {
  readonly #host: Host;
  readonly #names: readonly string[];
  readonly #settings: Settings;
  readonly #out: Output;
  /** The number of bytes that were compared, and of the newlines among them. */
  #offset = 0;
  #lines = 0;
  #last = -1;
  #isDifferent = false;
  #width = 1;

  constructor(host: Host, names: readonly string[], settings: Settings) {
    this.#host = host;
    this.#names = names;
    this.#settings = settings;
    this.#out = new Output(host.stdout);
  }

  async run(skips: readonly number[], count: number): Promise<number> {
    const readers: Reader[] = [];
    try {
      for (const [i, name] of this.#names.entries())
        readers.push(new Reader(await this.#open(name), name, skips[i] as number));
      const [first, second] = readers as [Reader, Reader];
      if (first.name === second.name && skips[0] === skips[1]) return 0;
      if (this.#settings.isVerbose) this.#width = String(await this.#most(readers, count)).length;
      await this.#compare(first, second, count);
      return this.#isDifferent ? 1 : 0;
    } catch (error) {
      if (error instanceof Trouble) return 2;
      throw error;
    } finally {
      await this.#out.flush();
      for (const { source } of readers) if ('close' in source) await (source as OpenFile).close();
    }
  }

  async #open(name: string): Promise<Source> {
    if (name === '-') return this.#host.stdin;
    try {
      return await this.#host.open(name, OPEN.read);
    } catch (error) {
      throw this.#failure(name, error);
    }
  }

  /** Nothing is said with -s. */
  #failure(name: string, error: unknown): Error {
    const reason = reasonOf(error);
    return this.#settings.isQuiet ? new Trouble() : new ToolError(`${name}: ${reason}`, 2);
  }

  /** The most bytes that are compared, as far as the sizes of the files tell. */
  async #most(readers: readonly Reader[], count: number): Promise<bigint> {
    let most = BigInt(Math.min(count, Number.MAX_SAFE_INTEGER));
    if (most === BigInt(Number.MAX_SAFE_INTEGER)) most = (1n << 63n) - 1n;
    for (const { source, skip } of readers) {
      if (source.fd === undefined) continue;
      const { stat, stream } = await this.#host.call('fstat', { fd: source.fd });
      const size = BigInt(Math.max(0, stat.size - skip));
      if (stat.kind === 'file' && stream === STREAM.no && size < most) most = size;
    }
    return most;
  }

  async #compare(a: Reader, b: Reader, count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      for (const reader of [a, b])
        try {
          await reader.fill();
        } catch (error) {
          throw this.#failure(reader.name, error);
        }
      const size = Math.min(a.length, b.length, left);
      if (size === 0 && a.length !== b.length) await this.#ended((a.length === 0 ? a : b).name);
      if (size === 0 || !this.#block(a.take(size), b.take(size))) return;
      left -= size;
      await this.#flush();
      await this.#host.checkpoint();
    }
  }

  /** Returns false after the last difference that is shown. */
  #block(a: Uint8Array, b: Uint8Array): boolean {
    const { isQuiet, isVerbose } = this.#settings;
    for (let i = 0; i < a.length; i++) {
      const first = a[i] as number;
      const second = b[i] as number;
      if (first === second) continue;
      this.#isDifferent = true;
      if (isQuiet) return false;
      const offset = this.#offset + i + 1;
      if (isVerbose) this.#out.text(this.#row(offset, first, second));
      else {
        const line = this.#lines + newlines(a, i) + 1;
        this.#out.text(this.#sentence(offset, line, first, second));
        return false;
      }
    }
    this.#lines += newlines(a, a.length);
    this.#offset += a.length;
    this.#last = a[a.length - 1] as number;
    return true;
  }

  #row(offset: number, first: number, second: number): string {
    const place = String(offset).padStart(this.#width);
    const [from, to] = [octal(first), octal(second)];
    return this.#settings.showsBytes
      ? `${place} ${from} ${shown(first).padEnd(4)} ${to} ${shown(second)}\n`
      : `${place} ${from} ${to}\n`;
  }

  #sentence(offset: number, line: number, first: number, second: number): string {
    const start = `${this.#names.join(' ')} differ: byte ${offset}, line ${line}`;
    return this.#settings.showsBytes
      ? `${start} is ${octal(first)} ${shown(first)} ${octal(second)} ${shown(second)}\n`
      : `${start}\n`;
  }

  /** What stdio has written by now: the rest of a block comes behind a message of the end of a file. */
  async #flush(): Promise<void> {
    if (this.#host.isTerminal(1)) await this.#out.flush();
    else await this.#out.flushBlocks(STDIO_BLOCK);
  }

  async #ended(name: string): Promise<void> {
    this.#isDifferent = true;
    if (this.#settings.isQuiet) return;
    const isAtEnd = this.#last === 10;
    const line = isAtEnd ? `, line ${this.#lines}` : `, in line ${this.#lines + 1}`;
    await this.#flush();
    const place = `after byte ${this.#offset}${this.#settings.isVerbose ? '' : line}`;
    await warn(this.#host, `EOF on ${name} ${this.#offset === 0 ? 'which is empty' : place}`);
  }
}

/** A source whose first bytes are skipped. */
class Reader {
  readonly source: Source;
  readonly name: string;
  readonly skip: number;
  #left: number;
  #data: Uint8Array = new Uint8Array(0);

  constructor(source: Source, name: string, skip: number) {
    this.source = source;
    this.name = name;
    this.skip = skip;
    this.#left = skip;
  }

  get length(): number {
    return this.#data.length;
  }

  /** Reads where nothing is left of what was read; the length stays 0 at the end. */
  async fill(): Promise<void> {
    while (this.#data.length === 0) {
      const data = (await this.source.read(BLOCK)).slice();
      if (data.length === 0) return;
      this.#data = data.subarray(Math.min(this.#left, data.length));
      this.#left -= data.length - this.#data.length;
    }
  }

  take(count: number): Uint8Array {
    const data = this.#data.subarray(0, count);
    this.#data = this.#data.subarray(count);
    return data;
  }
}

function newlines(bytes: Uint8Array, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < to; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

const octal = (byte: number): string => byte.toString(8).padStart(3);

/** A byte as `cat -v` shows it, a tab and a newline too. */
function shown(byte: number): string {
  if (byte >= 128) return `M-${shown(byte - 128)}`;
  if (byte === 127) return '^?';
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
