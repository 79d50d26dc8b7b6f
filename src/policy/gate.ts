/**
 * The gate of one mounted capability: each use is checked by its policy when it is asked for, and again just before
 * the I/O, when a policy may be another and a person is asked where it says so. Refusals are logged and audited.
 */
import { Refused } from '../kernel/jsoncontrol.ts';
import { reachOf } from './address.ts';
import type { Answer, Question } from './asks.ts';
import type { AuditEntry } from './audit.ts';
import { hostOf, isHeaderText, isKind, isListed, type Policy } from './policy.ts';
import { SecretSet } from './redact.ts';
import { basicCredentials, type Spelled, spell } from './spelling.ts';

/** `files`: a service of files behind a policy. */
export type Capability = 'http' | 'ws' | 'nostr' | 'files';

/** One use, as far as it is known. */
export interface Use {
  /** For people: `GET https://api.example.org/v1`, `sign kind 1`. */
  readonly what: string;
  /** The beginning of what is sent or signed, for a person who is asked. */
  readonly detail?: string;
  /** Whom HTTP or a WebSocket reaches. */
  readonly url?: URL;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a request or message out. */
  readonly bytes?: number;
  /** Of an event to be signed, and who signs it. */
  readonly kind?: number;
  readonly signer?: string;
  readonly relay?: URL;
  /** Of a service of files: a person is asked by what is done. */
  readonly file?: true;
}

export interface GateHost {
  now(): number;
  /** What a person has said before for a subject; undefined where nothing. */
  remembered(subject: string): 'always' | 'never' | undefined;
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  /** Its texts hold no secret that the mount was sent with; a program may have made them of any length. */
  audit(entry: Omit<AuditEntry, 'seq' | 'at' | 'who' | 'cap'>): void;
  /** EACCES by the rule `secret` while it cannot be had. */
  secret(name: string): string;
}

/** A header that the host adds to a request. */
export interface HostHeader {
  readonly header: string;
  readonly value: string;
  /** What must not be read in what comes back. */
  readonly secrets: readonly Spelled[];
}

export class Gate {
  readonly cap: Capability;
  readonly #host: GateHost;
  readonly #listeners = new Set<() => void>();
  /** Secrets that requests of this mount were sent with, spelled once each. */
  readonly #spelled = new Map<string, Spelled>();
  readonly #sentWith = new SecretSet();
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
    this.reconsider();
  }

  /** The policy, or an answer of a person, is another: what is under way is checked again. */
  reconsider(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** The listener runs when the policy, or an answer of a person, is another. Returns the stop. */
  onPolicy(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
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

  /** Just before the I/O: by the policy as it is now. `confirmed`: a person has said yes to this very use. */
  recheck(use: Use, confirmed: boolean): void {
    this.#guard(use, () => {
      this.#static(use);
      if (!confirmed && this.asks(use)) refuse('confirm', 'a person has to be asked');
    });
  }

  /** Whether a person must be asked first. */
  asks(use: Use): boolean {
    const { confirm } = this.#policy;
    if (confirm === 'never' || (confirm === 'unlisted' && this.#isListed(use))) return false;
    return this.#host.remembered(subjectOf(use)) !== 'always';
  }

  /**
   * Checks by the policy as it is now, and by a person where it leaves that to one: waits, and holds up nobody. Returns
   * whether a person has said yes to this very use; `always` is remembered instead, until it is revoked.
   */
  async admit(use: Use, signal: AbortSignal): Promise<boolean> {
    this.#guard(use, () => this.#static(use));
    if (!this.asks(use)) return false;
    const { what, detail } = use;
    const question = { subject: subjectOf(use), what: short(what), ...(detail ? { detail } : {}) };
    const answer = await this.#guarded(use, () => this.#host.ask(question, signal));
    if (answer !== 'once' && answer !== 'always')
      this.#guard(use, () => refuse('confirm', 'a person said no'));
    this.#audit({ what, outcome: 'confirmed' });
    // The policy may be another since.
    this.#guard(use, () => this.#static(use));
    return answer === 'once';
  }

  /** One use more than was asked for: a hop, another attempt, a connection made again. */
  again(use: Use): void {
    this.#guard(use, () => this.#rate());
  }

  /** After the I/O has begun. */
  allowed(use: Use): void {
    this.#audit({ what: use.what, outcome: 'allowed' });
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

  /** What the host adds to a request to this URL. Refused by the rule `secret` while a secret cannot be had. */
  added(url: URL): readonly HostHeader[] {
    return this.#policy.add
      .filter(({ origins }) => !origins || isListed(url, origins))
      .map(({ header, secret, value = '', prefix }) => {
        if (secret === undefined) return { header, value, secrets: [] };
        const lead = prefix ?? (/^authorization$/i.test(header) ? 'Bearer ' : '');
        const text = this.#host.secret(secret);
        if (!isHeaderText(text))
          refuse('secret', `the secret ${secret} has characters that no header may have`);
        const full = `${lead}${text}`;
        return { header, value: full, secrets: this.#noted([text, ...basicCredentials(full)]) };
      });
  }

  /** They are taken out of what the audit and the logs say from now on. */
  #noted(secrets: readonly string[]): readonly Spelled[] {
    const spelled = secrets.map((secret) => {
      const known = this.#spelled.get(secret) ?? spell(secret);
      this.#spelled.set(secret, known);
      return known;
    });
    this.#sentWith.add(spelled);
    return spelled;
  }

  #audit(entry: Parameters<GateHost['audit']>[0]): void {
    const { reason } = entry;
    this.#host.audit({
      ...entry,
      what: this.#sentWith.redact(entry.what),
      ...(reason === undefined ? {} : { reason: this.#sentWith.redact(reason) }),
    });
  }

  #guard(use: Pick<Use, 'what'>, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof Refused) {
        const { rule, reason = '' } = error;
        this.#audit({ what: use.what, outcome: 'refused', rule, reason });
      }
      throw error;
    }
  }

  async #guarded<T>(use: Pick<Use, 'what'>, run: () => Promise<T>): Promise<T> {
    let asked: Promise<T> | undefined;
    this.#guard(use, () => {
      asked = run();
    });
    return asked as Promise<T>;
  }

  #static(use: Use): void {
    if (use.url) this.#reach(use.url, this.#policy.origins, 'origins');
    if (use.relay) this.#reach(use.relay, this.#policy.relays, 'relays');
    if (use.method !== undefined && !this.#policy.methods.includes(use.method))
      refuse('methods', `${use.method} is none of ${this.#policy.methods.join(', ') || '(none)'}`);
    for (const name of Object.keys(use.headers ?? {})) this.#header(name);
    const { request, total } = this.#policy.bytes;
    if ((use.bytes ?? 0) > request) refuse('bytes', `at most ${request} bytes may be sent at once`);
    if (this.#bytes >= total) refuse('bytes', `this mount has moved the ${total} bytes it may`);
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

  /** By a connection, which knows no difference between HTTP and WebSocket. */
  #isNamed(url: URL): boolean {
    const other = new URL(url.href.replace(/^http/, 'ws'));
    const named = [...this.#policy.origins, ...this.#policy.relays];
    return isListed(url, named, true) || isListed(other, named, true);
  }

  #isListed({ url, relay, kind }: Use): boolean {
    if (url) return isListed(url, this.#policy.origins);
    if (relay) return isListed(relay, this.#policy.relays);
    return kind === undefined || isKind(kind, this.#policy.kinds);
  }
}

/** What an answer of a person is remembered for. */
function subjectOf({ url, relay, kind, signer, file, method }: Use): string {
  if (file) return `${method} files`;
  if (url) return `${method ?? 'connect'} ${url.protocol}//${url.host}`;
  if (relay)
    return `${kind === undefined ? 'relay' : 'say who it is to'} ${relay.protocol}//${relay.host}`;
  return kind === undefined ? 'other' : `sign kind ${kind} as ${signer ?? 'the first key'}`;
}

/** What a program chose is told, not kept whole. */
const TOLD_CHARS = 400;
export const short = (text: string): string =>
  text.length > TOLD_CHARS ? `${text.slice(0, TOLD_CHARS)}…` : text;

const refuse = (rule: string, reason: string): never => {
  throw new Refused(rule, reason);
};
