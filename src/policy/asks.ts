/** Questions that wait for a person, and what was answered for good: listed, and revocable. */

import { FsError } from '../kernel/errors.ts';
import { Refused } from '../kernel/jsoncontrol.ts';
import type { Capability } from './gate.ts';

export type Answer = 'once' | 'always' | 'never' | 'no';

export interface Question {
  /** What the answer counts for: an origin, a relay, a kind. */
  readonly subject: string;
  /** The use that raises it. */
  readonly what: string;
}

/** Who asks: an environment by its id, or the page. */
export interface Asked extends Question {
  readonly id: string;
  readonly who: string;
  readonly cap: Capability;
  /** ISO 8601. */
  readonly since: string;
}

export interface Grant {
  readonly who: string;
  readonly cap: Capability;
  readonly subject: string;
  readonly decision: 'always' | 'never';
  /** ISO 8601. */
  readonly at: string;
}

export interface AsksHost {
  now(): number;
  /** Questions or grants are others. */
  changed(): void;
}

/** Questions of one asker that wait at once. */
const ASKS_MAX = 16;

export class Asks {
  readonly #host: AsksHost;
  readonly #waiting = new Map<string, { asked: Asked; resolve: Set<(answer: Answer) => void> }>();
  readonly #grants = new Map<string, Grant>();
  #last = 0;

  constructor(host: AsksHost, kept: readonly Grant[] = []) {
    this.#host = host;
    for (const grant of kept) this.#grants.set(keyOf(grant), grant);
  }

  get waiting(): readonly Asked[] {
    return [...this.#waiting.values()].map(({ asked }) => asked);
  }

  get grants(): readonly Grant[] {
    return [...this.#grants.values()];
  }

  remembered(who: string, cap: Capability, subject: string): Grant['decision'] | undefined {
    return this.#grants.get(keyOf({ who, cap, subject }))?.decision;
  }

  /** Waits for a person; the same question of the same asker is asked once. EINTR; Refused where too many wait. */
  ask(who: string, cap: Capability, question: Question, signal: AbortSignal): Promise<Answer> {
    const same = [...this.#waiting.values()].find(
      ({ asked }) => asked.who === who && asked.cap === cap && asked.subject === question.subject,
    );
    const mine = this.waiting.filter((asked) => asked.who === who);
    if (!same && mine.length >= ASKS_MAX)
      throw new Refused('confirm', 'too many questions wait for a person');
    const entry = same ?? this.#add(who, cap, question);
    return new Promise((resolve, reject) => {
      const answer = (given: Answer): void => {
        signal.removeEventListener('abort', stop);
        resolve(given);
      };
      const stop = (): void => {
        entry.resolve.delete(answer);
        if (entry.resolve.size === 0) this.#take(entry.asked.id);
        reject(new FsError('EINTR', { reason: 'the question was withdrawn' }));
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      entry.resolve.add(answer);
    });
  }

  /** Of a person. ENOENT where it no longer waits. */
  answer(id: string, answer: Answer): void {
    const entry = this.#waiting.get(id);
    if (!entry) throw new FsError('ENOENT', { reason: 'the question is no longer asked' });
    const { who, cap, subject } = entry.asked;
    if (answer === 'always' || answer === 'never') {
      const at = new Date(this.#host.now()).toISOString();
      this.#grants.set(keyOf(entry.asked), { who, cap, subject, decision: answer, at });
    }
    this.#take(id);
    for (const resolve of entry.resolve) resolve(answer);
  }

  revoke(grant: Pick<Grant, 'who' | 'cap' | 'subject'>): void {
    this.#grants.delete(keyOf(grant));
    this.#host.changed();
  }

  #add(who: string, cap: Capability, { subject, what }: Question) {
    const id = `ask-${++this.#last}`;
    const since = new Date(this.#host.now()).toISOString();
    const entry = {
      asked: { id, who, cap, subject, what, since },
      resolve: new Set<(answer: Answer) => void>(),
    };
    this.#waiting.set(id, entry);
    this.#host.changed();
    return entry;
  }

  #take(id: string): void {
    this.#waiting.delete(id);
    this.#host.changed();
  }
}

const keyOf = ({ who, cap, subject }: Pick<Grant, 'who' | 'cap' | 'subject'>): string =>
  JSON.stringify([who, cap, subject]);
