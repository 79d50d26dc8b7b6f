/** rev(1): the characters of each line from the last to the first. Bytes that are no UTF-8 are turned one by one. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import type { Host, Source, Tool } from './host.ts';
import { Lines } from './linereader.ts';
import { Output, reasonOf, warn } from './stdio.ts';

export const rev: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [],
  });
  if (flags.operands.length === 0) {
    await turn(host, host.stdin);
    return 0;
  }
  let status = 0;
  for (const name of flags.operands) {
    try {
      const file = await host.open(name, OPEN.read);
      try {
        await turn(host, file);
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

async function turn(host: Host, source: Source): Promise<void> {
  const out = new Output(host.stdout);
  const lines = new Lines(source);
  for (;;) {
    if (!lines.step()) {
      await out.flush();
      await host.checkpoint();
      if (!(await lines.next())) break;
    }
    out.bytes(reversed(lines.line));
    if (lines.isWhole) out.byte(10);
  }
}

function reversed(line: Uint8Array): Uint8Array {
  if (line.every((byte) => byte < 128)) return line.slice().reverse();
  return bytesOf([...textOf(line)].reverse().join(''));
}
