/** Shells in processes of their own, and signals that others send them. */
import { expect, it } from 'vitest';
import type { Kernel } from '../kernel/kernel.ts';
import type { ExitStatus, Process } from '../kernel/process.ts';
import { never } from '../kernel/service.ts';
import { text } from '../testing/kernel.ts';
import { onTerminal, withShells } from '../testing/shellterminal.ts';
import { serveShell } from './serve.ts';

/** Runs a script, and calls `act` with its process number as soon as it has printed something. */
async function run(
  script: string,
  act: (kernel: Kernel, process: Process, pid: number) => Promise<unknown>,
) {
  const { kernel, process } = await withShells();
  const config = { args: ['sh', '-c', script], stdio: ['plain pipe', 'plain pipe', 'plain pipe'] };
  const { pid, stdout } = await kernel.call(
    process,
    'spawn',
    { program: '/bin/sh', config },
    never,
  );
  let printed = '';
  for (;;) {
    const { data } = await kernel.call(process, 'read', { fd: stdout, count: 4096 }, never);
    if (data.length === 0) break;
    if (printed === '') await act(kernel, process, pid);
    printed += text(data);
  }
  const { status } = await kernel.call(process, 'wait', { pid, untraced: false }, never);
  return { printed, status: (status as ExitStatus).exit_code };
}

const send =
  (signal: string) =>
  (kernel: Kernel, process: Process, pid: number): Promise<unknown> =>
    kernel.call(process, 'kill', { pid, signal }, never);

it('an interrupt that comes while the shell is being ended fails nothing', async () => {
  const failures: unknown[] = [];
  const note = (reason: unknown): void => void failures.push(reason);
  globalThis.process.prependListener('unhandledRejection', note);
  const { port1, port2 } = new MessageChannel();
  try {
    serveShell(port2, async () => undefined);
    const closed = new Promise((done) => port1.addEventListener('close', done));
    // Nobody answers what it asks.
    const asks = new Promise<void>((done) => {
      port1.onmessage = ({ data }) => JSON.stringify(data).includes('heard') && done();
    });
    port1.postMessage({ event: 'interrupt' });
    await asks;
    port1.postMessage({ event: 'over' });
    await closed;
    await new Promise((done) => setTimeout(done, 0));
    expect(failures).toEqual([]);
  } finally {
    globalThis.process.off('unhandledRejection', note);
    port1.close();
  }
});

const LOOP = 'echo ready; while :; do sleep 0.05; done';

it('a signal of another process runs the trap of a shell', async () => {
  const script = `trap 'echo caught; exit 5' TERM; ${LOOP}`;
  expect(await run(script, send('terminated'))).toEqual({ printed: 'ready\ncaught\n', status: 5 });
});

it('a signal that the kernel has no name for reaches a shell that traps it', async () => {
  const script = `trap 'echo caught; exit 6' USR1; ${LOOP}`;
  expect(await run(script, send('USR1'))).toEqual({ printed: 'ready\ncaught\n', status: 6 });
});

it('a shell that another process ends runs its trap of the end first', async () => {
  const script = `trap 'echo bye' EXIT; ${LOOP}`;
  expect(await run(script, send('terminated'))).toEqual({ printed: 'ready\nbye\n', status: 143 });
});

it('an interrupt runs its trap, and the command that it has interrupted is over', async () => {
  const script = `trap 'echo "int $?"' INT; (echo ready; sleep 1000); echo after`;
  expect(await run(script, send('interrupt'))).toEqual({
    printed: 'ready\nint 130\nafter\n',
    status: 0,
  });
});

it('without a trap a signal ends a shell at once', async () => {
  expect(await run(LOOP, send('terminated'))).toEqual({ printed: 'ready\n', status: 143 });
  expect(await run(`trap 'echo no' EXIT; ${LOOP}`, send('killed'))).toEqual({
    printed: 'ready\n',
    status: 137,
  });
});

/** Sends a signal to the job that a shell runs. */
const toJob =
  (signal: string) =>
  async (kernel: Kernel, process: Process, pid: number): Promise<void> => {
    const { processes } = await kernel.call(process, 'processes', {}, never);
    const job = (processes as { pid: number; ppid: number }[]).find(({ ppid }) => ppid === pid);
    await send(signal)(kernel, process, job?.pid ?? 0);
  };

it.each([
  ['USR1', 'USR1', 4],
  ['terminated', 'TERM', 4],
  ['hangup', 'HUP', 4],
])('a signal of another process runs the trap of a job: %s', async (name, signal, status) => {
  const script = `(trap 'echo trapped; exit ${status}' ${signal}; ${LOOP}) & wait $!; echo "ended $?"`;
  expect(await run(script, toJob(name))).toEqual({
    printed: `ready\ntrapped\nended ${status}\n`,
    status: 0,
  });
});

it('a signal of another process that a job does not trap ends it, and one that it ignores does not', async () => {
  const script = `(${LOOP}) & wait $!; echo "ended $?"`;
  expect((await run(script, toJob('USR2'))).printed).toBe('ready\nended 140\n');
  const ignores = `(trap '' TERM; trap 'exit 3' USR1; ${LOOP}) & wait $!; echo "ended $?"`;
  const both = async (kernel: Kernel, process: Process, pid: number): Promise<void> => {
    await toJob('terminated')(kernel, process, pid);
    await toJob('USR1')(kernel, process, pid);
  };
  expect((await run(ignores, both)).printed).toBe('ready\nended 3\n');
});

it('a signal that there is not is refused for a job, too', async () => {
  const script = `(trap 'exit 2' USR1; ${LOOP}) & wait $!; echo "ended $?"`;
  const both = async (kernel: Kernel, process: Process, pid: number): Promise<void> => {
    await expect(toJob('nonsense')(kernel, process, pid)).rejects.toThrow('EINVAL');
    await toJob('USR1')(kernel, process, pid);
  };
  expect((await run(script, both)).printed).toBe('ready\nended 2\n');
});

it('a job of a shell is a process that others see and end', async () => {
  const script = `(${LOOP}) & wait $!; echo "ended $?"`;
  expect(await run(script, toJob('terminated'))).toEqual({
    printed: 'ready\nended 143\n',
    status: 0,
  });
});

const [CTRL_C, CTRL_Z] = ['\x03', '\x1a'];

it('Ctrl-C runs the trap for it, and a line without one is over', async () => {
  const { enter, press, shows } = await onTerminal();
  await enter('echo here', /\nhere/);
  await enter('echo go; sleep 1000', /\ngo/);
  await press(CTRL_C);
  await enter('echo "was $?"', /\nwas 130/);
  await enter("trap 'echo caught it' INT; echo set", /\nset/);
  await enter('echo go; sleep 1000; echo "after $?"', /\ngo/);
  await press(CTRL_C);
  await shows(/\ncaught it\r\nafter 130/);
});

it('a line that Ctrl-Z stops is a job with a number, which goes on and is ended', async () => {
  const { enter, press, shows, told, type } = await onTerminal();
  await enter('echo here', /\nhere/);
  await enter('echo go; sleep 1000', /\ngo/);
  await press(CTRL_Z);
  await shows(/\[1\]\+ {2}Stopped {17}echo go; sleep 1000/);
  await enter('echo "was $?"; jobs -l', /\nwas 148\r\n\[1\]\+ +\d+ Stopped/);
  await enter('bg', /\n\[1\]\+ echo go; sleep 1000 &/);
  await enter('jobs', /\[1\]\+ {2}Running {17}echo go; sleep 1000 &/);
  await type('kill %1\r');
  await told(/\[1\]\+ {2}Terminated {14}echo go; sleep 1000/);
  await enter('sleep 1000 &', /\n\[1\] \d+/);
  await enter('fg', /\nsleep 1000/);
  await press(CTRL_C);
  await enter('echo "was $?"', /\nwas 130/);
  await type('(exit 3) &\r');
  await told(/\[1\]\+ {2}Exit 3 {18}\(exit 3\)/);
});

it('a loop that starts programs stops, goes on and ends at whatever moment it is told to', async () => {
  const { enter, press, shows, told, type } = await onTerminal();
  await enter('echo here', /\nhere/);
  await enter('n=0; while :; do sh -c : > /tmp/out; let ++n; echo "did $n"; done', /\ndid 3\r/);
  await press(CTRL_Z);
  await shows(/\[1\]\+ {2}Stopped/);
  for (const after of [1, 5, 9, 14, 20, 27]) {
    // It may not be stopped before it is in front, which it is when this is shown.
    await enter('fg', /\nn=0; while :/);
    await press(CTRL_Z);
    await shows(/\[1\]\+ {2}Stopped/);
    await enter('bg > /tmp/bg', /\ndid \d+\r/);
    await new Promise((done) => setTimeout(done, after));
    await enter('kill -STOP %1; echo "stopped $?"', /\nstopped 0/);
  }
  await type('kill %1\r');
  await told(/\[1\]\+ {2}Terminated/);
  await enter('wait; jobs; echo "left $?"', /\nleft 0/);
});

const stops = (job: string, signal: string): string =>
  `set -m; exec 2>/dev/null; ${job} & until [ -s /tmp/a ]; do sleep .02; done; kill -STOP %1; sleep .1; kill -${signal} %1; until [ -s /tmp/b ]; do sleep .02; done; cat /tmp/b`;
const catches = (signal: string): string =>
  `sh -c 'trap "echo caught >/tmp/b; exit 3" ${signal}; echo up >/tmp/a; while :; do sleep .05; done'`;

it.each([
  [stops(catches('TERM'), 'TERM'), 'caught'],
  [stops(`{ ${catches('TERM')}; echo after; }`, 'TERM'), 'caught'],
  [stops(`${catches('HUP')} | cat`, 'HUP'), 'caught'],
  [
    stops(
      `{ sh -c 'trap "" TERM; echo up >/tmp/a; sleep .2; echo on >/tmp/b'; echo after; }`,
      'TERM',
    ),
    'on',
  ],
])('a program of a job that was stopped hears of its end: %s', async (script, expected) => {
  const { printed } = await run(script, async () => undefined);
  expect(printed.trim()).toBe(expected);
});

it('a shell knows the process that has started it, and what nohup runs leaves a file', async () => {
  const { enter } = await onTerminal();
  await enter('sh -c \'echo "parent $PPID"\'; echo "shell $$"', /parent (\d+)\r\nshell \1/);
  await enter('cd /tmp; nohup echo kept; cat nohup.out', /appending output.*\r\nkept/);
});
