/** The two ends of a pipe as file handles (pipe(7)): bounded, EPIPE after the reader left, end of file after the writer did. */
import { after } from './awaitable.ts';
import { Queue } from './queue.ts';
import type { FileHandle } from './service.ts';

export interface Pipe {
  readonly reader: FileHandle;
  readonly writer: FileHandle;
  readonly queue: Queue;
}

export function makePipe(limit?: number): Pipe {
  const queue = new Queue(limit);
  const reader: FileHandle = {
    stream: true,
    ready: () => queue.ready('read'),
    changed: (signal) => queue.changed(signal),
    read: (_at, count, signal) => queue.read(count, signal),
    unread: (data) => queue.unread(data),
    close: () => queue.abandon(),
  };
  const writer: FileHandle = {
    stream: true,
    ready: () => queue.ready('write'),
    changed: (signal) => queue.changed(signal),
    write: (_at, data, signal) =>
      after(queue.write(data, signal), (written) => ({ written, end: 0 })),
    close: () => queue.end(),
  };
  return { reader, writer, queue };
}
