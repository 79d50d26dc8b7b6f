/** Server-sent events (HTML 9.2) as lines of JSON; a stream that ends is asked for again from its last event on. */
import { type Clock, pause } from '../../kernel/pause.ts';
import type { Queue } from '../../kernel/queue.ts';
import { EventParser } from './eventparser.ts';

/** The answer whose body are events. */
export interface EventStream {
  /** Waits; empty at its end. */
  read(signal: AbortSignal): Promise<Uint8Array>;
  /** Whether it may be asked for again: it was an answer of that kind, to what asks for nothing to be done. */
  mayRepeat(): boolean;
  /** Why no more will come, where it is no end. */
  failed(error: unknown): void;
  /** Asks again, and waits for the head. The last id is empty where there is none. */
  repeat(lastId: string, signal: AbortSignal): Promise<void>;
}

export interface EventsHost extends Clock {
  /** Milliseconds. */
  now(): number;
}

/** The wait before a connection is made again, unless the server says another. */
const USUAL_WAIT = 3_000;
/** The least wait, whatever the server says; it doubles up to the usual one with each further connection that ends soon. */
const LEAST_WAIT = 500;
const LONGEST_WAIT = 60_000;
/** A connection that lived so long was a good one. */
const GOOD_MS = 10_000;
/** So many connections in a row may bring no event after one that did. */
const TRIES = 5;

/** Fills `lines` until it is stopped, the reader has left, or there is no more. */
export async function pumpEvents(
  stream: EventStream,
  lines: Queue,
  host: EventsHost,
  stop: AbortSignal,
): Promise<void> {
  let last = '';
  let wait = USUAL_WAIT;
  let short = 0;
  try {
    for (let tries = 0; ; tries++) {
      const began = host.now();
      const pending: string[] = [];
      const parser = new EventParser({
        event: (event) => void pending.push(`${JSON.stringify(event)}\n`),
        lastId: (id) => {
          last = id;
        },
        retry: (ms) => {
          wait = Math.min(ms, LONGEST_WAIT);
        },
      });
      const decoder = new TextDecoder();
      for (;;) {
        const data = await stream.read(stop);
        if (data.length === 0) break;
        parser.feed(decoder.decode(data, { stream: true }));
        if (pending.length > 0) tries = 0;
        for (const line of pending.splice(0))
          await lines.writeAll(new TextEncoder().encode(line), stop);
      }
      if (tries === TRIES || !stream.mayRepeat()) break;
      short = host.now() - began < GOOD_MS ? short + 1 : 0;
      const least = Math.min(USUAL_WAIT, LEAST_WAIT * 2 ** Math.max(0, short - 1));
      await pause(host, Math.max(wait, least), stop);
      if (stop.aborted) break;
      await stream.repeat(last, stop);
    }
  } catch (error) {
    // Unless it was stopped, or the reader has left.
    if (!stop.aborted) stream.failed(error);
  }
  lines.end();
}
