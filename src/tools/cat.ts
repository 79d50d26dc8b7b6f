/** cat(1): files one after the other, with numbers and marks where they are asked for. */

import { identityOf } from './files.ts';
import { flagsOf } from './flags.ts';
import type { Host, Source, Tool } from './host.ts';
import { quotedIfNeeded } from './quote.ts';
import { eachInput, Output, transientBlocks, warn } from './stdio.ts';

interface Marks {
  readonly ends: boolean;
  readonly tabs: boolean;
  readonly others: boolean;
  readonly number: '' | 'all' | 'nonblank';
  readonly squeeze: boolean;
}

export const cat: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      'b|number-nonblank',
      'n|number',
      's|squeeze-blank',
      'v|show-nonprinting',
      'E|show-ends',
      'T|show-tabs',
      'A|show-all',
      'e',
      't',
      'u',
    ],
  });
  const has = (...names: string[]): boolean => flags.last(...names) !== undefined;
  const marks: Marks = {
    ends: has('show-all', 'e', 'show-ends'),
    tabs: has('show-all', 't', 'show-tabs'),
    others: has('show-all', 'e', 't', 'show-nonprinting'),
    number: has('number-nonblank') ? 'nonblank' : has('number') ? 'all' : '',
    squeeze: has('squeeze-blank'),
  };
  if (!marks.ends && !marks.tabs && !marks.others && marks.number === '' && !marks.squeeze)
    return eachOther(host, flags.operands, async (source) => {
      for await (const data of transientBlocks(source)) await host.stdout.write(data);
    });
  const out = new Output(host.stdout);
  const marker = new Marker(marks, out);
  const status = await eachOther(host, flags.operands, async (source) => {
    for await (const data of transientBlocks(source)) {
      marker.take(data);
      await out.flush();
      await host.checkpoint();
    }
  });
  marker.end();
  await out.flush();
  return status;
};

/** Visits each input except the file that is written to, where all that is written would be read again. */
async function eachOther(
  host: Host,
  operands: readonly string[],
  visit: (source: Source) => Promise<void>,
): Promise<number> {
  const output = await identityOf(host, host.stdout.fd);
  let isRefused = false;
  const status = await eachInput(host, operands, async (source, name) => {
    if (output === undefined || !(await isRead(host, source.fd, output))) return visit(source);
    isRefused = true;
    await warn(host, `${quotedIfNeeded(name)}: input file is output file`);
  });
  return isRefused ? 1 : status;
}

/** Whether a descriptor reads this file and is not at its end. */
async function isRead(host: Host, fd: number | undefined, file: string): Promise<boolean> {
  if (fd === undefined || (await identityOf(host, fd)) !== file) return false;
  const { position } = await host.call('seek', { fd, offset: 0, whence: 1 });
  return position < (await host.call('fstat', { fd })).stat.size;
}

/** Lines go on from one file to the next. */
class Marker {
  readonly #marks: Marks;
  readonly #out: Output;
  readonly #shown: readonly (Uint8Array | undefined)[];
  #line = 0;
  /** Newlines since the last byte that was none; -1 within a line. */
  #newlines = 0;
  /** A carriage return waits for what follows it: before a newline it is shown. */
  #isReturn = false;

  constructor(marks: Marks, out: Output) {
    this.#marks = marks;
    this.#out = out;
    this.#shown = Array.from({ length: 256 }, (_, byte) => shownAs(byte, marks));
  }

  take(data: Uint8Array): void {
    for (let at = 0; at < data.length; at++) {
      const byte = data[at] as number;
      if (byte === 10) this.#newline();
      else this.#other(byte);
    }
  }

  end(): void {
    if (this.#isReturn) this.#out.byte(13);
    this.#isReturn = false;
  }

  #newline(): void {
    const { ends, squeeze, number } = this.#marks;
    if (this.#newlines >= 0) {
      this.#newlines++;
      if (squeeze && this.#newlines > 1) return;
      if (number === 'all') this.#number();
    } else this.#newlines = 0;
    if (this.#isReturn) this.#out.text('^M');
    this.#isReturn = false;
    if (ends) this.#out.byte(36);
    this.#out.byte(10);
  }

  #other(byte: number): void {
    if (this.#newlines >= 0 && this.#marks.number !== '') this.#number();
    this.#newlines = -1;
    this.end();
    if (byte === 13 && this.#marks.ends && !this.#marks.others) {
      this.#isReturn = true;
      return;
    }
    const shown = this.#shown[byte];
    if (shown) this.#out.bytes(shown);
    else this.#out.byte(byte);
  }

  #number(): void {
    this.#out.text(`${String(++this.#line).padStart(6)}\t`);
  }
}

/** Undefined for a byte that stands for itself. */
function shownAs(byte: number, { tabs, others }: Marks): Uint8Array | undefined {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  if (byte === 9) return tabs ? text('^I') : undefined;
  if (!others) return undefined;
  const low = byte & 127;
  const shown =
    low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low);
  if (byte >= 128) return text(`M-${shown}`);
  return low < 32 || low === 127 ? text(shown) : undefined;
}
