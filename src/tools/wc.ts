/** wc(1): lines, words, characters and bytes. Characters are those of UTF-8; bytes that are none count in no other way. */
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { misuse } from './options.ts';
import { quoted } from './quote.ts';
import { eachInput, Output, readAll, reasonOf, transientBlocks, warn } from './stdio.ts';
import { Words } from './words.ts';

const columns = ['lines', 'words', 'chars', 'bytes', 'max-line-length'] as const;
type Column = (typeof columns)[number];
type Counts = Record<Column, number>;

const noCounts = (): Counts => ({ lines: 0, words: 0, chars: 0, bytes: 0, 'max-line-length': 0 });

export const wc: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: ['c|bytes', 'm|chars', 'l|lines', 'L|max-line-length', 'w|words', 'files0-from='],
  });
  const given = columns.filter((name) => flags.has(name));
  const shown: readonly Column[] = given.length > 0 ? given : ['lines', 'words', 'bytes'];
  const list = flags.value('files0-from');
  const names = list === undefined ? flags.operands : await namesOf(host, list, flags.operands);
  const width =
    names.length <= 1 && shown.length === 1 && list === undefined
      ? 1
      : await widthOf(host, names.length > 0 ? names : ['-'], list !== undefined);
  const out = new Output(host.stdout);
  const write = (counts: Counts, name: string): void => {
    const numbers = shown.map((column) => String(counts[column]).padStart(width)).join(' ');
    out.text(`${numbers}${name === '' ? '' : ` ${name}`}\n`);
  };
  const total = noCounts();
  let status = 0;
  for (const name of names.length > 0 || list !== undefined ? names : [undefined]) {
    const counts = noCounts();
    let isOpen = false;
    const failed = await eachInput(host, name === undefined ? [] : [name], async (source) => {
      isOpen = true;
      await count(host, source, shown, counts);
    });
    status ||= failed;
    const isDirectory = failed !== 0 && !isOpen && (await isThere(host, name ?? '-'));
    if (isOpen || isDirectory) write(counts, name === undefined ? '' : nameIn(name));
    for (const column of columns)
      total[column] =
        column === 'max-line-length'
          ? Math.max(total[column], counts[column])
          : total[column] + counts[column];
    await out.flush();
  }
  if (names.length > 1) write(total, 'total');
  await out.flush();
  return status;
};

/** A name with a line break is quoted. */
const nameIn = (name: string): string => (name.includes('\n') ? quoted(name) : name);

async function isThere(host: Host, name: string): Promise<boolean> {
  try {
    const { stat } = await host.call('stat', { dir: -1, path: host.path(name), follow: true });
    return stat.kind === 'dir';
  } catch {
    return false;
  }
}

async function namesOf(
  host: Host,
  list: string,
  operands: readonly string[],
): Promise<readonly string[]> {
  if (operands[0] !== undefined)
    misuse(
      host.name,
      `extra operand ${quoted(operands[0])}\nfile operands cannot be combined with --files0-from`,
    );
  let text = '';
  if (list === '-') text = textOf(await readAll(host.stdin));
  else {
    const file = await host.open(list, OPEN.read).catch((error: unknown) => {
      throw new ToolError(`cannot open ${quoted(list)} for reading: ${reasonOf(error)}`);
    });
    try {
      text = textOf(await readAll(file));
    } finally {
      await file.close();
    }
  }
  const names = text.split('\0');
  if (names.at(-1) === '') names.pop();
  const isBad = names.indexOf('');
  if (isBad >= 0) {
    await warn(host, `${list}:${isBad + 1}: invalid zero-length file name`);
    return names.filter((name) => name !== '');
  }
  return names;
}

/** Wide enough for the bytes of all files together; for what has no size at least 7. */
async function widthOf(host: Host, names: readonly string[], isList: boolean): Promise<number> {
  if (isList && names.length === 0) return 1;
  let total = 0;
  let least = 1;
  for (const name of names) {
    const size = await sizeOf(host, name);
    if (size === undefined) least = 7;
    else total += size;
  }
  return Math.max(least, String(total).length);
}

/** Undefined for what is no file of its own size; what is missing has 0. */
async function sizeOf(host: Host, name: string): Promise<number | undefined> {
  try {
    if (name !== '-') {
      const path = host.path(name);
      const { stat } = await host.call('stat', { dir: -1, path, follow: true });
      return stat.kind === 'file' && !path.startsWith('/dev/') ? stat.size : undefined;
    }
    if (host.stdin.fd === undefined) return undefined;
    const { stat, stream } = await host.call('fstat', { fd: host.stdin.fd });
    return stat.kind === 'file' && stream === 0 ? stat.size : undefined;
  } catch {
    return name === '-' ? undefined : 0;
  }
}

async function count(
  host: Host,
  source: Source,
  shown: readonly Column[],
  counts: Counts,
): Promise<void> {
  const isSimple = shown.every((column) => column === 'bytes' || column === 'lines');
  const countsLines = shown.includes('lines');
  const words = isSimple ? undefined : new Words();
  for await (const data of transientBlocks(source, 1 << 18)) {
    counts.bytes += data.length;
    if (words) words.take(data);
    else if (countsLines) counts.lines += newlines(data);
    await host.checkpoint();
  }
  if (!words) return;
  words.end();
  counts.lines = words.lines;
  counts.words = words.words;
  counts.chars = words.chars;
  counts['max-line-length'] = words.longest;
}

function newlines(data: Uint8Array): number {
  let found = 0;
  for (let at = 0; at < data.length; at++) if (data[at] === 10) found++;
  return found;
}
