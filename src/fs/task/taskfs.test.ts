/** A task goes only where it may, and its result is whole or not there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invalid } from '../../env/schema.ts';
import type { Json } from '../../kernel/service.ts';
import { codeOf, namespaceOf, read, text, write } from '../../testing/kernel.ts';
import { Task, type TaskHost, taskFrom } from './task.ts';
import { TaskFs } from './taskfs.ts';

class Clock implements TaskHost {
  time = Date.parse('2026-01-01T00:00:00Z');
  readonly timers: { at: number; run: () => void }[] = [];
  #elapsed = 0;
  readonly invalid = invalid;
  now = (): number => this.time;
  after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#elapsed + ms, run };
    this.timers.push(timer);
    return () => void this.timers.splice(this.timers.indexOf(timer), 1);
  };
  pass(ms: number): void {
    const until = this.#elapsed + ms;
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#elapsed = due.at;
      this.timers.splice(this.timers.indexOf(due), 1);
      due.run();
    }
    this.#elapsed = until;
  }
}

const spec = { id: 't', task_type: 'sum', description: 'Add.', input: [1, 2] };
const schema = {
  type: 'object',
  properties: { sum: { type: 'integer' } },
  required: ['sum'],
  additionalProperties: false,
} satisfies Json;

async function start(more: object = {}, meta: object = {}) {
  const clock = new Clock();
  const task = new Task(...taskFrom({ ...spec, ...more }, meta, clock.time), clock);
  const ns = await namespaceOf([['/task', new TaskFs(task)]]);
  const status = async (): Promise<{ status: string; error?: string }> =>
    JSON.parse(await read(ns, '/task/status')) as never;
  const tell = (line: string) => codeOf(() => write(ns, '/task/ctl', line));
  const names = async (): Promise<string[]> =>
    (await new TaskFs(task).readdir([])).map(({ name }) => name);
  return { clock, task, ns, status, tell, names };
}

describe('a task', () => {
  it('shows what it is', async () => {
    const { ns, status, names } = await start({ result_schema: schema }, { tags: ['a'] });
    expect(JSON.parse(await read(ns, '/task/spec.json'))).toEqual({
      ...spec,
      result_schema: schema,
    });
    expect(JSON.parse(await read(ns, '/task/meta.json'))).toEqual({
      created_at: '2026-01-01T00:00:00.000Z',
      tags: ['a'],
      timeout_secs: null,
      version: 1,
    });
    expect(await status()).toEqual({ status: 'pending' });
    expect(await names()).toEqual(['spec.json', 'meta.json', 'status', 'ctl']);
    for (const path of ['/task/spec.json', '/task/status', '/task/other'])
      expect(await codeOf(() => write(ns, path, 'x')), path).toBe('EACCES');
  });

  it('goes only from state to state as it may, whatever is asked of it', async () => {
    const may: Record<string, Record<string, string>> = {
      pending: { start: 'running', cancel: 'cancelled' },
      running: { complete: 'completed', 'fail it broke': 'failed', cancel: 'cancelled' },
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            'start',
            'complete',
            'fail it broke',
            'cancel',
            'stop',
            'start now',
            'fail',
          ),
        ),
        async (lines) => {
          const { tell, status } = await start();
          let at = 'pending';
          for (const line of lines) {
            const to = may[at]?.[line];
            expect(await tell(line)).toBe(to === undefined ? 'EINVAL' : 'ok');
            at = to ?? at;
            expect((await status()).status).toBe(at);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps its result only where it is JSON and holds the schema; what was there stays', async () => {
    const { ns, tell, names } = await start({ result_schema: schema });
    const put = (result: string) => codeOf(() => write(ns, '/task/result.json', result));
    await tell('start');
    expect(await put('{"sum": ')).toBe('EINVAL');
    expect(await names()).not.toContain('result.json');
    expect(await tell('complete')).toBe('EINVAL');
    expect(await put('{"sum": 3}')).toBe('ok');
    for (const bad of ['{"sum": "3"}', '{}', '{"sum": 3, "more": 1}', '[]', '']) {
      expect(await put(bad), bad).toBe('EINVAL');
      expect(await read(ns, '/task/result.json')).toBe('{"sum": 3}');
    }
    expect(await names()).toContain('result.json');
    expect(await tell('complete')).toBe('ok');
    expect(await put('{"sum": 4}')).toBe('EACCES');
    expect(await read(ns, '/task/result.json')).toBe('{"sum": 3}');
  });

  it('has a result of 16 MiB at most; one that is larger leaves the old one', async () => {
    const { ns, tell } = await start();
    await tell('start');
    const put = (size: number) =>
      codeOf(() => write(ns, '/task/result.json', `"${'x'.repeat(size - 2)}"`));
    expect(await put(10)).toBe('ok');
    expect(await put(16 * 2 ** 20 + 1)).toBe('EFBIG');
    expect(await read(ns, '/task/result.json')).toBe(`"${'x'.repeat(8)}"`);
    expect(await put(16 * 2 ** 20)).toBe('ok');
  });

  it('takes a result that was written in parts when it is synced, not before', async () => {
    const { task } = await start();
    const fs = new TaskFs(task);
    task.start();
    await fs.create(['result.json'], 'file');
    const handle = await fs.open(['result.json'], { write: true });
    await handle.write?.(0, new TextEncoder().encode('[1,'), new AbortController().signal);
    expect(await codeOf(() => handle.sync?.())).toBe('EINVAL');
    await handle.write?.('end', new TextEncoder().encode('2]'), new AbortController().signal);
    expect(task.result).toBeUndefined();
    await handle.sync?.();
    expect(text(task.result as Uint8Array)).toBe('[1,2]');
    await handle.close?.();
  });

  it('times out by the host, at the time that it was given', async () => {
    const { clock, tell, status } = await start({}, { timeout_secs: 5_000_000 });
    await tell('start');
    clock.pass(4_999_999_000);
    expect((await status()).status).toBe('running');
    clock.pass(1_000);
    expect(await status()).toMatchObject({
      status: 'timed_out',
      error: expect.stringContaining('5000000'),
    });
    expect(await tell('complete')).toBe('EINVAL');
    const done = await start({}, { timeout_secs: 1 });
    await done.tell('start');
    await done.tell('complete');
    done.clock.pass(10_000);
    expect((await done.status()).status).toBe('completed');
    expect(done.clock.timers).toEqual([]);
  });

  it('never finished before it has begun, also when the clock goes backwards', async () => {
    const { clock, tell, ns } = await start();
    await tell('start');
    clock.time -= 60_000;
    await tell('complete');
    const status = JSON.parse(await read(ns, '/task/status')) as Record<string, string>;
    expect((status['finished_at'] ?? '') >= (status['started_at'] ?? 'z')).toBe(true);
  });

  it('tells who watches, also of what happens by itself', async () => {
    const { clock, task } = await start({}, { timeout_secs: 1 });
    const heard: string[] = [];
    const stop = new TaskFs(task).watch([], (paths) =>
      heard.push(...paths.map((path) => path.join('/'))),
    );
    task.start();
    task.setResult(new TextEncoder().encode('1'));
    clock.pass(1_000);
    stop();
    expect(heard).toEqual(['status', 'result.json', 'status']);
  });

  it('says what a spec lacks', () => {
    for (const bad of [
      null,
      [],
      'x',
      {},
      { ...spec, id: 1 },
      { id: 'a', task_type: 'b', description: 'c' },
    ])
      expect(() => taskFrom(bad, {}, 0)).toThrow('EINVAL');
    for (const meta of [
      { timeout_secs: -1 },
      { timeout_secs: 'x' },
      { tags: 'a' },
      { tags: [1] },
      [],
    ])
      expect(() => taskFrom(spec, meta, 0)).toThrow('EINVAL');
  });
});
