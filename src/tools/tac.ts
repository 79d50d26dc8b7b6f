/** tac(1): the parts of files from the last to the first. */

import { hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf, refuse } from './flags.ts';
import type { Host, Tool } from './host.ts';
import { closeInput, openInput } from './inputs.ts';
import { quotedIfNeeded } from './quote.ts';
import { Output, readAll, reasonOf, warn } from './stdio.ts';

export const tac: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: ['b|before', 'r|regex', 's|separator='],
  });
  refuse(flags, 'regex');
  const isBefore = flags.has('before');
  // An empty one stands for NUL.
  const separator = bytesOf((flags.value('separator') ?? '\n') || '\0');
  let status = 0;
  for (const name of flags.operands.length > 0 ? flags.operands : ['-']) {
    const source = await openInput(host, name, 'failed to open');
    if (!source) {
      status = 1;
      continue;
    }
    try {
      await reverse(host, await readAll(source), separator, isBefore);
    } catch (error) {
      const reason = hasCode(error, 'EISDIR') ? 'Invalid argument' : reasonOf(error);
      await warn(host, `${quotedIfNeeded(name)}: read error: ${reason}`);
      status = 1;
    } finally {
      await closeInput(host, source);
    }
  }
  return status;
};

async function reverse(
  host: Host,
  data: Uint8Array,
  separator: Uint8Array,
  isBefore: boolean,
): Promise<void> {
  const out = new Output(host.stdout);
  let end = data.length;
  let from = data.length;
  const put = async (start: number): Promise<void> => {
    out.bytes(data.subarray(start, end));
    end = start;
    if (!out.isFull) return;
    await out.flush();
    await host.checkpoint();
  };
  for (;;) {
    const at = lastOf(data, separator, from);
    if (at < 0) break;
    from = at;
    if (isBefore) await put(at);
    // The separator at the very end closes the last part.
    else if (at + separator.length < data.length) await put(at + separator.length);
  }
  await put(0);
  await out.flush();
}

/** The last place of `what` that ends at or before `end`; -1 where there is none. */
function lastOf(data: Uint8Array, what: Uint8Array, end: number): number {
  const first = what[0] as number;
  for (let at = end - what.length; at >= 0; at--) {
    at = data.lastIndexOf(first, at);
    if (at < 0) return -1;
    let i = 1;
    while (i < what.length && data[at + i] === what[i]) i++;
    if (i === what.length) return at;
  }
  return -1;
}
