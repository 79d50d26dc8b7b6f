/**
 * Data vending machines (NIP-90), the side that answers: each request of a kind is a job in a fresh environment under
 * limits; feedback and result are signed and published. What was answered is answered once, also after a reload.
 */
import type { NostrEvent } from '../fs/nostr/event.ts';
import { FEEDBACK } from '../fs/nostr/job.ts';
import type { NostrState } from '../fs/nostr/nostr.ts';
import { isOver, type Job } from '../fs/sched/jobs.ts';
import { fail } from '../kernel/errors.ts';
import { idsFor, type JsonObject, reasonOf } from '../kernel/jsoncontrol.ts';
import { type Json, never } from '../kernel/service.ts';
import { decode, encode, putFile, readIfThere } from './files.ts';
import { type Asked, askedBy, type Offer, offerFrom } from './offer.ts';
import type { KeptTree } from './shelf.ts';
import { jsonFrom, type Work } from './work.ts';

/** Where requests come from and answers go: a Nostr mount of the host's own. */
export interface Market {
  readonly state: NostrState;
  close(): void;
}

export interface VendingHost {
  readonly work: Work;
  readonly kept: KeptTree;
  market(who: string, policy: Json, identity: string | undefined): Promise<Market>;
  /** Milliseconds since 1970. */
  now(): number;
}

interface Serving {
  readonly offer: Offer;
  readonly market: Market;
  /** Requests that were answered, as they are kept: what a reload interrupts is taken up again. */
  readonly answered: Set<string>;
  readonly taken: Set<string>;
  readonly waiting: NostrEvent[];
  active: number;
  done: number;
  failed: number;
}

interface KeptOffer {
  readonly offer: Offer;
  readonly answered: readonly string[];
}

const FILE = ['vending.json'] as const;
const WAITING_MAX = 32;
const HANDLED_MAX = 2_000;
const OFFERS_MAX = 16;
/** Requests that came while nobody was here are answered if they are no older. */
const MISSED_SECS = 600;
/** No result is longer. */
const RESULT_MAX = 256 * 1024;
const TAG = 'vending';

export class Vending {
  readonly #host: VendingHost;
  readonly #serving = new Map<string, Serving>();
  readonly #idFor = idsFor('service', (id) => this.#serving.has(id));

  constructor(host: VendingHost) {
    this.#host = host;
    host.work.requests.set('serve', (line) => this.#request(jsonFrom(line) as JsonObject));
  }

  /** Goes on with what was offered before a reload. Those that cannot be are told, and stay kept. */
  async resume(): Promise<readonly { readonly id: string; readonly reason: string }[]> {
    const bytes = await readIfThere(this.#host.kept.tree, FILE);
    const failed: { id: string; reason: string }[] = [];
    for (const { offer, answered } of bytes ? (decode(bytes) as KeptOffer[]) : []) {
      try {
        await this.#serve(offer, answered);
      } catch (error) {
        failed.push({ id: offer.id, reason: reasonOf(error) });
      }
    }
    return failed;
  }

  /** `{kind, relays, job, …}` offers, `{"stop": ID}` ends it, `{"list": true}` tells all. */
  async #request(value: JsonObject): Promise<object> {
    if (typeof value !== 'object' || value === null) fail('EINVAL', 'an offer is an object');
    if (value['list'] === true) return { services: this.#list() };
    if (typeof value['stop'] === 'string') {
      await this.#stop(value['stop']);
      return { id: value['stop'] };
    }
    const id = this.#idFor(value['id']);
    if (this.#serving.size >= OFFERS_MAX) fail('ENOSPC', `at most ${OFFERS_MAX} services`);
    await this.#serve(offerFrom(value, id), []);
    await this.#keep();
    return { id };
  }

  #list(): readonly object[] {
    return [...this.#serving.values()].map(({ offer, active, done, failed, waiting, market }) => ({
      ...offer,
      active,
      waiting: waiting.length,
      done,
      failed,
      ...market.state.counts,
    }));
  }

  async #serve(offer: Offer, answered: readonly string[]): Promise<void> {
    const { relays, kind, identity, id } = offer;
    const policy = { relays, kinds: [kind + 1000, FEEDBACK, 22_242] };
    const market = await this.#host.market(`service ${id}`, policy as Json, identity);
    const serving: Serving = {
      offer,
      market,
      answered: new Set(answered),
      taken: new Set(answered),
      waiting: [],
      active: 0,
      done: 0,
      failed: 0,
    };
    this.#serving.set(id, serving);
    const since = Math.floor(this.#host.now() / 1000) - MISSED_SECS;
    market.state.subscribe([{ kinds: [kind], since }], (event) => {
      this.#heard(serving, event).catch(() => {
        serving.failed++;
      });
    });
  }

  async #stop(id: string): Promise<void> {
    const serving = this.#serving.get(id) ?? fail('ENOENT', `there is no service ${id}`);
    this.#serving.delete(id);
    serving.waiting.length = 0;
    const { scheduler } = this.#host.work;
    for (const job of scheduler.jobs.values())
      if (job.spec.tags.includes(`${TAG} ${id}`) && !isOver(job)) scheduler.cancel(job.id);
    serving.market.close();
    await this.#keep();
  }

  /** A verified request. One that names providers is for them alone. */
  async #heard(serving: Serving, event: NostrEvent): Promise<void> {
    const { market, taken, waiting, offer } = serving;
    if (taken.has(event.id)) return;
    remember(taken, event.id);
    const named = event.tags.filter(([tag]) => tag === 'p').map(([, pubkey]) => pubkey);
    const mine = await market.state.identity.pubkey(never).catch(() => undefined);
    if (mine === undefined || event.pubkey === mine) return;
    if (named.length > 0 && !named.includes(mine)) return;
    const asked = askedBy(event, offer);
    if (typeof asked === 'string') this.#feedback(serving, event, 'error', asked);
    else if (waiting.length >= WAITING_MAX)
      this.#feedback(serving, event, 'error', 'too many requests wait here');
    else {
      waiting.push(event);
      this.#next(serving);
    }
  }

  #next(serving: Serving): void {
    while (serving.active < serving.offer.concurrency) {
      const event = serving.waiting.shift();
      if (!event) return;
      serving.active++;
      void this.#answer(serving, event)
        .then(async () => {
          remember(serving.answered, event.id);
          await this.#keep();
        })
        .catch(() => {
          serving.failed++;
        })
        .finally(() => {
          serving.active--;
          this.#next(serving);
        });
    }
  }

  /** In an environment of its own, which is gone afterwards. */
  async #answer(serving: Serving, event: NostrEvent): Promise<void> {
    this.#feedback(serving, event, 'processing', '');
    const { work } = this.#host;
    let env: string | undefined;
    try {
      const asked = askedBy(event, serving.offer) as Asked;
      env = (await work.environments.create(descriptionOf(serving.offer, event, asked))).id;
      const job = await this.#run(serving.offer, env);
      const { status, error, exit_code } = job.status;
      if (status !== 'completed')
        throw new Error(error ?? `the job is ${status}${exit_code ? ` (${exit_code})` : ''}`);
      this.#result(serving, event, await this.#output(env, job));
      serving.done++;
    } catch (error) {
      serving.failed++;
      this.#feedback(serving, event, 'error', reasonOf(error));
    } finally {
      if (env !== undefined) await work.remove(env).catch(() => undefined);
    }
  }

  async #run({ id, job, timeout_secs }: Offer, env: string): Promise<Job> {
    const { scheduler } = this.#host.work;
    const [made = ''] = scheduler.submit({
      env_id: env,
      kind: job,
      main: true,
      timeout_secs,
      tags: [TAG, `${TAG} ${id}`],
    });
    return scheduler.wait(made);
  }

  /** The result of its task, as text; else what it printed. */
  async #output(env: string, job: Job): Promise<string> {
    const result = this.#host.work.environments.get(env).task?.result;
    const bytes = result ?? (await this.#printed(job.id));
    const text = new TextDecoder().decode(bytes);
    if (text.length > RESULT_MAX) fail('EFBIG', `the result is over ${RESULT_MAX} characters`);
    if (!result) return text;
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  async #printed(job: string): Promise<Uint8Array> {
    const handle = await this.#host.work.outputs(job, 'stdout');
    try {
      return (await handle.read?.(0, RESULT_MAX + 1, never)) ?? new Uint8Array(0);
    } finally {
      await handle.close?.();
    }
  }

  #result({ market, offer }: Serving, event: NostrEvent, content: string): void {
    const inputs = event.tags.filter(([tag]) => tag === 'i');
    market.state.publish({
      kind: offer.kind + 1000,
      content,
      tags: [['request', JSON.stringify(event)], ['e', event.id], ...inputs, ['p', event.pubkey]],
      created_at: Math.floor(this.#host.now() / 1000),
    });
  }

  /** What cannot be said (too often, nobody listens) ends nothing. */
  #feedback(serving: Serving, event: NostrEvent, status: string, reason: string): void {
    try {
      this.#say(serving, event, status, reason);
    } catch {
      serving.failed++;
    }
  }

  #say({ market }: Serving, event: NostrEvent, status: string, reason: string): void {
    market.state.publish({
      kind: FEEDBACK,
      content: '',
      tags: [
        reason === '' ? ['status', status] : ['status', status, reason.slice(0, 500)],
        ['e', event.id],
        ['p', event.pubkey],
      ],
      created_at: Math.floor(this.#host.now() / 1000),
    });
  }

  async #keep(): Promise<void> {
    const all = [...this.#serving.values()].map(({ offer, answered }) => ({
      offer,
      answered: [...answered],
    }));
    await putFile(this.#host.kept.tree, FILE, encode(all));
  }
}

/** The oldest go. */
function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  for (const old of ids) {
    if (ids.size <= HANDLED_MAX) break;
    ids.delete(old);
  }
}

function descriptionOf(
  { environment, timeout_secs }: Offer,
  event: NostrEvent,
  asked: Asked,
): object {
  const { input, params } = asked;
  return {
    template: 'agent',
    ...environment,
    task: {
      spec: {
        id: event.id.slice(0, 16),
        task_type: `nip90-${event.kind}`,
        description: `A request of kind ${event.kind}.`,
        input: { input, params },
      },
      meta: { timeout_secs },
    },
  };
}
