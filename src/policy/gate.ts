/**
 * The gate of one mounted capability: each use is checked by its policy when it is asked for, and again just before
 * the I/O, when a policy may be another and a person is asked where it says so. Refusals are logged and audited.
 */
import { Refused } from '../kernel/jsoncontrol.ts';
import { reachOf } from './address.ts';
import type { Answer, Question } from './asks.ts';
import type { AuditEntry } from './audit.ts';
import { hostOf, isKind, isListed, type Policy } from './policy.ts';

/** `files`: a service of files behind a policy. */
export type Capability = 'http' | 'ws' | 'nostr' | 'files';

/** One use, as far as it is known. */
export interface Use {
  /** For people: `GET https://api.example.org/v1`, `sign kind 1`. */
  readonly what: string;
  /** Whom HTTP or a WebSocket reaches. */
  readonly url?: URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a request or message out. */
  readonly bytes?: number;
  /** Of an event to be signed. */
  readonly kind?: number;
  readonly relay?: URL;
  /** Of a service of files: a person is asked by what is done. */
  readonly file?: true;
}

export interface GateHost {
  now(): number;
  /** What a person has said before for a subject; undefined where nothing. */
  remembered(subject: string): 'always' | 'never' | undefined;
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  audit(entry: Omit<AuditEntry, 'seq' | 'at' | 'who' | 'cap'>): void;
  /** EACCES by the rule `secret` while it cannot be had. */
  secret(name: string): string;
}

export class Gate {
  readonly cap: Capability;
  readonly #host: GateHost;
  #policy: Policy;
  #tokens: number;
  #filledAt: number;
  #bytes = 0;

  constructor(cap: Capability, policy: Policy, host: GateHost) {
    this.cap = cap;
    this.#policy = policy;
    this.#host = host;
    this.#tokens = policy.per_minute;
    this.#filledAt = host.now();
  }

  get policy(): Policy {
    return this.#policy;
  }

  /** Counts from now on; what is under way is checked by it before its I/O. */
  set policy(policy: Policy) {
    this.#policy = policy;
    this.#tokens = Math.min(this.#tokens, policy.per_minute);
  }

  /** Bytes out and in so far. */
  get used(): number {
    return this.#bytes;
  }

  /** What the request alone shows, and that it is not too often. Refused says by which rule. */
  check(use: Use): void {
    this.#guard(use, () => {
      this.#static(use);
      this.#rate();
    });
  }

  /** Just before the I/O: by the policy as it is now, and by a person where it leaves that to one. */
  async admit(use: Use, signal: AbortSignal): Promise<void> {
    this.#guard(use, () => this.#static(use));
    const { confirm } = this.#policy;
    if (confirm === 'never' || (confirm === 'unlisted' && this.#isListed(use))) return;
    const subject = subjectOf(use);
    if (this.#host.remembered(subject) === 'always') return;
    const answer = await this.#host.ask({ subject, what: use.what }, signal);
    if (answer === 'once' || answer === 'always') {
      this.#host.audit({ what: use.what, outcome: 'confirmed' });
      // The policy may be another since.
      this.#guard(use, () => this.#static(use));
    } else this.#guard(use, () => refuse('confirm', 'a person said no'));
  }

  /** After the I/O has begun. */
  allowed(use: Use): void {
    this.#host.audit({ what: use.what, outcome: 'allowed' });
  }

  /** Bytes that pass, out or in; Refused once the mount has used up what it may. */
  spend(bytes: number, what: string): void {
    this.#bytes += bytes;
    const { total } = this.#policy.bytes;
    if (this.#bytes > total)
      this.#guard({ what }, () => refuse('bytes', `this mount may move ${total} bytes in all`));
  }

  /** An address that a name has led to; also a hop of a redirect (under Node). */
  checkAddress(url: URL, address: string): void {
    const reach = reachOf(address);
    if (reach === 'public' || this.#isNamed(url)) return;
    this.#guard({ what: `${url.origin} at a ${reach} address` }, () =>
      refuse('address', `${hostOf(url)} is at a ${reach} address, which the policy does not name`),
    );
  }

  /** What the host adds to a request: names, values, and which of the values are secrets. */
  added(url: URL): readonly { header: string; value: string; secret: boolean }[] {
    return this.#policy.add
      .filter(({ origins }) => !origins || isListed(url, origins))
      .map(({ header, secret, value = '', prefix }) => {
        if (secret === undefined) return { header, value, secret: false };
        const lead = prefix ?? (/^authorization$/i.test(header) ? 'Bearer ' : '');
        return { header, value: `${lead}${this.#host.secret(secret)}`, secret: true };
      });
  }

  #guard(use: Pick<Use, 'what'>, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof Refused) {
        const { rule, reason = '' } = error;
        this.#host.audit({ what: use.what, outcome: 'refused', rule, reason });
      }
      throw error;
    }
  }

  #static(use: Use): void {
    if (use.url) this.#reach(use.url, this.#policy.origins, 'origins');
    if (use.relay) this.#reach(use.relay, this.#policy.relays, 'relays');
    if (use.method !== undefined && !this.#policy.methods.includes(use.method))
      refuse('methods', `${use.method} is none of ${this.#policy.methods.join(', ') || '(none)'}`);
    for (const name of Object.keys(use.headers ?? {})) this.#header(name);
    const { request } = this.#policy.bytes;
    if ((use.bytes ?? 0) > request) refuse('bytes', `at most ${request} bytes may be sent at once`);
    if (use.kind !== undefined && !isKind(use.kind, this.#policy.kinds) && !this.#asksForMore)
      refuse('kinds', `kind ${use.kind} may not be signed`);
    if (this.#host.remembered(subjectOf(use)) === 'never')
      refuse('confirm', 'a person has said never');
  }

  #reach(url: URL, patterns: readonly string[], rule: string): void {
    const reach = reachOf(hostOf(url));
    if (reach !== 'public' && !isListed(url, patterns, true))
      refuse('address', `${hostOf(url)} is a ${reach} address, which the policy does not name`);
    if (!isListed(url, patterns) && !this.#asksForMore)
      refuse(rule, `${url.origin} is none of ${patterns.join(', ') || '(none)'}`);
  }

  #header(name: string): void {
    const { headers, add } = this.#policy;
    const wanted = name.toLowerCase();
    if (add.some(({ header }) => header.toLowerCase() === wanted))
      refuse('headers', `${name} is set by the host`);
    if (!headers.some((each) => each === '*' || each.toLowerCase() === wanted))
      refuse('headers', `${name} may not be set`);
  }

  #rate(): void {
    const { per_minute } = this.#policy;
    const now = this.#host.now();
    const gained = (Math.max(0, now - this.#filledAt) / 60_000) * per_minute;
    this.#tokens = Math.min(per_minute, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) refuse('rate', `at most ${per_minute} a minute`);
    this.#tokens--;
  }

  get #asksForMore(): boolean {
    return this.#policy.confirm !== 'never';
  }

  #isNamed(url: URL): boolean {
    return isListed(url, this.#policy.origins, true) || isListed(url, this.#policy.relays, true);
  }

  #isListed({ url, relay, kind }: Use): boolean {
    if (url) return isListed(url, this.#policy.origins);
    if (relay) return isListed(relay, this.#policy.relays);
    return kind === undefined || isKind(kind, this.#policy.kinds);
  }
}

/** What an answer of a person is remembered for. */
function subjectOf({ url, relay, kind, file, method }: Use): string {
  if (file) return `${method} files`;
  if (url) return url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin;
  if (relay) return `relay ${relay.protocol}//${relay.host}`;
  return kind === undefined ? 'other' : `sign kind ${kind}`;
}

const refuse = (rule: string, reason: string): never => {
  throw new Refused(rule, reason);
};
