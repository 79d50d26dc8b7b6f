/** Tabs that look on learn from the one that owns the store when there is something new to read. */

const CHANNEL = 'oanix-store';
/** A tab that looks on reads again this often at most, in ms. */
const EVERY_MS = 300;

export class Following {
  readonly #channel = new BroadcastChannel(CHANNEL);

  /** Tells the others that something was flushed. */
  tell(): void {
    this.#channel.postMessage(0);
  }

  /** Calls `read` soon after something was flushed; one call at a time, and one after the last. */
  listen(read: () => Promise<void>): void {
    let due = false;
    let running = false;
    const run = async (): Promise<void> => {
      running = true;
      due = false;
      await read().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      running = false;
      if (due) void run();
    };
    this.#channel.onmessage = () => {
      due = true;
      if (!running) void run();
    };
  }
}
