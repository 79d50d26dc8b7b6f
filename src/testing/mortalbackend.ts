/** A journal's backend in memory that can die between two transactions, as a browser does. */
import { FsError } from '../kernel/errors.ts';
import { MemoryBackend } from '../storage/memory.ts';

export class MortalBackend extends MemoryBackend {
  #dead = false;
  /** Transactions that are still let through; then it dies. */
  left = Number.POSITIVE_INFINITY;

  /** A turn of the event loop passes, as in a database. */
  protected override async settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!this.#dead && this.left-- > 0) return;
    this.#dead = true;
    throw new FsError('EIO', { reason: 'killed' });
  }

  /** Nothing reaches it any more. */
  kill(): void {
    this.#dead = true;
  }

  override async close(): Promise<void> {
    this.kill();
  }
}
