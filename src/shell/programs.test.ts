/** Programs that are still being started when a signal comes for what they are a part of. */
import { describe, expect, it } from 'vitest';
import { Interpreter } from './interpreter.ts';
import type { Stream } from './io.ts';
import { State } from './state.ts';
import { type Call, Sys } from './sys.ts';

const PID = 7;

/** A shell whose kernel starts a program when the test says so, and lets it run until it gets a signal that ends it. */
function shellOfSlowStarts() {
  const signals: string[] = [];
  let begin = (): void => undefined;
  let ask = (): void => undefined;
  let end = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const call = (async (operation: string, args: { pid: number; signal: string }) => {
    if (operation === 'spawn') {
      ask();
      await begun;
      return { pid: PID };
    }
    if (operation === 'wait') {
      await ended;
      return { status: { exit_code: 143, signal: 'terminated' } };
    }
    if (operation === 'kill' && args.pid === PID) {
      signals.push(args.signal);
      if (args.signal !== 'stop' && args.signal !== 'start') end();
    }
    return {};
  }) as unknown as Call;
  const sys = new Sys(call, async () => undefined);
  const commands = {
    builtins: new Map(),
    tool: () => undefined,
    names: () => [],
    isShellOnly: () => false,
  };
  const shell = new Interpreter(sys, () => commands);
  const stream = { fd: 0, giveBack: async () => true } as unknown as Stream;
  const io = new Map([0, 1, 2].map((fd) => [fd, stream]));
  return { shell, io, signals, asked, begin };
}

describe('a program that is being started', () => {
  /** A job of one program whose start has been asked for. */
  async function job() {
    const made = shellOfSlowStarts();
    const { shell, io } = made;
    const { jobs, sys, receiver, programs } = shell;
    const state = new State();
    const loop = jobs.make('loop', state, { sys, receiver });
    const run = programs.start('/bin/p', ['p'], shell.context(state, io, loop));
    await made.asked;
    return { ...made, run, loop, jobs };
  }

  it('stops with its job, and goes on with it', async () => {
    const { run, loop, jobs, signals, begin } = await job();
    await jobs.signal(loop, 'STOP');
    begin();
    await expect.poll(() => signals).toEqual(['stop']);
    await jobs.signal(loop, 'CONT');
    expect(signals).toEqual(['stop', 'start']);
    await jobs.signal(loop, 'TERM');
    expect(await run).toBe(143);
    expect([...loop.pids]).toEqual([]);
  });

  it.each([
    [['TERM'], 'terminated'],
    [['STOP', 'TERM'], 'terminated'],
    [['TERM', 'STOP'], 'terminated'],
    [['STOP', 'HUP'], 'hangup'],
    [['KILL'], 'killed'],
    [['TSTP', 'USR1'], 'killed'],
  ])('ends with its job: %j', async (sent, name) => {
    const { run, loop, jobs, signals, begin } = await job();
    for (const signal of sent) await jobs.signal(loop, signal);
    begin();
    expect(await run).toBe(143);
    expect([signals, loop.stopped]).toEqual([[name], false]);
  });

  it('ends with the line of a person who has pressed Ctrl-C', async () => {
    const { shell, io, signals, asked, begin } = shellOfSlowStarts();
    shell.receiver.interactive = true;
    const run = shell.programs.start('/bin/p', ['p'], shell.context(new State(), io));
    await asked;
    shell.receiver.deliver('INT', true);
    begin();
    expect(await run).toBe(143);
    expect(signals).toEqual(['interrupt']);
  });
});
