/** The standard streams of this process as file handles of the kernel. */
import { fail } from '../kernel/errors.ts';
import { Queue } from '../kernel/queue.ts';
import type { FileHandle } from '../kernel/service.ts';

/** Bytes read ahead of the program. */
const AHEAD = 1 << 18;

/** Standard input; nothing is read of it before somebody asks. */
export function inputHandle(input: NodeJS.ReadStream): FileHandle {
  const queue = new Queue(AHEAD);
  const stop = new AbortController();
  let started = false;
  const start = (): void => {
    if (started) return;
    started = true;
    void feed(input, queue, stop.signal);
  };
  return {
    stream: true,
    terminal: input.isTTY ?? false,
    ready: () => {
      start();
      return queue.ready('read');
    },
    changed: (signal) => queue.changed(signal),
    read: (_at, count, signal) => {
      start();
      return queue.read(count, signal);
    },
    close: async () => stop.abort(),
  };
}

async function feed(input: NodeJS.ReadStream, queue: Queue, signal: AbortSignal): Promise<void> {
  try {
    for await (const chunk of input) await queue.writeAll(new Uint8Array(chunk as Buffer), signal);
  } catch {
    // What cannot be read is at its end.
  }
  queue.end();
}

/** Standard output or error: a write is done when the system has taken it. */
export function outputHandle(output: NodeJS.WriteStream): FileHandle {
  let broken = false;
  output.on('error', () => {
    broken = true;
  });
  return {
    stream: true,
    terminal: output.isTTY ?? false,
    write: (_at, data) =>
      new Promise((resolve, reject) => {
        const failed = (): void => {
          try {
            fail('EPIPE', 'the reader has left');
          } catch (error) {
            reject(error as Error);
          }
        };
        if (broken) return failed();
        output.write(data, (error) => {
          if (error) failed();
          else resolve({ written: data.length, end: 0 });
        });
      }),
  };
}

/** Keeps what is written, up to a limit, and counts the rest. */
export function captureHandle(limit: number): {
  handle: FileHandle;
  text(): string;
  dropped(): number;
} {
  const parts: Uint8Array[] = [];
  let kept = 0;
  let dropped = 0;
  return {
    handle: {
      stream: true,
      write: async (_at, data) => {
        const part = data.slice(0, limit - kept);
        parts.push(part);
        kept += part.length;
        dropped += data.length - part.length;
        return { written: data.length, end: 0 };
      },
    },
    text: () => Buffer.concat(parts).toString('utf8'),
    dropped: () => dropped,
  };
}
