/** Server-sent events from a real server on loopback: how a stream that has ended is asked for again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerEvent } from '../fs/http/eventparser.ts';
import { type FileService, never } from '../kernel/service.ts';
import { capabilityBench } from '../testing/capabilities.ts';
import { startHttpServer, type TestServer } from '../testing/httpserver.ts';
import { bytes, text } from '../testing/kernel.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startHttpServer();
});
afterAll(() => server.close());

/** Reads the first `count` events of an address. */
async function eventsOf(path: string, count: number): Promise<readonly ServerEvent[]> {
  const policy = { origins: [server.url], methods: ['GET'] };
  const fs: FileService = await capabilityBench().capabilities.make('http', policy, 'page');
  const control = await fs.open(['clone'], { read: true, write: true }, never);
  const n = text((await control.read?.(0, 100, never)) as Uint8Array).trim();
  await control.write?.(0, bytes(`url ${server.url}${path}\n`), never);
  const events = await fs.open([n, 'events'], { read: true }, never);
  let read = '';
  while (read.split('\n').length <= count) {
    const data = (await events.read?.(0, 4096, never)) as Uint8Array;
    if (data.length === 0) break;
    read += text(data);
  }
  await events.close?.();
  await control.close?.();
  return read
    .split('\n')
    .slice(0, count)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ServerEvent);
}

describe('a stream of events that ends', () => {
  it('is asked for again with an id of any characters, as UTF-8', async () => {
    const id = 'é☃𝄞';
    const events = await eventsOf(`/event?id=${encodeURIComponent(id)}`, 2);
    expect(events.map((event) => event.id)).toEqual([id, id]);
    expect(events.map((event) => event.data)).toEqual(['none', id]);
  });

  it('is asked for again without last-event-id after an empty id', async () => {
    const events = await eventsOf('/event?first=7&id=', 3);
    expect(events.map((event) => event.id)).toEqual(['7', '', '7']);
    // The data tells the header of its own request.
    expect(events.map((event) => event.data)).toEqual(['none', '7', 'none']);
  });

  it('is asked for again whatever the case of its media type', async () => {
    for (const type of ['Text/Event-Stream', 'TEXT/EVENT-STREAM ; Charset=UTF-8'])
      expect(await eventsOf(`/event?id=7&type=${encodeURIComponent(type)}`, 2)).toHaveLength(2);
  });

  it('is not asked for again when it is of another kind', async () => {
    for (const type of ['text/event-streams', 'text/plain'])
      expect(await eventsOf(`/event?id=7&type=${encodeURIComponent(type)}`, 2)).toHaveLength(1);
  });

  it('is asked for with growing pauses when the server wants none', async () => {
    const before = server.seen.length;
    const began = performance.now();
    await eventsOf('/event?id=9&retry=0', 4);
    // The pauses are 0.5, 1 and 2 seconds; a machine that is busy makes them longer only.
    expect(performance.now() - began).toBeGreaterThan(3_000);
    expect(server.seen.length - before).toBe(4);
  });
});
