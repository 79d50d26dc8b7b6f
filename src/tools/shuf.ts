/** shuf(1). With `--random-source` it gives the order that GNU's gives. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN, STREAM } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { closing, writeError } from './closing.ts';
import { type Flags, flagsOf } from './flags.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { type Chooser, permutation, sourceChooser, systemChooser } from './randint.ts';
import { Output, reasonOf } from './stdio.ts';

const rules = {
  usage: '[OPTION]... [FILE]',
  options: [
    'e|echo',
    'i|input-range=',
    'n|head-count=',
    'o|output=',
    'random-source=',
    'r|repeat',
    'z|zero-terminated',
  ],
};

/** An input of at least this size is not held in memory where only a part of it is wanted. */
const LARGE = 8 << 20;

/** What is put in another order. */
interface Items {
  readonly total: bigint;
  at(index: bigint): Uint8Array;
}

export const shuf: Tool = async (host) => {
  const flags = flagsOf(host, rules);
  const { has } = flags;
  const range = rangeOf(flags);
  const limit = limitOf(flags);
  const outputs = flags.options.filter(({ name }) => name === 'output');
  if (new Set(outputs.map(({ value }) => value)).size > 1)
    throw new ToolError('multiple output files specified');
  if (has('echo') && range) misuse(host.name, 'cannot combine -e and -i options');
  const extra = flags.operands[has('echo') ? Number.POSITIVE_INFINITY : range ? 0 : 1];
  if (extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`);
  const opened: OpenFile[] = [];
  try {
    const open = async (name: string, mode: number): Promise<OpenFile> => {
      const file = await openFile(host, name, mode);
      opened.push(file);
      return file;
    };
    const { operands } = flags;
    const name = operands[0] ?? '-';
    const isFile = !has('echo') && !range && limit !== 0n;
    const file = isFile ? (name === '-' ? host.stdin : await open(name, OPEN.read)) : undefined;
    const random = flags.value('random-source');
    const chooser =
      random === undefined
        ? systemChooser()
        : sourceChooser(
            await open(random, OPEN.read),
            () => new ToolError(`${inQuotes(random)}: end of file`),
          );
    const end = has('zero-terminated') ? 0 : 10;
    const isSampled = file !== undefined && limit !== undefined && !has('repeat');
    const items =
      range ??
      (file === undefined
        ? itemsOf(has('echo') ? operands.map(bytesOf) : [])
        : isSampled && (await isLarge(host, file))
          ? await sample(host, file, { end, count: limit, chooser })
          : await readItems(host, file, end));
    const to = outputs[0]?.value;
    const how = { end, limit, chooser, repeats: has('repeat') };
    if (to === undefined) return await write(host, new Output(host.stdout), items, how);
    const made = await openFile(host, to, OPEN.write | OPEN.create | OPEN.truncate);
    return await closing(made, () => write(host, new Output(made), items, how), writeError());
  } finally {
    for (const file of opened) await file.close();
  }
};

async function openFile(host: Host, name: string, mode: number): Promise<OpenFile> {
  try {
    return await host.open(name, mode);
  } catch (error) {
    const isRead = hasCode(error, 'EISDIR') && mode === OPEN.read;
    throw new ToolError(`${isRead ? 'read error' : quotedIfNeeded(name)}: ${reasonOf(error)}`);
  }
}

const MOST = 1n << 64n;

function rangeOf({ options }: Flags): Items | undefined {
  const given = options.filter(({ name }) => name === 'input-range');
  const text = given[0]?.value;
  if (text === undefined) return undefined;
  if (given.length > 1) throw new ToolError('multiple -i options specified');
  const fail = (part: string, reason = ''): never => {
    throw new ToolError(`invalid input range: ${inQuotes(part)}${reason}`);
  };
  const dash = text.indexOf('-');
  if (dash < 0) fail(text);
  const [low, high] = [text.slice(0, dash), text.slice(dash + 1)].map((part) => {
    if (!/^[ \t-\r]*\+?\d+$/.test(part)) fail(part);
    const value = BigInt(part.trim());
    return value < MOST ? value : fail(part, ': Value too large for defined data type');
  }) as [bigint, bigint];
  const total = high - low + 1n;
  if (total < 0n) fail(text);
  return { total, at: (index) => bytesOf(String(low + index)) };
}

/** How many lines are wanted at most; undefined for all. */
function limitOf({ options }: Flags): bigint | undefined {
  let limit: bigint | undefined;
  for (const { name, value = '' } of options) {
    if (name !== 'head-count') continue;
    if (!/^[ \t-\r]*\+?\d+$/.test(value))
      throw new ToolError(`invalid line count: ${inQuotes(value)}`);
    const count = BigInt(value.trim());
    if (limit === undefined || count < limit) limit = count;
  }
  return limit;
}

const itemsOf = (lines: readonly Uint8Array[]): Items => ({
  total: BigInt(lines.length),
  at: (index) => lines[Number(index)] as Uint8Array,
});

async function isLarge(host: Host, { fd }: Source): Promise<boolean> {
  if (fd === undefined) return true;
  const { stat, stream } = await host.call('fstat', { fd });
  return stat.kind !== 'file' || stream !== STREAM.no || stat.size > LARGE;
}

async function* linesIn(host: Host, source: Source, end: number): AsyncGenerator<Uint8Array> {
  const lines = new Lines(source, end);
  while (await lines.next()) {
    do yield lines.line;
    while (lines.step());
    await host.checkpoint();
  }
}

async function readItems(host: Host, source: Source, end: number): Promise<Items> {
  const lines: Uint8Array[] = [];
  for await (const line of linesIn(host, source, end)) lines.push(line);
  return itemsOf(lines);
}

interface Sampling {
  readonly end: number;
  readonly count: bigint;
  readonly chooser: Chooser;
}

/** Chooses some lines while it reads, and holds only these. */
async function sample(
  host: Host,
  source: Source,
  { end, count, chooser }: Sampling,
): Promise<Items> {
  const chosen: Uint8Array[] = [];
  let total = 0n;
  let place = 0n;
  for await (const line of linesIn(host, source, end)) {
    if (total < count) chosen.push(line.slice());
    else if (place < count) chosen[Number(place)] = line.slice();
    total++;
    if (total >= count) place = await chooser.choose(total + 1n);
  }
  return itemsOf(chosen);
}

interface Choice {
  readonly end: number;
  readonly limit: bigint | undefined;
  readonly chooser: Chooser;
  readonly repeats: boolean;
}

async function write(
  host: Host,
  out: Output,
  { total, at }: Items,
  { end, limit, chooser, repeats }: Choice,
): Promise<number> {
  const count = limit === undefined || (!repeats && limit > total) ? total : limit;
  if (repeats && total === 0n && limit !== 0n) throw new ToolError('no lines to repeat');
  const put = async (index: bigint): Promise<void> => {
    out.bytes(at(index));
    out.byte(end);
    if (!out.isFull) return;
    await out.flush();
    await host.checkpoint();
  };
  try {
    if (!repeats)
      for (const index of await permutation(host, chooser, count, total)) await put(index);
    else
      for (let i = 0n; limit === undefined || i < limit; i++)
        await put(await chooser.choose(total));
  } finally {
    await out.flush();
  }
  return 0;
}
