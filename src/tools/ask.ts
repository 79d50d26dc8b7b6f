/** Questions on standard error, as cp, mv, ln and rm ask them. */
import { bytesOf } from '../kernel/rawtext.ts';
import type { Host } from './host.ts';

const [NEWLINE, LOWER_Y, UPPER_Y] = [0x0a, 0x79, 0x59];

/** Returns whether the answer begins with y. */
export async function ask(host: Host, question: string): Promise<boolean> {
  await host.stderr.write(bytesOf(`${host.name}: ${question}`));
  let first: number | undefined;
  for (;;) {
    const [byte] = await host.stdin.read(1);
    if (byte === undefined || byte === NEWLINE) return first === LOWER_Y || first === UPPER_Y;
    first ??= byte;
    await host.checkpoint();
  }
}
