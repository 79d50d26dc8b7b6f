/** The dumps of xxd(1). */
import type { Host, Source } from './host.ts';
import { BLOCK, type Output, reasonOf } from './stdio.ts';
import { Ending, say } from './xxdending.ts';
import type { Choices } from './xxdoptions.ts';

const UNREADABLE = 2;

/** The bytes up to the limit, in blocks. */
export async function* limited(
  host: Host,
  input: Source,
  out: Output,
  length: number | undefined,
): AsyncGenerator<Uint8Array> {
  let left = length ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const data = await readFrom(input, Math.min(left, BLOCK));
    if (data.length === 0) return;
    left -= data.length;
    yield data;
    await out.flush();
    await host.checkpoint();
  }
}

export async function readFrom(input: Source, count: number): Promise<Uint8Array> {
  try {
    return await input.read(count);
  } catch (error) {
    throw new Ending(say(reasonOf(error)), UNREADABLE);
  }
}

const lower = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const upper = lower.map((each) => each.toUpperCase());
const binary = lower.map((_, byte) => byte.toString(2).padStart(8, '0'));

export async function dumpPlain(
  host: Host,
  { isUpper, columns, length }: Choices,
  input: Source,
  out: Output,
): Promise<void> {
  const digits = isUpper ? upper : lower;
  let column = 0;
  for await (const data of limited(host, input, out, length)) {
    let text = '';
    for (const byte of data) {
      text += digits[byte];
      if (++column !== columns) continue;
      text += '\n';
      column = 0;
    }
    out.text(text);
  }
  if (columns === 0 || column > 0) out.text('\n');
}

const nameOf = (name: string, isCapitalized: boolean): string => {
  const bytes = [...new TextEncoder().encode(name)];
  const text = bytes
    .map((byte) => String.fromCharCode(byte))
    .map((char) => (/[0-9A-Za-z]/.test(char) ? char : '_'))
    .join('');
  const full = /^\d/.test(text) ? `__${text}` : text;
  return isCapitalized ? full.toUpperCase() : full;
};

/** The declaration of an array in C; without a name only what it holds. */
export async function dumpAsInclude(
  host: Host,
  { isUpper, isCapitalized, columns, length }: Choices,
  input: Source,
  out: Output,
  variable: string | undefined,
): Promise<void> {
  const name = variable === undefined ? undefined : nameOf(variable, isCapitalized);
  if (name !== undefined) out.text(`unsigned char ${name}[] = {\n`);
  let count = 0;
  for await (const data of limited(host, input, out, length)) {
    let text = '';
    for (const byte of data) {
      const before = count === 0 ? '  ' : count % columns === 0 ? ',\n  ' : ', ';
      text += isUpper ? `${before}0X${upper[byte]}` : `${before}0x${lower[byte]}`;
      count++;
    }
    out.text(text);
  }
  if (count > 0) out.text('\n');
  if (name === undefined) return;
  out.text(`};\nunsigned int ${name}${isCapitalized ? '_LEN' : '_len'} = ${count};\n`);
}

/** What EBCDIC's bytes from 64 on are in ASCII. */
const ebcdic =
  ' ...........<(+|&.........!$*);~-/.........,%_>?.........`:#@\'="' +
  '.abcdefghi.......jklmnopqr^.......stuvwxyz...[...............]..' +
  '{ABCDEFGHI......}JKLMNOPQR......\\.STUVWXYZ......0123456789......';

const ascii = Array.from({ length: 256 }, (_, byte) =>
  byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.',
);

/** The lines of a dump, of which `-a` shows only the first of several that hold nothing but bytes 0. */
export async function dumpLines(
  host: Host,
  choices: Choices,
  input: Source,
  out: Output,
  start: number,
): Promise<void> {
  const { columns, isAutoskip, length } = choices;
  const lines = new Lines(out);
  const line = new Uint8Array(columns);
  let address = BigInt(start) + choices.displayOffset;
  let filled = 0;
  for await (const data of limited(host, input, out, length)) {
    for (const byte of data) {
      line[filled++] = byte;
      if (filled < columns) continue;
      lines.take(lineOf(choices, address, line), !isAutoskip || line.some((each) => each !== 0));
      address += BigInt(columns);
      filled = 0;
    }
  }
  if (filled > 0) lines.take(lineOf(choices, address, line.subarray(0, filled)), true);
  else if (isAutoskip) lines.end();
}

function lineOf(choices: Choices, offset: bigint, bytes: Uint8Array): string {
  const { kind, columns, group, isUpper, isDecimal, isEbcdic } = choices;
  const shown = kind === 'bits' ? binary : isUpper ? upper : lower;
  const digits = kind === 'bits' ? 8 : 2;
  const width = digits * group + 1;
  // The text begins two columns after the last group.
  const textAt = Math.floor((width * columns - 1) / group) + 2;
  // With -e the digits of an incomplete last group stand in part where the text is: what is written later stays.
  const cells: string[] = Array.from({ length: textAt + bytes.length }, () => ' ');
  for (const [place, byte] of bytes.entries()) {
    const at = Math.floor((width * (kind === 'little' ? place ^ (group - 1) : place)) / group);
    const text = shown[byte] as string;
    for (let i = 0; i < digits; i++) cells[at + i] = text[i] as string;
    cells[textAt + place] = isEbcdic
      ? byte < 64
        ? '.'
        : (ebcdic[byte - 64] as string)
      : (ascii[byte] as string);
  }
  const address = BigInt.asUintN(64, offset);
  const head = isDecimal ? String(BigInt.asIntN(64, address)) : address.toString(16);
  return `${head.padStart(8, '0')}: ${cells.slice(0, textAt + bytes.length).join('')}\n`;
}

/** Holds back lines of bytes 0: one is shown, two are shown, and of more the first and a star. */
class Lines {
  readonly #out: Output;
  #zeros = 0;
  #second = '';
  #last = '';

  constructor(out: Output) {
    this.#out = out;
  }

  take(line: string, isShown: boolean): void {
    if (!isShown) {
      this.#zeros++;
      if (this.#zeros === 1) this.#out.text(line);
      else if (this.#zeros === 2) this.#second = line;
      this.#last = line;
      return;
    }
    this.#release(this.#zeros);
    this.#zeros = 0;
    this.#out.text(line);
  }

  /** The last line is shown, also where it holds only bytes 0. */
  end(): void {
    this.#release(this.#zeros - 1);
    if (this.#zeros > 1) this.#out.text(this.#last);
  }

  #release(zeros: number): void {
    if (zeros === 2) this.#out.text(this.#second);
    else if (zeros > 2) this.#out.text('*\n');
  }
}
