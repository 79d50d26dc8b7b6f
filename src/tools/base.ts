/** base64(1), base32(1) and basenc(1): bytes as letters, and back. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { decoderOf, type Encoding, encodings } from './encodings.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { numberOf } from './numbers.ts';
import { misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { blocksOf, Output, reasonOf } from './stdio.ts';

const common = ['d|decode', 'i|ignore-garbage', 'w|wrap='];

export const base64: Tool = (host) => run(host, encodings.base64 as Encoding);
export const base32: Tool = (host) => run(host, encodings.base32 as Encoding);
export const basenc: Tool = (host) => run(host, undefined);

async function run(host: Host, only: Encoding | undefined): Promise<number> {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]',
    options: only ? common : [...common, ...Object.keys(encodings)],
  });
  const wrapText = flags.value('wrap');
  const wrap = wrapText === undefined ? 76 : wrapOf(wrapText);
  const name = flags.options.findLast((each) => Object.hasOwn(encodings, each.name))?.name;
  const encoding =
    only ?? (encodings[name ?? misuse(host.name, 'missing encoding type')] as Encoding);
  const [operand = '-', extra] = flags.operands;
  if (extra !== undefined) misuse(host.name, `extra operand ${inQuotes(extra)}`);
  const work = (source: Source): Promise<void> =>
    flags.has('decode')
      ? decode(host, source, encoding, flags.has('ignore-garbage'))
      : encode(host, source, encoding, wrap);
  if (operand === '-') {
    await work(host.stdin);
    return 0;
  }
  const file = await host.open(operand, OPEN.read).catch((error: unknown) => {
    throw new ToolError(
      hasCode(error, 'EISDIR')
        ? 'read error: Is a directory'
        : `${quotedIfNeeded(operand)}: ${reasonOf(error)}`,
    );
  });
  try {
    await work(file);
  } finally {
    await file.close();
  }
  return 0;
}

/** A number that is too large is none, as 0. */
function wrapOf(text: string): number {
  if (/^\s*\+?\d{19,}$/.test(text)) return 0;
  return numberOf(text, { of: 'wrap size' });
}

async function encode(
  host: Host,
  source: Source,
  { encode: change, group, name }: Encoding,
  wrap: number,
): Promise<void> {
  const out = new Output(host.stdout);
  let rest: Uint8Array = new Uint8Array(0);
  let column = 0;
  const put = (letters: Uint8Array): void => {
    if (wrap === 0) {
      out.bytes(letters);
      return;
    }
    for (let at = 0; at < letters.length; ) {
      if (column === wrap) {
        out.byte(10);
        column = 0;
      }
      const part = letters.subarray(at, at + wrap - column);
      out.bytes(part);
      column += part.length;
      at += part.length;
    }
  };
  for await (const data of blocksOf(source, group << 12)) {
    const whole = rest.length === 0 ? data : Uint8Array.from([...rest, ...data]);
    const end = whole.length - (whole.length % group);
    put(change(whole.subarray(0, end)));
    rest = whole.slice(end);
    // Of z85 nothing is written where the length is wrong.
    if (name !== 'z85' || out.isFull) await out.flush();
    await host.checkpoint();
  }
  if (name === 'z85' && rest.length > 0)
    throw new ToolError('invalid input (length must be multiple of 4 characters)');
  put(change(rest));
  if (wrap > 0 && column > 0) out.byte(10);
  await out.flush();
}

async function decode(
  host: Host,
  source: Source,
  encoding: Encoding,
  isLenient: boolean,
): Promise<void> {
  const out = new Output(host.stdout);
  const decoder = decoderOf(encoding, out);
  let isValid = true;
  for await (const data of blocksOf(source)) {
    isValid = decoder.take(data, isLenient);
    await out.flush();
    if (!isValid) break;
    await host.checkpoint();
  }
  if (isValid) isValid = decoder.end();
  await out.flush();
  if (!isValid) throw new ToolError('invalid input');
}
