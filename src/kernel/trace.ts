/** What a process asks of its namespace, one line a call, for whoever reads its trace. */
import { quietly } from './awaitable.ts';
import { Queue } from './queue.ts';

/** Bytes kept for a reader that is slow; past them lines are dropped and counted. */
const KEPT_MAX = 1 << 20;
/** Left of them for the line that tells how many. */
const COUNT_ROOM = 64;

export interface TracedCall {
  /** Milliseconds since 1970 when the call came. */
  readonly time: number;
  readonly call: string;
  readonly path: string;
  readonly bytes: number;
  /** 'OK', or the code of the failure. */
  readonly result: string;
  readonly microseconds: number;
}

export class Trace {
  readonly queue = new Queue(KEPT_MAX);
  #on = true;
  #only: string | undefined;
  #dropped = 0;

  /** `on`, `off`, `only PATTERN` (a path with `*`); false for anything else. */
  control(line: string): boolean {
    const [verb, ...rest] = line.trim().split(' ');
    const pattern = rest.join(' ');
    if ((verb === 'on' || verb === 'off') && pattern === '') this.#on = verb === 'on';
    else if (verb === 'only' && pattern !== '') this.#only = pattern;
    else return false;
    return true;
  }

  note(call: TracedCall): void {
    if (!this.#on || (this.#only !== undefined && !beginsAs(this.#only, call.path))) return;
    const fields = [
      new Date(call.time).toISOString(),
      call.call,
      JSON.stringify(call.path),
      call.bytes,
      call.result,
      call.microseconds,
    ];
    const line = new TextEncoder().encode(`${fields.join(' ')}\n`);
    const room = this.queue.ready('write')?.bytes ?? 0;
    if (room < line.length + COUNT_ROOM) {
      this.#dropped++;
      return;
    }
    this.#tellDropped();
    this.#put(line);
  }

  /** The process is over: what was dropped last is told too. */
  end(): void {
    this.#tellDropped();
    this.queue.end();
  }

  #tellDropped(): void {
    if (this.#dropped > 0)
      this.#put(new TextEncoder().encode(`# ${this.#dropped} calls dropped\n`));
    this.#dropped = 0;
  }

  #put(line: Uint8Array): void {
    quietly(() => this.queue.write(line, new AbortController().signal));
  }
}

/** Whether a path begins as a pattern says, where `*` stands for anything; in time linear in both. */
function beginsAs(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
