/** Files that take one verb a line: a line counts at its newline, what is left when the file is closed. */
import { fail, toFsError } from './errors.ts';
import { Queue } from './queue.ts';
import { type FileHandle, never } from './service.ts';

/** No verb is longer. */
const LINE_MAX = 65_536;
/** Replies that nobody has read yet. */
const REPLIES_MAX = 1 << 22;

/**
 * `accept` may throw: its error reaches the writer, and lines after the bad one are not looked at. Its signal is that
 * of the write.
 */
export function controlHandle(
  accept: (line: string, signal: AbortSignal) => void | Promise<void>,
): FileHandle {
  const decoder = new TextDecoder();
  let rest = '';
  const take = async (line: string, signal: AbortSignal): Promise<void> => {
    if (line.trim() !== '') await accept(line.trim(), signal);
  };
  return {
    stream: true,
    write: async (_at, data, signal) => {
      const lines = (rest + decoder.decode(data, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_MAX) {
        rest = '';
        fail('EINVAL', 'a line without end');
      }
      for (const line of lines) await take(line, signal);
      return { written: data.length, end: 0 };
    },
    close: () => take(rest, never),
  };
}

/** As `controlHandle`, with one line in reply to each: reading waits for it, an error is one too. */
export function requestHandle(answer: (line: string) => Promise<string>): FileHandle {
  const replies = new Queue(REPLIES_MAX);
  const control = controlHandle(async (line) => {
    const reply = await answer(line).catch((error: unknown) => {
      const { code, reason } = toFsError(error);
      return JSON.stringify({ error: code, ...(reason ? { reason } : {}) });
    });
    await replies.writeAll(new TextEncoder().encode(`${reply}\n`), never);
  });
  return {
    ...control,
    ready: (what) => (what === 'read' ? replies.ready('read') : { bytes: 1, hangup: false }),
    changed: (signal) => replies.changed(signal),
    read: (_at, count, signal) => replies.read(count, signal),
    close: async () => {
      // Who closes reads no more: a reply that waits for room is dropped.
      replies.abandon();
      await control.close?.();
    },
  };
}

/** Text computed once per open, at the first read. */
export function textHandle(compute: (signal: AbortSignal) => string | Promise<string>): FileHandle {
  let text: Promise<Uint8Array> | undefined;
  return {
    read: async (at, count, signal) => {
      text ??= Promise.resolve(compute(signal)).then((content) =>
        new TextEncoder().encode(content),
      );
      try {
        return (await text).slice(at, at + count);
      } catch (error) {
        text = undefined;
        throw error;
      }
    },
  };
}
