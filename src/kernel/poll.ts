/** Waiting for the first of several descriptors, or for a time (poll(2)). */
import { fail, toFsError } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { OpenDir } from './opendir.ts';
import type { OpenFile } from './openfile.ts';
import type { Process } from './process.ts';

export interface PollWanted {
  readonly fd: number;
  readonly what: 'read' | 'write';
}

export interface PollReady {
  /** Which of the wanted. */
  readonly index: number;
  readonly bytes: number;
  readonly hangup: boolean;
  /** Its code, where the descriptor cannot be waited for. */
  readonly error?: string;
}

export async function poll(
  process: Process,
  value: unknown,
  timeout: number,
  signal: AbortSignal,
  kernel: Kernel,
): Promise<PollReady[]> {
  const wanted = checked(value);
  let over = timeout === 0;
  let cancel = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    if (timeout > 0)
      cancel = kernel.after(timeout, () => {
        over = true;
        resolve();
      });
  });
  try {
    for (;;) {
      const stop = new AbortController();
      // Listened to before it is looked at: what changes in between is not missed.
      const changes = wanted.map(({ fd }) =>
        changeOf(process, fd, AbortSignal.any([signal, stop.signal])),
      );
      try {
        const ready = await readyOf(process, wanted, signal);
        if (ready.length > 0 || over) return ready;
        await Promise.race([late, ...changes]);
      } finally {
        stop.abort();
      }
    }
  } finally {
    cancel();
  }
}

/** Resolves at a change; what fails tells so when it is looked at. */
function changeOf(process: Process, fd: number, signal: AbortSignal): Promise<void> {
  const { descriptors } = process;
  const found = descriptors.find(([number]) => number === fd)?.[1];
  if (!found || found instanceof OpenDir) return new Promise(() => undefined);
  const change = found.changed(signal);
  change.catch(() => undefined);
  return change;
}

async function readyOf(
  process: Process,
  wanted: readonly PollWanted[],
  signal: AbortSignal,
): Promise<PollReady[]> {
  const ready: PollReady[] = [];
  for (const [index, { fd, what }] of wanted.entries()) {
    try {
      const found = process.descriptor(fd);
      const state =
        found instanceof OpenDir ? { bytes: 0, hangup: false } : await stateOf(found, what, signal);
      if (state) ready.push({ index, ...state });
    } catch (error) {
      ready.push({ index, bytes: 0, hangup: false, error: toFsError(error).code });
    }
  }
  return ready;
}

const stateOf = (file: OpenFile, what: PollWanted['what'], signal: AbortSignal) =>
  (what === 'read' ? file.mode.read : file.mode.write)
    ? file.ready(what, signal)
    : fail('EBADF', `not open to ${what}`);

function checked(value: unknown): PollWanted[] {
  if (!Array.isArray(value)) return fail('EINVAL', 'poll takes a list of {fd, what}');
  return value.map(({ fd, what }: Partial<PollWanted>) => {
    if (typeof fd !== 'number' || (what !== 'read' && what !== 'write'))
      return fail('EINVAL', 'poll takes a list of {fd, what}');
    return { fd, what };
  });
}
