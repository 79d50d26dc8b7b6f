/** Environments and their jobs, really run by the shell, and what is left of them after a reload. */
import { describe, expect, it } from 'vitest';
import { never } from '../kernel/service.ts';
import type { Tables } from '../storage/memory.ts';
import { codeOf, text } from '../testing/kernel.ts';
import { type WorkBench, workBench } from '../testing/work.ts';
import type { OanixEnv } from './environment.ts';

const submit = (bench: WorkBench, env: OanixEnv, script: string, more: object = {}): string => {
  const spec = { env_id: env.id, kind: { Script: { text: script } }, ...more };
  return bench.work.scheduler.submit(spec)[0] as string;
};

const finished = async (
  bench: WorkBench,
  id: string,
): Promise<{ status: string; stdout: string; stderr: string; error: string | undefined }> => {
  const { status } = await bench.work.scheduler.wait(id);
  const read = async (name: 'stdout' | 'stderr'): Promise<string> => {
    const handle = await bench.work.outputs(id, name);
    return text((await handle.read?.(0, 1 << 20, never)) ?? new Uint8Array(0));
  };
  const [stdout, stderr] = [await read('stdout'), await read('stderr')];
  return { status: status.status, stdout, stderr, error: status.error };
};

const run = (bench: WorkBench, env: OanixEnv, script: string, more: object = {}) =>
  finished(bench, submit(bench, env, script, more));

const inside = (env: OanixEnv, path: string): Promise<string> =>
  env.process.namespace.readFile(path, { cwd: [], signal: never }).then(text);

const task = (more: object = {}, meta: object = {}): object => ({
  task: {
    spec: { id: 't', task_type: 'sum', description: 'Sum it.', input: [1, 2], ...more },
    meta,
  },
});

describe('an environment', () => {
  it('has what its template says, and nothing else', async () => {
    const bench = await workBench();
    const seen = async (value: object): Promise<string> => {
      const env = await bench.work.environments.create(value);
      return (await run(bench, env, 'echo /*')).stdout.trim();
    };
    expect(await seen({ template: 'agent' })).toBe('/bin /dev /logs /proc /task /tmp /workspace');
    expect(await seen({ template: 'sandbox' })).toBe('/bin /dev /logs /proc /tmp /workspace');
    expect(await seen({ template: 'task' })).toBe('/bin /dev /logs /task');
    expect(await seen({ template: 'bench', working_dir: '/' })).toBe(
      '/bin /dev /logs /proc /task /tmp',
    );
  });

  it('runs the commands that sed passes to a shell', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'agent' });
    const script = String.raw`printf 'a\nb\n' | sed -e '1e echo hi' -e 's/b/echo &&/e'; echo 'echo c' | sed e`;
    expect((await run(bench, env, script)).stdout).toBe('hi\na\nbb\nc\n');
  });

  it('works over a copy, which its creator keeps or discards', async () => {
    const bench = await workBench();
    await bench.page.namespace.mkdir('/home/project', bench.page.caller(-1, never));
    await bench.write('/home/project/a.txt', 'old');
    const env = await bench.work.environments.create({
      template: 'agent',
      workspace: '/home/project',
      grants: [{ from: '/home', at: '/data' }],
    });
    const { status, stderr } = await run(
      bench,
      env,
      'cat a.txt; echo new > a.txt; echo b > b.txt; cat /data/project/a.txt; echo x > /data/x',
    );
    expect([status, stderr]).toEqual(['failed', expect.stringMatching(/\/data\/x/)]);
    expect(await bench.read('/home/project/a.txt')).toBe('old');
    const changes = (await env.review.changes()).map(({ op, path }) => `${op} ${path}`);
    expect(changes).toEqual(['modified /workspace/a.txt', 'added /workspace/b.txt']);
    await env.review.commit(['/workspace/b.txt']);
    expect(await bench.read('/home/project/b.txt')).toBe('b\n');
    await env.review.revert();
    expect(await inside(env, '/workspace/a.txt')).toBe('old');
  });

  it('says the same as its task and its logs', async () => {
    const bench = await workBench();
    const made = await bench.work.environments.create(task({ result_schema: { type: 'number' } }));
    const main = { main: true };
    const ended = await run(bench, made, 'cat spec.json > /dev/null; echo 3 > /task/result.json', {
      ...main,
      working_dir: '/task',
    });
    expect(ended.status).toBe('completed');
    expect(made.status).toMatchObject({ status: 'completed', exit_code: 0 });
    expect(made.task?.status.status).toBe('completed');
    expect(made.logs.events.map(({ source, message }) => [source, message])).toEqual([
      ['system', 'started'],
      ['system', 'completed'],
    ]);

    const without = await bench.work.environments.create(task({ result_schema: {} }));
    expect((await run(bench, without, 'true', main)).status).toBe('completed');
    expect(without.status).toMatchObject({ status: 'failed', error: /no result yet/ as never });
  });

  it.each([
    ['exit 3', 'failed', 'failed', 'exit code 3'],
    ['echo fail out of luck > /task/ctl', 'failed', 'failed', 'out of luck'],
    ['echo complete > /task/ctl; exit 3', 'completed', 'completed', undefined],
    ['echo cancel > /task/ctl; sleep 60', 'cancelled', 'cancelled', undefined],
  ])('after %s is %s, its task %s', async (script, status, ofTask, error) => {
    const bench = await workBench();
    const env = await bench.work.environments.create(task());
    await run(bench, env, script, { main: true });
    expect([env.status.status, env.task?.status.status]).toEqual([status, ofTask]);
    expect([env.status.error, env.task?.status.error]).toEqual([error, error]);
    expect(await codeOf(() => submit(bench, env, 'true', { main: true }))).toBe('EINVAL');
  });

  it('ends with the time of its task', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create(task({}, { timeout_secs: 0.1 }));
    await run(bench, env, 'sleep 60', { main: true });
    expect(env.task?.status.status).toBe('timed_out');
    expect(env.status).toMatchObject({ status: 'failed', error: 'it ran longer than 0.1 seconds' });
  });

  it('has in its logs what a job prints, while it runs', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'sandbox' });
    const id = submit(
      bench,
      env,
      'echo first; while ! test -e /tmp/go; do sleep 0.01; done; echo second',
    );
    const printed = (): Promise<string> => inside(env, '/logs/stdout.log');
    await expect.poll(printed).toBe('first\n');
    const handle = await bench.work.outputs(id, 'stdout');
    expect(text((await handle.read?.(0, 100, never)) as Uint8Array)).toBe('first\n');
    bench.work.cancel.bind(bench.work);
    bench.work.scheduler.cancel(id);
    expect((await finished(bench, id)).status).toBe('cancelled');
    expect(await printed()).toBe('first\n');
  });

  it('leaves nothing running when a job has ended, was cancelled, or its environment removed', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'sandbox' });
    await run(bench, env, 'sh -c "sleep 60" & echo started');
    const id = submit(bench, env, 'sh -c "sleep 60"; true');
    await expect.poll(() => bench.kernel.processes.descendants(bench.page).length).toBe(0);
    const alive = (): number =>
      bench.kernel.processes
        .allVisible(bench.page)
        .filter(({ status, ppid }) => !status && ppid !== 0).length;
    await expect.poll(alive).toBe(2);
    bench.work.scheduler.cancel(id);
    await bench.work.scheduler.wait(id);
    expect(alive()).toBe(0);
    const other = submit(bench, env, 'sleep 60');
    await expect.poll(alive).toBe(1);
    await bench.work.remove(env.id);
    expect((await bench.work.scheduler.wait(other)).status.status).toBe('cancelled');
    expect(alive()).toBe(0);
    expect(await codeOf(() => submit(bench, env, 'true'))).toBe('ENOENT');
  });

  it('is forked with its files as they are, and compared', async () => {
    const bench = await workBench();
    await bench.page.namespace.mkdir('/home/project', bench.page.caller(-1, never));
    await bench.write('/home/project/a.txt', 'old');
    const { environments } = bench.work;
    const first = await environments.create({ ...task(), id: 'first', workspace: '/home/project' });
    await run(bench, first, 'echo one > a.txt; echo same > s.txt; echo 1 > /task/result.json', {
      main: true,
    });
    const second = await environments.fork('first', 'second');
    expect(second.status.status).toBe('created');
    expect(second.manifest.forked_from).toBe('first');
    await run(bench, second, 'cat a.txt > b.txt; echo two > a.txt; echo 2 > /task/result.json');
    expect(await inside(first, '/workspace/a.txt')).toBe('one\n');
    expect(await environments.compare('first', 'second')).toMatchObject({
      ns: '',
      files: [
        { path: '/workspace/a.txt', in: 'both' },
        { path: '/workspace/b.txt', in: 'b', sizes: [null, 4] },
      ],
      results: [
        { status: { status: 'completed' }, result: 1 },
        { status: { status: 'created' }, result: 2 },
      ],
    });
    const own = await environments.create({ template: 'bench', id: 'own', working_dir: '/' });
    await run(bench, own, 'mkdir -p app; echo x > app/x; ln -s x app/l');
    const copy = await environments.fork('own');
    expect(await inside(copy, '/app/l')).toBe('x\n');
    await run(bench, copy, 'echo y > app/x');
    expect(await inside(own, '/app/x')).toBe('x\n');
  });

  it.each([
    [null],
    [{ template: 'none' }],
    [{ colour: 1 }],
    [{ id: '../x' }],
    [{ template: 'task', workspace: '/home' }],
    [{ template: 'sandbox', task: {} }],
    [{ template: 'sandbox', grants: [{ from: '/home' }] }],
    [{ grants: [{ from: 'home' }] }],
    [{ grants: [{ from: '/home', access: 'all' }] }],
    [{ limits: { patience: 1 } }],
    [{ limits: { memory: 0 } }],
    [{ task: { spec: { id: 1 } } }],
    [{ working_dir: 'x' }],
    [{ workspace: '/nowhere' }],
  ])('is not made from %j', async (value) => {
    const bench = await workBench();
    expect(await codeOf(() => bench.work.environments.create(value))).toMatch(/EINVAL|ENOENT/);
    expect(bench.work.environments.ids).toEqual([]);
  });
});

describe('a job', () => {
  it('has its variables, its directory and its own namespace', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({
      template: 'sandbox',
      env: { A: 'a', B: 'b' },
    });
    const more = { env: { B: 'c' }, working_dir: '/tmp' };
    const ended = await run(
      bench,
      env,
      'echo $A $B $PWD $PATH; bind /tmp /workspace; ls /home',
      more,
    );
    expect(ended.stdout).toBe('a c /tmp /bin\n');
    expect(ended.stderr).toMatch(/home/);
    expect((await run(bench, env, 'echo x > /workspace/x; ls /tmp')).stdout).toBe('');
  });

  it('calls a registered function, keeps what it returns and why it fails', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'sandbox' });
    const { scheduler } = bench.work;
    const stop = bench.work.register('double', async (input, { print }) => {
      if (typeof input !== 'number') throw new Error('a number is wanted');
      await print('doubling\n');
      return input * 2;
    });
    bench.work.register('never', () => new Promise(() => undefined));
    const custom = (name: string, input: unknown, more: object = {}): string =>
      scheduler.submit({ env_id: env.id, kind: { Custom: { name, input } }, ...more })[0] as string;
    const good = custom('double', 21);
    expect((await finished(bench, good)).stdout).toBe('doubling\n');
    expect(scheduler.job(good).outcome?.value).toBe(42);
    expect((await finished(bench, custom('double', 'x'))).error).toBe('a number is wanted');
    expect((await finished(bench, custom('never', 1, { timeout_secs: 0.05 }))).status).toBe(
      'timed_out',
    );
    stop();
    expect((await finished(bench, custom('double', 1))).error).toMatch(
      /no function 'double'.*never/,
    );
  });

  it('fails where what it returns cannot be kept, and the next job goes on', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'sandbox' });
    const circle: Record<string, unknown> = {};
    circle['x'] = circle;
    const returned: Readonly<Record<string, readonly [value: unknown, reason: string]>> = {
      circular: [circle, 'EINVAL: what the function returned is no JSON: x is inside itself'],
      bigint: [{ n: [1n] }, 'EINVAL: what the function returned is no JSON: n[0] is of the type'],
      function: [() => 1, 'EINVAL: what the function returned is no JSON: it is of the type'],
      huge: ['x'.repeat(2 << 20), 'EFBIG: what the function returned is longer than'],
    };
    bench.work.register('odd', async (name) => returned[name as string]?.[0] as never);
    bench.work.register('throws', async () => {
      throw Object.create(null);
    });
    const custom = (name: string, input: string): string =>
      bench.work.scheduler.submit({
        env_id: env.id,
        kind: { Custom: { name, input } },
      })[0] as string;
    for (const [name, [, reason]] of Object.entries(returned)) {
      const { status, error } = await finished(bench, custom('odd', name));
      expect([status, error]).toEqual(['failed', expect.stringContaining(reason)]);
    }
    expect((await finished(bench, custom('throws', ''))).error).toMatch(/no text/);
    expect((await run(bench, env, 'echo on')).stdout).toBe('on\n');
    await bench.work.flush();
  });

  it('keeps the beginning of what it prints, and counts the rest', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({ template: 'sandbox' });
    const id = submit(bench, env, 'x=$(printf %01024d 0); for i in $(seq 1100); do echo $x; done');
    const { stdout } = await finished(bench, id);
    expect(stdout.length).toBe(1 << 20);
    expect(bench.work.scheduler.job(id).outcome?.dropped).toEqual({
      stdout: 1100 * 1025 - (1 << 20),
      stderr: 0,
    });
  });
});

describe('what goes wrong in between', () => {
  const crash = async (bench: WorkBench, tables: Tables): Promise<WorkBench> =>
    workBench(new Map([...tables].map(([name, rows]) => [name, new Map(rows)])), bench.home);

  it('an environment learns from its job what was not written down of it', async () => {
    const tables: Tables = new Map();
    const bench = await workBench(tables);
    const env = await bench.work.environments.create({ ...task(), id: 'e' });
    const id = submit(bench, env, 'true', { main: true });
    await bench.work.scheduler.wait(id);
    await bench.work.flush();
    const after = await crash(bench, tables);
    expect(after.work.environments.get('e').status.status).toBe('completed');
    expect(after.work.environments.get('e').task?.status.status).toBe('completed');
  });

  it('a main job that waits for its next attempt goes on after a reload', async () => {
    const tables: Tables = new Map();
    const bench = await workBench(tables);
    const env = await bench.work.environments.create({ ...task(), id: 'e', template: 'agent' });
    const id = submit(bench, env, 'sleep 0.1; test -e go || { touch go; exit 1; }', {
      main: true,
      retries: 1,
    });
    await expect.poll(() => env.status.status).toBe('running');
    bench.work.scheduler.pause();
    await expect
      .poll(() => bench.work.scheduler.job(id).status)
      .toMatchObject({
        status: 'pending',
        attempts: 1,
      });
    await bench.work.flush();
    const after = await crash(bench, tables);
    after.work.scheduler.resume();
    expect((await after.work.scheduler.wait(id)).status.status).toBe('completed');
    expect(after.work.environments.get('e').status.status).toBe('completed');
  });

  it('nobody gets the name and the files of one that could not be made again', async () => {
    const tables: Tables = new Map();
    const bench = await workBench(tables);
    await bench.page.namespace.mkdir('/home/project', bench.page.caller(-1, never));
    const first = await bench.work.environments.create({ workspace: '/home/project' });
    await run(bench, first, 'echo secret > s');
    await bench.work.flush();
    const lost = await workBench(tables, bench.home, '/elsewhere');
    expect(lost.work.environments.ids).toEqual([]);
    const second = await lost.work.environments.create({ template: 'sandbox' });
    expect(second.id).not.toBe(first.id);
    expect(await codeOf(() => lost.work.environments.create({ id: first.id }))).toBe('EEXIST');
    await lost.work.flush();
    const again = await workBench(tables, bench.home);
    expect(await inside(again.work.environments.get(first.id), '/workspace/s')).toBe('secret\n');
  });

  it('a name is free when all of who had it is gone', async () => {
    const tables: Tables = new Map();
    const bench = await workBench(tables);
    await bench.work.environments.create({ id: 'e', template: 'sandbox' });
    const removed = bench.work.remove('e');
    expect(
      await codeOf(() => bench.work.environments.create({ id: 'e', template: 'sandbox' })),
    ).toBe('EEXIST');
    await removed;
    await bench.work.environments.create({ id: 'e', template: 'sandbox' });
    await bench.work.flush();
    expect((await crash(bench, tables)).work.environments.ids).toEqual(['e']);
  });

  it('a job has no more than its environment allows, and logs no more than they may', async () => {
    const bench = await workBench();
    const env = await bench.work.environments.create({
      template: 'sandbox',
      limits: { output: 10 },
    });
    const { error } = await run(bench, env, 'echo 0123456789; sleep 9', { max_memory: 5e9 });
    expect(error).toMatch(/output limit/);
    expect((await run(bench, env, 'echo cap 9000000000 > /logs/ctl')).status).toBe('failed');
  });
});

describe('after a reload', () => {
  it('everything is there: files, overlays, results, logs, states; what ran says that it was interrupted', async () => {
    const tables: Tables = new Map();
    const bench = await workBench(tables);
    await bench.page.namespace.mkdir('/home/project', bench.page.caller(-1, never));
    await bench.write('/home/project/a.txt', 'old');
    const { environments, scheduler } = bench.work;
    const done = await environments.create({ ...task(), id: 'done', workspace: '/home/project' });
    const main = submit(
      bench,
      done,
      'echo new > a.txt; echo printed; echo 3 > /task/result.json; echo \'{"level":"info","message":"hm"}\' >> /logs/events.jsonl',
      { main: true },
    );
    await scheduler.wait(main);
    const files = await environments.create({ template: 'bench', id: 'files', working_dir: '/' });
    await run(bench, files, 'echo mine > /mine');
    const busy = await environments.create({ ...task(), id: 'busy' });
    scheduler.concurrency = 1;
    const running = submit(bench, busy, 'echo begun; sleep 60', { main: true });
    await expect.poll(() => inside(busy, '/logs/stdout.log')).toBe('begun\n');
    const queued = submit(bench, files, 'cat /mine');
    await bench.work.flush();

    const again = await workBench(tables, bench.home);
    const env = (id: string): OanixEnv => again.work.environments.get(id);
    expect(again.work.environments.ids).toEqual(['done', 'files', 'busy']);
    expect(env('done').status).toEqual(done.status);
    expect(await inside(env('done'), '/workspace/a.txt')).toBe('new\n');
    expect(await inside(env('done'), '/task/result.json')).toBe('3\n');
    expect(await inside(env('done'), '/logs/stdout.log')).toBe('printed\n');
    expect(env('done').logs.events).toEqual(done.logs.events);
    const lost = 'the page was closed while it ran';
    expect(again.work.scheduler.job(running).status).toMatchObject({
      status: 'interrupted',
      error: lost,
    });
    expect(env('busy').status).toMatchObject({ status: 'failed', error: lost });
    expect(env('busy').task?.status).toMatchObject({ status: 'failed', error: lost });
    expect(again.work.scheduler.status.concurrency).toBe(1);
    expect((await finished(again, queued)).stdout).toBe('mine\n');
    expect((await finished(again, main)).stdout).toBe('printed\n');
    await again.work.remove('done');
    await again.work.flush();
    const last = await workBench(tables, bench.home);
    expect(last.work.environments.ids).toEqual(['files', 'busy']);
  });
});
