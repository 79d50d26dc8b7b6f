/**
 * HttpExecutor: sends what HttpFs services have queued, so many at once, fairly among the services. One deadline
 * covers all attempts; only what may be sent twice is tried again, and the policy is asked each time.
 */
import type { Exchange, ResponseHead } from '../fs/http/exchange.ts';
import type { HttpRequests } from '../fs/http/requests.ts';
import { FsError } from '../kernel/errors.ts';
import { Refused, reasonOf } from '../kernel/jsoncontrol.ts';
import { pause } from '../kernel/pause.ts';
import { isSecretHeader, REDACTED, SecretSet } from '../policy/redact.ts';
import { type ExecutorConfig, waitBefore } from './config.ts';
import { Deadline } from './deadline.ts';
import { ExecutorError } from './error.ts';
import { type Arrived, send } from './hops.ts';
import type { Executor, ExecutorHealth } from './manager.ts';
import type { Answer, Platform } from './platform.ts';
import { isRepeatable, retried, retryAfter } from './retry.ts';
import { Slots } from './slots.ts';

/** Names that a browser sends as it likes, whatever is asked (Fetch 2.2.2). */
const forbidden =
  /^(accept-charset|accept-encoding|access-control-.*|cookie2?|date|dnt|origin|proxy-.*|referer|sec-.*|set-cookie|user-agent|via)$/i;

export interface HttpExecutorHost {
  readonly platform: Platform;
  readonly config: ExecutorConfig;
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
    const deadline = new Deadline(exchange.request, this.#host.platform);
    const signal = AbortSignal.any([exchange.signal, stopped, deadline.signal]);
    // It is taken out of what comes back also when the vault is locked meanwhile.
    const secrets = new SecretSet();
    // A policy that is another ends what it does not allow, in whichever direction bytes move.
    const stopRecheck = exchange.gate.onPolicy(() => {
      try {
        exchange.recheck();
      } catch (error) {
        exchange.revoke(secrets.redact(reasonOf(error)));
      }
    });
    try {
      await this.#attempts(exchange, { signal, secrets, deadline });
    } catch (thrown) {
      if (deadline.signal.aborted) exchange.fail('timeout', deadline.reason);
      else if (exchange.signal.aborted) exchange.fail('cancelled', 'it was cancelled');
      else if (stopped.aborted) exchange.fail('cancelled', 'the network was shut down');
      else if (thrown instanceof Refused) exchange.fail('policy', secrets.redact(reasonOf(thrown)));
      else exchange.fail('network-or-cors', secrets.redact(this.#why(exchange, thrown)));
    } finally {
      stopRecheck();
      deadline.stop();
    }
    return exchange.failure?.error;
  }

  async #attempts(exchange: Exchange, under: UnderWay): Promise<void> {
    const { platform, config } = this.#host;
    const { http_retry } = config;
    const { signal, secrets } = under;
    const until = platform.now() + exchange.request.timeoutMs;
    for (let done = 0; ; done++) {
      exchange.beginAttempt();
      const mayRetry = done < http_retry.tries && isRepeatable(exchange.request);
      const wait = waitBefore(http_retry, done, () => platform.random());
      let arrived: Arrived;
      try {
        arrived = await send(exchange, platform, signal, secrets);
      } catch (error) {
        // What says why with a code would fail in the same way again.
        if (signal.aborted || error instanceof FsError || !mayRetry) throw error;
        await this.#pause(wait, signal, error);
        continue;
      }
      const { response } = arrived;
      const told = retryAfter(response.headers.get('retry-after'), platform.now());
      const least = Math.max(wait, told);
      // A wait that is longer than what is left is no use: then this is the answer.
      if (mayRetry && retried.has(response.status) && platform.now() + least < until) {
        await response.body?.cancel().catch(() => undefined);
        await this.#pause(least, signal);
        continue;
      }
      return this.#receive(exchange, arrived, under);
    }
  }

  async #pause(ms: number, signal: AbortSignal, cause?: unknown): Promise<void> {
    await pause(this.#host.platform, ms, signal);
    if (signal.aborted) throw cause ?? new ExecutorError('timeout', 'there was no time left');
  }

  async #receive(
    exchange: Exchange,
    { response, url }: Arrived,
    { signal, secrets, deadline }: UnderWay,
  ): Promise<void> {
    exchange.begin(this.#head(exchange, response, url, secrets));
    deadline.moved();
    const redactor = secrets.redactor();
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

  #head({ request }: Exchange, response: Answer, url: URL, secrets: SecretSet): ResponseHead {
    const headers = Object.fromEntries(
      [...response.headers].map(([name, value]) => [
        secrets.redact(name),
        isSecretHeader(name) ? REDACTED : secrets.redact(value),
      ]),
    );
    const dropped = this.#host.platform.seesRedirects
      ? []
      : Object.keys(request.headers).filter((name) => forbidden.test(name));
    return {
      status: response.status,
      status_text: secrets.redact(response.statusText),
      headers,
      url: secrets.redact(url.href),
      redirected: url.href !== request.url.href,
      ...(dropped.length > 0 ? { dropped_headers: dropped } : {}),
    };
  }

  /** A browser tells the page nothing of why (Fetch: a network error). */
  #why({ head, request }: Exchange, thrown: unknown): string {
    if (thrown instanceof FsError) return reasonOf(thrown);
    const reason = thrown instanceof Error ? messageOf(thrown) : String(thrown);
    if (this.#host.platform.seesRedirects) return reason;
    if (head) return `the connection broke in the middle of the answer (${reason})`;
    const hints = [
      'the server cannot be reached, or does not allow this page (CORS)',
      ...(request.body.kind === 'stream' ? ['a streamed body needs HTTP/2'] : []),
    ];
    return `${hints.join('; ')} (${reason})`;
  }
}

/** What an exchange has while it is under way. */
interface UnderWay {
  readonly signal: AbortSignal;
  /** What it was sent with. */
  readonly secrets: SecretSet;
  readonly deadline: Deadline;
}

const messageOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message;
