/** Environments and jobs in the page: really run, in namespaces of their own, and there after a reload. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, goTo, hello, type Page, press, start, test, ways } from './oanix.ts';
import { Profile } from './profile.ts';

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
    // A program that is nowhere in the namespace.
    const bytes = btoa(
      Array.from(await fs.readFile('/home/project/hello.wasm'), (byte) =>
        String.fromCharCode(byte),
      ).join(''),
    );
    // After the first: the log of the environment has what they print in the order in which they print it.
    const sent = await sched.submit({
      env_id,
      depends_on: [wasi],
      kind: { Wasi: { bytes, args: ['sent'] } },
    });
    await sched.wait(sent);
    const main = await sched.submit({
      env_id,
      main: true,
      depends_on: [wasi, custom, sent],
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
      sent: await sched.output(sent),
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
  expect(seen.sent).toContain('1: sent');
  expect(seen.logs).toBe(`${seen.printed}${seen.sent}`);
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

test('a killed browser loses no job and no environment, and runs nothing twice @chromium', async () => {
  test.setTimeout(120_000);
  const baseURL = test.info().project.use.baseURL as string;
  const profile = new Profile([]);
  let page = await profile.open(baseURL);
  const submitted = await page.evaluate(async () => {
    const { envs, sched, fs } = window.oanix;
    await envs.create({ id: 'box', template: 'sandbox' });
    await sched.concurrency(2);
    // Each notes that it ran: a name that is there twice would be a job that ran twice.
    const ids = await sched.submitAll(
      Array.from({ length: 40 }, (_, i) => ({
        id: `j${i}`,
        env_id: 'box',
        kind: { Script: { text: `sleep 0.05; echo j${i} >> ran.txt` } },
      })),
    );
    await fs.sync();
    return ids;
  });
  await expect
    .poll(() =>
      page.evaluate(async () => (await window.oanix.sched.status()).ended['completed'] ?? 0),
    )
    .toBeGreaterThan(3);
  await profile.kill();
  page = await profile.open(baseURL);
  const seen = await page.evaluate(async (ids) => {
    const { sched, fs } = window.oanix;
    const ended = await Promise.all(ids.map((id) => sched.wait(id)));
    const ran = await fs.readFile('/envs/box/root/workspace/ran.txt', 'utf8');
    return { states: ended.map(({ status }) => status), ran: ran.trim().split('\n') };
  }, submitted);
  expect(seen.states.length).toBe(40);
  expect(seen.states.every((state) => state === 'completed' || state === 'interrupted')).toBe(true);
  expect(seen.states.filter((state) => state === 'interrupted').length).toBeLessThanOrEqual(2);
  expect(seen.ran.length).toBe(new Set(seen.ran).size);
  await profile.close();
  profile.remove();
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

for (const [how, access] of [
  ['as its parent may write', {}],
  ['over copies', { access: { '*': 'cow' } }],
] as const)
  test(`a program that runs ${how} sees neither environments nor jobs of others`, async ({
    page,
  }) => {
    await start(page);
    const seen = await page.evaluate(async (given) => {
      const { envs, fs } = window.oanix;
      await envs.create({ id: 'box', template: 'sandbox' });
      await fs.writeFile(
        '/tmp/look.sh',
        '#!/bin/sh\nls /envs /sched\ncat /envs/box/status\necho x > /sched/submit\necho x > /envs/create\n',
      );
      const { stdout, stderr, limits_hit } = await window.oanix.run('/tmp/look.sh', {
        ...given,
        limits: { wall: 20_000 },
      });
      return { stdout, stderr, limits_hit };
    }, access);
    expect(seen.stdout).toBe('/envs:\n\n/sched:\n');
    expect(seen.stderr).toMatch(/box\/status: No such file/);
    expect(seen.stderr).toMatch(/submit/);
    expect(seen.stderr).toMatch(/create/);
    expect(seen.limits_hit).toEqual([]);
  });

for (const way of ways) {
  test(`an agent works at a graded task, step by step, and is graded (${way})`, async ({
    page,
  }) => {
    await start(page);
    await press(page, 'Work', way);
    await press(page, 'Try inventory…', way);
    await expect(page.getByRole('dialog')).toContainText('Count the lines, words and bytes');
    await page.getByLabel('Who works').selectOption('command');
    await page.getByRole('textbox', { name: 'Command' }).fill('agent --pace 100');
    await press(page, 'Try', way);
    // Each step is there while the next one still waits.
    const steps = page.getByRole('region', { name: /^Steps/ });
    await expect(steps).toContainText('read /workspace/README.md');
    await expect(page.locator('.view .notice')).toContainText('running');
    await expect(steps).toContainText('reward 1');
    await expect(page.locator('.reward')).toHaveText('1');
    const changes = page.getByRole('region', { name: /^Changes/ });
    await expect(changes).toContainText('/workspace/inventory.json');
    await expect(page.getByRole('region', { name: 'Result of the task' })).toContainText(
      '"lines":7',
    );
    await press(page, 'Trajectory', way);
    await expect(page.locator('.cm-content')).toContainText('ATIF-v1.4');
    await goTo(page, '/tasks', way);
    const row = page.getByRole('row', { name: /inventory/ });
    await expect(row.locator('.reward')).toHaveText('1');
  });

  test(`an environment is made, worked in, forked and compared (${way})`, async ({ page }) => {
    test.setTimeout(120_000);
    await start(page);
    await goTo(page, '/envs', way);
    await press(page, 'New environment…', way);
    await page.getByLabel('Name (else env-N)').fill('first');
    await page.getByLabel('It works on a copy of').fill('/home/workspace');
    await page.getByLabel(/^Grants/).fill('/home/bin ro');
    await page.getByLabel('What is to be done').fill('Write a poem.');
    await page.getByLabel('The result must match this JSON Schema').fill('{"type":');
    await press(page, 'Create', way);
    await expect(page.getByRole('alert')).toContainText('no JSON');
    await page.getByLabel('The result must match this JSON Schema').fill('{"type":"string"}');
    await press(page, 'Create', way);
    await expect(page.getByRole('region', { name: 'Task', exact: true })).toContainText(
      'Write a poem.',
    );
    await press(page, 'Run…', way);
    await page
      .getByLabel('A script, or the path of a .wasm with its arguments')
      .fill(`echo roses > poem.txt; echo '"roses"' > /task/result.json; ls /home/bin; echo done`);
    await press(page, 'Run', way);
    await expect(page.locator('.view .notice')).toContainText('completed');
    await expect(page.getByRole('region', { name: 'Output' })).toContainText('hello.sh');
    await expect(page.getByRole('region', { name: 'Result of the task' })).toContainText('"roses"');
    await press(page, 'Fork…', way);
    await page.getByRole('textbox', { name: 'Name of the fork' }).fill('second');
    await press(page, 'Create', way);
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('heading', { name: 'second' })).toBeVisible();
    await expect(page.getByRole('region', { name: /^Changes/ })).toContainText('poem.txt');
    await press(page, 'Run…', way);
    await page
      .getByLabel('A script, or the path of a .wasm with its arguments')
      .fill('echo violets > poem.txt; exit 3');
    await press(page, 'Run', way);
    await expect(page.locator('.view .notice')).toContainText('exit code 3');
    await goTo(page, '/envs', way);
    for (const name of ['first', 'second']) {
      const box = page.getByRole('checkbox', { name: `Compare ${name}` });
      if (way === 'pointer') await box.click();
      else {
        await box.focus();
        await page.keyboard.press('Space');
      }
    }
    await press(page, 'Compare', way);
    const compared = page
      .getByRole('region', { name: 'second and first' })
      .or(page.getByRole('region', { name: 'first and second' }));
    await expect(compared).toContainText('/workspace/poem.txt');
    // What was done over the copy is kept by hand.
    await goTo(page, '/envs/first', way);
    await press(page, 'Keep all', way);
    await expect(page.getByText('Nothing was changed.')).toBeVisible();
    await goTo(page, '/home/workspace/poem.txt', way);
    await expect(page.locator('.cm-content')).toContainText('roses');
  });

  test(`the queue is paused, a job waits, runs, and is run again (${way})`, async ({ page }) => {
    await start(page);
    await page.evaluate(() => window.oanix.envs.create({ id: 'box', template: 'sandbox' }));
    await goTo(page, '/sched', way);
    await press(page, 'Pause', way);
    await expect(page.getByText('(paused)')).toBeVisible();
    await press(page, 'New job…', way);
    await page
      .getByLabel('A script, or the path of a .wasm with its arguments')
      .fill('echo it ran; echo oh >&2; exit 4');
    await press(page, 'Submit', way);
    await expect(page.locator('.view .notice')).toContainText('pending');
    await goTo(page, '/sched', way);
    await press(page, 'Resume', way);
    await expect(page.getByRole('region', { name: 'Jobs' })).toContainText('failed');
    await press(page, 'Run job-1 again', way);
    await expect(page.locator('.view .notice')).toContainText('exit code 4');
    await expect(page.getByRole('region', { name: 'Output' })).toContainText('it ran');
    await expect(page.getByRole('region', { name: 'Standard error' })).toContainText('oh');
  });
}

test('a task folder that is brought in says what it needs before it runs @chromium @person', async ({
  page,
}) => {
  await start(page);
  await page.evaluate(() => window.oanix.fs.mkdir('/home/tasks/mine', { recursive: true }));
  await goTo(page, '/home/tasks');
  const folder = mkdtempSync(join(tmpdir(), 'oanix-task-'));
  const files: Record<string, string> = {
    'task.toml': 'version = "1.0"\n',
    'instruction.md': 'Build it.\n',
    'environment/Dockerfile': 'FROM gcc\nWORKDIR /app\nRUN apt-get install -y make\n',
    'solution/solve.sh': 'gcc -o x x.c\n',
    'tests/test.sh': 'curl localhost\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, 'build-it', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'build-it', path), text);
  }
  const chooser = page.waitForEvent('filechooser');
  await press(page, 'Upload folder');
  await (await chooser).setFiles(join(folder, 'build-it'));
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('packages of an operating system: apt-get (Dockerfile)');
  await expect(dialog).toContainText('a native C toolchain: gcc (solution/solve.sh)');
  await expect(dialog).toContainText('the network: curl (tests/test.sh)');
  await press(page, 'Try');
  await expect(page.getByRole('alert')).toContainText('needs packages of an operating system');
  expect(await page.evaluate(async () => (await window.oanix.envs.list()).length)).toBe(0);
  rmSync(folder, { recursive: true });
});

test('a folder that is a task is tried from where it lies @person', async ({ page }) => {
  await start(page);
  await page.evaluate(async () => {
    const { fs } = window.oanix;
    const files: Record<string, string> = {
      'task.yaml': 'instruction: Say yes.\ndifficulty: easy\n',
      Dockerfile: 'FROM debian\nWORKDIR /app\n',
      'run-tests.sh': 'test "$(cat /app/answer)" = yes\n',
      'solution.sh': 'echo yes > answer\n',
    };
    await fs.mkdir('/home/tasks/say-yes', { recursive: true });
    for (const [name, text] of Object.entries(files))
      await fs.writeFile(`/home/tasks/say-yes/${name}`, text);
  });
  await goTo(page, '/home/tasks/say-yes');
  await press(page, 'Try…');
  await expect(page.getByRole('dialog')).toContainText('Say yes.');
  await press(page, 'Try');
  await expect(page.locator('.reward')).toHaveText('1');
  await goTo(page, '/tasks');
  await expect(page.getByRole('row', { name: /say-yes/ }).locator('.reward')).toHaveText('1');
});

for (const way of ways) {
  test(`switch to the namespace of an environment and back (${way})`, async ({ page }) => {
    await start(page);
    await agentEnv(page, 'demo');
    await goTo(page, '/home/project', way);
    const choose = async (from: string, to: string): Promise<void> => {
      await press(page, `Namespace: ${from}`, way);
      const menu = page.getByRole('menu', { name: 'Namespaces' });
      await expect(menu.getByRole('menuitemradio', { name: from })).toBeChecked();
      const item = menu.getByRole('menuitemradio', { name: to });
      if (way === 'pointer') return item.click();
      for (let steps = 0; steps < 5; steps++) {
        if (await item.evaluate((node) => node === document.activeElement)) break;
        await page.keyboard.press('ArrowDown');
      }
      await page.keyboard.press('Enter');
    };
    await choose('This page', 'demo');
    // Everything is as an agent in it sees it.
    const bar = page.getByLabel('Path', { exact: true });
    await expect(bar).toHaveValue('/');
    const tree = page.getByRole('tree', { name: 'Files' });
    await expect(tree.getByRole('treeitem', { name: 'task', exact: true })).toBeVisible();
    await expect(tree.getByRole('treeitem', { name: 'home', exact: true })).toHaveCount(0);
    await expect(page.getByRole('region', { name: 'Mounts of demo' })).toContainText('/workspace');
    await goTo(page, '/workspace/hello.txt', way);
    await expect(bar).toHaveValue('/workspace/hello.txt');
    await expect(page.locator('.cm-content')).toHaveText('hello');
    // What is written there is written in the environment.
    await page.evaluate(() =>
      window.oanix.fs.writeFile('/envs/demo/root/workspace/new.txt', 'from outside'),
    );
    await goTo(page, '/workspace', way);
    await expect(page.getByRole('option', { name: 'new.txt' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('button', { name: 'Namespace: demo' })).toBeVisible();
    await expect(bar).toHaveValue('/workspace');
    await choose('demo', 'This page');
    await expect(page.getByRole('region', { name: 'Mounts', exact: true })).toBeVisible();
    await expect(tree.getByRole('treeitem', { name: 'home', exact: true })).toBeVisible();
    expect(await page.evaluate(() => window.oanix.fs.readdir('/home/project'))).toHaveLength(3);
    // Where one was in it, one is again.
    await choose('This page', 'demo');
    await expect(bar).toHaveValue('/workspace');
    await page.evaluate(() => window.oanix.envs.remove('demo'));
    await page.evaluate(() => window.oanix.commands.run('namespace.switch', { environment: '' }));
    await expect(page.getByRole('button', { name: 'Namespace: This page' })).toBeVisible();
    const refused = await page.evaluate(() =>
      window.oanix.commands.run('namespace.switch', { environment: 'demo' }).then(
        () => 'ok',
        (error: { code: string }) => error.code,
      ),
    );
    expect(refused).toBe('ENOENT');
  });
}
