/** Server-sent events (HTML 9.2) as lines of JSON; a stream that ends is asked for again from its last event on. */
import { type Clock, pause } from '../../kernel/pause.ts';
import type { Queue } from '../../kernel/queue.ts';

export interface ServerEvent {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

/** Reads events out of text. */
export type MakeEventReader = (on: {
  event(event: ServerEvent): void;
  retry(ms: number): void;
}) => { feed(text: string): void };

/** The answer whose body are events. */
export interface EventStream {
  /** Waits; empty at its end. */
  read(signal: AbortSignal): Promise<Uint8Array>;
  /** Whether it may be asked for again: it was an answer of that kind, to what asks for nothing to be done. */
  mayRepeat(): boolean;
  /** Why no more will come, where it is no end. */
  failed(error: unknown): void;
  /** Asks again, and waits for the head. */
  repeat(lastId: string | undefined, signal: AbortSignal): Promise<void>;
}

export interface EventsHost extends Clock {
  readonly readEvents: MakeEventReader;
}

const FIRST_WAIT = 3_000;
const LONGEST_WAIT = 60_000;
const TRIES = 5;

/** Fills `lines` until it is stopped, the reader has left, or there is no more. */
export async function pumpEvents(
  stream: EventStream,
  lines: Queue,
  host: EventsHost,
  stop: AbortSignal,
): Promise<void> {
  let last: string | undefined;
  let wait = FIRST_WAIT;
  try {
    for (let tries = 0; tries <= TRIES; tries++) {
      const pending: string[] = [];
      const reader = host.readEvents({
        event: (event) => {
          last = event.id ?? last;
          pending.push(`${JSON.stringify(event)}\n`);
        },
        retry: (ms) => {
          wait = Math.min(ms, LONGEST_WAIT);
        },
      });
      const decoder = new TextDecoder();
      for (;;) {
        const data = await stream.read(stop);
        if (data.length === 0) break;
        reader.feed(decoder.decode(data, { stream: true }));
        if (pending.length > 0) tries = 0;
        for (const line of pending.splice(0))
          await lines.writeAll(new TextEncoder().encode(line), stop);
      }
      if (!stream.mayRepeat()) break;
      await pause(host, wait, stop);
      if (stop.aborted) break;
      await stream.repeat(last, stop);
    }
  } catch (error) {
    // Unless it was stopped, or the reader has left.
    if (!stop.aborted) stream.failed(error);
  }
  lines.end();
}
