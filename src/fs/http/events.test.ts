/** The waits between the connections of an event stream, and the id that each connection asks from. */
import { describe, expect, it } from 'vitest';
import { Queue } from '../../kernel/queue.ts';
import { never } from '../../kernel/service.ts';
import { pumpEvents } from './events.ts';

interface Connection {
  readonly text: string;
  /** How long it lives, in milliseconds. */
  readonly lasts: number;
}

/** Pumps connections one after the other by a clock that stands still while nothing waits. */
async function pumped(
  ...connections: readonly Connection[]
): Promise<{ readonly waits: number[]; readonly asked: string[]; readonly failure: unknown }> {
  const [waits, asked]: [number[], string[]] = [[], []];
  let now = 0;
  let failure: unknown;
  const left = [...connections];
  let current = left.shift();
  const stream = {
    read: async () => {
      const { text, lasts } = current ?? { text: '', lasts: 0 };
      current = undefined;
      now += lasts;
      return new TextEncoder().encode(text);
    },
    mayRepeat: () => left.length > 0,
    failed: (error: unknown) => {
      failure = error;
    },
    repeat: async (lastId: string) => {
      asked.push(lastId);
      current = left.shift();
    },
  };
  const host = {
    now: () => now,
    after: (ms: number, run: () => void) => {
      waits.push(ms);
      now += ms;
      queueMicrotask(run);
      return () => undefined;
    },
  };
  await pumpEvents(stream, new Queue(1 << 20), host, never);
  return { waits, asked, failure };
}

const event = (text: string, lasts = 0): Connection => ({ text: `${text}\ndata: x\n\n`, lasts });
const times = (count: number, connection: Connection): Connection[] =>
  Array.from({ length: count }, () => connection);

describe('the wait before an event stream is connected again', () => {
  it('is three seconds where the server tells none', async () => {
    expect((await pumped(...times(4, event('id: 1')))).waits).toEqual([3000, 3000, 3000]);
  });

  it('is at least half a second, and doubles up to three while connections end within ten', async () => {
    const { waits } = await pumped(...times(6, event('retry: 0', 9_999)));
    expect(waits).toEqual([500, 1000, 2000, 3000, 3000]);
  });

  it('is half a second after a connection that lived ten, whatever came before', async () => {
    const { waits } = await pumped(
      ...times(3, event('retry: 0')),
      event('retry: 0', 10_000),
      event('retry: 0', 60_000),
      ...times(2, event('retry: 0')),
    );
    expect(waits).toEqual([500, 1000, 2000, 500, 500, 500]);
  });

  it('is what the server tells, up to a minute', async () => {
    expect((await pumped(...times(2, event('retry: 7000')))).waits).toEqual([7000]);
    expect((await pumped(...times(2, event('retry: 3600000')))).waits).toEqual([60_000]);
  });

  it('comes five times in a row without an event, and then no connection is made that nobody reads', async () => {
    const silent = times(20, { text: '', lasts: 0 });
    expect(await pumped(...silent)).toMatchObject({ asked: Array(5).fill('') });
    const { waits, asked } = await pumped(...silent.slice(0, 4), event('id: 1'), ...silent);
    expect([waits.length, asked.length]).toEqual([9, 9]);
  });
});

describe('the id that an event stream is asked for again from', () => {
  it('is the last one, also of a connection before the last', async () => {
    const { asked } = await pumped(event('id: 1'), event('id: 2'), event(''), event('id: 3'));
    expect(asked).toEqual(['1', '2', '2']);
  });

  it('is empty after an empty one', async () => {
    const { asked } = await pumped(event('id: 1'), event('id:'), event('id'), event('id: 2'));
    expect(asked).toEqual(['1', '', '']);
  });

  it('is that of an event that the end of the connection left unfinished no more', async () => {
    const cut: Connection = { text: 'id: 2\ndata: x', lasts: 0 };
    expect((await pumped(event('id: 1'), cut, event('id: 3'))).asked).toEqual(['1', '1']);
  });
});
