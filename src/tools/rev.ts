/**
 * rev(1): the characters of each line from the last to the first. As in util-linux a line that is not UTF-8 ends the file
 * with a message, and a line that has a NUL loses what follows it: the next line then belongs to it.
 */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import type { Host, Source, Tool } from './host.ts';
import { Lines } from './linereader.ts';
import { Output, reasonOf, warn } from './stdio.ts';

const ILLEGAL = 'Invalid or incomplete multibyte or wide character';

export const rev: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [],
  });
  if (flags.operands.length === 0) return turn(host, host.stdin, 'stdin');
  let status = 0;
  for (const name of flags.operands) {
    try {
      const file = await host.open(name, OPEN.read);
      try {
        status = (await turn(host, file, name)) || status;
      } finally {
        await file.close();
      }
    } catch (error) {
      const what = hasCode(error, 'EISDIR') ? `${name}: 0` : `cannot open ${name}`;
      await warn(host, `${what}: ${reasonOf(error)}`);
      status = 1;
    }
  }
  return status;
};

/** The status: 1 where a line is not UTF-8. */
async function turn(host: Host, source: Source, name: string): Promise<number> {
  const out = new Output(host.stdout);
  const lines = new Lines(source);
  /** What lines with a NUL had before it. */
  let before: string[] = [];
  let count = 0;
  for (;;) {
    if (!lines.step()) {
      await out.flush();
      await host.checkpoint();
      if (!(await lines.next())) break;
    }
    const text = decoded(lines.line, lines.isWhole);
    if (text === undefined) {
      await out.flush();
      await warn(host, `${name}: ${count}: ${ILLEGAL}`);
      return 1;
    }
    const nul = text.indexOf('\0');
    before.push(nul < 0 ? text : text.slice(0, nul));
    if (nul >= 0 && lines.isWhole) continue;
    out.bytes(reversed(before));
    if (lines.isWhole) out.byte(10);
    before = [];
    count++;
  }
  out.bytes(reversed(before));
  await out.flush();
  return 0;
}

const reversed = (parts: readonly string[]): Uint8Array =>
  bytesOf([...parts.join('')].reverse().join(''));

/** Undefined where the line is not UTF-8. What is only begun at the end of the file does not count. */
function decoded(line: Uint8Array, isWhole: boolean): string | undefined {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(line, { stream: !isWhole });
  } catch {
    return undefined;
  }
}
