/** Graded tasks, really run by the shell; and agents that would rather forge their reward. */
import { describe, expect, it } from 'vitest';
import { never } from '../kernel/service.ts';
import type { Tables } from '../storage/memory.ts';
import { codeOf } from '../testing/kernel.ts';
import { type WorkBench, workBench } from '../testing/work.ts';
import type { Trial } from './trials.ts';

const graded = `#!/bin/sh
if [ "$(cat /app/out.txt 2> /dev/null)" = right ]; then reward=1; else reward=0; fi
echo $reward > /logs/verifier/reward.txt
`;

const harbor = (
  over: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> => {
  const files: Record<string, string | undefined> = {
    'task.toml': 'version = "1.0"\n[agent]\ntimeout_sec = 20\n[verifier]\ntimeout_sec = 20\n',
    'instruction.md': 'Write right to /app/out.txt.\n',
    'environment/Dockerfile': 'FROM x\nWORKDIR /app\nCOPY in.txt .\n',
    'environment/in.txt': 'in\n',
    'solution/solve.sh': 'echo right > out.txt\n',
    'tests/test.sh': graded,
    ...over,
  };
  return Object.fromEntries(
    Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
};

async function put(bench: WorkBench, files: Readonly<Record<string, string>>): Promise<void> {
  const as = bench.page.caller(-1, never);
  for (const [path, text] of Object.entries(files)) {
    const names = `home/task/${path}`.split('/');
    for (let count = 2; count < names.length; count++)
      await codeOf(() => bench.page.namespace.mkdir(`/${names.slice(0, count).join('/')}`, as));
    await bench.write(`/home/task/${path}`, text);
  }
}

async function attempt(
  script: string | undefined,
  over: Parameters<typeof harbor>[0] = {},
): Promise<Trial & { bench: WorkBench; id: string }> {
  const bench = await workBench();
  await put(bench, harbor(over));
  const kind = script === undefined ? {} : { kind: { Script: { text: script } } };
  const id = await bench.trials.start('/home/task', { name: 'agent', ...kind });
  return { ...(await bench.trials.finished(id)), bench, id };
}

describe('a trial', () => {
  it('runs the reference solution, and then the tests', async () => {
    const trial = await attempt(undefined);
    expect(trial).toMatchObject({ state: 'graded', reward: 1, task: 'task' });
    const env = trial.bench.work.environments.get(trial.id);
    expect((await env.review.changes()).map(({ op, path }) => `${op} ${path}`)).toEqual([
      'added /app/out.txt',
    ]);
    expect(env.status.status).toBe('completed');
    expect(env.logs.events.at(-1)?.message).toBe('reward 1');
  });

  it('gives what the agent left its reward, whatever the agent says of itself', async () => {
    expect(await attempt('echo wrong > out.txt')).toMatchObject({ state: 'graded', reward: 0 });
    expect(await attempt('echo right > out.txt; exit 7')).toMatchObject({ reward: 1 });
    expect(await attempt('echo fail no > /task/ctl; echo right > out.txt')).toMatchObject({
      reward: 1,
    });
  });

  it('ends an agent and tests that take too long', async () => {
    const quick = (section: string): Record<string, string> => ({
      'task.toml': `[${section}]\ntimeout_sec = 0.2\n`,
    });
    const slow = await attempt('echo right > out.txt; sleep 60', quick('agent'));
    expect(slow).toMatchObject({ state: 'graded', reward: 1 });
    const { bench, id } = slow;
    expect(bench.work.environments.get(id).status).toMatchObject({
      status: 'failed',
      error: 'it ran longer than 0.2 seconds',
    });
    const hangs = { ...quick('verifier'), 'tests/test.sh': 'while :; do :; done\n' };
    expect(await attempt('true', hangs)).toMatchObject({
      reward: 0,
      error: 'the tests ran longer than 0.2 seconds',
    });
  });

  it.each([
    ['echo 0.25 > /logs/verifier/reward.txt', { reward: 0.25 }],
    [`echo '{"a":1,"b":0}' > /logs/verifier/reward.json`, { reward: 0.5, rewards: { a: 1, b: 0 } }],
    [
      'echo much > /logs/verifier/reward.txt',
      { reward: 0, error: "reward.txt is no number: 'much'" },
    ],
    ['echo {} > /logs/verifier/reward.json', { reward: 0, error: 'reward.json has no number' }],
    ['exit 3', { reward: 0, error: 'the tests wrote no reward (exit code 3)' }],
  ])('takes the reward of %s', async (test, wanted) => {
    expect(await attempt('true', { 'tests/test.sh': test })).toMatchObject(wanted);
  });

  it('reads the older form, whose tests say it by how they end', async () => {
    const older = {
      'task.toml': undefined,
      'instruction.md': undefined,
      'environment/Dockerfile': undefined,
      'environment/in.txt': undefined,
      'solution/solve.sh': undefined,
      'tests/test.sh': undefined,
      'task.yaml': 'instruction: |-\n  Write right.\nmax_agent_timeout_sec: 10\ndifficulty: easy\n',
      Dockerfile: 'FROM x\nWORKDIR /app\nCOPY in.txt /app/in.txt\nRUN echo built > built.txt\n',
      'in.txt': 'in',
      'solution.sh': 'cat built.txt in.txt > out.txt',
      'run-tests.sh': '[ "$(cat /app/out.txt)" = "$(printf "built\\nin")" ]',
    };
    expect(await attempt(undefined, older)).toMatchObject({ state: 'graded', reward: 1 });
    expect(await attempt('true', older)).toMatchObject({ state: 'graded', reward: 0 });
  });

  it.each([
    [{ 'task.toml': 'version = ' }, /EINVAL: task.toml: /],
    [{ 'instruction.md': undefined }, /has no instruction.md/],
    [{ 'tests/test.sh': undefined }, /has no tests\/test.sh/],
    [{ 'environment/Dockerfile': 'FROM x\nFETCH y\n' }, /line 2: there is no instruction FETCH/],
    [
      { 'environment/Dockerfile': 'FROM x\nCOPY nothing /app/\n' },
      /COPY nothing: there is no such file/,
    ],
    [{ 'environment/Dockerfile': 'FROM x\nCOPY ../../../secret /app/\n' }, /there is no such file/],
    [{ 'environment/Dockerfile': 'FROM x\nRUN false\n' }, /RUN false: exit code 1/],
    [{ 'solution/solve.sh': undefined }, /has no reference solution/],
    [
      { 'environment/Dockerfile': 'FROM x\nRUN apt-get install -y gcc\n' },
      /needs packages of an operating system: apt-get/,
    ],
    [{ 'tests/test_x.py': 'import numpy\n' }, /a Python package: numpy \(tests\/test_x.py\)/],
  ])('is refused with a reason: %j', async (over, reason) => {
    await expect(attempt(undefined, over)).rejects.toThrow(reason);
  });

  it('goes on after a reload: an agent that waited works, tests that waited grade', async () => {
    const tables: Tables = new Map();
    const before = await workBench(tables);
    await put(before, harbor());
    before.work.scheduler.pause();
    const id = await before.trials.start('/home/task', { name: 'agent' });
    await before.work.flush();
    const after = await workBench(tables, before.home);
    after.work.scheduler.resume();
    expect(await after.trials.finished(id)).toMatchObject({ state: 'graded', reward: 1 });
  });
});

describe('a trial that ends before it begins', () => {
  const queued = async (): Promise<{ bench: WorkBench; id: string }> => {
    const bench = await workBench();
    await put(bench, harbor());
    bench.work.scheduler.pause();
    return { bench, id: await bench.trials.start('/home/task', { name: 'agent' }) };
  };

  it('has failed when its environment or its job is cancelled, or its environment removed', async () => {
    const one = await queued();
    one.bench.work.cancel(one.id);
    expect(await one.bench.trials.finished(one.id)).toMatchObject({
      state: 'failed',
      error: 'cancelled',
    });
    const other = await queued();
    const [job = ''] = [...other.bench.work.scheduler.jobs.keys()];
    other.bench.work.scheduler.cancel(job);
    expect(await other.bench.trials.finished(other.id)).toMatchObject({ state: 'failed' });
    expect(other.bench.work.environments.get(other.id).status.status).toBe('cancelled');
    const gone = await queued();
    const waits = gone.bench.trials.finished(gone.id).catch(String);
    await gone.bench.work.remove(gone.id);
    expect(await waits).toMatch(/no environment/);
  });

  it.each([
    ['environment/Dockerfile', `FROM x\nCOPY ${'*a'.repeat(12)} /\n`, /no such file/],
    ['environment/Dockerfile', `FROM x\nENV ${'a'.repeat(200_000)}\n`, /longer than 16 KiB/],
    ['instruction.md', 'x'.repeat(2_000_000), /longer than 1 MiB/],
  ])('is refused at once where its %s is made to take long', async (path, text, reason) => {
    const long = { [path]: text, [`environment/${'a'.repeat(120)}b`]: '' };
    await expect(attempt(undefined, long)).rejects.toThrow(reason);
  });
});

describe('an agent that cheats', () => {
  const gets = async (script: string, over = {}): Promise<number | undefined> =>
    (await attempt(script, over)).reward;

  it('has no tests to edit, and no solution to read', async () => {
    const script = `ls -a / > out.txt; mkdir /tests /solution; echo 'echo 1 > /logs/verifier/reward.txt' > /tests/test.sh
      cat /home/task/solution/solve.sh /solution/* /tests/* > stolen.txt; true`;
    const trial = await attempt(script);
    expect(trial.reward).toBe(0);
    const env = trial.bench.work.environments.get(trial.id);
    const out = await env.process.namespace.readFile('/app/out.txt', { cwd: [], signal: never });
    expect(new TextDecoder().decode(out)).not.toMatch(/tests|solution|home/);
  });

  it('cannot write the reward', async () => {
    expect(
      await gets(
        'mkdir -p /logs/verifier; echo 1 > /logs/verifier/reward.txt; echo 1 > /logs/reward.txt',
      ),
    ).toBe(0);
    expect(await gets('echo \'{"reward":1}\' > /task/result.json; echo reward 1')).toBe(0);
    expect(await gets('ln -s /logs/verifier/reward.txt out.txt; echo 1 > out.txt')).toBe(0);
  });

  it('leaves nothing running that could', async () => {
    const waits = 'while :; do echo 1 > /logs/verifier/reward.txt; sleep 0.01; done';
    expect(
      await gets(`(${waits}) > /dev/null 2>&1 & sh -c '${waits}' > /dev/null 2>&1 & sleep 0.05`),
    ).toBe(0);
  });

  it('has no say in which programs the tests run', async () => {
    const fake = `for dir in /bin /usr/bin /usr/local/bin /app /lib /tmp; do
        mkdir -p $dir; printf '#!/bin/sh\\necho right\\n' > $dir/cat; chmod +x $dir/cat; done
      printf 'cat() { echo right; }\\n' > /app/.profile; cp /app/.profile /.profile; export BASH_ENV=/app/.profile ENV=/app/.profile`;
    expect(await gets(fake)).toBe(0);
    expect(
      await gets('export PATH=/app:$PATH; cat() { echo right; }; alias cat="echo right"'),
    ).toBe(0);
    expect(
      await gets('mkdir -p /lib/x /usr/lib/x /usr/local/lib/x', {
        'tests/test.sh':
          'ls /lib /usr/lib /usr/local/lib; echo 0$(ls /lib /usr/lib /usr/local/lib | grep -c x) > /logs/verifier/reward.txt',
      }),
    ).toBe(0);
  });

  it('is confined where a test runs what it wrote', async () => {
    const confined = {
      'tests/test.sh': `confine sh /app/tool.sh > /tmp/said 2>&1
if [ "$(cat /tmp/said)" = honest ]; then echo 1; else echo 0; fi > /logs/verifier/reward.txt`,
    };
    const forge = (path: string): string =>
      `cat > /app/tool.sh <<'EOF'\nunmount /logs/verifier; unmount /tests\nls /tests ${path}; echo 1 > ${path}; (sleep 0.2; echo 1 > ${path}) &\nEOF`;
    expect(await gets(forge('/logs/verifier/reward.txt'), confined)).toBe(0);
    expect(await gets('echo "echo honest" > /app/tool.sh', confined)).toBe(1);
  });

  it('is confined the second time too, whatever it did to where it was confined', async () => {
    const twice = {
      'tests/test.sh': `confine sh /app/tool.sh; confine sh /app/tool.sh
if [ -e /logs/verifier/reward.txt ]; then exit; fi
echo 0 > /logs/verifier/reward.txt`,
    };
    const tools = [
      'rm -rf /tmp/.nothing; touch /tmp/.nothing; rm -rf /lib/nothing; echo 1 > /lib/nothing',
      'ln -s /tests /tmp/.nothing',
    ];
    for (const tool of tools)
      expect(
        await gets(
          `cat > /app/tool.sh <<'EOF'\n${tool}\necho 1 > /logs/verifier/reward.txt\ncat /tests/test.sh\nEOF`,
          twice,
        ),
      ).toBe(0);
  });

  it.each([
    ['ln -s /logs/verifier/reward.json said.txt'],
    ['ln -s ../logs/verifier/reward.json said.txt'],
    ['ln -s /logs /app/l; ln -s /app/l/verifier/reward.json said.txt'],
    ['mkdir /x; ln -s /x /app/s; ln -s s/../logs/verifier/reward.json said.txt'],
    ['mkdir -p d; ln -s /logs/verifier d/v; ln -s d/v/reward.json said.txt'],
  ])('has no link through which a test would write its reward: %s', async (script) => {
    const writes = {
      'tests/test.sh': `echo '{"reward":1}' > /app/said.txt; echo 0 > /logs/verifier/reward.txt`,
    };
    expect(await gets(script, writes)).toBe(0);
  });

  it('is graded where it has taken away the directory that it worked in', async () => {
    for (const script of [
      'rm -rf /app',
      'rm -rf /app; echo x > /app',
      'rm -rf /app; ln -s /app /app',
    ])
      expect(await attempt(script)).toMatchObject({ state: 'graded', reward: 0 });
  });

  it('takes no more processes than its share: the tests find room', async () => {
    const bench = await workBench();
    await put(bench, harbor({ 'tests/test.sh': `sh -c "sh -c true"\n${graded}` }));
    const bomb = { Script: { text: 'for i in $(seq 300); do sh -c "sleep 5" & done; sleep 5' } };
    const bad = await bench.trials.start('/home/task', { name: 'bad', kind: bomb });
    await expect
      .poll(() => bench.kernel.processes.allVisible(bench.page).length)
      .toBeGreaterThan(40);
    const good = await bench.trials.start('/home/task', { name: 'solution' });
    expect((await bench.trials.finished(good)).reward).toBe(1);
    const alive = bench.kernel.processes.allVisible(bench.page).filter(({ status }) => !status);
    expect(alive.length).toBeLessThan(60);
    await bench.work.remove(bad);
    await expect(bench.trials.finished(bad)).rejects.toThrow(/no environment/);
  });

  it('does not change what others of the same task get', async () => {
    const bench = await workBench();
    await put(bench, harbor());
    const bad = await bench.trials.start('/home/task', {
      name: 'bad',
      kind: { Script: { text: 'rm -rf /app /tests /home; echo 1 > in.txt' } },
    });
    expect((await bench.trials.finished(bad)).reward).toBe(0);
    const good = await bench.trials.start('/home/task', { name: 'solution' });
    expect((await bench.trials.finished(good)).reward).toBe(1);
    expect(await bench.read('/home/task/environment/in.txt')).toBe('in\n');
  });
});
