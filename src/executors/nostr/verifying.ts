/**
 * Verifies the events of all relays with one worker, a few at a time: mounts take turns, and within a mount its
 * relays. A relay that sends many events holds up no other.
 */
import type { NostrCrypto } from './crypto.ts';

/** Events verified in one turn: about a tenth of a second of a slow machine. */
const TURN = 16;

interface Job {
  readonly events: readonly string[];
  readonly genuine: boolean[];
  readonly done: (genuine: readonly boolean[]) => void;
}

/** One mount's place in the queue. */
export interface VerifyLine {
  /** Whether each event is what its id and signature say; none is where that cannot be found out. */
  verify(events: readonly string[]): Promise<readonly boolean[]>;
}

export class FairVerifier {
  readonly #crypto: Pick<NostrCrypto, 'verify'>;
  /** Lines with work, in the order of their turns. */
  readonly #waiting: Job[][] = [];
  #isRunning = false;

  constructor(crypto: Pick<NostrCrypto, 'verify'>) {
    this.#crypto = crypto;
  }

  line(): VerifyLine {
    const jobs: Job[] = [];
    return {
      verify: (events) =>
        new Promise((done) => {
          if (events.length === 0) return done([]);
          jobs.push({ events, genuine: [], done });
          if (!this.#waiting.includes(jobs)) this.#waiting.push(jobs);
          if (!this.#isRunning) void this.#run();
        }),
    };
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let jobs = this.#waiting.shift(); jobs; jobs = this.#waiting.shift()) {
      const job = jobs.shift() as Job;
      const from = job.genuine.length;
      const turn = job.events.slice(from, from + TURN);
      const genuine = await this.#crypto.verify(turn).catch(() => []);
      job.genuine.push(...turn.map((_, at) => genuine[at] ?? false));
      if (job.genuine.length < job.events.length) jobs.push(job);
      else job.done(job.genuine);
      if (jobs.length > 0 && !this.#waiting.includes(jobs)) this.#waiting.push(jobs);
    }
    this.#isRunning = false;
  }
}
