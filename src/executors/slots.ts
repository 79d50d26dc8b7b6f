/** Work of attached queues, so many pieces at once, one of each queue in turn; woken, never polling. */
import type { ExecutorHealth } from './manager.ts';

export interface WorkQueue<Item> {
  readonly queued: number;
  /** `wake` is called when something is queued; returns the end. */
  attach(wake: () => void): () => void;
  take(): Item | undefined;
}

export class Slots<Queue extends WorkQueue<Item>, Item> {
  readonly #limit: number;
  readonly #run: (item: Item, signal: AbortSignal) => Promise<string | undefined>;
  /** In the order of their turn. */
  #queues: { readonly queue: Queue; readonly stop: AbortController }[] = [];
  readonly #all = new AbortController();
  #active = 0;
  #done = 0;
  #failed = 0;
  #lastError: string | undefined;
  #takes = true;
  #idle: (() => void)[] = [];

  /** `run` never rejects; it returns why the piece failed. */
  constructor(
    limit: number,
    run: (item: Item, signal: AbortSignal) => Promise<string | undefined>,
  ) {
    this.#limit = limit;
    this.#run = run;
  }

  attach(queue: Queue): () => void {
    const entry = { queue, stop: new AbortController() };
    this.#queues.push(entry);
    const end = queue.attach(() => this.#fill());
    return () => {
      end();
      this.#queues = this.#queues.filter((each) => each !== entry);
      entry.stop.abort();
    };
  }

  health(): ExecutorHealth {
    const waiting = this.#queues.reduce((sum, { queue }) => sum + queue.queued, 0);
    return {
      attached: this.#queues.length,
      active: this.#active,
      waiting,
      limit: this.#limit,
      done: this.#done,
      failed: this.#failed,
      ...(this.#lastError === undefined ? {} : { last_error: this.#lastError }),
    };
  }

  stopIntake(): void {
    this.#takes = false;
  }

  idle(): Promise<void> {
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#idle.push(resolve));
  }

  abort(): void {
    this.#all.abort();
  }

  #fill(): void {
    while (this.#takes && this.#active < this.#limit) {
      const next = this.#next();
      if (!next) return;
      this.#active++;
      void this.#work(next.item, AbortSignal.any([this.#all.signal, next.signal]));
    }
  }

  #next(): { item: Item; signal: AbortSignal } | undefined {
    for (const entry of this.#queues) {
      const item = entry.queue.take();
      if (item === undefined) continue;
      this.#queues = [...this.#queues.filter((each) => each !== entry), entry];
      return { item, signal: entry.stop.signal };
    }
    return undefined;
  }

  async #work(item: Item, signal: AbortSignal): Promise<void> {
    const failed = await this.#run(item, signal);
    this.#active--;
    this.#done++;
    if (failed !== undefined) {
      this.#failed++;
      this.#lastError = failed;
    }
    this.#fill();
    if (this.#active === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
