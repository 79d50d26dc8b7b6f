/** The deadline of one request: of all of it, of each piece once the head is there, or of the head alone. */
import type { HttpRequest } from '../fs/http/request.ts';
import type { Clock } from '../kernel/pause.ts';

export class Deadline {
  readonly #abort = new AbortController();
  readonly #request: HttpRequest;
  readonly #clock: Clock;
  #stop: () => void = () => undefined;
  #hasHead = false;

  constructor(request: HttpRequest, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
    this.#start();
  }

  /** Aborted when it has passed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The head has come, or a piece was taken. */
  moved(): void {
    this.#hasHead = true;
    if (this.#request.deadline === 'whole') return;
    this.stop();
    if (this.#request.deadline === 'pieces') this.#start();
  }

  stop(): void {
    this.#stop();
  }

  get reason(): string {
    const secs = this.#request.timeoutMs / 1000;
    return this.#hasHead && this.#request.deadline === 'pieces'
      ? `nothing moved for ${secs} s`
      : `there was no whole answer within ${secs} s`;
  }

  #start(): void {
    this.#stop();
    this.#stop = this.#clock.after(this.#request.timeoutMs, () => this.#abort.abort());
  }
}
