/** What executors are told, and how long they wait. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, capabilityBench, readJson } from '../testing/capabilities.ts';
import { startHttpServer, type TestServer } from '../testing/httpserver.ts';
import { configFrom, waitBefore } from './config.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

describe('the configuration', () => {
  it('has a number for all, and refuses what makes no sense', () => {
    expect(configFrom()).toMatchObject({ http_timeout: 30_000, ws_max_concurrent: 50 });
    for (const wrong of [
      { http_timeout: -1 },
      { http_max_concurrent: 0 },
      { ws_connect_timeout: NaN },
    ])
      expect(() => configFrom(wrong)).toThrow(/no number/);
    expect(() =>
      configFrom({ http_retry: { tries: 1, initial: 1, factor: 1, cap: -1 } }),
    ).toThrow();
  });

  it('a request without a timeout has that of the configuration', async () => {
    const { capabilities } = capabilityBench({ http_timeout: 150 });
    const fs = await capabilities.make('http', { origins: [server.url] }, 'page');
    const { id } = await ask(fs, 'request', { url: `${server.url}/slow?ms=9000` });
    expect(await readJson(fs, `wait/${id}`)).toMatchObject({
      kind: 'timeout',
      error: 'there was no whole answer within 0.15 s',
    });
    expect(await readJson(fs, 'status')).toMatchObject({ default_timeout_secs: 0.15 });
  });

  it('how it stands is told beside the capabilities', async () => {
    const { capabilities } = capabilityBench();
    const fs = await capabilities.make('http', { origins: [server.url] }, 'a');
    const { id } = await ask(fs, 'request', { url: `${server.url}/hello` });
    await readJson(fs, `wait/${id}`);
    expect(await readJson(capabilities.statusOf('a'), 'status')).toMatchObject({
      state: 'running',
      capabilities: [{ cap: 'http', completed_count: 1, policy: { origins: [server.url] } }],
    });
    expect(capabilities.manager.health()).toMatchObject({
      state: 'running',
      executors: { http: { attached: 1, done: 1, failed: 0, limit: 10 } },
    });
    expect(() => capabilities.manager.detach({})).toThrow(/not attached/);
  });
});

describe('a wait', () => {
  it('is chance below what grows and is bounded', () => {
    const backoff = fc.record({
      tries: fc.constant(3),
      initial: fc.integer({ min: 1, max: 10_000 }),
      factor: fc.integer({ min: 1, max: 4 }),
      cap: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(
        backoff,
        fc.nat(20),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (b, n, chance) => {
          const wait = waitBefore(b, n, () => chance);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(b.cap, b.initial * b.factor ** n));
        },
      ),
    );
  });
});
