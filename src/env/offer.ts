/** What an environment offers to others as a data vending machine (NIP-90), and what one request asks of it. */
import type { NostrEvent } from '../fs/nostr/event.ts';
import { isJobKind } from '../fs/nostr/job.ts';
import { relayFrom } from '../fs/nostr/nostr.ts';
import { isKind, type JobKind } from '../fs/sched/jobs.ts';
import { fail } from '../kernel/errors.ts';
import { type JsonObject, onlyFields } from '../kernel/jsoncontrol.ts';
import type { Json } from '../kernel/service.ts';

export interface Offer {
  readonly id: string;
  /** Of the requests; results are 1000 above it. */
  readonly kind: number;
  readonly relays: readonly string[];
  /** The key that signs; the first there is where it is left out. */
  readonly identity?: string;
  /** What is run for each request. */
  readonly job: Exclude<JobKind, { Custom: unknown }>;
  /** How the environment of each is made (manifest.ts), beside its task. */
  readonly environment: { readonly [name: string]: Json };
  readonly timeout_secs: number;
  readonly concurrency: number;
  /** Characters of one input. */
  readonly max_input: number;
}

const FIELDS = [
  'id',
  'kind',
  'relays',
  'identity',
  'job',
  'environment',
  'timeout_secs',
  'concurrency',
  'max_input',
] as const;

/** EINVAL says what does not hold. */
export function offerFrom(value: JsonObject, id: string): Offer {
  onlyFields(value, FIELDS);
  const { kind, relays, identity, job, environment = {} } = value;
  const { timeout_secs = 60, concurrency = 2, max_input = 65_536 } = value;
  if (typeof kind !== 'number' || !isJobKind(kind)) fail('EINVAL', 'kind is 5000 to 5999');
  if (!Array.isArray(relays) || relays.length === 0 || !relays.every((r) => typeof r === 'string'))
    fail('EINVAL', 'relays are a list of URLs');
  if (identity !== undefined && typeof identity !== 'string')
    fail('EINVAL', 'identity is the name of a key');
  if (!isKind(job) || 'Custom' in (job as object))
    fail('EINVAL', 'job is {"Wasi":{"path":…}} or {"Script":{"text":…}}');
  if (typeof environment !== 'object' || environment === null || 'task' in environment)
    fail('EINVAL', 'environment is a description without a task');
  for (const [name, number, most] of [
    ['timeout_secs', timeout_secs, 3_600],
    ['concurrency', concurrency, 16],
    ['max_input', max_input, 1 << 20],
  ] as const)
    if (!(typeof number === 'number' && number > 0 && number <= most))
      fail('EINVAL', `${name} is above 0 and at most ${most}`);
  return {
    id,
    kind: kind as number,
    relays: (relays as string[]).map(relayFrom),
    ...(identity === undefined ? {} : { identity: identity as string }),
    job: job as Offer['job'],
    environment: environment as Offer['environment'],
    timeout_secs: timeout_secs as number,
    concurrency: concurrency as number,
    max_input: max_input as number,
  };
}

export interface Asked {
  readonly input: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What a request asks for; a text says why it cannot be done here. */
export function askedBy(event: NostrEvent, { max_input }: Offer): Asked | string {
  const tags = (name: string) => event.tags.filter(([tag]) => tag === name);
  if (tags('encrypted').length > 0) return 'encrypted requests are not answered here';
  const [first, ...more] = tags('i');
  if (!first || more.length > 0) return 'one input, as text, is what this takes';
  const [, input = '', type = 'text'] = first;
  if (type !== 'text') return `an input of the type ${type} is not taken here`;
  if (input.length > max_input) return `the input is over ${max_input} characters`;
  const params = Object.fromEntries(
    tags('param').map(([, name = '', value = '']) => [name, value]),
  );
  return { input, params };
}
