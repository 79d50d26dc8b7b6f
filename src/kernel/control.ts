/** Files that take one verb a line: a line counts at its newline, what is left when the file is closed. */
import { fail } from './errors.ts';
import type { FileHandle } from './service.ts';

/** No verb is longer. */
const LINE_MAX = 65_536;

/** `accept` may throw: its error reaches the writer, and lines after the bad one are not looked at. */
export function controlHandle(accept: (line: string) => void | Promise<void>): FileHandle {
  const decoder = new TextDecoder();
  let rest = '';
  const take = async (line: string): Promise<void> => {
    if (line.trim() !== '') await accept(line.trim());
  };
  return {
    stream: true,
    write: async (_at, data) => {
      const lines = (rest + decoder.decode(data, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LINE_MAX) {
        rest = '';
        fail('EINVAL', 'a line without end');
      }
      for (const line of lines) await take(line);
      return { written: data.length, end: 0 };
    },
    close: () => take(rest),
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
