/** Logs only grow, hold at most their cap, and become a trajectory. */
import { describe, expect, it } from 'vitest';
import { invalid } from '../../env/schema.ts';
import type { Json } from '../../kernel/service.ts';
import { never } from '../../kernel/service.ts';
import { atif } from '../../testing/atif.ts';
import { codeOf, namespaceOf, read, text } from '../../testing/kernel.ts';
import { Logs } from './logs.ts';
import { LogsFs } from './logsfs.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
let time = Date.parse('2026-01-01T00:00:00Z');

async function start() {
  const logs = new Logs({ now: () => (time += 1_000) });
  const fs = new LogsFs(logs, { agent: { name: 'a', version: '1' }, session: 's' });
  const ns = await namespaceOf([['/logs', fs]]);
  const append = async (path: string, value: string): Promise<void> => {
    const handle = await fs.open([path], { write: true, append: true });
    await handle.write?.('end', bytes(value), never);
    await handle.close?.();
  };
  const event = (value: unknown) =>
    codeOf(() => append('events.jsonl', `${JSON.stringify(value)}\n`));
  return { logs, fs, ns, append, event };
}

describe('logs', () => {
  it('are appended to and read as they grow; nothing else is done to them', async () => {
    const { fs, ns, append } = await start();
    await append('stdout.log', 'one\n');
    const tail = await fs.open(['stdout.log'], { read: true });
    expect(text((await tail.read?.(0, 100, never)) as Uint8Array)).toBe('one\n');
    await append('stdout.log', 'two\n');
    expect(text((await tail.read?.(4, 100, never)) as Uint8Array)).toBe('two\n');
    expect(await read(ns, '/logs/stdout.log')).toBe('one\ntwo\n');
    expect(await codeOf(() => fs.open(['stdout.log'], { write: true, truncate: true }))).toBe(
      'EACCES',
    );
    expect(await codeOf(() => fs.open(['status'], { write: true }))).toBe('EACCES');
    expect(await codeOf(() => fs.open(['ctl'], { read: true }))).toBe('EACCES');
    expect(await codeOf(() => fs.open(['none'], { read: true }))).toBe('ENOENT');
  });

  it('hold at most their cap: the oldest lines go, are counted, and who reads goes on', async () => {
    const { fs, logs, append } = await start();
    await append('ctl', 'cap 2000');
    const tail = await fs.open(['stdout.log'], { read: true });
    let at = 0;
    const seen: string[] = [];
    for (let i = 0; i < 500; i++) {
      await append('stdout.log', `line ${i}\n`);
      // It reads now and then, too seldom to see all.
      if (i % 300 !== 299) continue;
      for (;;) {
        const part = (await tail.read?.(at, 64, never)) as Uint8Array;
        if (part.length === 0) break;
        at += part.length;
        seen.push(text(part));
      }
    }
    const { start: first, end, dropped } = logs.streams['stdout.log'];
    expect(end - first).toBeLessThanOrEqual(2000);
    expect(dropped).toBe(first);
    const lines = seen.join('').trimEnd().split('\n');
    expect(lines.at(-1)).toBe('line 299');
    // Whole lines, without a gap from the oldest that was there.
    const oldest = Number(lines[0]?.slice(5));
    expect(lines).toEqual(Array.from({ length: 300 - oldest }, (_, i) => `line ${oldest + i}`));
    for (let i = 0; i < 300; i++) logs.add({ level: 'info', message: `e${i}` }, 'agent');
    expect(logs.lines().reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(2000);
    expect(logs.events.at(-1)?.seq).toBe(300);
    expect(logs.status.dropped['events']).toBe(300 - logs.events.length);
  });

  it('take events that are such, and say what is wrong with others', async () => {
    const { ns, event, append } = await start();
    expect(await event({ level: 'info', message: 'hello', data: { n: 1 } })).toBe('ok');
    for (const bad of [
      'text',
      [],
      null,
      { level: 'loud', message: 'x' },
      { level: 'info' },
      { level: 'info', message: 1 },
      { level: 'info', message: 'x', seq: 7 },
    ])
      expect(await event(bad), JSON.stringify(bad)).toBe('EINVAL');
    expect(await codeOf(() => append('events.jsonl', '{"level":"info",\n'))).toBe('EINVAL');
    // The last line counts when it is closed.
    await append('events.jsonl', '{"level":"warn","message":"no newline"}');
    await append('ctl', 'level warn');
    expect(await event({ level: 'info', message: 'not of interest' })).toBe('ok');
    const lines = (await read(ns, '/logs/events.jsonl')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Json)).toMatchObject([
      { seq: 1, source: 'agent', level: 'info', message: 'hello', data: { n: 1 } },
      { seq: 2, source: 'agent', level: 'warn', message: 'no newline' },
    ]);
    for (const bad of ['level loud', 'cap 10', 'cap x', 'clear all', 'stop'])
      expect(await codeOf(() => append('ctl', bad)), bad).toBe('EINVAL');
    await append('ctl', 'clear');
    expect(await read(ns, '/logs/events.jsonl')).toBe('');
    expect(await event({ level: 'error', message: 'on' })).toBe('ok');
    expect(JSON.parse(await read(ns, '/logs/events.jsonl'))).toMatchObject({ seq: 3 });
  });

  it('are followed: every new event as it comes, and the wait can be ended', async () => {
    const { fs, logs } = await start();
    logs.add({ level: 'info', message: 'before' }, 'system');
    const follow = await fs.open(['follow'], { read: true });
    const first = follow.read?.(0, 1_000, never) as Promise<Uint8Array>;
    logs.add({ level: 'info', message: 'after' }, 'system');
    expect(JSON.parse(text(await first))).toMatchObject({ seq: 2, message: 'after' });
    const abort = new AbortController();
    const waiting = codeOf(() => follow.read?.(0, 10, abort.signal));
    abort.abort();
    expect(await waiting).toBe('EINTR');
    await follow.close?.();
    logs.add({ level: 'info', message: 'nobody hears' }, 'system');
  });

  it('become a trajectory that is ATIF v1.4, whatever was written', async () => {
    const { ns, logs, event } = await start();
    logs.add({ level: 'info', message: 'You are an agent.' }, 'system');
    logs.add({ level: 'info', message: 'Add 1 and 2.', data: { tool_calls: [] } }, 'user');
    const call = { tool_call_id: 'c1', function_name: 'add', arguments: { a: 1, b: 2 } };
    await event({
      level: 'info',
      message: 'I add.',
      data: {
        tool_calls: [call],
        observation: { results: [{ source_call_id: 'c1', content: '3' }] },
        metrics: { completion_tokens: 7 },
        mood: 'good',
      },
    });
    for (const data of [
      7,
      'x',
      [1],
      { tool_calls: 'all' },
      { observation: { results: [{ content: 3 }] } },
    ])
      await event({ level: 'debug', message: 'odd', data });
    const trajectory = JSON.parse(await read(ns, '/logs/trajectory.json')) as {
      steps: Record<string, Json>[];
    };
    expect(invalid(atif, trajectory as never)).toBeUndefined();
    expect(trajectory.steps).toHaveLength(8);
    expect(trajectory.steps[2]).toMatchObject({
      step_id: 3,
      source: 'agent',
      tool_calls: [call],
      metrics: { completion_tokens: 7 },
      extra: { level: 'info', mood: 'good' },
    });
    expect(trajectory.steps[1]).not.toHaveProperty('tool_calls');
    // The check itself can fail.
    expect(invalid(atif, { ...trajectory, steps: [{ step_id: 0 }] } as never)).toBeDefined();
  });
});
