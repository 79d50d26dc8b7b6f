/** Events and filters of Nostr (NIP-01), checked where they come from outside. */
import { fail } from '../../kernel/errors.ts';
import { type JsonObject, onlyFields } from '../../kernel/jsoncontrol.ts';

export interface UnsignedEvent {
  readonly kind: number;
  readonly content: string;
  readonly tags: readonly (readonly string[])[];
  /** Seconds since 1970. */
  readonly created_at: number;
}

export interface NostrEvent extends UnsignedEvent {
  readonly id: string;
  readonly pubkey: string;
  readonly sig: string;
}

/** `#x`: values of tags of one letter. Times are seconds since 1970. */
export interface Filter {
  readonly ids?: readonly string[];
  readonly authors?: readonly string[];
  readonly kinds?: readonly number[];
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  /** Words for a relay that can search (NIP-50); what they match is the relay's to say. */
  readonly search?: string;
  readonly [tag: `#${string}`]: readonly string[];
}

/** Kind of the event that says who asks (NIP-42): made by an executor alone. */
export const AUTH_KIND = 22_242;

const HEX64 = /^[0-9a-f]{64}$/;
const HEX128 = /^[0-9a-f]{128}$/;
const VALUES_MAX = 2_000;

const isText = (value: unknown): value is string => typeof value === 'string';
const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isKindNumber = (value: unknown): value is number => isTime(value) && value <= 65_535;
const isTags = (value: unknown): value is readonly (readonly string[])[] =>
  Array.isArray(value) &&
  value.every((tag) => Array.isArray(tag) && tag.length > 0 && tag.every(isText));

/** What has the shape of an event, with nothing else in it; its signature is another matter. */
export function eventFrom(value: unknown): NostrEvent | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, pubkey, kind, content, tags, created_at, sig } = value as JsonObject;
  const isHex =
    isText(id) &&
    isText(pubkey) &&
    isText(sig) &&
    HEX64.test(id) &&
    HEX64.test(pubkey) &&
    HEX128.test(sig);
  if (!isHex || !isKindNumber(kind) || !isText(content) || !isTags(tags) || !isTime(created_at))
    return undefined;
  return { id, pubkey, created_at, kind, tags, content, sig };
}

/** From what someone wrote to be signed: `{kind, content, tags?}`; EINVAL. */
export function templateFrom(value: JsonObject, now: number): UnsignedEvent {
  const { kind, content = '', tags = [] } = value;
  if (!isKindNumber(kind)) fail('EINVAL', 'kind is a number of 0 to 65535');
  if (!isText(content)) fail('EINVAL', 'content is a text');
  if (!isTags(tags)) fail('EINVAL', 'tags are lists of texts: [["p","…"]]');
  return {
    kind: kind as number,
    content: content as string,
    tags: tags as string[][],
    created_at: Math.floor(now / 1000),
  };
}

const lists: Readonly<Record<string, (value: unknown) => boolean>> = {
  ids: (value) => isText(value) && HEX64.test(value),
  authors: (value) => isText(value) && HEX64.test(value),
  kinds: isKindNumber,
};

/** EINVAL says which part is none of NIP-01. */
export function filterFrom(value: unknown): Filter {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('EINVAL', 'a filter is an object: {"kinds":[1]}');
  const tags = Object.keys(value).filter((name) => /^#[a-zA-Z]$/.test(name));
  onlyFields(value as JsonObject, [
    ...Object.keys(lists),
    'since',
    'until',
    'limit',
    'search',
    ...tags,
  ]);
  for (const [name, given] of Object.entries(value)) {
    if (name === 'search') {
      if (!isText(given)) fail('EINVAL', 'search is a text');
      continue;
    }
    const of = lists[name] ?? (name.startsWith('#') ? isText : undefined);
    if (of && !(Array.isArray(given) && given.length <= VALUES_MAX && given.every(of)))
      fail('EINVAL', `${name} is a list of what NIP-01 says, at most ${VALUES_MAX}`);
    if (!of && !isTime(given)) fail('EINVAL', `${name} is a number of 0 or more`);
  }
  return value as Filter;
}

/** Whether an event is to be ignored by now (NIP-40). */
export function isExpired({ tags }: UnsignedEvent, nowMs: number): boolean {
  const [, expiration = ''] = tags.find(([name]) => name === 'expiration') ?? [];
  return /^\d+$/.test(expiration) && Number(expiration) * 1000 <= nowMs;
}

/** All conditions hold; of each list one value does (NIP-01). `limit` and `search` say nothing of an event. */
export function matches(filter: Filter, event: NostrEvent): boolean {
  const { ids, authors, kinds, since, until } = filter;
  if (ids && !ids.includes(event.id)) return false;
  if (authors && !authors.includes(event.pubkey)) return false;
  if (kinds && !kinds.includes(event.kind)) return false;
  if (since !== undefined && event.created_at < since) return false;
  if (until !== undefined && event.created_at > until) return false;
  return Object.entries(filter)
    .filter(([name]) => name.startsWith('#'))
    .every(([name, values]) =>
      event.tags.some(
        ([tag, value]) =>
          tag === name.slice(1) && value !== undefined && (values as string[]).includes(value),
      ),
    );
}
