/** Environments and jobs in the page: really run, in namespaces of their own, and there after a reload. */
import { expect, hello, type Page, start, test } from './oanix.ts';

/** Makes an environment whose directory holds a WASI program. */
async function agentEnv(page: Page, id: string): Promise<void> {
  await page.evaluate(
    async ([bytes, name]) => {
      const { fs, envs } = window.oanix;
      await fs.mkdir('/home/project', { recursive: true });
      await fs.writeFile('/home/project/hello.wasm', Uint8Array.from(bytes as number[]));
      await fs.writeFile('/home/project/hello.txt', 'hello\n');
      await fs.writeFile('/home/project/a.txt', 'as it was\n');
      const spec = {
        task_type: 'demo',
        description: 'Say hello.',
        result_schema: { type: 'object' },
      };
      await envs.create({ id: name as string, workspace: '/home/project', task: { spec } });
    },
    [Array.from(hello()), id] as const,
  );
}

test('programs, scripts and functions are jobs: they run, say how they ended, and leave the base as it was', async ({
  page,
}) => {
  await start(page);
  await agentEnv(page, 'demo');
  const seen = await page.evaluate(async () => {
    const { envs, sched, fs } = window.oanix;
    sched.register('add', async (input) => (input as number[]).reduce((a, b) => a + b, 0));
    const env_id = 'demo';
    const wasi = await sched.submit({
      env_id,
      kind: { Wasi: { path: '/workspace/hello.wasm', args: ['x'] } },
    });
    const custom = await sched.submit({
      env_id,
      kind: { Custom: { name: 'add', input: [40, 2] } },
    });
    const main = await sched.submit({
      env_id,
      main: true,
      depends_on: [wasi, custom],
      kind: {
        Script: {
          text: 'echo changed > a.txt; ls /home; echo \'{"said":"hello"}\' > /task/result.json',
        },
      },
    });
    const results = await Promise.all([wasi, custom, main].map((id) => sched.wait(id)));
    return {
      states: results.map(({ status }) => status),
      value: results[1]?.value,
      printed: await sched.output(wasi),
      refused: await sched.output(main, 'stderr'),
      status: await envs.status('demo'),
      changes: (await envs.changes('demo')).map(({ op, path }) => `${op} ${path}`),
      base: await fs.readFile('/home/project/a.txt', 'utf8'),
      logs: await fs.readFile('/envs/demo/root/logs/stdout.log', 'utf8'),
      trajectory: JSON.parse(
        await fs.readFile('/envs/demo/root/logs/trajectory.json', 'utf8'),
      ) as object,
    };
  });
  expect(seen.states).toEqual(['completed', 'completed', 'completed']);
  expect(seen.value).toBe(42);
  expect(seen.printed).toContain('Hello from WASI!');
  expect(seen.refused).toMatch(/\/home/);
  expect(seen.status).toMatchObject({ status: 'completed', task: 'completed' });
  expect(seen.changes).toContain('modified /workspace/a.txt');
  expect(seen.base).toBe('as it was\n');
  expect(seen.logs).toBe(seen.printed);
  expect(seen.trajectory).toMatchObject({ schema_version: 'ATIF-v1.4', session_id: 'demo' });
});

test('after a reload what waited runs, what ran was interrupted, and the files are there', async ({
  page,
}) => {
  await start(page);
  await agentEnv(page, 'demo');
  await page.evaluate(async () => {
    const { sched } = window.oanix;
    await sched.concurrency(1);
    const script = (text: string) => ({ env_id: 'demo', kind: { Script: { text } } });
    await sched.submit({
      ...script('echo kept > kept.txt; echo begun; sleep 600'),
      id: 'long',
      main: true,
    });
    await sched.submit({ ...script('cat kept.txt'), id: 'next' });
    while ((await sched.output('long').catch(() => '')) === '')
      await new Promise((resolve) => setTimeout(resolve, 50));
    await window.oanix.fs.sync();
  });
  await page.reload();
  const seen = await page.evaluate(async () => {
    const { sched, envs } = window.oanix;
    await window.oanix.ready;
    const next = await sched.wait('next');
    return {
      long: await sched.wait('long'),
      next: next.status,
      printed: await sched.output('next'),
      env: await envs.status('demo'),
      status: await sched.status(),
    };
  });
  const error = 'the page was closed while it ran';
  expect(seen.long).toMatchObject({ status: 'interrupted', error });
  expect(seen.env).toMatchObject({ status: 'failed', error, task: 'failed' });
  expect([seen.next, seen.printed]).toEqual(['completed', 'kept\n']);
  expect(seen.status.concurrency).toBe(1);
});

test('a job that loops is killed at its time, at its memory, and by hand', async ({ page }) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { envs, sched } = window.oanix;
    await envs.create({ id: 'box', template: 'sandbox' });
    const job = (text: string, more: object = {}) =>
      sched.submit({ env_id: 'box', kind: { Script: { text } }, ...more });
    const loop = await job('while :; do :; done', { timeout_secs: 1 });
    const big = await sched.submit({
      env_id: 'box',
      kind: { Wasi: { path: '/bin/stress.wasm' } },
      max_memory: 65_536,
    });
    const hand = await job('cat.wasm /dev/zero > /dev/null');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sched.cancel(hand);
    const ended = await Promise.all([loop, big, hand].map((id) => sched.wait(id)));
    const alive = (await window.oanix.processes()).filter(
      ({ state, ppid }) => ppid !== 0 && state !== 'exited' && state !== 'killed',
    );
    return { ended, alive: alive.map(({ name }) => name) };
  });
  expect(seen.ended.map(({ status }) => status)).toEqual(['timed_out', 'failed', 'cancelled']);
  expect(seen.ended[1]?.error).toMatch(/memory/);
  expect(seen.alive).toEqual([]);
});

test('a program that is dropped sees neither environments nor jobs of others', async ({ page }) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { envs, fs } = window.oanix;
    await envs.create({ id: 'box', template: 'sandbox' });
    await fs.writeFile(
      '/tmp/look.sh',
      '#!/bin/sh\nls /envs /sched\ncat /envs/box/status\necho x > /sched/submit\n',
    );
    const { stdout, stderr } = await window.oanix.run('/tmp/look.sh');
    return { stdout, stderr };
  });
  expect(seen.stdout).toBe('/envs:\n\n/sched:\n');
  expect(seen.stderr).toMatch(/box\/status: No such file/);
  expect(seen.stderr).toMatch(/submit/);
});
