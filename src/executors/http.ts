/**
 * HttpExecutor: sends what HttpFs services have queued, so many at once, fairly among the services. One deadline
 * covers all attempts; only what may be sent twice is tried again (RFC 9110 9.2.2), and the policy is asked each time.
 */
import type { Exchange, ResponseHead } from '../fs/http/exchange.ts';
import { type HttpRequest, headBytes, sizeOf, urlFrom } from '../fs/http/request.ts';
import type { HttpRequests } from '../fs/http/requests.ts';
import { FsError, toFsError } from '../kernel/errors.ts';
import { Refused } from '../kernel/jsoncontrol.ts';
import { pause } from '../kernel/pause.ts';
import { isSecretHeader, REDACTED, Redactor, redactText } from '../policy/redact.ts';
import { type ExecutorConfig, waitBefore } from './config.ts';
import { ExecutorError } from './error.ts';
import type { Executor, ExecutorHealth } from './manager.ts';
import type { Platform } from './platform.ts';
import { Slots } from './slots.ts';

const safeTwice: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const tryAgain: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const REDIRECTS_MAX = 20;
/** Names that a browser sends as it likes, whatever is asked (Fetch 2.2.2). */
const forbidden =
  /^(accept-charset|accept-encoding|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|proxy-.*|referer|sec-.*|set-cookie|te|trailer|transfer-encoding|upgrade|user-agent|via)$/i;

export interface HttpExecutorHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
  /** Values that nobody in a namespace may read. */
  secrets(): readonly string[];
}

export class HttpExecutor implements Executor<HttpRequests> {
  readonly #host: HttpExecutorHost;
  readonly #slots: Slots<HttpRequests, Exchange>;

  constructor(host: HttpExecutorHost) {
    this.#host = host;
    this.#slots = new Slots(host.config.http_max_concurrent, (exchange, signal) =>
      this.#run(exchange, signal),
    );
  }

  attach(requests: HttpRequests): () => void {
    return this.#slots.attach(requests);
  }

  health(): ExecutorHealth {
    return this.#slots.health();
  }

  stopIntake(): void {
    this.#slots.stopIntake();
  }

  idle(): Promise<void> {
    return this.#slots.idle();
  }

  abort(): void {
    this.#slots.abort();
  }

  /** Never throws: an exchange ends, completed or failed with a reason. Returns why it failed. */
  async #run(exchange: Exchange, stopped: AbortSignal): Promise<string | undefined> {
    const { platform } = this.#host;
    const deadline = new Deadline(exchange.request, platform);
    const signal = AbortSignal.any([exchange.signal, stopped, deadline.signal]);
    // What it was sent with is taken out of what comes back, also when it was locked away meanwhile.
    const secrets = new Set(this.#host.secrets());
    try {
      await this.#attempts(exchange, signal, secrets, deadline);
    } catch (thrown) {
      const secs = exchange.request.timeoutMs / 1000;
      if (deadline.signal.aborted) exchange.fail('timeout', deadline.reason(secs));
      else if (exchange.signal.aborted) exchange.fail('cancelled', 'it was cancelled');
      else if (stopped.aborted) exchange.fail('cancelled', 'the network was shut down');
      else if (thrown instanceof Refused)
        exchange.fail('policy', redactText(thrown.reason ?? thrown.rule, [...secrets]));
      else exchange.fail('network-or-cors', redactText(this.#why(exchange, thrown), [...secrets]));
    } finally {
      deadline.stop();
    }
    return exchange.failure?.error;
  }

  async #attempts(
    exchange: Exchange,
    signal: AbortSignal,
    secrets: Set<string>,
    deadline: Deadline,
  ): Promise<void> {
    const { platform, config } = this.#host;
    const { http_retry } = config;
    const until = platform.now() + exchange.request.timeoutMs;
    for (let done = 0; ; done++) {
      exchange.recheck();
      const mayRetry = done < http_retry.tries && isRepeatable(exchange);
      const wait = waitBefore(http_retry, done, () => platform.random());
      let response: Response;
      try {
        response = await this.#send(exchange, signal, secrets);
      } catch (error) {
        if (signal.aborted || isFinal(error) || !mayRetry) throw error;
        await this.#pause(wait, signal, error);
        continue;
      }
      const told = retryAfter(response.headers.get('retry-after'), platform.now());
      const least = Math.max(wait, told);
      // A wait that is longer than what is left is no use: then this is the answer.
      if (mayRetry && tryAgain.has(response.status) && platform.now() + least < until) {
        await response.body?.cancel().catch(() => undefined);
        await this.#pause(least, signal);
        continue;
      }
      return this.#receive(exchange, response, signal, secrets, deadline);
    }
  }

  async #pause(ms: number, signal: AbortSignal, cause?: unknown): Promise<void> {
    await pause(this.#host.platform, ms, signal);
    if (signal.aborted) throw cause ?? new ExecutorError('timeout', 'there was no time left');
  }

  /** One attempt, up to the head of the last response; where hops are seen, each is asked for. */
  async #send(exchange: Exchange, signal: AbortSignal, secrets: Set<string>): Promise<Response> {
    const { platform } = this.#host;
    const { gate, request } = exchange;
    const { redirects } = gate.policy;
    let url = request.url;
    let { method } = request;
    let body = this.#body(exchange, signal);
    for (let hops = 0; ; hops++) {
      const target = url;
      const { headers, isSecret } = this.#headers(exchange, target, secrets);
      if (hops === 0) exchange.sent(target, headers);
      else exchange.spend(headBytes(target, headers) + (body ? sizeOf(request.body) : 0));
      // A browser takes headers and bodies along to wherever it is sent.
      const blind = isSecret || body !== undefined ? 'error' : redirects;
      const redirect = platform.seesRedirects ? 'manual' : blind;
      const response = await platform.fetch(
        target,
        { method, headers, body, redirect, signal },
        gate,
      );
      const location = platform.seesRedirects && response.headers.get('location');
      if (!location || response.status < 300 || response.status > 399)
        return hops === 0 || !platform.seesRedirects ? response : withUrl(response, target);
      await response.body?.cancel().catch(() => undefined);
      if (redirects === 'error')
        throw new ExecutorError('http', 'the answer is a redirect, and the policy allows none');
      if (hops >= REDIRECTS_MAX) throw new ExecutorError('http', 'too many redirects');
      url = urlFrom(new URL(location, target).href);
      if (body !== undefined && [307, 308].includes(response.status) && !isRepeatableBody(exchange))
        throw new ExecutorError('http', 'a streamed body cannot be sent again to a redirect');
      if (![307, 308].includes(response.status)) {
        if (method !== 'HEAD') method = 'GET';
        body = undefined;
      }
      const use = { what: `${method} ${url.href}`, url, method };
      gate.recheck(use, false);
      gate.again(use);
    }
  }

  #body(exchange: Exchange, signal: AbortSignal): Blob | ReadableStream<Uint8Array> | undefined {
    const { body } = exchange.request;
    if (body.kind === 'none' || body.kind === 'sent') return undefined;
    if (body.kind === 'bytes') return new Blob(body.parts as Uint8Array<ArrayBuffer>[]);
    if (!this.#host.platform.streamsUp)
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

  /** Those that were asked for and those of the host, as one; the host's secrets are noted. */
  #headers(
    { request, gate }: Exchange,
    url: URL,
    secrets: Set<string>,
  ): { readonly headers: Record<string, string>; readonly isSecret: boolean } {
    const sameOrigin = url.origin === request.url.origin;
    const own = Object.entries(request.headers).filter(
      ([name]) => sameOrigin || !isSecretHeader(name),
    );
    const named = new Set(own.map(([name]) => name.toLowerCase()));
    const ours = Object.entries(request.own ?? {}).filter(([name]) => !named.has(name));
    const added = gate.added(url);
    for (const { secret } of added) if (secret !== undefined) secrets.add(secret);
    return {
      headers: Object.fromEntries([
        ...ours,
        ...own,
        ...added.map(({ header, value }) => [header, value]),
      ]),
      isSecret: added.length > 0 || own.some(([name]) => isSecretHeader(name)),
    };
  }

  async #receive(
    exchange: Exchange,
    response: Response,
    signal: AbortSignal,
    sentWith: ReadonlySet<string>,
    deadline: Deadline,
  ): Promise<void> {
    const { gate, request } = exchange;
    const secrets = [...new Set([...sentWith, ...this.#host.secrets()])];
    const final = new URL(response.url || request.url.href);
    if (response.redirected) {
      // The browser has made the hop; what it brought is withheld unless the policy would have allowed it.
      gate.recheck({ what: `${request.method} ${final.href}`, url: final }, false);
    }
    exchange.begin(this.#head(exchange, response, final, secrets));
    deadline.moved();
    const redactor = new Redactor(secrets);
    const reader = response.body?.getReader();
    try {
      while (reader && !exchange.isOver) {
        const { value, done } = await reader.read();
        if (done) break;
        await exchange.chunk(redactor.push(value), signal);
        deadline.moved();
      }
      await exchange.chunk(redactor.end(), signal);
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
    if (signal.aborted) throw new ExecutorError('timeout', 'ended before its end');
    exchange.end();
  }

  #head(
    { request }: Exchange,
    response: Response,
    final: URL,
    secrets: readonly string[],
  ): ResponseHead {
    const headers = Object.fromEntries(
      [...response.headers].map(([name, value]) => [
        name,
        isSecretHeader(name) ? REDACTED : redactText(value, secrets),
      ]),
    );
    const dropped = this.#host.platform.seesRedirects
      ? []
      : Object.keys(request.headers).filter((name) => forbidden.test(name));
    return {
      status: response.status,
      status_text: redactText(response.statusText, secrets),
      headers,
      url: redactText(final.href, secrets),
      redirected: response.redirected || final.href !== request.url.href,
      ...(dropped.length > 0 ? { dropped_headers: dropped } : {}),
    };
  }

  /** A browser tells the page nothing of why (Fetch: a network error). */
  #why({ head, request }: Exchange, thrown: unknown): string {
    const { platform } = this.#host;
    const reason = thrown instanceof Error ? messageOf(thrown) : toFsError(thrown).message;
    if (thrown instanceof ExecutorError || platform.seesRedirects) return reason;
    if (head) return `the connection broke in the middle of the answer (${reason})`;
    const hints = [
      'the server cannot be reached, does not allow this page (CORS), or answered with a redirect that the policy does not allow',
      ...(request.body.kind === 'stream' ? ['a streamed body needs HTTP/2'] : []),
    ];
    return `${hints.join('; ')} (${reason})`;
  }
}

/** Until when: of all, or of each piece once the head is there, or of the head alone. */
class Deadline {
  readonly #abort = new AbortController();
  readonly #request: HttpRequest;
  readonly #platform: Platform;
  #stop: () => void = () => undefined;
  #hasHead = false;

  constructor(request: HttpRequest, platform: Platform) {
    this.#request = request;
    this.#platform = platform;
    this.#start();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The head has come, or a piece was taken. */
  moved(): void {
    this.#hasHead = true;
    if (this.#request.deadline === 'whole') return;
    this.stop();
    if (this.#request.deadline === 'pieces') this.#start();
  }

  stop(): void {
    this.#stop();
  }

  reason(secs: number): string {
    return this.#hasHead && this.#request.deadline === 'pieces'
      ? `nothing moved for ${secs} s`
      : `there was no whole answer within ${secs} s`;
  }

  #start(): void {
    this.#stop = this.#platform.after(this.#request.timeoutMs, () => this.#abort.abort());
  }
}

/** What another attempt would not change. */
const isFinal = (error: unknown): boolean =>
  error instanceof FsError || error instanceof ExecutorError;

const messageOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message;

const isRepeatableBody = ({ request: { body } }: Exchange): boolean => body.kind !== 'stream';

const isRepeatable = (exchange: Exchange): boolean =>
  isRepeatableBody(exchange) &&
  (safeTwice.has(exchange.request.method) || exchange.request.idempotencyKey !== undefined);

/** Milliseconds, from seconds or a date (RFC 9110 10.2.3); 0 where it says none. */
export function retryAfter(value: string | null, now: number): number {
  if (value === null) return 0;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}

/** The same response, told as from where it came. */
function withUrl(response: Response, url: URL): Response {
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}
