/** hexdump(1) and hd(1), as util-linux has them. */
import { FsError, hasCode } from '../kernel/errors.ts';
import { OPEN, STREAM } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf, refuse } from './flags.ts';
import { type Format, fitRepetitions, formatOf, type Unit } from './hexdumpformat.ts';
import { blockText, endText } from './hexdumpprint.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { Output, readAll, reasonOf, warn } from './stdio.ts';

const withAddress = (rest: string): readonly string[] => [
  '"%07.7_Ax\n"',
  `"%07.7_ax " ${rest} "\n"`,
];

/** What the options for a layout stand for. */
const layouts: Readonly<Record<string, readonly string[]>> = {
  'one-byte-octal': withAddress('16/1 "%03o "'),
  'one-byte-char': withAddress('16/1 "%3_c "'),
  canonical: [
    '"%08.8_Ax\n"',
    '"%08.8_ax  " 8/1 "%02x " "  " 8/1 "%02x " ',
    '"  |" 16/1 "%_p" "|\n"',
  ],
  'two-bytes-decimal': withAddress('8/2 "  %05u "'),
  'two-bytes-octal': withAddress('8/2 " %06o "'),
  'two-bytes-hex': withAddress('8/2 "   %04x "'),
};

const plain = withAddress('8/2 "%04x "');

export const hexdump: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[options] <file>...',
    options: [
      'b|one-byte-octal',
      'c|one-byte-char',
      'C|canonical',
      'd|two-bytes-decimal',
      'o|two-bytes-octal',
      'x|two-bytes-hex',
      'L|color=?',
      'e|format=',
      'f|format-file=',
      'n|length=',
      's|skip=',
      'v|no-squeezing',
    ],
  });
  refuse(flags, 'color');
  const texts: string[] = host.name === 'hd' ? [...(layouts['canonical'] ?? [])] : [];
  let length = Number.POSITIVE_INFINITY;
  let skip = 0;
  for (const { name, value = '' } of flags.options) {
    if (name === 'format') texts.push(latin1(bytesOf(value)));
    else if (name === 'format-file') texts.push(...(await formatsIn(host, value)));
    else if (name === 'length') length = sizeOf(value, 'length');
    else if (name === 'skip') skip = sizeOf(value, 'offset');
    else texts.push(...(layouts[name] ?? []));
  }
  const formats = (texts.length > 0 ? texts : plain).map(formatOf);
  return new Dump(host, formats, { length, skip, isAll: flags.has('no-squeezing') }).run(
    flags.operands,
  );
};

const latin1 = (data: Uint8Array): string => {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
};

/** The lines of a file that hold formats. */
async function formatsIn(host: Host, name: string): Promise<string[]> {
  try {
    const file = await host.open(name, OPEN.read);
    try {
      const lines = latin1(await readAll(file)).split('\n');
      return lines.map((line) => line.trimStart()).filter((line) => /^[^#]/.test(line));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ToolError(`can't read ${name}: ${reasonOf(error)}`);
  }
}

const powers = 'KMGTPEZY';

function sizeOf(text: string, what: string): number {
  const [, digits = '', unit = '', kind = ''] =
    /^[ \t-\r]*(0[xX][\da-fA-F]+|\d+)(?:([kKmMgGtTpPeEzZyY])(iB|B)?)?$/.exec(text) ?? [];
  if (digits === '') throw new ToolError(`failed to parse ${what}: '${text}': Invalid argument`);
  const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  const power = unit === '' ? 0 : powers.indexOf(unit.toUpperCase()) + 1;
  return value * (kind === 'B' ? 1000 : 1024) ** power;
}

interface Limits {
  readonly length: number;
  readonly skip: number;
  readonly isAll: boolean;
}

class Dump {
  readonly #host: Host;
  readonly #formats: readonly Format[];
  readonly #out: Output;
  readonly #block: Uint8Array<ArrayBuffer>;
  readonly #isAll: boolean;
  readonly #end: Unit | undefined;
  #before: Uint8Array | undefined;
  #isStarred = false;
  #filled = 0;
  #address = 0;
  #left: number;
  #toSkip: number;

  constructor(host: Host, formats: readonly Format[], { length, skip, isAll }: Limits) {
    this.#host = host;
    this.#formats = formats;
    this.#out = new Output(host.stdout);
    this.#block = new Uint8Array(fitRepetitions(formats));
    this.#isAll = isAll;
    this.#left = length;
    this.#toSkip = skip;
    this.#end = formats.flatMap(({ units }) => units).findLast(({ isAtEnd }) => isAtEnd);
  }

  async run(operands: readonly string[]): Promise<number> {
    let opened = 0;
    for (const name of operands) {
      if (this.#left <= 0) break;
      try {
        await this.#file(name);
        opened++;
      } catch (error) {
        // A directory can be opened.
        if (hasCode(error, 'EISDIR')) opened++;
        await warn(this.#host, `${name}: ${reasonOf(error)}`);
      }
    }
    const isRead = operands.length === 0 || opened > 0 || this.#left <= 0;
    if (operands.length === 0) await this.#input(this.#host.stdin, 'stdin', false);
    this.#finish();
    await this.#out.flush();
    if (!isRead) throw new ToolError('all input file arguments failed');
    return opened < operands.length && this.#left > 0 ? 1 : 0;
  }

  async #file(name: string): Promise<void> {
    const file = await this.#host.open(name, OPEN.read);
    try {
      await this.#input(file, name, true);
    } finally {
      await file.close();
    }
  }

  async #input(source: Source, name: string, isFile: boolean): Promise<void> {
    if (this.#toSkip > 0 && !(await this.#skip(source, name, isFile))) return;
    // A format that takes no bytes prints nothing.
    while (this.#left > 0 && this.#block.length > 0) {
      const data = await source.read(Math.min(1 << 16, this.#left));
      if (data.length === 0) return;
      this.#left -= data.length;
      this.#take(data);
      if (this.#out.isFull) await this.#out.flush();
      await this.#host.checkpoint();
    }
  }

  /** Returns false where the file is skipped as a whole. */
  async #skip({ fd }: Source, name: string, isFile: boolean): Promise<boolean> {
    const illegal = (): never => {
      throw new ToolError(`${name}: Illegal seek`);
    };
    if (fd === undefined || fd < 0) return illegal();
    try {
      const { stat, stream } = await this.#host.call('fstat', { fd });
      if (stream !== STREAM.no) return illegal();
      if (isFile && stat.kind === 'file' && this.#toSkip > Number(stat.size)) {
        this.#toSkip -= Number(stat.size);
        this.#address += Number(stat.size);
        return false;
      }
      await this.#host.call('seek', { fd, offset: this.#toSkip, whence: 0 });
    } catch (error) {
      if (error instanceof FsError) return illegal();
      throw error;
    }
    this.#address += this.#toSkip;
    this.#toSkip = 0;
    return true;
  }

  #take(data: Uint8Array): void {
    for (let at = 0; at < data.length; ) {
      const part = data.subarray(at, at + this.#block.length - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#block.length) this.#full();
    }
  }

  #full(): void {
    const { length } = this.#block;
    this.#filled = 0;
    if (!this.#isAll && this.#before?.every((byte, i) => byte === this.#block[i])) {
      if (!this.#isStarred) this.#out.text('*\n');
      this.#isStarred = true;
    } else {
      this.#isStarred = false;
      this.#before = this.#block.slice();
      this.#print(undefined);
    }
    this.#address += length;
  }

  #print(end: number | undefined): void {
    const view = new DataView(this.#block.buffer);
    for (const format of this.#formats) {
      const text = blockText(format, view, this.#address, end);
      for (let i = 0; i < text.length; i++) this.#out.byte(text.charCodeAt(i));
    }
  }

  #finish(): void {
    if (this.#filled > 0) {
      const end = this.#address + this.#filled;
      this.#block.fill(0, this.#filled);
      this.#print(end);
      this.#address = end;
    }
    if (this.#end && this.#address > 0) this.#out.text(endText(this.#end, this.#address));
  }
}
