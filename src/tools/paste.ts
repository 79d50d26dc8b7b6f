/** paste(1): lines of files side by side, or those of each file in one line. */
import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Host, type OpenFile, type Tool, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { quotedIfNeeded } from './quote.ts';
import { eachInput, Output, reasonOf, warn } from './stdio.ts';

interface Rules {
  /** Each is one byte, or none. */
  readonly delimiters: readonly (number | undefined)[];
  readonly end: number;
}

export const paste: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: ['d|delimiters=', 's|serial', 'z|zero-terminated'],
  });
  const rules: Rules = {
    delimiters: delimitersOf(flags.value('delimiters') ?? '\t'),
    end: flags.has('zero-terminated') ? 0 : 10,
  };
  return flags.has('serial')
    ? serial(host, flags.operands, rules)
    : parallel(host, flags.operands, rules);
};

const escapes: Readonly<Record<string, number | undefined>> = {
  '0': undefined,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

function delimitersOf(text: string): (number | undefined)[] {
  const bytes = bytesOf(text === '' ? '\\0' : text);
  const out: (number | undefined)[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte !== 92) {
      out.push(byte);
      continue;
    }
    const next = bytes[++at];
    if (next === undefined)
      throw new ToolError(`delimiter list ends with an unescaped backslash: ${text}`);
    const letter = String.fromCharCode(next);
    out.push(Object.hasOwn(escapes, letter) ? escapes[letter] : next);
  }
  return out;
}

async function serial(
  host: Host,
  names: readonly string[],
  { delimiters, end }: Rules,
): Promise<number> {
  const out = new Output(host.stdout);
  return eachInput(host, names, async (source) => {
    const lines = new Lines(source, end);
    for (let i = 0; lines.step() || (await lines.next()); i++) {
      const between = i === 0 ? undefined : delimiters[(i - 1) % delimiters.length];
      if (between !== undefined) out.byte(between);
      out.bytes(lines.line);
      if (out.isFull) {
        await out.flush();
        await host.checkpoint();
      }
    }
    out.byte(end);
    await out.flush();
  });
}

async function parallel(
  host: Host,
  operands: readonly string[],
  { delimiters, end }: Rules,
): Promise<number> {
  const names = operands.length > 0 ? operands : ['-'];
  const files: OpenFile[] = [];
  const stdin = new Lines(host.stdin, end);
  const inputs: (Lines | undefined)[] = [];
  const out = new Output(host.stdout);
  let status = 0;
  try {
    for (const name of names) {
      if (name === '-') {
        inputs.push(stdin);
        continue;
      }
      const file = await host.open(name, OPEN.read).catch(async (error: unknown) => {
        const message = `${quotedIfNeeded(name)}: ${reasonOf(error)}`;
        if (!hasCode(error, 'EISDIR')) throw new ToolError(message);
        await warn(host, message);
      });
      // A directory can be opened; it has no lines.
      if (!file) {
        status = 1;
        inputs.push(undefined);
        continue;
      }
      files.push(file);
      inputs.push(new Lines(file, end));
    }
    for (;;) {
      let isAny = false;
      // Delimiters before what has ended are written when something follows.
      let pending: number[] = [];
      for (const [i, lines] of inputs.entries()) {
        if (lines?.step() || (await more(host, out, lines))) {
          for (const byte of pending) out.byte(byte);
          pending = [];
          isAny = true;
          out.bytes((lines as Lines).line);
        } else inputs[i] = undefined;
        const between = delimiters[i % delimiters.length];
        if (i < inputs.length - 1 && between !== undefined) pending.push(between);
      }
      if (!isAny) break;
      for (const byte of pending) out.byte(byte);
      out.byte(end);
    }
    await out.flush();
    return status;
  } finally {
    for (const file of files) await file.close();
  }
}

async function more(host: Host, out: Output, lines: Lines | undefined): Promise<boolean> {
  if (!lines) return false;
  if (out.isFull) await out.flush();
  await host.checkpoint();
  return lines.next();
}
