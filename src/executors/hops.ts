/**
 * One attempt at a request, over the redirects that its policy allows (Fetch 4.4). The policy is asked for each hop before it
 * is made. A browser does not tell where a redirect leads, so there none is followed.
 */
import type { Exchange } from '../fs/http/exchange.ts';
import { headBytes, type RequestBody, sizeOf, urlFrom } from '../fs/http/request.ts';
import { isSecretHeader, type SecretSet } from '../policy/redact.ts';
import { ExecutorError } from './error.ts';
import type { Answer, Platform } from './platform.ts';

export interface Arrived {
  readonly response: Answer;
  /** Where it came from in the end. */
  readonly url: URL;
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly body: Blob | ReadableStream<Uint8Array> | undefined;
}

const REDIRECTS_MAX = 20;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** What describes a body goes with it (Fetch, request-body-header name). */
const bodyHeaders = /^content-(encoding|language|location|type)$/i;

/** Up to the head of the last response. Secrets that it was sent with are added to `secrets`. */
export async function send(
  exchange: Exchange,
  platform: Platform,
  signal: AbortSignal,
  secrets: SecretSet,
): Promise<Arrived> {
  const { gate, request } = exchange;
  let hop: Hop = { ...request, body: bodyOut(exchange, platform, signal) };
  for (let hops = 0; ; hops++) {
    const headers = headersFor(exchange, hop, secrets);
    if (hops === 0) exchange.sent(hop.url, headers);
    else exchange.spend(headBytes(hop.url, headers) + (hop.body ? sizeOf(request.body) : 0));
    const response = await platform.fetch(hop.url, { ...hop, headers, signal }, gate);
    const next = nextHop(response, hop, request.body);
    if (!next) return { response, url: hop.url };
    await response.body?.cancel().catch(() => undefined);
    if (gate.policy.redirects === 'error')
      throw new ExecutorError('http', 'the answer is a redirect, and the policy allows none');
    if (hops >= REDIRECTS_MAX) throw new ExecutorError('http', 'too many redirects');
    exchange.hop({ what: `${next.method} ${next.url.href}`, url: next.url, method: next.method });
    hop = next;
  }
}

/** Where a redirect leads, and with what; undefined for any other answer. */
function nextHop(response: Answer, hop: Hop, { kind }: RequestBody): Hop | undefined {
  const { status, type, headers } = response;
  if (type === 'opaqueredirect')
    throw new ExecutorError(
      'http',
      'the answer is a redirect, and a browser does not tell where it leads: ask for that address',
    );
  const location = headers.get('location');
  if (!location || !redirects.has(status)) return undefined;
  const url = targetOf(location, hop.url);
  const isGet = hop.method === 'GET' || hop.method === 'HEAD';
  const drops = status === 303 ? !isGet : status < 303 && hop.method === 'POST';
  if (drops) return { url, method: 'GET', body: undefined };
  if (hop.body !== undefined && kind === 'stream')
    throw new ExecutorError('http', 'a streamed body cannot be sent again to a redirect');
  return { ...hop, url };
}

/** A header is read as Latin-1, which keeps its bytes: what is no ASCII is written as these. */
function targetOf(location: string, base: URL): URL {
  const ascii = location.replace(
    /[\x80-\xff]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (!URL.canParse(ascii, base.href))
    throw new ExecutorError('http', 'the answer redirects to what is no URL');
  return urlFrom(new URL(ascii, base).href);
}

function bodyOut(exchange: Exchange, { streamsUp }: Platform, signal: AbortSignal): Hop['body'] {
  const { body } = exchange.request;
  if (body.kind === 'none' || body.kind === 'sent') return undefined;
  if (body.kind === 'bytes') return new Blob(body.parts as Uint8Array<ArrayBuffer>[]);
  if (!streamsUp)
    throw new ExecutorError(
      'http',
      'this browser cannot send a body while it is written: leave out `stream`',
    );
  return new ReadableStream<Uint8Array>({
    type: 'bytes',
    pull: async (controller) => {
      const data = await body.next(signal);
      if (data.length === 0) return controller.close();
      exchange.spend(data.length);
      controller.enqueue(data.slice());
    },
  });
}

/** Those that were asked for and those of the host, as one. Credentials stay at the origin that was asked for. */
function headersFor(
  { request, gate }: Exchange,
  { url, body }: Hop,
  secrets: SecretSet,
): Readonly<Record<string, string>> {
  const sameOrigin = url.origin === request.url.origin;
  const lostBody = body === undefined && request.body.kind !== 'none';
  const own = Object.entries(request.headers).filter(
    ([name]) => (sameOrigin || !isSecretHeader(name)) && !(lostBody && bodyHeaders.test(name)),
  );
  const named = new Set(own.map(([name]) => name.toLowerCase()));
  const ours = Object.entries(request.own ?? {}).filter(([name]) => !named.has(name));
  const added = gate.added(url);
  for (const header of added) secrets.add(header.secrets);
  return Object.fromEntries([
    ...ours,
    ...own,
    ...added.map(({ header, value }) => [header, value]),
  ]);
}
