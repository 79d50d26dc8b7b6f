/** yes(1): a line again and again, until nobody reads it. */
import { concat } from '../kernel/bytes.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import type { Tool } from './host.ts';
import { BLOCK } from './stdio.ts';

export const yes: Tool = async (host) => {
  const { operands } = flagsOf(host, { usage: '[STRING]...', options: [] });
  const line = bytesOf(`${operands.length > 0 ? operands.join(' ') : 'y'}\n`);
  const block = concat(
    Array.from({ length: Math.max(1, Math.floor(BLOCK / line.length)) }, () => line),
  );
  for (;;) {
    await host.stdout.write(block.slice());
    await host.checkpoint();
  }
};
