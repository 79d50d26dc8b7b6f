/** Notes a call in the traces of its process. */
import { toFsError } from './errors.ts';
import { cleanPath, formatPath } from './path.ts';
import type { Process } from './process.ts';

interface Clocks {
  /** Milliseconds since 1970. */
  clock(): number;
  /** Milliseconds from a clock that only goes forward. */
  now(): number;
}

/** Runs a call, and notes what it was about, how it ended and how long it took. */
export async function traced<R extends object>(
  process: Process,
  operation: string,
  args: object,
  clocks: Clocks,
  run: () => R | Promise<R>,
): Promise<R> {
  const time = clocks.clock();
  const from = clocks.now();
  const path = pathOf(process, args);
  let code = 'OK';
  let bytes = 0;
  try {
    const result = await run();
    bytes = bytesOf(result);
    return result;
  } catch (error) {
    code = toFsError(error).code;
    throw error;
  } finally {
    const microseconds = Math.round((clocks.now() - from) * 1000);
    for (const trace of process.traces)
      trace.note({ time, call: operation, path, bytes, result: code, microseconds });
  }
}

/** What a call is about, as text: its path from the root, or that of its descriptor. */
function pathOf(process: Process, args: object): string {
  const { path, fd, dir } = args as { path?: unknown; fd?: unknown; dir?: unknown };
  if (typeof path !== 'string') return typeof fd === 'number' ? pathOfDescriptor(process, fd) : '';
  if (path.startsWith('/') || typeof dir !== 'number') return path;
  return formatPath(cleanPath(`${pathOfDescriptor(process, dir)}/${path}`));
}

/** A standard stream has no path; no descriptor at all is the working directory. */
function pathOfDescriptor(process: Process, fd: number): string {
  if (fd < 0) return formatPath(process.cwd);
  const found = process.descriptors.find(([number]) => number === fd)?.[1];
  if (!found) return '';
  return 'place' in found ? found.place.path() : formatPath(found.path);
}

function bytesOf(result: object): number {
  const { data, written } = result as { data?: Uint8Array; written?: number };
  return data?.length ?? written ?? 0;
}
