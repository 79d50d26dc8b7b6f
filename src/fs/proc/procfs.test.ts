/** Processes as files, over a kernel whose programs are promises of the test. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Kernel } from '../../kernel/kernel.ts';
import type { Args, Operation } from '../../kernel/operations.ts';
import type { Process } from '../../kernel/process.ts';
import { never } from '../../kernel/service.ts';
import { bytes, codeOf, kernelHost, text } from '../../testing/kernel.ts';
import { MemFs } from '../mem/memfs.ts';
import { ProcFs } from './procfs.ts';

let kernel: Kernel;
let page: Process;

const call = <K extends Operation>(process: Process, operation: K, args: Args<K>) =>
  kernel.call(process, operation, args, never);

beforeEach(async () => {
  kernel = new Kernel(
    kernelHost({
      makeService: async ({ kind }, process) =>
        kind === 'proc' && process ? new ProcFs(kernel, process) : new MemFs(),
      personal: ({ kind }, process) => (kind === 'proc' ? new ProcFs(kernel, process) : undefined),
    }),
  );
  page = kernel.processes.attach('page');
  await call(page, 'mount', { spec: { kind: 'mem' }, at: '/', flags: { create: true } });
  await call(page, 'mount', { spec: { kind: 'proc' }, at: '/proc', flags: {} });
});

/** A process that does nothing by itself. */
async function start(parent = page, config: object = {}): Promise<Process> {
  const { pid } = await call(parent, 'spawn', { program: bytes('program'), config });
  return kernel.processes.get(pid);
}

/** Unlike a WASI program a script may ask for every operation. */
async function startScript(config: object = {}): Promise<Process> {
  await write(page, '/s', '#!oanix:shell\n');
  const { pid } = await call(page, 'spawn', { program: '/s', config });
  return kernel.processes.get(pid);
}

const read = async (process: Process, path: string): Promise<string> =>
  text((await call(process, 'readFile', { dir: -1, path })).data);
const write = (process: Process, path: string, line: string): Promise<unknown> =>
  call(process, 'writeFile', { dir: -1, path, data: bytes(line), append: false, exclusive: false });
/** As a program sees it: paths need a directory. */
const list = async (process: Process, path: string): Promise<string[]> =>
  (await new ProcFs(kernel, process).readdir(path.split('/').filter(Boolean))).map(
    ({ name }) => name,
  );

describe('what is in a directory of /proc', () => {
  it('tells of the process', async () => {
    const child = await start(page, { args: ['name', 'x y'], env: { A: '1' }, cwd: '/' });
    const at = `/proc/${child.pid}`;
    expect(JSON.parse(await read(page, `${at}/status`))).toMatchObject({
      pid: child.pid,
      ppid: page.pid,
      name: 'name',
      args: ['name', 'x y'],
      state: 'running',
      exit_code: null,
      calls: 0,
    });
    expect(await read(page, `${at}/args`)).toBe('name\nx y\n');
    expect(await read(page, `${at}/env`)).toBe('PWD=/\nA=1\n');
    expect(await read(page, `${at}/cwd`)).toBe('/\n');
    expect(await read(page, `${at}/ns`)).toBe('mount -c mem /\nmount proc /proc\n');
    expect(await read(page, `${at}/fd`)).toBe(
      '0 r - stream\n1 w - stream\n2 w - stream\n3 d 0 /\n',
    );
    expect(await read(page, '/proc/self/status')).toContain('"name": "page"');
  });

  it('wait waits, then tells how it ended', async () => {
    const child = await start();
    const waiting = read(page, `/proc/${child.pid}/wait`);
    child.exit({ exit_code: 7 });
    expect(JSON.parse(await waiting)).toMatchObject({ exit_code: 7 });
    expect(JSON.parse(await read(page, `/proc/${child.pid}/status`))).toMatchObject({
      state: 'exited',
      exit_code: 7,
    });
  });

  it('stdout is a copy of what is printed from then on, stdin reaches it', async () => {
    const child = await start();
    const fs = new ProcFs(kernel, page);
    const tap = await fs.open([String(child.pid), 'stdout'], { read: true });
    await call(child, 'write', { fd: 1, data: bytes('printed') });
    expect(text((await tap.read?.(0, 100, never)) as Uint8Array)).toBe('printed');
    const stdin = await fs.open([String(child.pid), 'stdin'], { write: true });
    await stdin.write?.(0, bytes('typed'), never);
    expect(text((await call(child, 'read', { fd: 0, count: 100 })).data)).toBe('typed');
    child.exit({ exit_code: 0 });
    expect((await tap.read?.(0, 100, never))?.length).toBe(0);
  });

  it('trace has a line for each call, by what it is asked for', async () => {
    const child = await start();
    const trace = await new ProcFs(kernel, page).open([String(child.pid), 'trace'], {
      read: true,
      write: true,
    });
    await trace.write?.(0, bytes('only /area*\n'), never);
    await codeOf(() => call(child, 'stat', { dir: 3, path: '/elsewhere', follow: true }));
    await codeOf(() => call(child, 'stat', { dir: 3, path: '/area/x', follow: true }));
    await codeOf(() => call(child, 'stat', { dir: -1, path: 'area/../area/y', follow: true }));
    const lines = text((await trace.read?.(0, 1000, never)) as Uint8Array).split('\n');
    expect(lines[1]).toContain(' stat "/area/y" ');
    const line = `${lines[0]}\n`;
    expect(line).toMatch(/^\d{4}-\S+Z stat "\/area\/x" 0 E\w+ \d+\n$/);
    expect(await codeOf(() => Promise.resolve(trace.write?.(0, bytes('louder\n'), never)))).toBe(
      'EINVAL',
    );
  });

  it('trace of a process that was started traced begins with its first call, also after its end', async () => {
    const traced = await start(page, { traced: true });
    await codeOf(() => call(traced, 'stat', { dir: 3, path: '/first', follow: true }));
    const { pid } = traced;
    await call(page, 'kill', { pid, signal: 'killed' });
    const trace = await new ProcFs(kernel, page).open([String(pid), 'trace'], { read: true });
    expect(text((await trace.read?.(0, 1000, never)) as Uint8Array)).toContain('"/first"');
    expect(await trace.read?.(0, 1000, never)).toHaveLength(0);
    await trace.close?.();
  });

  it('trace tells at the end how many calls a slow reader has missed', async () => {
    const traced = await start(page, { traced: true });
    const trace = await new ProcFs(kernel, page).open([String(traced.pid), 'trace'], {
      read: true,
    });
    const path = `/${'x'.repeat(200)}`;
    const CALLS = 6000;
    for (let count = 0; count < CALLS; count++)
      await codeOf(() => call(traced, 'stat', { dir: 3, path, follow: true }));
    await call(page, 'kill', { pid: traced.pid, signal: 'killed' });
    let all = '';
    for (;;) {
      const part = (await trace.read?.(0, 1 << 20, never)) as Uint8Array;
      if (part.length === 0) break;
      all += text(part);
    }
    const lines = all.trimEnd().split('\n');
    const missed = Number(/^# (\d+) calls dropped$/.exec(lines.at(-1) ?? '')?.[1]);
    expect(missed).toBeGreaterThan(0);
    expect(missed + lines.length - 1).toBe(CALLS);
    await trace.close?.();
  });

  it('of processes that have ended only the latest keep a trace that nobody reads', async () => {
    const ended: Process[] = [];
    for (let count = 0; count < 25; count++) {
      const traced = await start(page, { traced: true });
      await call(page, 'kill', { pid: traced.pid, signal: 'killed' });
      ended.push(traced);
    }
    expect(ended.map(({ traces }) => traces.size)).toEqual([
      ...Array.from({ length: 5 }, () => 0),
      ...Array.from({ length: 20 }, () => 1),
    ]);
  });

  it('ns takes bind and unmount for that process alone, and never mount', async () => {
    const child = await start();
    const ns = `/proc/${child.pid}/ns`;
    await call(page, 'mkdir', { dir: -1, path: '/a' });
    await call(page, 'mkdir', { dir: -1, path: '/b' });
    await write(page, ns, 'bind /a /b\n');
    expect(await read(page, ns)).toContain('bind /a /b');
    expect((await call(page, 'ns', {})).text).not.toContain('bind');
    await write(page, ns, 'unmount /b\n');
    expect(await codeOf(() => write(page, ns, 'mount mem /c\n'))).toBe('EPERM');
  });
});

describe('who is seen', () => {
  it('itself and what descends from it', async () => {
    const [one, two] = [await start(), await start()];
    const grandchild = await start(one).catch(() => undefined);
    expect(await list(page, '/')).toEqual(
      expect.arrayContaining(['1', String(one.pid), String(two.pid), 'self']),
    );
    const own = [String(one.pid), ...(grandchild ? [String(grandchild.pid)] : []), 'self'];
    expect(await list(one, '/')).toEqual(own);
    expect(await codeOf(() => new ProcFs(kernel, one).stat([String(two.pid)]))).toBe('ENOENT');
    expect(await codeOf(() => call(one, 'kill', { pid: two.pid, signal: 'killed' }))).toBe('ESRCH');
    expect(await codeOf(() => call(one, 'wait', { pid: two.pid, untraced: false }))).toBe('ESRCH');
  });
});

describe('what a process may not', () => {
  it('speak on a terminal that is not its own, mount, or end the watches of others', async () => {
    const child = await startScript();
    const { id } = await call(page, 'openTerminal', { cols: 80, rows: 24 });
    const config = { tty: id, preopens: {} };
    expect(await codeOf(() => call(child, 'spawn', { program: bytes('x'), config }))).toBe('EPERM');
    expect(
      await codeOf(() => call(child, 'mount', { spec: { kind: 'mem' }, at: '/m', flags: {} })),
    ).toBe('EPERM');
    expect(await codeOf(() => call(child, 'replayNs', { text: 'mount mem /m\n' }))).toBe('EPERM');
    const watch = await call(page, 'watch', { path: '/' });
    await call(child, 'unwatch', watch);
    let heard = false;
    kernel.changes.listen(() => {
      heard = true;
    });
    await write(page, '/x', 'y');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(heard).toBe(true);
  });

  it('be one of too many', async () => {
    const greedy = await startScript();
    const all = await Promise.all(Array.from({ length: 254 }, () => start(greedy)));
    expect(await codeOf(() => start(greedy))).toBe('EAGAIN');
    // What the page itself starts has room beyond.
    expect(await codeOf(() => start())).toBe('ok');
    for (const process of all) process.exit({ exit_code: 0 });
    expect(await codeOf(() => start(greedy))).toBe('ok');
  });

  it('lift a mount that it was given, in whichever way it asks', async () => {
    await call(page, 'mount', { spec: { kind: 'mem' }, at: '/given', flags: {} });
    const child = await start();
    const ns = `/proc/${child.pid}/ns`;
    expect(await codeOf(() => write(page, ns, 'unmount /given\n'))).toBe('EPERM');
    expect(await codeOf(() => write(page, ns, 'bind /given /mine\n'))).toBe('ok');
    expect(await codeOf(() => write(page, ns, 'unmount /mine\n'))).toBe('ok');
  });

  it('bring others forward from the background', async () => {
    const { id } = await call(page, 'openTerminal', { cols: 80, rows: 24 });
    const leader = await startScript({ tty: id });
    const [front, back] = [await start(leader), await start(leader)];
    expect(front.terminal).toBe(leader.terminal);
    const forward = (process: Process, pids: number[]): Promise<string> =>
      codeOf(() =>
        call(process, 'terminal', {
          modes: null,
          size: null,
          foreground: pids,
          typed: new Uint8Array(0),
        }),
      );
    expect(await forward(leader, [leader.pid, front.pid])).toBe('ok');
    expect(await forward(back, [back.pid])).toBe('EPERM');
    expect(await forward(front, [front.pid])).toBe('ok');
    expect(await forward(leader, [leader.pid])).toBe('ok');
  });
});

describe('ctl', () => {
  it('kills, stops and starts', async () => {
    const child = await start();
    const ctl = `/proc/${child.pid}/ctl`;
    await write(page, ctl, 'stop\n');
    expect(child.state).toBe('stopped');
    let answered = false;
    const waiting = call(child, 'fstat', { fd: 1 }).then(() => {
      answered = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(answered).toBe(false);
    await write(page, ctl, 'start\n');
    await waiting;
    expect(await codeOf(() => write(page, ctl, 'explode\n'))).toBe('EINVAL');
    await write(page, ctl, 'term');
    expect(child.status).toMatchObject({ signal: 'terminated', exit_code: 143 });
    expect(await codeOf(() => write(page, ctl, 'kill\n'))).toBe('ESRCH');
  });

  it('a killed parent takes its children with it, unless it keeps them', async () => {
    const parents = [kernel.processes.attach('a'), kernel.processes.attach('b')];
    for (const parent of parents) parent.namespace.start(page.namespace.table);
    const [a, b] = await Promise.all(parents.map((parent) => start(parent)));
    const family = async (parent: Process): Promise<Process> => {
      const { pid } = await call(kernel.processes.get(parent.ppid), 'spawn', {
        program: bytes('x'),
        config: {},
      });
      const child = kernel.processes.get(pid);
      child.ppid = parent.pid;
      return child;
    };
    const [ofA, ofB] = [await family(a as Process), await family(b as Process)];
    await write(page, `/proc/${b?.pid}/ctl`, 'children keep\n');
    a?.kill('killed');
    b?.kill('killed');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect([ofA.status?.signal, ofB.status]).toEqual(['killed', undefined]);
    expect(kernel.processes.get(ofB.ppid).ppid).toBe(0);
  });
});
