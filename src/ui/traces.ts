/** Traces of processes as they are read from `/proc/N/trace`, kept while the page is there, up to a bound. */

import type { TracedCall } from '../kernel/trace.ts';
import { client, onReady } from './session.ts';
import { explain } from './text.ts';
import { parseCall } from './tracecall.ts';

const CALLS_MAX = 100_000;
/** Who shows a trace is told of new calls so often, in ms. */
const TOLD_MS = 100;
/** Processes whose traces are kept; the one that was asked for last goes last. */
const KEPT_MAX = 20;

/** One process's; what shows it is told at most once a frame. */
export class TraceLog {
  readonly pid: number;
  /** Grows in place: a copy for each read of a flood would cost more than the flood. */
  readonly #calls: TracedCall[] = [];
  #told: readonly TracedCall[] = [];
  /** Calls that are no longer kept, here or on the way. */
  dropped = 0;
  /** `live`, `ended`, or why it cannot be read. */
  state = 'live';
  #due = false;
  readonly #listeners = new Set<() => void>();

  constructor(pid: number) {
    this.pid = pid;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  /** The calls of the last time that its readers were told. */
  readonly calls = (): readonly TracedCall[] => this.#told;

  async follow(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      const file = await client().oanix.fs.open(`/proc/${this.pid}/trace`);
      try {
        for (;;) {
          const data = await file.read(256 * 1024);
          if (data.length === 0) break;
          const lines = (rest + decoder.decode(data, { stream: true })).split('\n');
          rest = lines.pop() ?? '';
          this.#take(lines);
        }
      } finally {
        await file.close().catch(() => undefined);
      }
      this.state = 'ended';
    } catch (error) {
      this.state = explain(error);
    }
    this.#changed();
  }

  #take(lines: readonly string[]): void {
    for (const line of lines) {
      const call = parseCall(line);
      if (call) this.#calls.push(call);
      else this.dropped += Number(/^# (\d+) calls dropped$/.exec(line)?.[1] ?? 0);
    }
    // A tenth at a time: the rest is moved for it.
    if (this.#calls.length > CALLS_MAX * 1.1)
      this.dropped += this.#calls.splice(0, this.#calls.length - CALLS_MAX).length;
    this.#changed();
  }

  #changed(): void {
    if (this.#due) return;
    this.#due = true;
    setTimeout(() => {
      this.#due = false;
      this.#told = this.#calls.slice();
      for (const listener of this.#listeners) listener();
    }, TOLD_MS);
  }
}

const logs = new Map<number, TraceLog>();

/** The trace of a process, followed from now on where it is not yet. */
export function traceOf(pid: number): TraceLog {
  const known = logs.get(pid);
  if (known) {
    logs.delete(pid);
    logs.set(pid, known);
    return known;
  }
  const log = new TraceLog(pid);
  logs.set(pid, log);
  for (const old of [...logs.keys()].slice(0, -KEPT_MAX)) logs.delete(old);
  void log.follow();
  return log;
}

/** As Chrome, Perfetto and speedscope read it (Trace Event Format). */
export function traceEvents(log: TraceLog): object {
  const [first] = log.calls();
  return {
    traceEvents: log.calls().map(({ time, call, path, bytes, result, microseconds }) => ({
      name: `${call} ${path}`,
      cat: result === 'OK' ? 'call' : 'refused',
      ph: 'X',
      ts: Math.round((time - (first?.time ?? 0)) * 1000),
      dur: microseconds,
      pid: log.pid,
      tid: log.pid,
      args: { bytes, result },
    })),
  };
}

// A new kernel counts its processes from 1 again.
onReady(() => logs.clear());
