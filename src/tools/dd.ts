/** dd(1): copies in records, and converts what it copies. */
import { FsError } from '../kernel/errors.ts';
import { OPEN, STREAM, WHENCE } from '../kernel/operations.ts';
import { Conversion } from './ddconvert.ts';
import { type DdOperands, operandsOf } from './ddoperands.ts';
import { Statistics } from './ddstatistics.ts';
import { type Host, type OpenFile, type Sink, type Source, type Tool, ToolError } from './host.ts';
import { quoted } from './quote.ts';
import { reasonOf, warn } from './stdio.ts';

export const dd: Tool = async (host) => {
  const operands = await operandsOf(host);
  const files: OpenFile[] = [];
  try {
    const open = async (name: string, flags: number): Promise<OpenFile> => {
      try {
        const file = await host.open(name, flags);
        files.push(file);
        return file;
      } catch (error) {
        throw new ToolError(`failed to open ${quoted(name)}: ${reasonOf(error)}`);
      }
    };
    const { from, to, inputFlags } = operands;
    const source = from === undefined ? host.stdin : await input(open, host, from, inputFlags);
    const sink = to === undefined ? host.stdout : await open(to, writing(operands));
    return await new Copy(host, operands, source, sink).run();
  } finally {
    for (const file of files) await file.close();
  }
};

type Open = (name: string, flags: number) => Promise<OpenFile>;

/** A directory can be opened; the first read of it fails. */
async function input(
  open: Open,
  host: Host,
  name: string,
  flags: ReadonlySet<string>,
): Promise<Source> {
  const bits =
    OPEN.read |
    (flags.has('directory') ? OPEN.directory : 0) |
    (flags.has('nofollow') ? OPEN.noFollow : 0);
  try {
    if (flags.has('directory')) return await open(name, bits);
    const file = await host.open(name, bits);
    await file.close();
  } catch (error) {
    if (error instanceof FsError && error.code === 'EISDIR')
      return { read: () => Promise.reject(error) };
    if (error instanceof ToolError) throw error;
  }
  return open(name, bits);
}

/** Whether at least one record is passed over: less than that (seek_bytes) leaves nothing of what the file held. */
const seeksRecords = ({ seek, outputSize }: DdOperands): boolean =>
  seek.isBytes ? seek.count >= outputSize : seek.count > 0;

function writing(operands: DdOperands): number {
  const { conversions, outputFlags } = operands;
  const keeps = seeksRecords(operands) || conversions.has('notrunc');
  return (
    OPEN.write |
    (conversions.has('nocreat') ? 0 : OPEN.create) |
    (conversions.has('excl') ? OPEN.exclusive : 0) |
    (keeps ? 0 : OPEN.truncate) |
    (outputFlags.has('append') ? OPEN.append : 0) |
    (outputFlags.has('directory') ? OPEN.directory : 0) |
    (outputFlags.has('nofollow') ? OPEN.noFollow : 0)
  );
}

/** Ends the copy after its statistics; what went wrong was told. */
class Stopped extends Error {}

class Copy {
  readonly #host: Host;
  readonly #operands: DdOperands;
  readonly #source: Source;
  readonly #sink: Sink;
  readonly #from: string;
  readonly #to: string;
  readonly #statistics: Statistics;
  readonly #conversion: Conversion;
  #out: Uint8Array = new Uint8Array(0);
  #length = 0;
  #isSparse: boolean;
  #endsInHole = false;
  #status = 0;

  constructor(host: Host, operands: DdOperands, source: Source, sink: Sink) {
    this.#host = host;
    this.#operands = operands;
    this.#source = source;
    this.#sink = sink;
    this.#from = quoted(operands.from ?? 'standard input');
    this.#to = quoted(operands.to ?? 'standard output');
    this.#statistics = new Statistics(host, operands.status);
    this.#conversion = new Conversion(operands.conversions, operands.recordSize);
    this.#isSparse = operands.conversions.has('sparse');
  }

  async run(): Promise<number> {
    try {
      await this.#seek();
      await this.#skip();
      if (this.#operands.count?.count !== 0) await this.#copy();
      await this.#end();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      this.#status = 1;
    }
    await this.#statistics.print();
    return this.#status;
  }

  async #fail(message: string): Promise<never> {
    await warn(this.#host, message);
    throw new Stopped();
  }

  #isFile(fd: number): Promise<boolean> {
    return this.#host
      .call('fstat', { fd })
      .then(({ stat, stream }) => stat.kind === 'file' && stream === STREAM.no);
  }

  async #skip(): Promise<void> {
    const { skip, inputSize, from, status } = this.#operands;
    let left = skip.isBytes ? skip.count : skip.count * inputSize;
    if (left === 0) return;
    const { fd } = this.#source;
    if (from !== undefined && fd !== undefined && (await this.#isFile(fd))) {
      const { size } = (await this.#host.call('fstat', { fd })).stat;
      await this.#host.call('seek', { fd, offset: Math.min(left, size), whence: SET });
      left -= size;
    } else left = await this.#readPast(left);
    if (left > 0 && status !== 'none')
      await warn(this.#host, `${shown(this.#operands.from)}: cannot skip to specified offset`);
  }

  /** Reads what is skipped, a record at a time. Of a stream each read counts as a record. Returns what is left at the end. */
  async #readPast(bytes: number): Promise<number> {
    const { inputSize, skip, inputFlags } = this.#operands;
    let left = bytes;
    while (left > 0) {
      const size = Math.min(left, inputSize);
      const data = await this.#readRecord(size, inputFlags.has('fullblock'));
      if (data.length === 0) return left;
      left -= skip.isBytes ? data.length : size;
      await this.#host.checkpoint();
    }
    return left;
  }

  async #seek(): Promise<void> {
    const { seek, outputSize, to, conversions } = this.#operands;
    const offset = seek.isBytes ? seek.count : seek.count * outputSize;
    const { fd } = this.#sink;
    if (to === undefined && this.#operands.outputFlags.has('append') && fd !== undefined)
      await this.#host.call('setFlags', { fd, append: true, nonblock: false });
    if (offset === 0) return;
    if (fd === undefined || !(await this.#isFile(fd))) {
      if (to === undefined) await this.#fail(`${this.#to}: cannot seek: Illegal seek`);
      return;
    }
    if (to !== undefined && seeksRecords(this.#operands) && !conversions.has('notrunc'))
      await this.#host.call('truncate', { fd, size: offset });
    const whence = to === undefined ? CURRENT : SET;
    await this.#host.call('seek', { fd, offset, whence });
  }

  async #readRecord(size: number, isFull: boolean): Promise<Uint8Array> {
    const first = (await this.#source.read(size)).slice();
    if (!isFull || first.length === 0 || first.length === size) return first;
    const whole = new Uint8Array(size);
    whole.set(first);
    let length = first.length;
    while (length < size) {
      const more = await this.#source.read(size - length);
      if (more.length === 0) break;
      whole.set(more, length);
      length += more.length;
    }
    return whole.subarray(0, length);
  }

  async #copy(): Promise<void> {
    const { inputSize, count, conversions, inputFlags } = this.#operands;
    const { read } = this.#statistics;
    const most = count?.count ?? Number.POSITIVE_INFINITY;
    const records = count?.isBytes ? Math.floor(most / inputSize) : most;
    const rest = count?.isBytes ? most % inputSize : 0;
    for (;;) {
      const done = read.full + read.partial;
      const size = done < records ? inputSize : done === records ? rest : 0;
      if (size === 0) return;
      await this.#statistics.progress();
      const data = await this.#next(size, inputFlags.has('fullblock'));
      if (data === undefined) continue;
      if (data.length === 0) return;
      if (data.length < inputSize) read.partial++;
      else read.full++;
      await this.#take(conversions.has('sync') ? this.#filled(data) : data);
      await this.#host.checkpoint();
    }
  }

  /** The next record; undefined where it could not be read and the copy goes on behind it. */
  async #next(size: number, isFull: boolean): Promise<Uint8Array | undefined> {
    const { conversions, status, inputSize } = this.#operands;
    try {
      return await this.#readRecord(size, isFull);
    } catch (error) {
      const goesOn = conversions.has('noerror');
      const reason = reasonOf(error);
      if (!goesOn || status !== 'none')
        await warn(this.#host, `error reading ${this.#from}: ${reason}`);
      this.#status = 1;
      const { fd } = this.#source;
      if (!goesOn || fd === undefined || !(await this.#isFile(fd))) return new Uint8Array(0);
      await this.#statistics.print();
      await this.#host.call('seek', { fd, offset: inputSize, whence: CURRENT });
      return undefined;
    }
  }

  /** The record with NULs, or with spaces where it is text, up to its whole size. */
  #filled(data: Uint8Array): Uint8Array {
    const { inputSize, conversions } = this.#operands;
    if (data.length === inputSize) return data;
    const isText = conversions.has('block') || conversions.has('unblock');
    const whole = new Uint8Array(inputSize).fill(isText ? 32 : 0);
    whole.set(data);
    return whole;
  }

  async #take(data: Uint8Array): Promise<void> {
    const { isDirect, outputSize, inputSize } = this.#operands;
    if (isDirect) {
      await this.#write(data, 'error writing');
      if (data.length === inputSize) this.#statistics.written.full++;
      else this.#statistics.written.partial++;
      return;
    }
    if (this.#conversion.isNone) this.#append(data);
    else this.#conversion.run(data, this.#put);
    this.#statistics.truncated = this.#conversion.truncated;
    let at = 0;
    for (; this.#length - at >= outputSize; at += outputSize) {
      await this.#write(this.#out.slice(at, at + outputSize), 'writing to');
      this.#statistics.written.full++;
    }
    this.#out.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  readonly #put = (byte: number): void => {
    if (this.#length === this.#out.length) this.#grow(1);
    this.#out[this.#length++] = byte;
  };

  #append(data: Uint8Array): void {
    if (this.#length + data.length > this.#out.length) this.#grow(data.length);
    this.#out.set(data, this.#length);
    this.#length += data.length;
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(1024, this.#length * 2, this.#length + by));
    larger.set(this.#out.subarray(0, this.#length));
    this.#out = larger;
  }

  async #write(data: Uint8Array, doing: string): Promise<void> {
    const { fd } = this.#sink;
    if (this.#isSparse && fd !== undefined && data.every((byte) => byte === 0)) {
      this.#isSparse = await this.#isFile(fd);
      if (this.#isSparse) {
        await this.#host.call('seek', { fd, offset: data.length, whence: CURRENT });
        this.#endsInHole = true;
        this.#statistics.bytes += data.length;
        return;
      }
    }
    this.#endsInHole = false;
    try {
      await this.#sink.write(data);
    } catch (error) {
      await this.#fail(`${doing} ${this.#to}: ${reasonOf(error)}`);
    }
    this.#statistics.bytes += data.length;
    if (this.#operands.outputFlags.has('sync') || this.#operands.outputFlags.has('dsync'))
      await this.#sync();
  }

  async #end(): Promise<void> {
    const { conversions } = this.#operands;
    if (!this.#operands.isDirect) {
      this.#conversion.end(this.#put);
      await this.#take(new Uint8Array(0));
      if (this.#length > 0) {
        await this.#write(this.#out.slice(0, this.#length), 'error writing');
        this.#statistics.written.partial++;
      }
    }
    const { fd } = this.#sink;
    if (this.#endsInHole && fd !== undefined) {
      const { position } = await this.#host.call('seek', { fd, offset: 0, whence: CURRENT });
      const { size } = (await this.#host.call('fstat', { fd })).stat;
      if (position > size) await this.#host.call('truncate', { fd, size: position });
    }
    if (conversions.has('fsync') || conversions.has('fdatasync')) await this.#sync();
  }

  async #sync(): Promise<void> {
    const { fd } = this.#sink;
    if (fd !== undefined && (await this.#isFile(fd))) await this.#host.call('sync', { fd });
  }
}

const SET = WHENCE.indexOf('set');
const CURRENT = WHENCE.indexOf('cur');

/** The name before a colon. */
const shown = (name: string | undefined): string =>
  name === undefined ? "'standard input'" : name;
