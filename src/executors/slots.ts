/**
 * Work of attached queues, so many pieces at once, one of each queue in turn; woken, never polling. A slot is kept free
 * for each queue that has nothing under way, up to half of them: none can take them all.
 */
import type { ExecutorHealth } from './manager.ts';

export interface WorkQueue<Item> {
  readonly queued: number;
  /** `wake` is called when something is queued; returns the end. */
  attach(wake: () => void): () => void;
  take(): Item | undefined;
  /** What waits will not be taken. */
  end(reason: string): void;
}

interface Entry<Queue> {
  readonly queue: Queue;
  readonly stop: AbortController;
  active: number;
}

export class Slots<Queue extends WorkQueue<Item>, Item> {
  readonly #limit: number;
  readonly #run: (item: Item, signal: AbortSignal) => Promise<string | undefined>;
  /** In the order of their turn. */
  #queues: Entry<Queue>[] = [];
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
    const entry = { queue, stop: new AbortController(), active: 0 };
    const end = queue.attach(() => this.#fill());
    // It had no turn yet.
    this.#queues.unshift(entry);
    this.#fill();
    return () => {
      end();
      this.#queues = this.#queues.filter((each) => each !== entry);
      entry.stop.abort();
      // What was kept free for it is free for others.
      this.#fill();
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
    for (const { queue } of this.#queues) queue.end('the network is shut down');
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
      next.entry.active++;
      void this.#work(next.item, next.entry);
    }
  }

  #next(): { readonly item: Item; readonly entry: Entry<Queue> } | undefined {
    const free = this.#limit - this.#active;
    for (const entry of this.#queues) {
      const others = this.#queues.filter((each) => each !== entry && each.active === 0).length;
      if (entry.active > 0 && free <= Math.min(others, this.#limit >> 1)) continue;
      const item = entry.queue.take();
      if (item === undefined) continue;
      this.#queues = [...this.#queues.filter((each) => each !== entry), entry];
      return { item, entry };
    }
    return undefined;
  }

  async #work(item: Item, entry: Entry<Queue>): Promise<void> {
    const failed = await this.#run(item, AbortSignal.any([this.#all.signal, entry.stop.signal]));
    this.#active--;
    entry.active--;
    this.#done++;
    if (failed !== undefined) {
      this.#failed++;
      this.#lastError = failed;
    }
    this.#fill();
    if (this.#active === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}
