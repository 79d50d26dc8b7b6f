/**
 * What one Nostr mount holds: who signs, its relays, events on their way out, subscriptions, jobs, and the events that
 * came. An executor does the I/O; it is woken for what is new.
 */
import { fail } from '../../kernel/errors.ts';
import { forgetOver } from '../../kernel/forget.ts';
import {
  idsFor,
  type JsonObject,
  onlyFields,
  Refused,
  reasonOf,
} from '../../kernel/jsoncontrol.ts';
import { never } from '../../kernel/service.ts';
import type { Gate, Use } from '../../policy/gate.ts';
import { absoluteUrl } from '../../policy/url.ts';
import {
  AUTH_KIND,
  type Filter,
  filterFrom,
  isExpired,
  type NostrEvent,
  templateFrom,
  type UnsignedEvent,
} from './event.ts';
import { FEEDBACK, jobFrom, NostrJob } from './job.ts';
import { Outgoing } from './outbox.ts';
import { Subscription } from './subscription.ts';

/** Who signs. The key itself is nobody's in a namespace. */
export interface Identity {
  /** What the key is called, as far as it is known. */
  readonly name: string | undefined;
  /** 64 digits of hexadecimal; ENXIO while there is none. */
  pubkey(signal: AbortSignal): Promise<string>;
  sign(template: UnsignedEvent, signal: AbortSignal): Promise<NostrEvent>;
  /** As bech32 (NIP-19). */
  npub(pubkey: string): string;
}

export interface RelayHealth {
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'failed';
  readonly error?: string;
  /** Of the last connection that was made. */
  readonly latency_ms?: number;
  readonly connects: number;
  readonly notices: readonly string[];
  readonly authenticated: boolean;
}

/** What an executor hears of a mount. */
export interface NostrListener {
  /** To be signed, then published. */
  outgoing(outgoing: Outgoing): void;
  subscribed(subscription: Subscription): void;
  unsubscribed(subscription: Subscription): void;
  relaysChanged(): void;
  health(url: string): RelayHealth | undefined;
}

export interface NostrHost {
  /** Milliseconds since 1970. */
  now(): number;
  after(ms: number, run: () => void): () => void;
  changed(): void;
  /** Throws where no executor will ever take one (ENXIO). */
  accepts(): void;
}

const RELAYS_MAX = 32;
const SUBS_MAX = 64;
const OUTGOING_MAX = 1_000;
const KEPT_MAX = 1_000;
const JOBS_MAX = 200;
/** A job that nobody has done by then is over. */
const JOB_SECS = 600;
/** Bytes of events in the inbox. */
const INBOX_BYTES = 32 << 20;
const DETAIL_CHARS = 1_000;

export class NostrState {
  readonly gate: Gate;
  readonly identity: Identity;
  readonly #host: NostrHost;
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #inbox = new Map<string, NostrEvent>();
  readonly #subs = new Map<string, Subscription>();
  readonly #jobs = new Map<string, NostrJob>();
  readonly #idFor = idsFor('event', (id) => this.#outgoing.has(id));
  #relays: readonly string[];
  #listener: NostrListener | undefined;
  #lastSub = 0;
  #received = 0;
  #inboxBytes = 0;

  constructor(gate: Gate, identity: Identity, host: NostrHost) {
    this.gate = gate;
    this.identity = identity;
    this.#host = host;
    // Those that the policy names one by one.
    this.#relays = gate.policy.relays
      .filter((url) => !url.includes('*'))
      .slice(0, RELAYS_MAX)
      .map((url) => new URL(url).href);
  }

  // By its executor

  /** Hears first of all that is there already. */
  attach(listener: NostrListener): () => void {
    if (this.#listener) fail('EBUSY', 'it has an executor');
    this.#listener = listener;
    for (const subscription of this.#subs.values()) listener.subscribed(subscription);
    for (const outgoing of this.#outgoing.values())
      if (!outgoing.isOver) listener.outgoing(outgoing);
    return () => {
      this.#listener = undefined;
    };
  }

  get relays(): readonly string[] {
    return this.#relays;
  }

  // By files

  /** Replaces or adds to the relays; EINVAL, EACCES. */
  setRelays(urls: readonly string[]): void {
    const all = [...new Set(urls.map((url) => relayFrom(url)))];
    if (all.length > RELAYS_MAX) fail('ENOSPC', `at most ${RELAYS_MAX} relays`);
    for (const url of all.filter((each) => !this.#relays.includes(each)))
      this.gate.check({ what: `use relay ${url}`, relay: new URL(url) });
    this.#relays = all;
    this.#listener?.relaysChanged();
    this.#host.changed();
  }

  /** `{kind, content, tags?}`: its id in the outbox. EINVAL, EEXIST, EACCES, ENOSPC. */
  submit(value: JsonObject): string {
    onlyFields(value, ['id', 'kind', 'content', 'tags']);
    const template = templateFrom(value, this.#host.now());
    // Signed for any relay that it names, it would open that relay to whoever has it.
    if (template.kind === AUTH_KIND)
      throw new Refused('kinds', `kind ${AUTH_KIND} is signed for a relay that asks, and not else`);
    return this.#send(value['id'], template, undefined).id;
  }

  /** A job of NIP-90, asked for and waited for. */
  request(value: JsonObject): string {
    const { timeout_secs: secs = JOB_SECS, ...asked } = value;
    if (!(typeof secs === 'number' && secs > 0 && secs <= 86_400))
      fail('EINVAL', 'timeout_secs is above 0 and at most 86400');
    const template = jobFrom(asked, this.#host.now());
    const only = template.tags
      .find(([name]) => name === 'relays')
      ?.slice(1)
      .map(relayFrom);
    for (const url of only ?? [])
      this.gate.check({ what: `use relay ${url}`, relay: new URL(url) });
    const open = [...this.#jobs.values()].filter(({ isOver }) => !isOver);
    if (open.length >= SUBS_MAX) fail('ENOSPC', 'too many jobs are open');
    if (new Set([...this.#relays, ...(only ?? [])]).size > RELAYS_MAX)
      fail('ENOSPC', `at most ${RELAYS_MAX} relays`);
    const outgoing = this.#send(value['id'], template, only);
    const job = new NostrJob(outgoing.id, value, providerOf(template));
    this.#jobs.set(job.id, job);
    forgetOver(this.#jobs, JOBS_MAX);
    const stop = this.#host.after((secs as number) * 1000, () =>
      job.fail(job.lastError ?? `nobody has done it within ${secs} s`),
    );
    this.#follow(outgoing, job, only)
      .catch((error: unknown) => job.fail(reasonOf(error)))
      .finally(stop);
    return job.id;
  }

  /** Signed by whoever the mount is, and sent; for a host that answers jobs. */
  publish(template: UnsignedEvent): Outgoing {
    return this.#send(undefined, template, undefined);
  }

  /** ENOSPC. */
  subscribe(filters: readonly Filter[], heard?: (event: NostrEvent) => void): Subscription {
    this.#accepts();
    if (this.#subs.size >= SUBS_MAX) fail('ENOSPC', `at most ${SUBS_MAX} subscriptions`);
    this.gate.check({ what: 'subscribe', bytes: JSON.stringify(filters).length });
    const id = String(++this.#lastSub);
    const subscription: Subscription = new Subscription(id, filters, (event) => {
      if (event) this.#came(event);
      if (event && heard) {
        heard(event);
        // Nobody reads them as a file.
        void subscription.events.read(1 << 26, never);
      }
      if (subscription.isOver) this.unsubscribe(subscription);
      this.#host.changed();
    });
    this.#subs.set(id, subscription);
    this.#listener?.subscribed(subscription);
    this.#host.changed();
    return subscription;
  }

  subscribeTo(value: unknown): Subscription {
    return this.subscribe([filterFrom(value)]);
  }

  unsubscribe(subscription: Subscription): void {
    if (!this.#subs.delete(subscription.id)) return;
    this.#listener?.unsubscribed(subscription);
    subscription.end('it was closed');
  }

  get outgoing(): ReadonlyMap<string, Outgoing> {
    return this.#outgoing;
  }

  /** Without those that have expired meanwhile. */
  get inbox(): ReadonlyMap<string, NostrEvent> {
    for (const event of this.#inbox.values())
      if (isExpired(event, this.#host.now())) this.#forget(event);
    return this.#inbox;
  }

  get jobs(): ReadonlyMap<string, NostrJob> {
    return this.#jobs;
  }

  /** Until every relay has answered or gave up. EINTR, ENOENT. */
  async settled(id: string, signal: AbortSignal): Promise<Outgoing> {
    const outgoing = this.#outgoing.get(id) ?? fail('ENOENT', `there is no event ${id}`);
    while (!outgoing.isOver) await outgoing.waiters.wait(signal);
    return outgoing;
  }

  async done(id: string, signal: AbortSignal): Promise<NostrJob> {
    const job = this.#jobs.get(id) ?? fail('ENOENT', `there is no job ${id}`);
    while (!job.isOver) await job.waiters.wait(signal);
    return job;
  }

  async status(signal: AbortSignal): Promise<object> {
    const pubkey = await this.identity.pubkey(signal).catch(() => null);
    return { status: pubkey === null ? 'no_key' : 'ready', pubkey, ...this.counts };
  }

  get counts(): object {
    return {
      outbox_count: [...this.#outgoing.values()].filter(({ isOver }) => !isOver).length,
      inbox_count: this.inbox.size,
      received: this.#received,
      subscriptions: this.#subs.size,
      relays: Object.fromEntries(
        this.#relays.map((url) => [
          url,
          this.#listener?.health(url) ?? { state: 'idle', connects: 0 },
        ]),
      ),
    };
  }

  rows(): readonly object[] {
    const out = [...this.#outgoing.values()].map(({ json }) => ({ type: 'out', ...json }));
    const subs = [...this.#subs.values()].map(({ status }) => ({ type: 'sub', ...status }));
    const inbox = [...this.inbox.values()].slice(-200).map((event) => ({ type: 'in', event }));
    const jobs = [...this.#jobs.values()].map(({ id, request, outcome, isOver, feedback }) => ({
      type: 'job',
      id,
      request,
      feedback,
      outcome: isOver ? outcome : null,
    }));
    return [...out, ...subs, ...inbox, ...jobs];
  }

  dropAll(): void {
    for (const subscription of [...this.#subs.values()]) this.unsubscribe(subscription);
    for (const outgoing of this.#outgoing.values()) outgoing.fail('cancelled', 'the mount is gone');
    for (const job of this.#jobs.values()) job.fail('the mount is gone');
  }

  #accepts(): void {
    this.#host.accepts();
    if (!this.#listener) fail('ENXIO', 'it is mounted nowhere any more');
  }

  #send(wanted: unknown, template: UnsignedEvent, only: readonly string[] | undefined): Outgoing {
    this.#accepts();
    if ((only ?? this.#relays).length === 0)
      fail('ENXIO', 'there is no relay: write the URL of one to `relays`');
    const id = this.#idFor(wanted);
    const waiting = [...this.#outgoing.values()].filter(({ isOver }) => !isOver);
    if (waiting.length >= OUTGOING_MAX) fail('ENOSPC', 'too many events wait to be published');
    this.gate.check(signing(template, this.identity.name));
    const outgoing = new Outgoing(id, template, only, () => this.#host.changed());
    this.#outgoing.set(id, outgoing);
    forgetOver(this.#outgoing, KEPT_MAX);
    this.#host.changed();
    this.#listener?.outgoing(outgoing);
    return outgoing;
  }

  /** Once it is signed its answers are subscribed to; it is over with its result. */
  async #follow(
    outgoing: Outgoing,
    job: NostrJob,
    only: readonly string[] | undefined,
  ): Promise<void> {
    while (!outgoing.event && !outgoing.failure) await outgoing.waiters.wait(never);
    if (!outgoing.event) {
      job.fail(outgoing.failure?.error ?? 'it was not sent');
      return;
    }
    job.eventId = outgoing.event.id;
    if (only) this.setRelays([...new Set([...this.#relays, ...only])]);
    const kinds = [outgoing.template.kind + 1000, FEEDBACK];
    const by = job.provider === undefined ? {} : { authors: [job.provider] };
    const filter = { kinds, '#e': [outgoing.event.id], ...by };
    const answers = this.subscribe([filter], (event) => job.heard(event));
    const published = outgoing.event.id;
    this.settled(outgoing.id, never).then(
      () => {
        if (!outgoing.isTaken) job.fail(`no relay took the request ${published}`);
      },
      () => undefined,
    );
    while (!job.isOver) {
      if (answers.isOver) job.fail('its answers can no longer come');
      else await job.waiters.wait(never);
    }
    this.unsubscribe(answers);
    this.#host.changed();
  }

  #came(event: NostrEvent): void {
    // Two subscriptions may have wanted it.
    if (this.#inbox.has(event.id)) return;
    this.#received++;
    this.#inbox.set(event.id, event);
    this.#inboxBytes += sizeOf(event);
    for (const old of this.#inbox.values()) {
      if (this.#inbox.size <= KEPT_MAX && this.#inboxBytes <= INBOX_BYTES) break;
      this.#forget(old);
    }
  }

  #forget(event: NostrEvent): void {
    this.#inbox.delete(event.id);
    this.#inboxBytes -= sizeOf(event);
  }
}

/** As a policy and a person look at what is to be signed. */
export const signing = (template: UnsignedEvent, signer: string | undefined): Use => ({
  what: `sign kind ${template.kind}`,
  detail: template.content.slice(0, DETAIL_CHARS),
  kind: template.kind,
  ...(signer === undefined ? {} : { signer }),
  bytes: JSON.stringify(template).length,
});

const sizeOf = ({ content, tags }: NostrEvent): number =>
  content.length + tags.reduce((sum, tag) => sum + tag.join().length, 0);

const providerOf = ({ tags }: UnsignedEvent): string | undefined =>
  tags.find(([name]) => name === 'p')?.[1];

/** EINVAL for what is no relay's URL. */
export const relayFrom = (text: string): string =>
  absoluteUrl(text, ['ws:', 'wss:'], 'wss://…').href;
