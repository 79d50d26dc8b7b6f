/** `window.oanix` as README documents it: what agents and tests use. */
import fc from 'fast-check';
import { exits, loops, readsForEver } from '../src/testing/wasm.ts';
import { functions, tryWrongCalls } from '../src/testing/wrongcalls.ts';
import { seedOfRun } from '../src/tooling/seed.mjs';
import { expect, start, test } from './oanix.ts';

test('files: every call of oanix.fs, with codes on errors', async ({ page }) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { fs } = window.oanix;
    const code = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'ok',
        (error: { code: string }) => error.code,
      );
    const out: Record<string, unknown> = {};
    await fs.mkdir('/tmp/api/deep', { recursive: true });
    await fs.writeFile('/tmp/api/a', 'hello');
    await fs.appendFile('/tmp/api/a', ' world');
    out['text'] = await fs.readFile('/tmp/api/a', 'utf8');
    await fs.rename('/tmp/api/a', '/tmp/api/b');
    await fs.symlink('b', '/tmp/api/link');
    await fs.link('/tmp/api/b', '/tmp/api/hard');
    out['link'] = [
      await fs.readlink('/tmp/api/link'),
      (await fs.lstat('/tmp/api/link')).kind,
      (await fs.stat('/tmp/api/link')).kind,
    ];
    await fs.truncate('/tmp/api/b', 5);
    await fs.setTimes('/tmp/api/b', { mtime: 5_000_000_000n });
    const stat = await fs.stat('/tmp/api/hard');
    out['stat'] = [stat.size, stat.nlink, String(stat.mtime)];
    const file = await fs.open('/tmp/api/b', 'r+');
    await file.seek(0, 'end');
    await file.write('!');
    out['position'] = [
      new TextDecoder().decode(await file.readAt(0, 100)),
      (await file.stat()).size,
    ];
    await file.close();
    out['names'] = (await fs.readdir('/tmp/api')).map(({ name }) => name).sort();
    out['codes'] = [
      await code(fs.readFile('/no')),
      await code(fs.mkdir('/tmp/api')),
      await code(fs.writeFile('/README.md', 'x')),
      await code(fs.writeFile('/tmp/api/b', 'x', { exclusive: true })),
      await code(fs.remove('/tmp/api')),
      await code(fs.open('/tmp/api/b', 'wx')),
      await code(fs.readFile('/dev/zero')),
      await code(fs.writeFile('/dev/full', 'x')),
      await code(fs.rename('/tmp/api/b', '/home/b')),
    ];
    await fs.remove('/tmp/api', { recursive: true });
    out['gone'] = await code(fs.stat('/tmp/api'));
    await fs.sync();
    return out;
  });
  expect(seen).toEqual({
    text: 'hello world',
    link: ['b', 'symlink', 'file'],
    stat: [5, 2, '5000000000'],
    position: ['hello!', 6],
    names: ['b', 'deep', 'hard', 'link'],
    codes: [
      'ENOENT',
      'EEXIST',
      'EROFS',
      'EEXIST',
      'ENOTEMPTY',
      'EEXIST',
      'EFBIG',
      'ENOSPC',
      'EXDEV',
    ],
    gone: 'ENOENT',
  });
});

test('a file is read as a stream: all of it in its order, closed at its end, where it fails and when it is left', async ({
  page,
}) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { fs } = window.oanix;
    const code = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'ok',
        (error: { code: string }) => error.code,
      );
    const size = 30_000_001;
    const words = new Uint32Array(Math.ceil(size / 4)).map((_, at) => at);
    const data = new Uint8Array(words.buffer, 0, size);
    await fs.writeFile('/tmp/large', data);
    const file = await fs.open('/tmp/large');
    const back = new Uint8Array(await new Response(file.stream()).arrayBuffer());
    const same = back.length === size && back.every((byte, at) => byte === data[at]);
    const left = await fs.open('/tmp/large');
    const reader = left.stream().getReader();
    await reader.read();
    await reader.cancel();
    const written = await fs.open('/tmp/large', 'w');
    return {
      same,
      ended: await code(file.read()),
      left: await code(left.read()),
      failed: await code(written.stream().getReader().read()),
      afterFailure: await code(written.stat()),
    };
  });
  expect(seen).toEqual({
    same: true,
    ended: 'EBADF',
    left: 'EBADF',
    failed: 'EBADF',
    afterFailure: 'EBADF',
  });
});

test('a terminal that is closed after its program has ended leaves the files that were opened meanwhile alone', async ({
  page,
}) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { fs } = window.oanix;
    const session = await window.oanix.terminal('/bin/sh', { args: ['sh', '-c', 'echo hi'] });
    const reader = session.output.getReader();
    while (!(await reader.read()).done);
    await session.done;
    const two = await fs.open('/tmp/two', 'w');
    await two.write('G1');
    await session.close();
    const three = await fs.open('/tmp/three', 'w');
    await three.write('H1');
    await two.write('G2');
    // Opened and closed in turn, each is a terminal of its own.
    for (let count = 0; count < 10; count++) {
      const next = await window.oanix.terminal();
      await next.close();
      await next.close();
    }
    return [await fs.readFile('/tmp/two', 'utf8'), await fs.readFile('/tmp/three', 'utf8')];
  });
  expect(seen).toEqual(['G1G2', 'H1']);
});

test('files of several parts of the page hold what was written to them, whoever closes what, and how often', async ({
  page,
}) => {
  test.setTimeout(90_000);
  await start(page);
  const step = fc.record({
    op: fc.constantFrom('open', 'write', 'write', 'write', 'close', 'run', 'terminal'),
    which: fc.nat(1000),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 15 }), { maxLength: 4 }),
      async (clients) => {
        const wrong = await page.evaluate(async (all) => {
          const { fs } = window.oanix;
          await fs.remove('/tmp/model', { recursive: true }).catch(() => undefined);
          await fs.mkdir('/tmp/model');
          type File = Awaited<ReturnType<typeof fs.open>>;
          const files: { file: File; path: string; text: string; isClosed: boolean }[] = [];
          const wrong: string[] = [];
          const play = async (steps: (typeof all)[number]): Promise<void> => {
            const mine: typeof files = [];
            const closers: (() => Promise<unknown>)[] = [];
            for (const { op, which } of steps) {
              const chosen = mine[which % (mine.length || 1)];
              if (op === 'open') {
                const path = `/tmp/model/${files.length}-${which}`;
                const opened = { file: await fs.open(path, 'w'), path, text: '', isClosed: false };
                mine.push(opened);
                files.push(opened);
              } else if (op === 'write' && chosen) {
                const code = await chosen.file.write(`${which};`).then(
                  () => 'ok',
                  (error: { code: string }) => error.code,
                );
                if (code !== (chosen.isClosed ? 'EBADF' : 'ok')) wrong.push(`a write was ${code}`);
                if (code === 'ok') chosen.text += `${which};`;
              } else if (op === 'close' && chosen) {
                await chosen.file.close();
                chosen.isClosed = true;
              } else if (op === 'run') {
                const { stdout } = await window.oanix.run('/bin/sh', {
                  args: ['sh', '-c', 'echo out'],
                });
                if (stdout !== 'out\n') wrong.push(`a program printed ${stdout}`);
              } else if (op === 'terminal') {
                const session = await window.oanix.terminal('/bin/sh', {
                  args: ['sh', '-c', 'echo x'],
                });
                const close = (): Promise<void> => session.close();
                closers.push(() => session.output.cancel(), close, close);
              }
              if (which % 3 === 0) await closers.shift()?.();
            }
            for (const close of closers) await close();
          };
          await Promise.all(all.map(play));
          for (const { file, path, text, isClosed } of files) {
            if (!isClosed) await file.close();
            const found = await fs.readFile(path, 'utf8');
            if (found !== text) wrong.push(`${path} holds ${found} instead of ${text}`);
          }
          return wrong;
        }, clients);
        expect(wrong).toEqual([]);
      },
    ),
    { numRuns: 8, seed: seedOfRun() },
  );
});

test('every function refuses every kind of wrong argument, and nothing is done', async ({
  page,
}) => {
  test.setTimeout(60_000);
  await start(page);
  const look = () =>
    page.evaluate(async () => {
      const { fs } = window.oanix;
      const walk = async (dir: string): Promise<string[]> => {
        const found: string[] = [];
        for (const { name, kind } of await fs.readdir(dir)) {
          const path = `${dir}/${name}`;
          const text = kind === 'file' ? await fs.readFile(path, 'utf8') : '';
          found.push(`${path} ${kind} ${text}`);
          if (kind === 'dir') found.push(...(await walk(path)));
        }
        return found;
      };
      const running = (await window.oanix.processes()).filter(
        ({ exit_code }) => exit_code === null,
      );
      return {
        files: [...(await walk('/home')), ...(await walk('/tmp'))],
        ns: await window.oanix.ns(),
        envs: await window.oanix.envs.list(),
        jobs: await window.oanix.sched.list(),
        snapshots: await window.oanix.snapshots.list(),
        running: running.length,
      };
    });
  await page.evaluate(() => window.oanix.fs.writeFile('/tmp/wrong-calls', ''));
  const before = await look();
  const { wrong, calls } = await page.evaluate(tryWrongCalls, functions);
  expect(wrong).toEqual([]);
  expect(calls).toBeGreaterThan(1500);
  await expect.poll(look).toEqual(before);
});

test('what is not there, or cannot be, has a code; bytes of every kind are written as they are', async ({
  page,
}) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { fs, envs, snapshots, sched } = window.oanix;
    const code = (run: Promise<unknown>): Promise<string> =>
      run.then(
        () => 'ok',
        (error: Error & { code?: string }) => error.code ?? error.name,
      );
    await fs.writeFile('/tmp/plain', 'text');
    const codes = [
      await code(envs.create({ template: 'sandbox', workspace: '/home/none' })),
      await code(envs.create({ template: 'sandbox', workspace: '/tmp/plain' })),
      await code(envs.create({ grants: [{ from: '/home/none' }] })),
      await code(snapshots.diff('none')),
      await code(sched.submit([] as never)),
      await code(fs.watch('/tmp', undefined as never)),
      await code(fs.writeFile('/tmp/plain', 5 as never)),
    ];
    const sizes: number[] = [];
    const blob = new Blob([new Uint8Array(3_000_000)]);
    const contents = [
      new ArrayBuffer(3),
      blob,
      new File(['é'], 'x'),
      new Uint16Array(2),
      blob.stream(),
    ];
    for (const content of contents) {
      await fs.writeFile('/tmp/bytes', content);
      const file = await fs.open('/tmp/again', 'w');
      await file.write(content instanceof ReadableStream ? blob.stream() : content);
      await file.close();
      sizes.push((await fs.stat('/tmp/bytes')).size, (await fs.stat('/tmp/again')).size);
    }
    return {
      codes,
      sizes,
      plain: await fs.readFile('/tmp/plain', 'utf8'),
      envs: await envs.list(),
    };
  });
  expect(seen).toEqual({
    codes: ['ENOENT', 'ENOTDIR', 'ENOENT', 'ENOENT', 'TypeError', 'TypeError', 'TypeError'],
    sizes: [3, 3, 3_000_000, 3_000_000, 2, 2, 4, 4, 3_000_000, 3_000_000],
    plain: 'text',
    envs: [],
  });
});

test('watch tells what changed until it is stopped', async ({ page }) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { fs } = window.oanix;
    await fs.mkdir('/tmp/w');
    const heard: string[] = [];
    const stop = await fs.watch('/tmp/w', (paths) => heard.push(...paths));
    await fs.writeFile('/tmp/w/a', 'x');
    await fs.writeFile('/tmp/elsewhere', 'x');
    await new Promise((resolve) => setTimeout(resolve, 200));
    stop();
    await fs.writeFile('/tmp/w/b', 'x');
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [...new Set(heard)];
  });
  expect(seen).toEqual(['/tmp/w/a']);
});

test('mount, bind, unmount and ns', async ({ page }) => {
  await start(page);
  const ns = await page.evaluate(async () => {
    const { oanix } = window;
    await oanix.mount({ kind: 'mem' }, '/a');
    await oanix.fs.writeFile('/a/f', 'in a');
    await oanix.bind('/a', '/b c');
    const text = await oanix.ns();
    const bound = await oanix.fs.readFile('/b c/f', 'utf8');
    await oanix.unmount('/b c');
    const code = await oanix
      .mount({ kind: 'nothing' }, '/x')
      .catch((error: { code: string }) => error.code);
    return { text, bound, code, after: await oanix.ns() };
  });
  expect(ns.text).toContain("bind /a '/b c'\n");
  expect(ns.bound).toBe('in a');
  expect(ns.code).toBe('EINVAL');
  expect(ns.after).not.toContain('/b c');
});

test('spawn streams output while the program runs, tells how it ended and what it changed', async ({
  page,
}) => {
  await start(page);
  const seen = await page.evaluate(
    async (exit) => {
      const { oanix } = window;
      const run = await oanix.run(Uint8Array.from(exit));
      const spawned = await oanix.spawn('/bin/hello-wasi.wasm', { args: ['hello', 'streamed'] });
      const reader = spawned.stdout.getReader();
      const first = new TextDecoder().decode((await reader.read()).value);
      const status = await spawned.done;
      return {
        code: run.exit_code,
        first: first.startsWith('Hello from WASI!'),
        exit: status.exit_code,
        changes: status.changes.map(({ op, path }) => `${op} ${path}`),
      };
    },
    [...exits(42)],
  );
  expect(seen).toEqual({
    code: 42,
    first: true,
    exit: 0,
    changes: [
      'create /workspace/greeting.txt',
      'create /tmp/output.txt',
      'create /tmp/test-dir',
      'create /tmp/test-dir/nested.txt',
    ],
  });
});

test('kill ends a loop, a program without a reader and one that waits for input, each at once', async ({
  page,
}) => {
  await start(page);
  const ended = await page.evaluate(
    async ([loop, read]) => {
      const outcomes: string[] = [];
      for (const binary of [loop, read] as number[][]) {
        const spawned = await window.oanix.spawn(Uint8Array.from(binary));
        await new Promise((resolve) => setTimeout(resolve, 200));
        const from = performance.now();
        await spawned.kill();
        const { signal, exit_code } = await spawned.done;
        outcomes.push(`${signal} ${exit_code} ${performance.now() - from < 1500}`);
      }
      return outcomes;
    },
    [[...loops()], [...readsForEver()]],
  );
  expect(ended).toEqual(['killed 137 true', 'killed 137 true']);
});

test('200 programs in a row leave nothing behind', async ({ page }) => {
  test.setTimeout(120_000);
  await start(page);
  const outcome = await page.evaluate(
    async (binary) => {
      for (let i = 0; i < 200; i++) {
        // Input that nobody reads must not keep its descriptor either.
        const { exit_code } = await window.oanix.run(Uint8Array.from(binary), {
          stdin: 'x'.repeat(300_000),
        });
        if (exit_code !== 7) return `run ${i} ended with ${exit_code}`;
      }
      // The page is the first process.
      return (await window.oanix.fs.readFile('/proc/1/fd', 'utf8')).split('\n').length;
    },
    [...exits(7)],
  );
  expect(outcome).toBeLessThan(10);
});

test('a script works on a task: it reads it, logs, gives a wrong result and then a right one', async ({
  page,
}) => {
  await start(page);
  const seen = await page.evaluate(async () => {
    const { oanix } = window;
    const spec = {
      id: 't1',
      task_type: 'sum',
      description: 'Add the numbers.',
      input: [1, 2],
      result_schema: {
        type: 'object',
        required: ['sum'],
        properties: { sum: { type: 'integer' } },
      },
    };
    await oanix.mount({ kind: 'task', options: { spec, meta: { timeout_secs: 60 } } }, '/task');
    await oanix.mount({ kind: 'logs', options: { session: 'r1' } }, '/logs');
    const script = `
      echo start > /task/ctl
      grep -q 'Add the numbers' /task/spec.json && echo '{"level":"info","message":"I have read it."}' >> /logs/events.jsonl
      echo working >> /logs/stdout.log
      echo '{"sum": "three"}' > /task/result.json
      echo complete > /task/ctl || echo not yet
      echo '{"sum": 3}' > /task/result.json && echo complete > /task/ctl
    `;
    const { stdout, exit_code } = await oanix.run('/bin/sh', { args: ['sh', '-c', script] });
    const read = (path: string): Promise<string> => oanix.fs.readFile(path, 'utf8');
    const { status } = JSON.parse(await read('/task/status')) as { status: string };
    const { steps } = JSON.parse(await read('/logs/trajectory.json')) as {
      steps: { message: string }[];
    };
    const result = await read('/task/result.json');
    const out = await read('/logs/stdout.log');
    return { stdout, exit_code, status, result, out, steps: steps.map(({ message }) => message) };
  });
  expect(seen).toEqual({
    stdout: 'not yet\n',
    exit_code: 0,
    status: 'completed',
    result: '{"sum": 3}\n',
    out: 'working\n',
    steps: ['I have read it.'],
  });
});

test('two parts of a pipeline that are busy at once both go on', async ({ page }) => {
  await start(page);
  const { stdout, exit_code } = await page.evaluate(() => {
    const loop = 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done';
    const script = `{ ${loop}; echo first; } | { ${loop}; cat; echo second; }`;
    return window.oanix.run('/bin/sh', { args: ['sh', '-c', script], limits: { wall: 30_000 } });
  });
  expect([stdout, exit_code]).toEqual(['first\nsecond\n', 0]);
});
