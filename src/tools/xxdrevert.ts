/** `xxd -r`: the bytes of a dump, which may also patch a file. */
import { FsError } from '../kernel/errors.ts';
import { STREAM } from '../kernel/operations.ts';
import type { Host, Sink, Source } from './host.ts';
import { BLOCK, Output } from './stdio.ts';
import { readFrom } from './xxddump.ts';
import { Ending, say } from './xxdending.ts';
import type { Choices } from './xxdoptions.ts';

const FAILED = 5;
const NEWLINE = 10;
const RETURN = 13;
const NONE = -1;

const digitOf = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : NONE;
};

const isBlank = (byte: number): boolean => byte === 32 || byte === 9 || byte === NEWLINE;

export async function revert(
  host: Host,
  choices: Choices,
  input: Source,
  output: Sink,
): Promise<void> {
  await rewind(host, input);
  const { offset, isNegative } = choices.seek;
  const writer = new Patch(host, output, BigInt(isNegative ? -offset : offset));
  const parser = new Parser(choices.kind === 'plain', choices.columns, writer);
  try {
    for (;;) {
      const data = await readFrom(input, BLOCK);
      if (data.length === 0) return;
      for (const byte of data) {
        const waits = parser.take(byte);
        if (waits) await waits;
      }
      await host.checkpoint();
    }
  } finally {
    await writer.flush();
  }
}

/** A dump is read from its beginning, also where standard input stands elsewhere. */
async function rewind(host: Host, { fd }: Source): Promise<void> {
  if (fd === undefined || fd < 0) return;
  try {
    await host.call('seek', { fd, offset: 0, whence: 0 });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

/** Writes bytes at places that only grow where the output cannot seek. */
class Patch {
  readonly #host: Host;
  readonly #sink: Sink;
  readonly #out: Output;
  readonly #base: bigint;
  #have = 0n;
  #isSeekable: boolean | undefined;
  wanted = 0n;

  constructor(host: Host, sink: Sink, base: bigint) {
    this.#host = host;
    this.#sink = sink;
    this.#out = new Output(sink);
    this.#base = base;
  }

  flush(): Promise<void> {
    return this.#out.flush();
  }

  /** The next byte goes to the place before which the output stands. */
  get isInPlace(): boolean {
    return this.#base + this.wanted === this.#have;
  }

  byte(byte: number): void {
    this.#out.byte(byte);
    this.#have++;
    this.wanted++;
  }

  get isFull(): boolean {
    return this.#out.isFull;
  }

  async move(): Promise<void> {
    await this.#out.flush();
    const target = this.#base + this.wanted;
    if (await this.#seek(Number(target - this.#have))) this.#have = target;
    if (target < this.#have) throw new Ending(say('Sorry, cannot seek backwards.'), FAILED);
    const zeros = new Uint8Array(BLOCK);
    while (this.#have < target) {
      const left = target - this.#have;
      const count = left > BigInt(BLOCK) ? BLOCK : Number(left);
      await this.#sink.write(zeros.slice(0, count));
      this.#have += BigInt(count);
      await this.#host.checkpoint();
    }
  }

  async #seek(offset: number): Promise<boolean> {
    const { fd } = this.#sink;
    if (fd === undefined || fd < 0) return false;
    try {
      this.#isSeekable ??= (await this.#host.call('fstat', { fd })).stream === STREAM.no;
      if (!this.#isSeekable) return false;
      await this.#host.call('seek', { fd, offset, whence: 1 });
      return true;
    } catch (error) {
      if (error instanceof FsError) return false;
      throw error;
    }
  }
}

/** Reads a dump byte by byte: an address up to the first character that is no digit, then pairs of digits. */
class Parser {
  readonly #isPlain: boolean;
  readonly #columns: number;
  readonly #patch: Patch;
  #isGarbage = true;
  #isSkipping = false;
  #n1 = NONE;
  #n2 = 0;
  #column: number;

  constructor(isPlain: boolean, columns: number, patch: Patch) {
    this.#isPlain = isPlain;
    this.#columns = columns;
    this.#patch = patch;
    this.#column = columns;
  }

  /** A promise where the output has to move or be written first. */
  take(byte: number): Promise<void> | undefined {
    if (this.#isSkipping) {
      if (byte === NEWLINE) this.#endLine();
      return undefined;
    }
    if (byte === RETURN || (this.#isPlain && isBlank(byte))) return undefined;
    const n3 = this.#n2;
    this.#n2 = this.#n1;
    this.#n1 = digitOf(byte);
    if (this.#n1 === NONE && this.#isGarbage) return undefined;
    this.#isGarbage = false;
    if (!this.#isPlain && this.#column >= this.#columns) {
      if (this.#n1 === NONE) this.#column = 0;
      else this.#patch.wanted = BigInt.asIntN(64, (this.#patch.wanted << 4n) | BigInt(this.#n1));
      return undefined;
    }
    if (this.#patch.isInPlace && !this.#patch.isFull) return this.#pair(byte, n3);
    return this.#patch.move().then(() => this.#pair(byte, n3));
  }

  #pair(byte: number, n3: number): undefined {
    if (this.#n2 >= 0 && this.#n1 >= 0) {
      this.#patch.byte((this.#n2 << 4) | this.#n1);
      this.#n1 = NONE;
      if (!this.#isPlain && ++this.#column >= this.#columns) this.#isSkipping = true;
    } else if (this.#n1 < 0 && this.#n2 < 0 && n3 < 0) this.#isSkipping = true;
    if (byte === NEWLINE) this.#endLine();
  }

  #endLine(): void {
    this.#isSkipping = false;
    if (!this.#isPlain) this.#patch.wanted = 0n;
    this.#column = this.#columns;
    this.#isGarbage = true;
  }
}
