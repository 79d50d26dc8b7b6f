/** Jobs of data vending machines (NIP-90): a request, what is said of it while it is done, and its result. */
import { fail } from '../../kernel/errors.ts';
import { type JsonObject, onlyFields } from '../../kernel/jsoncontrol.ts';
import { Waiters } from '../../kernel/waiters.ts';
import { type NostrEvent, templateFrom, type UnsignedEvent } from './event.ts';

export const FEEDBACK = 7000;
const FEEDBACK_MAX = 100;
export const isJobKind = (kind: number): boolean => kind >= 5000 && kind <= 5999;

/** `{kind, input, params?, relays?, bid?, provider?}` as an event to be signed; EINVAL. `bid` is in millisatoshi. */
export function jobFrom(value: JsonObject, now: number): UnsignedEvent {
  const { id: _, ...request } = value;
  onlyFields(request, ['kind', 'input', 'params', 'relays', 'bid', 'provider']);
  const { kind, input, params = {}, relays = [], bid, provider } = request;
  if (provider !== undefined && !/^[0-9a-f]{64}$/.test(String(provider)))
    fail('EINVAL', 'provider is a public key of 64 hexadecimal digits');
  if (typeof kind !== 'number' || !isJobKind(kind))
    fail('EINVAL', 'the kind of a job is 5000 to 5999');
  if (typeof input !== 'string') fail('EINVAL', 'input is a text');
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    fail('EINVAL', 'params are an object of texts');
  const pairs = Object.entries(params as object);
  if (!pairs.every(([, text]) => typeof text === 'string'))
    fail('EINVAL', 'params are an object of texts');
  if (!Array.isArray(relays) || !relays.every((each) => typeof each === 'string'))
    fail('EINVAL', 'relays are a list of URLs');
  if (bid !== undefined && !(Number.isSafeInteger(bid) && (bid as number) >= 0))
    fail('EINVAL', 'bid is a number of millisatoshi');
  const tags = [
    ['i', input as string, 'text'],
    ...pairs.map(([name, text]) => ['param', name, text as string]),
    ...((relays as string[]).length > 0 ? [['relays', ...(relays as string[])]] : []),
    ...(bid === undefined ? [] : [['bid', String(bid)]]),
    ...(provider === undefined ? [] : [['p', String(provider)]]),
  ];
  return templateFrom({ kind, tags }, now);
}

export class NostrJob {
  readonly id: string;
  readonly request: object;
  readonly waiters = new Waiters();
  /** Of its request, once it is signed. */
  eventId: string | undefined;
  result: NostrEvent | undefined;
  error: string | undefined;
  /** What someone who answered has last said to be wrong. */
  lastError: string | undefined;
  /** Whom alone it is for; anybody where it is undefined. */
  readonly provider: string | undefined;
  readonly feedback: NostrEvent[] = [];

  constructor(id: string, request: object, provider: string | undefined) {
    this.id = id;
    this.request = request;
    this.provider = provider;
  }

  get isOver(): boolean {
    return this.result !== undefined || this.error !== undefined;
  }

  /** A verified event that is about it. */
  heard(event: NostrEvent): void {
    if (this.isOver) return;
    if (event.kind === FEEDBACK) {
      if (this.feedback.length < FEEDBACK_MAX) this.feedback.push(event);
      const [, status, reason] = event.tags.find(([name]) => name === 'status') ?? [];
      if (status === 'error')
        this.lastError = reason ?? (event.content || 'the provider says error');
      // Any stranger could end a job that is for anybody.
      if (this.provider !== undefined) this.error = this.lastError;
    } else this.result = event;
    this.waiters.wake();
  }

  fail(error: string): void {
    this.error ??= error;
    this.waiters.wake();
  }

  get outcome(): object {
    const { result, error } = this;
    if (result)
      return {
        id: this.id,
        status: 'completed',
        provider: result.pubkey,
        content: result.content,
        event: result,
      };
    return { id: this.id, status: 'failed', error };
  }
}
