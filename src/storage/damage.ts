/** What could not be read: kept aside, told once, and out of the way. */
import type { Backend, Write } from './backend.ts';
import type { Aside } from './recover.ts';

export interface DamageOptions {
  readonly backend: Backend;
  /** Undefined where nothing may be written. */
  readonly epoch: number | undefined;
  tell(aside: Aside): void;
  /** Milliseconds since 1970. */
  now(): number;
}

export class Damage {
  readonly #options: DamageOptions;
  /** Segments known to be damaged. */
  readonly #told = new Set<number>();

  constructor(options: DamageOptions) {
    this.#options = options;
  }

  /** A segment that is missing, or whose bytes are not those that were written. */
  async segment(seg: number, value: unknown): Promise<void> {
    if (this.#told.has(seg)) return;
    this.#told.add(seg);
    const reason = value === undefined ? 'it is missing' : 'it is not what was written';
    const at = this.#options.now();
    await this.keep([{ table: 'seg', key: seg, name: `part ${seg}`, reason, value, at }]);
  }

  async keep(aside: readonly Aside[]): Promise<void> {
    await this.store(aside).catch(() => undefined);
    for (const each of aside) this.#options.tell(each);
  }

  async store(aside: readonly Aside[]): Promise<void> {
    const { backend, epoch } = this.#options;
    if (epoch === undefined) return;
    const first = Math.max(0, ...((await backend.keys('aside')) as number[])) + 1;
    const writes = aside.map((value, i): Write => ({ table: 'aside', key: first + i, value }));
    await backend.commit(writes, epoch, 'relaxed');
  }
}
