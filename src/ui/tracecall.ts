/** A line of `/proc/N/trace`, read. */

export interface TraceCall {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly call: string;
  readonly path: string;
  readonly bytes: number;
  /** 'OK', or the code of the failure. */
  readonly result: string;
  readonly microseconds: number;
}

/** `2026-11-27T10:00:00.000Z read "/a b" 12 OK 31`; undefined for what is no call. */
export function parseCall(line: string): TraceCall | undefined {
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
