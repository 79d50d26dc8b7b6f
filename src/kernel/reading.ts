/** What a process reads from a descriptor, a terminal among them. */
import { type Awaitable, after } from './awaitable.ts';
import { fail } from './errors.ts';
import type { Kernel } from './kernel.ts';
import type { OpenFile } from './openfile.ts';
import { IO_MAX, PAGE_READ_MAX } from './operations.ts';
import type { Process } from './process.ts';
import type { Terminals } from './terminals.ts';

/** Reads a descriptor of a process, at most as much as one reply holds. What is typed for others fails with EAGAIN, or waits. */
export function read(
  process: Process,
  fd: number,
  count: number,
  signal: AbortSignal,
  { terminals }: Kernel,
  into?: Uint8Array,
): Awaitable<Uint8Array> {
  const file = process.file(fd);
  if (file.terminal && file.nonblock && terminals.isInBackground(process))
    fail('EAGAIN', 'what is typed is for others');
  const typed =
    file.terminal && !file.nonblock ? untilTyped(process, file, signal, terminals) : undefined;
  const most = Math.min(count, process.confined ? IO_MAX : PAGE_READ_MAX);
  return after(typed, () =>
    after(file.read(most, signal, into), (data) => {
      process.didRead(data.length);
      return data;
    }),
  );
}

/** A terminal is read by many: what is typed while one of them is stopped, or in the background, is for another. */
async function untilTyped(
  process: Process,
  file: OpenFile,
  signal: AbortSignal,
  terminals: Terminals,
): Promise<void> {
  for (;;) {
    await process.whileStopped();
    await terminals.untilInFront(process, signal);
    const change = file.changed(signal);
    change.catch(() => undefined);
    const isTyped = (await file.ready('read', signal)) !== undefined;
    if (isTyped && !terminals.isInBackground(process)) return;
    if (!isTyped) await change;
  }
}
