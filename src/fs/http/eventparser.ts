/** Reads server-sent events out of text that comes in pieces (HTML 9.2.6). */

export interface ServerEvent {
  /** Left out where the event itself has none. */
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

export interface EventListener {
  event(event: ServerEvent): void;
  /** The last id changed, also by an event without data, which is none for a reader. */
  lastId(id: string): void;
  retry(ms: number): void;
}

/** No event is longer, in characters. */
const EVENT_MAX = 1 << 20;

export class EventParser {
  readonly #on: EventListener;
  #line = '';
  /** The last piece ended in CR: an LF that follows belongs to it. */
  #endedInCr = false;
  #data: string[] = [];
  #size = 0;
  #type = '';
  #id: string | undefined;

  constructor(on: EventListener) {
    this.#on = on;
  }

  /** Throws where an event is longer than it may be. */
  feed(text: string): void {
    const rest = this.#endedInCr && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#endedInCr = text.endsWith('\r');
    const lines = rest.split(/\r\n|\n|\r/);
    const last = lines.pop() as string;
    for (const line of lines) {
      const whole = this.#line + line;
      this.#line = '';
      this.#take(whole);
    }
    this.#line += last;
    if (this.#line.length + this.#size > EVENT_MAX)
      throw new Error(`an event is longer than ${EVENT_MAX} characters`);
  }

  #take(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') {
      this.#data.push(value);
      this.#size += value.length + 1;
    } else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.#on.retry(Number(value));
  }

  #dispatch(): void {
    const [id, event, data] = [this.#id, this.#type || 'message', this.#data];
    this.#id = undefined;
    this.#type = '';
    this.#data = [];
    this.#size = 0;
    if (id !== undefined) this.#on.lastId(id);
    if (data.length === 0) return;
    this.#on.event({ ...(id === undefined ? {} : { id }), event, data: data.join('\n') });
  }
}
