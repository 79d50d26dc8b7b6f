/** Environments and jobs by their files alone. */
import { describe, expect, it } from 'vitest';
import { EnvsFs } from '../fs/envs/envsfs.ts';
import { SchedFs } from '../fs/sched/schedfs.ts';
import { OPEN } from '../kernel/operations.ts';
import { never } from '../kernel/service.ts';
import { codeOf, text } from '../testing/kernel.ts';
import { type WorkBench, workBench } from '../testing/work.ts';

const start = async (): Promise<WorkBench> => {
  const bench = await workBench();
  const { kernel, page, work } = bench;
  const as = page.caller(-1, never);
  await page.namespace.mount(kernel.sources.of(new EnvsFs(work)), '/envs', { create: true }, as);
  const sched = new SchedFs(work.scheduler, work.outputs);
  await page.namespace.mount(kernel.sources.of(sched), '/sched', { create: true }, as);
  return bench;
};

const ask = async ({ kernel, page }: WorkBench, path: string, line: unknown): Promise<unknown> => {
  const flags = OPEN.read | OPEN.write;
  const { fd } = await kernel.call(page, 'open', { dir: -1, path, flags }, never);
  const data = new TextEncoder().encode(
    `${typeof line === 'string' ? line : JSON.stringify(line)}\n`,
  );
  await kernel.call(page, 'write', { fd, data }, never);
  const reply = await kernel.call(page, 'read', { fd, count: 1 << 20 }, never);
  await kernel.call(page, 'close', { fd }, never);
  return JSON.parse(text(reply.data));
};

const json = async (bench: WorkBench, path: string): Promise<unknown> =>
  JSON.parse(await bench.read(path));

const list = async ({ page }: WorkBench, path: string): Promise<string[]> =>
  (await page.namespace.list(path.split('/').filter(Boolean), page.caller(-1, never)))
    .map(({ name }) => name)
    .sort();

/** Changes are told in batches. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

describe('/envs and /sched', () => {
  it('make an environment, run a job in it and tell how it ended', async () => {
    const bench = await start();
    expect(await ask(bench, '/envs/create', { template: 'sandbox', id: 'box' })).toEqual({
      id: 'box',
    });
    const kind = { Script: { text: 'echo hello; echo oops >&2; echo kept > kept.txt' } };
    expect(
      await ask(bench, '/sched/submit', { env_id: 'box', kind, id: 'one', main: true }),
    ).toEqual({
      id: 'one',
    });
    expect(await json(bench, '/sched/jobs/one/wait')).toMatchObject({ status: 'completed' });
    const mounts = (await json(bench, '/envs/box/mounts')) as { at: string }[];
    const lines = (await bench.read('/envs/box/ns')).trim().split('\n');
    for (const { at } of mounts) expect(lines.join('\n')).toContain(` ${at}`);
    expect(mounts.map(({ at }) => at)).toEqual(expect.arrayContaining(['/workspace', '/logs']));
    expect(await bench.read('/sched/jobs/one/stdout')).toBe('hello\n');
    expect(await bench.read('/sched/jobs/one/stderr')).toBe('oops\n');
    expect(await json(bench, '/sched/jobs/one/result.json')).toMatchObject({
      job_id: 'one',
      exit_code: 0,
      attempts: 1,
    });
    expect(await json(bench, '/sched/jobs/one/spec.json')).toMatchObject({ id: 'one', retries: 0 });
    expect(await json(bench, '/envs/box/status')).toMatchObject({
      status: 'completed',
      task: null,
    });
    expect(await json(bench, '/sched/status')).toMatchObject({ ended: { completed: 1 } });
    expect(await bench.read('/envs/box/ns')).toMatch(/^mount -c files \/workspace$/m);
    expect(await bench.read('/envs/box/root/workspace/kept.txt')).toBe('kept\n');
    await bench.write('/envs/box/root/workspace/from-outside.txt', 'x');
    await bench.write('/envs/box/ctl', 'fork twin\n');
    expect(await list(bench, '/envs/twin/root/workspace')).toEqual([
      'from-outside.txt',
      'kept.txt',
    ]);
    expect(await ask(bench, '/envs/compare', 'box twin')).toMatchObject({ files: [], ns: '' });
    await bench.write('/envs/twin/ctl', 'remove\n');
    expect(await list(bench, '/envs')).toEqual(
      expect.arrayContaining(['box', 'compare', 'create', 'list', 'look', 'templates', 'trial']),
    );
    expect(await list(bench, '/envs')).not.toContain('twin');
    expect(await list(bench, '/sched/jobs')).toEqual(['one']);
    expect(await json(bench, '/sched/list')).toMatchObject({
      id: 'one',
      env_id: 'box',
      kind: 'Script',
      main: true,
      status: 'completed',
    });
    expect(await json(bench, '/envs/list')).toMatchObject({ id: 'box', template: 'sandbox' });
  });

  it('answer what is wrong, and change nothing', async () => {
    const bench = await start();
    const error = async (path: string, line: unknown): Promise<string> =>
      ((await ask(bench, path, line)) as { error: string }).error;
    expect(await error('/envs/create', 'not json')).toBe('EINVAL');
    expect(await error('/envs/create', { template: 'x' })).toBe('EINVAL');
    expect(await error('/sched/submit', '{"env_id":')).toBe('EINVAL');
    const job = { env_id: 'nowhere', kind: { Script: { text: '' } } };
    expect(await error('/sched/submit', job)).toBe('ENOENT');
    expect(await error('/envs/compare', 'a b')).toBe('ENOENT');
    const as = bench.page.caller(-1, never);
    await bench.work.environments.create({ template: 'sandbox', id: 'box' });
    const refused: [string, string, string][] = [
      ['/envs/box/ctl', 'explode\n', 'EINVAL'],
      ['/envs/box/ctl', 'fork box\n', 'EEXIST'],
      ['/envs/box/status', 'x', 'EACCES'],
      ['/envs/other', 'x', 'EACCES'],
      ['/sched/ctl', 'concurrency 0\n', 'EINVAL'],
      ['/sched/ctl', 'pause now\n', 'EINVAL'],
      ['/sched/status', 'x', 'EACCES'],
      ['/sched/jobs/none/ctl', 'cancel\n', 'EROFS'],
    ];
    for (const [path, line, code] of refused)
      expect([path, await codeOf(() => bench.write(path, line))]).toEqual([path, code]);
    expect(await codeOf(() => bench.page.namespace.mkdir('/envs/new', as))).toBe('EACCES');
    expect(await codeOf(() => bench.page.namespace.remove('/envs/box', 'dir', as))).toBe('EACCES');
    expect(bench.work.environments.ids).toEqual(['box']);
  });

  it('tell of changes as they come, also of those in an environment', async () => {
    const bench = await start();
    const seen: string[] = [];
    const stop = bench.kernel.changes.listen((changes) => {
      for (const { source, path } of changes)
        seen.push(
          ...bench.page.namespace.pathsOf(source, path).map((each) => `/${each.join('/')}`),
        );
    });
    await bench.work.environments.create({ template: 'sandbox', id: 'box' });
    const kind = { Script: { text: 'echo x > x' } };
    await ask(bench, '/sched/submit', { env_id: 'box', kind, id: 'one' });
    await bench.work.scheduler.wait('one');
    const { namespace } = bench.work.environments.get('box').process;
    const data = new TextEncoder().encode('y');
    await settled();
    await namespace.writeFile('/workspace/x', data, { write: true }, { cwd: [], signal: never });
    await expect.poll(() => seen).toContain('/envs/box/root/workspace/x');
    bench.work.cancel('box');
    bench.work.scheduler.pause();
    await expect.poll(() => seen).toContain('/sched/status');
    expect(seen).toContain('/envs/box/status');
    stop();
  });
});
