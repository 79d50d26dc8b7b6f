/** One HTTP request as someone wrote it, checked: what may be asked of an executor. */

import { fromBase64 } from '../../kernel/base64.ts';
import { fail } from '../../kernel/errors.ts';
import { type JsonObject, onlyFields } from '../../kernel/jsoncontrol.ts';
import type { Use } from '../../policy/gate.ts';
import { isFraming, isHeaderText } from '../../policy/policy.ts';
import { absoluteUrl } from '../../policy/url.ts';

/** What is sent as the body: nothing, bytes that can be sent again, or a stream that is read once. */
export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly parts: readonly Uint8Array[]; readonly size: number }
  /** `next` waits; empty at its end. */
  | { readonly kind: 'stream'; next(signal: AbortSignal): Promise<Uint8Array> }
  /** It is over, and what was sent is not kept. */
  | { readonly kind: 'sent'; readonly size: number };

export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What that is for: all of it from its first attempt on, up to the head and then each piece, or up to the head. */
  readonly deadline: 'whole' | 'pieces' | 'head';
  /** Headers of the form that it was asked in, which no program has set. */
  readonly own?: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | undefined;
  readonly body: RequestBody;
}

export const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** A day. */
const TIMEOUT_MAX = 86_400;
export const HEADERS_MAX = 64;
export const HEADER_BYTES = 8_192;
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$/;

export const fields = [
  'id',
  'method',
  'url',
  'headers',
  'body',
  'body_base64',
  'timeout_secs',
  'idempotency_key',
] as const;

/** EINVAL says what is wrong. */
export function requestFrom(value: JsonObject, id: string, defaultSecs: number): HttpRequest {
  onlyFields(value, fields);
  const { method = 'GET', headers = {}, timeout_secs = defaultSecs, idempotency_key } = value;
  const key =
    idempotency_key === undefined ? undefined : headerValue('idempotency_key', idempotency_key);
  const body = bodyFrom(value);
  const kind = methodFrom(method);
  if (body.kind !== 'none' && (kind === 'GET' || kind === 'HEAD'))
    fail('EINVAL', `${kind} has no body`);
  const set = headersFrom(headers);
  const named = Object.keys(set).find((name) => /^idempotency-key$/i.test(name));
  return {
    id,
    method: kind,
    url: urlFrom(value['url']),
    headers: key === undefined ? set : { ...set, 'idempotency-key': key },
    timeoutMs: secondsFrom(timeout_secs) * 1000,
    deadline: 'whole',
    idempotencyKey: key ?? (named === undefined ? undefined : set[named]),
    body,
  };
}

export const urlFrom = (value: unknown): URL =>
  absoluteUrl(value, ['http:', 'https:'], 'https://…');

export function methodFrom(value: unknown): string {
  if (typeof value !== 'string' || !(methods as readonly string[]).includes(value))
    return fail('EINVAL', `method is one of ${methods.join(', ')}`);
  return value;
}

export function secondsFrom(value: unknown): number {
  const secs = Number(value);
  if (!(secs > 0 && secs <= TIMEOUT_MAX))
    return fail('EINVAL', `a timeout is above 0 and at most ${TIMEOUT_MAX} seconds`);
  return secs;
}

export function headersFrom(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return fail('EINVAL', 'headers are an object: {"Accept": "application/json"}');
  const all = Object.entries(value);
  if (all.length > HEADERS_MAX) fail('EINVAL', `at most ${HEADERS_MAX} headers`);
  return Object.fromEntries(
    all.map(([name, text]) => {
      if (!NAME.test(name)) fail('EINVAL', `'${name}' is no name of a header`);
      if (isFraming(name)) fail('EINVAL', `${name} is set by what carries the request`);
      return [name, headerValue(name, text)];
    }),
  );
}

function headerValue(name: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > HEADER_BYTES)
    return fail('EINVAL', `${name} is a text of at most ${HEADER_BYTES} characters`);
  if (!isHeaderText(value)) fail('EINVAL', `${name} has a character that a header may not have`);
  return value.trim();
}

function bodyFrom({ body, body_base64: encoded }: JsonObject): RequestBody {
  if (body !== undefined && encoded !== undefined) fail('EINVAL', 'body or body_base64, not both');
  if (body === undefined && encoded === undefined) return { kind: 'none' };
  const value = body ?? encoded;
  if (typeof value !== 'string')
    return fail('EINVAL', 'a body is a text; bytes are given as body_base64');
  const bytes = body === undefined ? fromBase64(value) : new TextEncoder().encode(value);
  return { kind: 'bytes', parts: [bytes], size: bytes.length };
}

export const sizeOf = (body: RequestBody): number =>
  body.kind === 'bytes' || body.kind === 'sent' ? body.size : 0;

const DETAIL_BYTES = 1_000;

/** The beginning of a body, for a person; bytes that are no text are counted. */
function detailOf(body: RequestBody): Pick<Use, 'detail'> {
  if (body.kind !== 'bytes' || body.size === 0) return {};
  const [first] = body.parts;
  const text = new TextDecoder().decode(first?.subarray(0, DETAIL_BYTES));
  return { detail: text.includes('\u{fffd}') ? `${body.size} bytes` : text };
}

/** Bytes of all that goes out beside the body. */
export const headBytes = (url: URL, headers: Readonly<Record<string, string>>): number =>
  url.href.length +
  Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);

/** As a policy looks at it. */
export const asUse = ({ method, url, headers, body }: HttpRequest): Use => ({
  what: `${method} ${url.href}`,
  ...detailOf(body),
  url,
  method,
  headers,
  bytes: headBytes(url, headers) + sizeOf(body),
});
