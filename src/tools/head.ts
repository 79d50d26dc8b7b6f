/** head(1): the first lines or bytes of files, or all but the last. */
import { concat } from '../kernel/bytes.ts';
import { flagsOf } from './flags.ts';
import type { Host, Source, Tool } from './host.ts';
import { closeInput, openInput, shownName, warnOfReading } from './inputs.ts';
import { numberOf, SIZE_SUFFIXES } from './numbers.ts';
import { misuse } from './options.ts';
import { BLOCK, blocksOf, Output } from './stdio.ts';

interface Rules {
  readonly count: number;
  readonly isBytes: boolean;
  /** All but the last `count`. */
  readonly isFromEnd: boolean;
  readonly end: number;
}

export const head: Tool = async (host) => {
  const flags = flagsOf(
    { ...host, args: oldForm(host.name, host.args) },
    {
      usage: '[OPTION]... [FILE]...',
      options: ['c|bytes=', 'n|lines=', 'q|quiet', 'silent', 'v|verbose', 'z|zero-terminated'],
    },
  );
  let [count, isBytes, isFromEnd, end] = [10, false, false, 10];
  let titles: 'some' | 'all' | 'none' = 'some';
  for (const { name, value = '' } of flags.options) {
    if (name === 'bytes' || name === 'lines') {
      isBytes = name === 'bytes';
      isFromEnd = value.startsWith('-');
      count = numberOf(isFromEnd ? value.slice(1) : value, {
        of: `number of ${name}`,
        suffixes: SIZE_SUFFIXES,
      });
    } else if (name === 'verbose') titles = 'all';
    else if (name === 'zero-terminated') end = 0;
    else titles = 'none';
  }
  const names = flags.operands.length > 0 ? flags.operands : ['-'];
  const isTitled = titles === 'all' || (titles === 'some' && names.length > 1);
  const out = new Output(host.stdout);
  let status = 0;
  let isFirst = true;
  for (const name of names) {
    const source = await openInput(host, name);
    if (!source) {
      status = 1;
      continue;
    }
    try {
      if (isTitled) out.text(`${isFirst ? '' : '\n'}==> ${shownName(name)} <==\n`);
      isFirst = false;
      await copy(host, source, out, { count, isBytes, isFromEnd, end });
    } catch (error) {
      await out.flush();
      await warnOfReading(host, name, error);
      status = 1;
    } finally {
      await closeInput(host, source);
    }
    await out.flush();
  }
  return status;
};

/** `-5`, `-5c`, `-20qz` as the first word are `-n 5` and so on. */
function oldForm(tool: string, args: readonly string[]): readonly string[] {
  const [first = '', ...rest] = args;
  const [, digits, letters = ''] = /^-(\d+)(.*)$/s.exec(first) ?? [];
  if (digits === undefined) return args;
  let unit = '';
  let isBytes = false;
  const flags: string[] = [];
  for (const letter of letters) {
    if (letter === 'c') [isBytes, unit] = [true, ''];
    else if (letter === 'b' || letter === 'k' || letter === 'm') [isBytes, unit] = [true, letter];
    else if (letter === 'l') isBytes = false;
    else if ('qvz'.includes(letter)) flags.push(`-${letter}`);
    else misuse(tool, `invalid trailing option -- ${letter}`);
  }
  return [isBytes ? `-c${digits}${unit}` : `-n${digits}`, ...flags, ...rest];
}

async function copy(host: Host, source: Source, out: Output, rules: Rules): Promise<void> {
  if (rules.isFromEnd)
    return rules.isBytes
      ? allButBytes(host, source, out, rules.count)
      : allButLines(host, source, out, rules);
  let left = rules.count;
  while (left > 0) {
    const data = await source.read(rules.isBytes ? Math.min(left, BLOCK) : BLOCK);
    if (data.length === 0) return;
    let end = 0;
    if (rules.isBytes) {
      end = data.length;
      left -= end;
    } else
      while (left > 0 && end < data.length) {
        const found = data.indexOf(rules.end, end);
        end = found < 0 ? data.length : found + 1;
        if (found >= 0) left--;
      }
    // What follows is left to whoever reads the same stream next.
    if (end < data.length) source.unread?.(data.slice(end));
    out.bytes(data.subarray(0, end));
    await out.flush();
    await host.checkpoint();
  }
}

async function allButBytes(host: Host, source: Source, out: Output, count: number): Promise<void> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const data of blocksOf(source)) {
    held.push(data.slice());
    length += data.length;
    if (length < count + BLOCK) continue;
    const whole = concat(held);
    out.bytes(whole.subarray(0, length - count));
    held = [whole.slice(length - count)];
    length = count;
    await out.flush();
    await host.checkpoint();
  }
  if (length > count) out.bytes(concat(held).subarray(0, length - count));
}

/** Holds back as many blocks as the last lines need. */
async function allButLines(
  host: Host,
  source: Source,
  out: Output,
  { count, end }: Rules,
): Promise<void> {
  const held: { readonly data: Uint8Array; readonly lines: number }[] = [];
  let lines = 0;
  let last = end;
  for await (const block of blocksOf(source)) {
    const data = block.slice();
    last = data.at(-1) as number;
    held.push({ data, lines: countOf(data, end) });
    lines += countOf(data, end);
    for (let first = held[0]; first && lines - first.lines > count; first = held[0]) {
      out.bytes(first.data);
      lines -= first.lines;
      held.shift();
    }
    await out.flush();
    await host.checkpoint();
  }
  if (count === 0) {
    for (const { data } of held) out.bytes(data);
    return;
  }
  // A last line without its end counts as one.
  let surplus = lines + (last === end ? 0 : 1) - count;
  for (const { data } of held) {
    let at = 0;
    while (surplus > 0) {
      const found = data.indexOf(end, at);
      if (found < 0) break;
      at = found + 1;
      surplus--;
    }
    out.bytes(surplus > 0 ? data : data.subarray(0, at));
    if (surplus <= 0) return;
  }
}

function countOf(data: Uint8Array, byte: number): number {
  let count = 0;
  for (let at = data.indexOf(byte); at >= 0; at = data.indexOf(byte, at + 1)) count++;
  return count;
}
