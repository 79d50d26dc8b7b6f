/** split(1): parts of a file as files of their own. */
import { hasCode } from '../kernel/errors.ts';
import { OPEN, STREAM, WHENCE } from '../kernel/operations.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { quoted, quotedIfNeeded } from './quote.ts';
import { type Division, type SplitOptions, splitOptions } from './splitoptions.ts';
import { type Part, Parts } from './splitsinks.ts';
import { blocksOf, lineBlocks, linesOf, reasonOf } from './stdio.ts';

export const split: Tool = async (host) => {
  const options = splitOptions(host);
  const { input, division } = options;
  const parts = new Parts(host, options);
  let file: OpenFile | undefined;
  try {
    if (input !== '-') file = await host.open(input, OPEN.read);
  } catch (error) {
    if (hasCode(error, 'EISDIR')) throw new ToolError(`${quotedIfNeeded(input)}: Is a directory`);
    throw new ToolError(`cannot open ${quoted(input)} for reading: ${reasonOf(error)}`);
  }
  const source = file ?? host.stdin;
  try {
    const work = new Split(host, options, source, parts);
    if (division.by === 'lines') await work.lines(division.count);
    else if (division.by === 'bytes') await work.bytes(division.count);
    else if (division.by === 'lineBytes') await work.lineBytes(division.count);
    else if (division.by === 'roundRobin') await work.roundRobin(division.count, division.only);
    else if ('only' in division) await work.chunks(division, await sizeOf(host, source, input));
    await work.end();
    return 0;
  } finally {
    await file?.close();
  }
};

async function sizeOf(host: Host, source: Source, name: string): Promise<number> {
  const found = source.fd === undefined ? undefined : await host.call('fstat', { fd: source.fd });
  if (found?.stat.kind !== 'file' || found.stream !== STREAM.no || source.fd === undefined)
    throw new ToolError(`${quotedIfNeeded(name)}: cannot determine file size`);
  const whence = WHENCE.indexOf('cur');
  const { position } = await host.call('seek', { fd: source.fd, offset: 0, whence });
  return Math.max(0, found.stat.size - position);
}

type Chunks = Extract<Division, { only: number }>;

class Split {
  readonly #host: Host;
  readonly #options: SplitOptions;
  readonly #source: Source;
  readonly #parts: Parts;
  #part: Part | undefined;

  constructor(host: Host, options: SplitOptions, source: Source, parts: Parts) {
    this.#host = host;
    this.#options = options;
    this.#source = source;
    this.#parts = parts;
  }

  async end(): Promise<void> {
    await this.#part?.close();
    this.#part = undefined;
  }

  /** Ends one part; the next that is written begins another. */
  async #put(data: Uint8Array): Promise<void> {
    if (data.length === 0) return;
    this.#part ??= await this.#parts.next();
    await this.#part.write(data.slice());
  }

  async bytes(count: number): Promise<void> {
    let left = count;
    for await (const data of blocksOf(this.#source)) {
      for (let at = 0; at < data.length; ) {
        const size = Math.min(left, data.length - at);
        await this.#put(data.subarray(at, at + size));
        at += size;
        left -= size;
        if (left > 0) continue;
        await this.end();
        left = count;
      }
      await this.#host.checkpoint();
    }
  }

  async lines(count: number): Promise<void> {
    let left = count;
    for await (const data of blocksOf(this.#source)) {
      let from = 0;
      for (let at = data.indexOf(this.#options.end); at >= 0; ) {
        if (--left === 0) {
          await this.#put(data.subarray(from, at + 1));
          await this.end();
          from = at + 1;
          left = count;
        }
        at = data.indexOf(this.#options.end, at + 1);
      }
      await this.#put(data.subarray(from));
      await this.#host.checkpoint();
    }
  }

  /**
   * Whole lines, as many as a part of `count` bytes holds; a longer line is divided. A last line without its end that
   * would fill the part to the byte begins another, as in GNU split, which cuts a full part behind its last line end.
   */
  async lineBytes(count: number): Promise<void> {
    let size = 0;
    for await (const block of lineBlocks(this.#source, this.#options.end)) {
      for (let from = 0; from < block.length; ) {
        const found = block.indexOf(this.#options.end, from);
        const to = found < 0 ? block.length : found + 1;
        const filled = size + to - from;
        if (size > 0 && (filled > count || (filled === count && found < 0))) {
          await this.end();
          size = 0;
        }
        for (; to - from > count; from += count) {
          await this.#put(block.subarray(from, from + count));
          await this.end();
        }
        await this.#put(block.subarray(from, to));
        size += to - from;
        from = to;
        await this.#host.checkpoint();
      }
    }
  }

  /** Line by line to one part after the other. */
  async roundRobin(count: number, only: number): Promise<void> {
    const { end, skipsEmpty } = this.#options;
    const open: (Part | undefined)[] = [];
    let at = 0;
    for await (const block of lineBlocks(this.#source, end)) {
      for (const { line, isWhole } of linesOf(block, end)) {
        const whole = new Uint8Array(line.length + (isWhole ? 1 : 0));
        whole.set(line);
        if (isWhole) whole[line.length] = end;
        if (only === 0) {
          open[at] ??= await this.#parts.next();
          await open[at]?.write(whole);
        } else if (at === only - 1) await this.#host.stdout.write(whole);
        at = (at + 1) % count;
      }
      await this.#host.checkpoint();
    }
    // A file is made when it gets its first line, and the others at the end.
    if (only === 0 && !skipsEmpty)
      for (let i = 0; i < count; i++) open[i] ??= await this.#parts.next();
    for (const part of open) await part?.close();
  }

  /** Parts of one size; the last gets what is left. Of whole lines each goes to the part that it begins in. */
  async chunks({ by, count, only }: Chunks, size: number): Promise<void> {
    const step = Math.max(1, Math.floor(size / count));
    const ends = (index: number): number =>
      index === count - 1 ? Number.POSITIVE_INFINITY : step * (index + 1);
    let index = 0;
    let offset = 0;
    const close = async (): Promise<void> => {
      if (only === 0) {
        if (!this.#part && !this.#options.skipsEmpty) this.#part = await this.#parts.next();
        await this.end();
      }
      index++;
    };
    const put = async (data: Uint8Array): Promise<void> => {
      offset += data.length;
      if (only === 0) await this.#put(data);
      else if (index === only - 1) await this.#host.stdout.write(data.slice());
    };
    const blocks =
      by === 'chunks' ? blocksOf(this.#source) : lineBlocks(this.#source, this.#options.end);
    for await (const block of blocks) {
      for (let from = 0; from < block.length; ) {
        while (offset >= ends(index)) await close();
        let to = Math.min(block.length, from + ends(index) - offset);
        if (by === 'lineChunks' && to < block.length) {
          // The line that the part's last byte belongs to is the last one.
          const found = block.indexOf(this.#options.end, to - 1);
          to = found < 0 ? block.length : found + 1;
        }
        await put(block.subarray(from, to));
        from = to;
      }
      await this.#host.checkpoint();
    }
    while (index < count) await close();
  }
}
