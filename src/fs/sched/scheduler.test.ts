/** The scheduler against a model of what must hold, under random submissions, cancellations and failures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../../testing/kernel.ts';
import { isOver, type Job, type Outcome } from './jobs.ts';
import { resultOf } from './result.ts';
import { Scheduler, type Settings } from './scheduler.ts';

const script = (more: object = {}): object => ({
  env_id: 'e',
  kind: { Script: { text: 'true' } },
  ...more,
});

/** A host whose jobs end when a test says so, on a clock of its own. */
class Bench {
  readonly running = new Map<string, { job: Job; end: (outcome: Outcome) => void }>();
  readonly started: string[] = [];
  readonly ended: string[] = [];
  readonly forgotten: string[] = [];
  most = 0;
  settings: Settings | undefined;
  clock = Date.parse('2026-01-01T00:00:00Z');
  #timers: { at: number; run: () => void }[] = [];
  #passed = 0;
  readonly scheduler = new Scheduler({
    run: (job, signal) =>
      new Promise((resolve) => {
        this.started.push(job.id);
        const end = (outcome: Outcome): void => {
          this.running.delete(job.id);
          resolve(outcome);
        };
        signal.addEventListener('abort', () => end({ exit_code: 137 }));
        this.running.set(job.id, { job, end });
        this.most = Math.max(this.most, this.running.size);
      }),
    checkEnv: (id) => {
      if (id !== 'e') throw Object.assign(new Error(`no environment ${id}`), { code: 'ENOENT' });
    },
    changed: (job, ended) => void (ended && this.ended.push(job.id)),
    forgotten: (id) => void this.forgotten.push(id),
    keepSettings: (settings) => {
      this.settings = settings;
    },
    now: () => this.clock,
    after: (ms, run) => {
      const timer = { at: this.#passed + ms, run };
      this.#timers.push(timer);
      return () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      };
    },
  });

  pass(ms: number): void {
    this.#passed += ms;
    for (const timer of this.#timers.filter(({ at }) => at <= this.#passed)) timer.run();
    this.#timers = this.#timers.filter(({ at }) => at > this.#passed);
  }

  async end(id: string, exit_code = 0): Promise<void> {
    this.running.get(id)?.end({ exit_code });
    await settled();
  }

  state(id: string): string {
    return this.scheduler.job(id).status.status;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('the scheduler', () => {
  it('runs as many at once as the limit says, higher priority first, then in order', async () => {
    const bench = new Bench();
    bench.scheduler.concurrency = 1;
    bench.scheduler.submit([
      script({ id: 'first' }),
      script({ id: 'low', priority: -1 }),
      script({ id: 'second' }),
      script({ id: 'high', priority: 5 }),
    ]);
    for (const id of ['high', 'first', 'second', 'low']) {
      expect([...bench.running.keys()]).toEqual([id]);
      await bench.end(id);
    }
    bench.scheduler.concurrency = 3;
    bench.scheduler.submit(Array.from({ length: 5 }, () => script()));
    expect(bench.running.size).toBe(3);
  });

  it('keeps the exit code, and calls one that is not 0 a failure', async () => {
    const bench = new Bench();
    const [id = ''] = bench.scheduler.submit(script());
    await bench.end(id, 3);
    expect(resultOf(bench.scheduler.job(id))).toMatchObject({
      status: 'failed',
      exit_code: 3,
      error: 'exit code 3',
      attempts: 1,
    });
  });

  it('tries again as often as it was told, and says how often', async () => {
    const bench = new Bench();
    const [id = ''] = bench.scheduler.submit(script({ retries: 2 }));
    await bench.end(id, 1);
    await bench.end(id, 1);
    expect(bench.state(id)).toBe('running');
    await bench.end(id, 0);
    expect(bench.scheduler.job(id).status).toMatchObject({ status: 'completed', attempts: 3 });
  });

  it('kills what takes too long, and tries that again too', async () => {
    const bench = new Bench();
    const [id = ''] = bench.scheduler.submit(script({ timeout_secs: 2, retries: 1 }));
    bench.pass(1999);
    expect(bench.running.size).toBe(1);
    bench.pass(1);
    await settled();
    expect(bench.scheduler.job(id).status).toMatchObject({ status: 'running', attempts: 2 });
    bench.pass(2000);
    await settled();
    expect(bench.scheduler.job(id).status).toMatchObject({
      status: 'timed_out',
      error: 'it ran longer than 2 seconds',
    });
  });

  it('waits for what a job depends on, and fails it where that does not complete', async () => {
    const bench = new Bench();
    bench.scheduler.submit([
      script({ id: 'c', depends_on: ['b'] }),
      script({ id: 'b', depends_on: ['a'] }),
      script({ id: 'a' }),
      script({ id: 'd', depends_on: ['c', 'a'] }),
    ]);
    expect([...bench.running.keys()]).toEqual(['a']);
    await bench.end('a');
    expect([...bench.running.keys()]).toEqual(['b']);
    await bench.end('b', 1);
    expect(bench.scheduler.job('c').status.error).toBe('it depends on b, which is failed');
    expect(bench.scheduler.job('d').status.error).toBe('it depends on c, which is failed');
    bench.scheduler.submit(script({ id: 'late', depends_on: ['c'] }));
    expect(bench.state('late')).toBe('failed');
  });

  it('refuses a circle, a stranger, a double name and what is no job, and takes none of the list', async () => {
    const { scheduler } = new Bench();
    const refused = (value: unknown): Promise<string> => codeOf(() => scheduler.submit(value));
    const circle = [
      script({ id: 'a', depends_on: ['c'] }),
      script({ id: 'b', depends_on: ['a'] }),
      script({ id: 'c', depends_on: ['b'] }),
    ];
    expect(() => scheduler.submit(circle)).toThrow(/a → c → b → a/);
    expect(() => scheduler.submit(script({ id: 'x', depends_on: ['x'] }))).toThrow(/x → x/);
    expect(await refused([script({ id: 'a' }), script({ depends_on: ['nobody'] })])).toBe('EINVAL');
    expect(await refused([script({ id: 'a' }), script({ id: 'a' })])).toBe('EEXIST');
    for (const bad of [
      null,
      [],
      'text',
      script({ kind: { Script: {} } }),
      script({ kind: { Wasi: {} } }),
      script({ kind: { Wasi: { path: '/a', bytes: 'AA==' } } }),
      script({ kind: { Script: { text: 'x' }, Custom: { name: 'x' } } }),
      script({ kind: { constructor: {} } }),
      script({ priority: 0.5 }),
      script({ retries: -1 }),
      script({ timeout_secs: 0 }),
      script({ colour: 'red' }),
      script({ id: '../x' }),
      script({ env: { 'A=B': 'c' } }),
    ])
      expect([JSON.stringify(bad), await refused(bad)]).toEqual([JSON.stringify(bad), 'EINVAL']);
    expect(scheduler.jobs.size).toBe(0);
  });

  it('cancels what waits at once, kills what runs, and refuses what is over', async () => {
    const bench = new Bench();
    bench.scheduler.concurrency = 1;
    bench.scheduler.submit([script({ id: 'a' }), script({ id: 'b' }), script({ id: 'c' })]);
    bench.scheduler.cancel('b');
    expect(bench.state('b')).toBe('cancelled');
    bench.scheduler.cancel('a');
    await settled();
    expect([bench.state('a'), bench.state('c')]).toEqual(['cancelled', 'running']);
    expect(await codeOf(() => bench.scheduler.cancel('a'))).toBe('EINVAL');
    expect(bench.started).toEqual(['a', 'c']);
  });

  it('starts nothing while it is paused, and lets go on what runs', async () => {
    const bench = new Bench();
    bench.scheduler.concurrency = 1;
    bench.scheduler.submit([script({ id: 'a' }), script({ id: 'b' })]);
    bench.scheduler.pause();
    await bench.end('a');
    expect([bench.state('a'), bench.state('b')]).toEqual(['completed', 'pending']);
    bench.scheduler.resume();
    expect(bench.state('b')).toBe('running');
  });

  it('fails what waits for an environment that is removed, and ends what runs there', async () => {
    const bench = new Bench();
    bench.scheduler.concurrency = 1;
    bench.scheduler.submit([script({ id: 'a', retries: 3 }), script({ id: 'b' })]);
    bench.scheduler.envRemoved('e');
    await settled();
    expect(bench.state('a')).toBe('cancelled');
    expect(bench.scheduler.job('b').status.error).toBe('its environment was removed');
  });

  it('has times that follow each other on a clock that goes backwards', async () => {
    const bench = new Bench();
    const [id = ''] = bench.scheduler.submit(script());
    bench.clock -= 3_600_000;
    await bench.end(id);
    const { created_at, started_at, finished_at } = bench.scheduler.job(id).status;
    expect([created_at, started_at, finished_at].every((time) => time === created_at)).toBe(true);
    expect(resultOf(bench.scheduler.job(id))).toMatchObject({ duration_ms: 0 });
  });

  it('after a reload has what was queued in its order, and what ran as interrupted', async () => {
    const before = new Bench();
    before.scheduler.concurrency = 1;
    before.scheduler.submit(script({ id: 'ran' }));
    before.scheduler.submit([
      script({ id: 'low' }),
      script({ id: 'high', priority: 1 }),
      script({ id: 'needs', depends_on: ['ran'] }),
    ]);
    const kept = JSON.parse(JSON.stringify([...before.scheduler.jobs.values()])) as Job[];
    const after = new Bench();
    after.scheduler.restore(kept.reverse(), before.settings);
    expect(after.scheduler.job('ran').status).toMatchObject({
      status: 'interrupted',
      error: 'the page was closed while it ran',
    });
    expect(after.state('needs')).toBe('failed');
    expect([...after.running.keys()]).toEqual(['high']);
    await after.end('high');
    expect([...after.running.keys()]).toEqual(['low']);
    expect(after.scheduler.submit(script())).toEqual(['job-5']);
  });

  it('remembers a bounded number, and never forgets what something waits for', async () => {
    const bench = new Bench();
    bench.scheduler.submit(script({ id: 'needed' }));
    await bench.end('needed');
    bench.scheduler.submit([
      script({ id: 'slow' }),
      script({ id: 'waits', depends_on: ['needed', 'slow'] }),
    ]);
    for (let i = 0; i < 600; i++) {
      bench.scheduler.submit(script({ id: `n${i}` }));
      await bench.end(`n${i}`);
    }
    expect(bench.scheduler.jobs.size).toBeLessThan(510);
    expect(bench.scheduler.jobs.has('needed')).toBe(true);
    expect(bench.forgotten).toContain('n0');
    await bench.end('slow');
    expect(bench.state('waits')).toBe('running');
  });

  it('gives names that nobody else in the list has', () => {
    const { scheduler } = new Bench();
    expect(
      scheduler.submit([script(), script({ id: 'job-1' }), script({ id: 'job-3' }), script()]),
    ).toEqual(['job-1-1', 'job-1', 'job-3', 'job-4']);
  });

  it('fails a chain of thousands from its first on, and tells who waits for one that is forgotten', async () => {
    const bench = new Bench();
    const chain = Array.from({ length: 5000 }, (_, i) =>
      script({ id: `c${i}`, depends_on: i === 0 ? [] : [`c${i - 1}`] }),
    );
    bench.scheduler.submit(chain);
    const second = bench.scheduler.wait('c1');
    await bench.end('c0', 1);
    expect((await second).status.error).toBe('it depends on c0, which is failed');
    expect(bench.scheduler.status.pending).toBe(0);
    expect(bench.ended.length).toBe(5000);
  });

  it('keeps what a job that is tried again depends on', async () => {
    const bench = new Bench();
    bench.scheduler.submit(script({ id: 'needed' }));
    await bench.end('needed');
    bench.scheduler.submit(script({ id: 'again', depends_on: ['needed'], retries: 1 }));
    for (let i = 0; i < 510; i++) {
      bench.scheduler.submit(script({ id: `n${i}` }));
      await bench.end(`n${i}`);
    }
    await bench.end('again', 1);
    expect(bench.state('again')).toBe('running');
  });

  it('does not try again what is cancelled in the moment in which its time is over', async () => {
    const bench = new Bench();
    const [id = ''] = bench.scheduler.submit(script({ timeout_secs: 1, retries: 5 }));
    bench.pass(1000);
    bench.scheduler.cancel(id);
    await settled();
    expect(bench.state(id)).toBe('cancelled');
  });

  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('submit' as const),
        priority: fc.integer({ min: -2, max: 2 }),
        retries: fc.integer({ min: 0, max: 2 }),
        needs: fc.array(fc.nat(30), { maxLength: 2 }),
        timeout: fc.option(fc.integer({ min: 1, max: 5 })),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ op: fc.constant('end' as const), which: fc.nat(), code: fc.nat(2) }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('cancel' as const), which: fc.nat() }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('limit' as const),
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constantFrom('pause' as const, 'resume' as const, 'remove' as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.nat(4000) }) },
  );

  it('loses no job, runs none twice and never more than the limit, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const bench = new Bench();
        const { scheduler } = bench;
        const submitted: string[] = [];
        let limit = 4;
        for (const each of steps) {
          const most = scheduler.status.running;
          bench.most = most;
          if (each.op === 'submit') {
            const depends_on = submitted.length
              ? [
                  ...new Set(each.needs.map((n) => submitted[n % submitted.length] as string)),
                ].filter((id) => scheduler.jobs.has(id))
              : [];
            submitted.push(
              ...scheduler.submit(
                script({
                  priority: each.priority,
                  retries: each.retries,
                  depends_on,
                  timeout_secs: each.timeout,
                }),
              ),
            );
          } else if (each.op === 'end') {
            const ids = [...bench.running.keys()];
            if (ids.length) await bench.end(ids[each.which % ids.length] as string, each.code);
          } else if (each.op === 'cancel') {
            const id = submitted[each.which % Math.max(1, submitted.length)];
            if (id !== undefined && !isOver(scheduler.job(id))) scheduler.cancel(id);
          } else if (each.op === 'limit') {
            limit = each.count;
            scheduler.concurrency = limit;
          } else if (each.op === 'pass') bench.pass(each.ms);
          else if (each.op === 'remove') scheduler.envRemoved('e');
          else scheduler[each.op]();
          await settled();
          // Lowering the limit ends nothing; beyond that it holds.
          expect(bench.most).toBeLessThanOrEqual(Math.max(limit, most));
          expect(scheduler.status.running).toBe(bench.running.size);
        }
        scheduler.resume();
        for (let turns = 0; bench.running.size > 0 && turns < 1000; turns++)
          await bench.end([...bench.running.keys()][0] as string);
        // Each ended exactly once, and was started as often as it says.
        expect([...bench.ended].sort()).toEqual([...submitted].sort());
        for (const id of submitted) {
          const { attempts } = scheduler.job(id).status;
          expect(bench.started.filter((each) => each === id).length).toBe(attempts);
          expect(attempts).toBeLessThanOrEqual(scheduler.job(id).spec.retries + 1);
          if (scheduler.job(id).status.status !== 'completed') continue;
          for (const needed of scheduler.job(id).spec.depends_on)
            expect(bench.state(needed)).toBe('completed');
        }
      }),
      { numRuns: 200 },
    );
  });
});
