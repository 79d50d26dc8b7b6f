/** What executors are told: times in milliseconds, each used. */
import { ExecutorError } from './error.ts';

/** Waits grow by `factor` from `initial` up to `cap`; the wait itself is chance below that (full jitter). */
export interface Backoff {
  readonly tries: number;
  readonly initial: number;
  readonly factor: number;
  readonly cap: number;
}

export interface ExecutorConfig {
  /** For a request that says none; it covers all its attempts. */
  readonly http_timeout: number;
  readonly http_retry: Backoff;
  readonly http_max_concurrent: number;
  readonly ws_connect_timeout: number;
  readonly ws_max_concurrent: number;
  readonly ws_reconnect: Backoff;
  readonly nostr_sub_timeout: number;
  readonly nostr_reconnect: Backoff;
}

export const defaults: ExecutorConfig = {
  http_timeout: 30_000,
  http_retry: { tries: 3, initial: 100, factor: 2, cap: 5_000 },
  http_max_concurrent: 10,
  ws_connect_timeout: 10_000,
  ws_max_concurrent: 50,
  ws_reconnect: { tries: 5, initial: 1_000, factor: 2, cap: 60_000 },
  nostr_sub_timeout: 30_000,
  nostr_reconnect: { tries: 5, initial: 1_000, factor: 2, cap: 60_000 },
};

/** ExecutorError of kind config for a number that is none, or below what makes sense. */
export function configFrom(given: Partial<ExecutorConfig> = {}): ExecutorConfig {
  const config = { ...defaults, ...given };
  for (const [name, value] of Object.entries(config)) {
    const numbers = typeof value === 'number' ? [value] : Object.values(value as Backoff);
    const isCount = name.endsWith('_max_concurrent');
    if (!numbers.every((each) => Number.isFinite(each) && each >= (isCount ? 1 : 0)))
      throw new ExecutorError('config', `${name} is no number that makes sense`);
  }
  return config;
}

/** Milliseconds before the try after `done` tries: chance over all of what is allowed, so that many do not come at once. */
export const waitBefore = (
  { initial, factor, cap }: Backoff,
  done: number,
  random: () => number,
): number => random() * Math.min(cap, initial * factor ** done);
