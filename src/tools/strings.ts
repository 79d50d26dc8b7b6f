/** strings(1), as GNU binutils has it: the runs of printable characters in files of any content. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { type Flags, flagsOf, refuse } from './flags.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { blocksOf, Output, reasonOf, warn } from './stdio.ts';

const rules = {
  usage: '[option(s)] [file(s)]',
  options: [
    ...['a|all', 'd|data', 'f|print-file-name', 'n|bytes=', 't|radix=', 'o', 'e|encoding='],
    ...['w|include-all-whitespace', 's|output-separator=', 'T|target=', 'U|unicode=', 'v|version'],
  ],
};

/** The encodings by their letters: how many bytes a character has, and where its low byte is. */
const ENCODINGS: Readonly<Record<string, readonly [width: number, low: number]>> = {
  s: [1, 0],
  S: [1, 0],
  b: [2, 1],
  l: [2, 0],
  B: [4, 3],
  L: [4, 0],
};

const BASES: Readonly<Record<string, number>> = { o: 8, d: 10, x: 16 };

interface Settings {
  readonly least: number;
  readonly base: number | undefined;
  readonly isNamed: boolean;
  readonly separator: Uint8Array;
  readonly width: number;
  readonly low: number;
  readonly isPrintable: (byte: number) => boolean;
}

export const strings: Tool = async (host) => {
  const flags = flagsIn(host);
  if (flags.has('version')) {
    await host.stdout.write(bytesOf('GNU strings (GNU Binutils for Debian) 2.40\n'));
    return 0;
  }
  const settings = settingsOf(flags);
  const out = new Output(host.stdout);
  if (flags.operands.length === 0) {
    await scan(host, host.stdin, '{standard input}', settings, out);
    return 0;
  }
  let status = 0;
  for (const name of flags.operands) {
    const file = await opened(host, name);
    if (!file) {
      status = 1;
      continue;
    }
    try {
      await scan(host, file, name, settings, out);
    } finally {
      await file.close();
    }
  }
  return status;
};

/** `-10` is `-n 10`. A mistake shows how strings is used. */
function flagsIn(host: Host): Flags {
  const args = host.args.map((each) => (/^-\d+$/.test(each) ? `-n${each.slice(1)}` : each));
  try {
    const flags = flagsOf({ ...host, args }, rules);
    refuse(flags, 'data', 'target');
    if (args.includes('-')) throw new ToolError('');
    return flags;
  } catch (error) {
    if (!(error instanceof ToolError) || error.status !== 1) throw error;
    const [reason = ''] = error.message.split('\n');
    throw misused(reason);
  }
}

const misused = (reason: string): ToolError =>
  new ToolError(`${reason}${reason === '' ? '' : '\n'}Usage: strings ${rules.usage}`);

function settingsOf({ has, value, options }: Flags): Settings {
  const encoding = value('encoding') ?? 's';
  const [width, low] = ENCODINGS[encoding] ?? [0, 0];
  if (width === 0) throw misused('');
  const radix = options.findLast(({ name }) => name === 'o' || name === 'radix');
  const base = radix?.name === 'o' ? 8 : BASES[radix?.value ?? ''];
  if (radix && base === undefined) throw misused('');
  const unicode = value('unicode') ?? 'd';
  if (!['d', 'default'].includes(unicode))
    throw new ToolError('the option --unicode is not supported here', 2);
  const isAll = has('include-all-whitespace');
  return {
    least: leastOf(value('bytes') ?? '4'),
    base,
    isNamed: has('print-file-name'),
    separator: bytesOf(value('output-separator') ?? '\n'),
    width,
    low,
    isPrintable: (byte) =>
      (byte >= 32 && byte < 127) ||
      byte === 9 ||
      (isAll && byte >= 9 && byte <= 13) ||
      (encoding === 'S' && byte > 127),
  };
}

function leastOf(text: string): number {
  if (!/^\s*\+?(0[xX][0-9a-fA-F]+|\d+)$/.test(text))
    throw new ToolError(`invalid integer argument ${text}`);
  const isOctal = /^\s*\+?0[0-7]+$/.test(text);
  const least = isOctal ? Number.parseInt(text, 8) : Number(text);
  if (least < 1) throw new ToolError(`invalid minimum string length ${least}`);
  return least;
}

async function opened(host: Host, name: string): Promise<OpenFile | undefined> {
  try {
    return await host.open(name, OPEN.read);
  } catch (error) {
    const message = hasCode(error, 'EISDIR')
      ? `Warning: '${name}' is a directory`
      : hasCode(error, 'ENOENT')
        ? `'${name}': No such file`
        : `Warning: could not locate '${name}'.  reason: ${reasonOf(error)}`;
    await warn(host, message);
    return undefined;
  }
}

async function scan(
  host: Host,
  source: Source,
  name: string,
  settings: Settings,
  out: Output,
): Promise<void> {
  const runs = new Runs(name, settings, out);
  for await (const block of blocksOf(source)) {
    runs.take(block);
    await out.flush();
    await host.checkpoint();
  }
  runs.end();
  await out.flush();
}

/** Finds the runs in blocks that come one after the other. */
class Runs {
  readonly #name: string;
  readonly #settings: Settings;
  readonly #out: Output;
  /** The bytes that may yet be a character. */
  #window: number[] = [];
  /** How many bytes came before the window. */
  #offset = 0;
  #start = 0;
  /** The run's characters while it is too short to be shown; undefined once it is shown. */
  #held: number[] | undefined = [];

  constructor(name: string, settings: Settings, out: Output) {
    this.#name = name;
    this.#settings = settings;
    this.#out = out;
  }

  take(block: Uint8Array): void {
    const { width } = this.#settings;
    if (width === 1) {
      for (const byte of block) {
        this.#one(byte, this.#settings.isPrintable(byte));
        this.#offset++;
      }
      return;
    }
    for (const byte of block) {
      this.#window.push(byte);
      if (this.#window.length === width) this.#wide();
    }
  }

  /** A character that is none moves the window by one byte only. */
  #wide(): void {
    const { width, low, isPrintable } = this.#settings;
    const byte = this.#window[low] as number;
    const isOne = this.#window.every((each, i) => i === low || each === 0) && isPrintable(byte);
    this.#one(byte, isOne);
    this.#window.splice(0, isOne ? width : 1);
    this.#offset += isOne ? width : 1;
  }

  #one(byte: number, isPrintable: boolean): void {
    if (!isPrintable) {
      this.end();
      return;
    }
    if (this.#held === undefined) {
      this.#out.byte(byte);
      return;
    }
    if (this.#held.length === 0) this.#start = this.#offset;
    this.#held.push(byte);
    if (this.#held.length < this.#settings.least) return;
    this.#begin();
    for (const each of this.#held) this.#out.byte(each);
    this.#held = undefined;
  }

  #begin(): void {
    const { isNamed, base } = this.#settings;
    if (isNamed) this.#out.text(`${this.#name}: `);
    if (base !== undefined) this.#out.text(`${this.#start.toString(base).padStart(7)} `);
  }

  /** Ends the run. */
  end(): void {
    if (this.#held === undefined) this.#out.bytes(this.#settings.separator);
    if (this.#held?.length !== 0) this.#held = [];
  }
}
