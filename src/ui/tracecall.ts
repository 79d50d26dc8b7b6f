/** Traces by their paths, and a line of one, read. */
import type { TracedCall } from '../kernel/trace.ts';

/** `2026-11-27T10:00:00.000Z read "/a b" 12 OK 31`; undefined for what is no call. */
export function parseCall(line: string): TracedCall | undefined {
  const found = /^(\S+) (\S+) ("(?:[^"\\]|\\.)*") (\d+) (\S+) (\d+)$/.exec(line);
  if (!found) return undefined;
  const [, time = '', call = '', path = '', bytes, result = '', microseconds] = found;
  try {
    return {
      time: Date.parse(time),
      call,
      path: JSON.parse(path) as string,
      bytes: Number(bytes),
      result,
      microseconds: Number(microseconds),
    };
  } catch {
    return undefined;
  }
}

export const pathOfTrace = (pid: number): string => `/proc/${pid}/trace`;

export function tracedAt(path: string): number | undefined {
  const found = /^\/proc\/([1-9]\d*)\/trace$/.exec(path);
  return found ? Number(found[1]) : undefined;
}
