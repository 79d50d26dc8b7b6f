/** Questions that wait for a person, and what was answered for good: listed, and revocable. */

import { FsError, fail } from '../kernel/errors.ts';
import { Refused } from '../kernel/jsoncontrol.ts';
import type { Capability } from './gate.ts';

export type Answer = 'once' | 'always' | 'never' | 'no';

export interface Question {
  /** What the answer counts for: an origin, a relay, a kind. */
  readonly subject: string;
  /** The use that raises it. */
  readonly what: string;
  /** The beginning of what is sent or signed. */
  readonly detail?: string;
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

const answers: ReadonlySet<unknown> = new Set(['once', 'always', 'never', 'no']);
/** Questions of one asker that wait at once. */
const ASKS_MAX = 16;

export class Asks {
  readonly #host: AsksHost;
  readonly #waiting = new Map<string, { asked: Asked; resolve: (answer: Answer) => void }>();
  readonly #grants = new Map<string, Grant>();

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

  /** Waits for a person; each use is a question of its own. EINTR; Refused where too many wait. */
  ask(who: string, cap: Capability, question: Question, signal: AbortSignal): Promise<Answer> {
    const mine = this.waiting.filter((asked) => asked.who === who);
    if (mine.length >= ASKS_MAX)
      throw new Refused('confirm', 'too many questions wait for a person');
    return new Promise((resolve, reject) => {
      const withdrawn = new FsError('EINTR', { reason: 'the question was withdrawn' });
      if (signal.aborted) return reject(withdrawn);
      const id = `ask-${crypto.randomUUID()}`;
      const stop = (): void => {
        this.#take(id);
        reject(withdrawn);
      };
      signal.addEventListener('abort', stop, { once: true });
      // It may be answered at once.
      this.#add(id, who, cap, question, (answer) => {
        signal.removeEventListener('abort', stop);
        resolve(answer);
      });
    });
  }

  /** Of a person: once and no for that very use, always and never for all with its subject. ENOENT where it no longer waits. */
  answer(id: string, answer: Answer): void {
    if (!answers.has(answer)) fail('EINVAL', `an answer is one of ${[...answers].join(', ')}`);
    const entry = this.#waiting.get(id);
    if (!entry) throw new FsError('ENOENT', { reason: 'the question is no longer asked' });
    const { who, cap, subject } = entry.asked;
    const isForGood = answer === 'always' || answer === 'never';
    if (isForGood) {
      const at = new Date(this.#host.now()).toISOString();
      this.#grants.set(keyOf(entry.asked), { who, cap, subject, decision: answer, at });
    }
    const alike = [...this.#waiting.values()].filter(
      ({ asked }) => asked.id === id || (isForGood && keyOf(asked) === keyOf(entry.asked)),
    );
    for (const { asked, resolve } of alike) {
      this.#take(asked.id);
      resolve(answer);
    }
  }

  /** Whoever takes its name later has none of its grants. Whether there were any. */
  forget(who: string): boolean {
    const before = this.#grants.size;
    for (const [key, grant] of this.#grants) if (grant.who === who) this.#grants.delete(key);
    return this.#grants.size < before;
  }

  /** ENOENT where there is no such answer. */
  revoke(grant: Pick<Grant, 'who' | 'cap' | 'subject'>): void {
    if (typeof grant !== 'object' || grant === null)
      fail('EINVAL', 'a grant is {who, cap, subject}');
    if (!this.#grants.delete(keyOf(grant))) fail('ENOENT', 'nobody has answered that for good');
    this.#host.changed();
  }

  #add(
    id: string,
    who: string,
    cap: Capability,
    question: Question,
    resolve: (answer: Answer) => void,
  ): void {
    const since = new Date(this.#host.now()).toISOString();
    this.#waiting.set(id, { asked: { id, who, cap, ...question, since }, resolve });
    this.#host.changed();
  }

  #take(id: string): void {
    this.#waiting.delete(id);
    this.#host.changed();
  }
}

const keyOf = ({ who, cap, subject }: Pick<Grant, 'who' | 'cap' | 'subject'>): string =>
  JSON.stringify([who, cap, subject]);
