/**
 * What runs beside the shell, each part with its own interrupts: jobs in the background, coprocesses, and the commands of
 * `<(…)` and `>(…)`. The shell and the part are joined by pipes of the kernel.
 */

import { inClosingOrder, thenClose } from './closing.ts';
import { type Context, complain } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import { type Io, kernelStream, noInput, type Stream } from './io.ts';
import type { Job } from './jobs.ts';
import { redirectsInput } from './redirect.ts';
import type { State } from './state.ts';
import { isolated } from './subshell.ts';
import type { Coproc, Script, Statement } from './syntax/tree.ts';

interface Apart {
  readonly text: string;
  /** Streams that take the place of those of the shell; the part has them for itself, and closes them at its end. */
  readonly streams: ReadonlyMap<number, Stream>;
  /** It is a job that `jobs` lists. */
  readonly isListed: boolean;
  /** A program may take the place of the whole. */
  readonly isOneCommand?: boolean;
  run(shell: Interpreter, context: Context): Promise<number>;
}

async function start(
  { text, streams, isListed, isOneCommand, run }: Apart,
  context: Context,
  shell: Interpreter,
): Promise<Job> {
  const { state } = context;
  const apart = shell.fork();
  const pid = await shell.sys.enroll('sh', [text]);
  const inherited = [...context.io].filter(([fd]) => !streams.has(fd));
  const io: Io = new Map(inherited.map(([fd, stream]) => [fd, stream.under(apart.sys)]));
  for (const [fd, stream] of streams) {
    io.set(fd, stream.under(apart.sys));
    await stream.close();
  }
  const inner = apart.context(state.clone(), io);
  inner.state.pid = pid;
  apart.receiver.state = inner.state;
  const kind = { pid, sys: apart.sys, receiver: apart.receiver };
  const job = isListed ? shell.jobs.make(text, state, kind) : shell.jobs.makeUnlisted(text, kind);
  const own: Context = { ...inner, job, ...(isOneCommand ? { replaces: pid } : {}) };
  if (isListed && !state.interactive && !state.options.has('monitor')) ignoreInterrupts(own.state);
  apart.sys.toBack();
  const ended = thenClose(
    () => isolated(own, () => run(apart, own), apart),
    () => inClosingOrder(io),
    own,
  );
  shell.jobs.run(job, ended);
  state.lastBackground = pid;
  return job;
}

function ignoreInterrupts(state: State): void {
  state.traps.set('INT', '');
  state.inheritedTraps = new Map([...(state.inheritedTraps ?? []), ['INT', '']]);
}

/** A statement with `&`. */
export async function background(
  statement: Statement,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  const own = { ...withoutSubshell(statement), background: false };
  const job = await start(
    {
      text: statement.source,
      // Without job control of its own standard input is empty, and Ctrl-C is not for it (POSIX 2.9.3, 2.11).
      streams: new Map(keepsInput(statement, context) ? [] : [[0, noInput()]]),
      isListed: true,
      isOneCommand: isOneCommand(statement),
      run: (apart, inner) => apart.statements([own], inner),
    },
    context,
    shell,
  );
  state.status = 0;
  if (state.interactive) await context.io.get(2)?.write(`[${job.id}] ${job.pid}\n`);
  return 0;
}

/** Standard input was redirected for the command or for one around it. */
function keepsInput(
  { pipelines: [pipeline, ...more] }: Statement,
  { hasInput = false }: Context,
): boolean {
  if (hasInput) return true;
  const [command, ...others] = pipeline?.commands ?? [];
  const isOne = more.length === 0 && others.length === 0;
  return (
    isOne &&
    command !== undefined &&
    'redirections' in command &&
    redirectsInput(command.redirections)
  );
}

/** The whole is one command, which a program may take the place of. */
function isOneCommand({ pipelines: [pipeline, ...more] }: Statement): boolean {
  return (
    more.length === 0 &&
    pipeline?.commands.length === 1 &&
    pipeline.commands[0]?.type === 'SimpleCommand' &&
    pipeline.timed === 'no' &&
    !pipeline.negated
  );
}

/** What runs apart is a subshell already, so that a subshell which is all of it needs no other. */
function withoutSubshell(statement: Statement): Statement {
  const { pipelines } = statement;
  const [pipeline] = pipelines;
  const [command] = pipeline?.commands ?? [];
  if (pipelines.length > 1 || pipeline?.commands.length !== 1 || command?.type !== 'Subshell')
    return statement;
  return { ...statement, pipelines: [{ ...pipeline, commands: [{ ...command, type: 'Group' }] }] };
}

/** The two ends of a new pipe. */
async function pipe({ sys }: Interpreter): Promise<{ reader: Stream; writer: Stream }> {
  const { reader, writer } = await sys.pipe();
  return {
    reader: kernelStream(sys, reader, { write: false }),
    writer: kernelStream(sys, writer, { read: false }),
  };
}

/** The highest number below 64 that is free, as bash takes it. */
function freeNumber(...taken: readonly ReadonlyMap<number, unknown>[]): number {
  let fd = 63;
  while (taken.some((each) => each.has(fd))) fd--;
  return fd;
}

/** `coproc`: a job whose standard input and output are descriptors of the shell, which an array names. */
export async function coprocess(
  { name, body }: Coproc,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state, io } = context;
  const toJob = await pipe(shell);
  const fromJob = await pipe(shell);
  const text = `coproc ${name}`;
  const streams = new Map([
    [0, toJob.reader],
    [1, fromJob.writer],
  ]);
  const job = await start(
    { text, streams, isListed: true, run: (apart, inner) => apart.command(body, inner) },
    context,
    shell,
  );
  const output = freeNumber(io);
  io.set(output, fromJob.reader);
  const input = freeNumber(io);
  io.set(input, toJob.writer);
  state.setArray(name, [String(output), String(input)]);
  state.set(`${name}_PID`, String(job.pid));
  if (state.interactive) await complain(context, `[${job.id}] ${job.pid}`);
  return 0;
}

/** Starts the commands of `<(…)` or `>(…)`; gives the name of the pipe's other end, which is open while the command runs. */
export async function processSubstitution(
  script: Script,
  direction: 'read' | 'write',
  context: Context,
  shell: Interpreter,
): Promise<string> {
  const { io, state } = context;
  const { reader, writer } = await pipe(shell);
  const isRead = direction === 'read';
  const job = await start(
    {
      text: script.statements.map(({ source }) => source).join('; '),
      streams: new Map([isRead ? [1, writer] : [0, reader]]),
      isListed: false,
      run: (apart, inner) => apart.runScript(script, inner),
    },
    context,
    shell,
  );
  if (!isRead) shell.jobs.sinks.add(job);
  const fd = freeNumber(io, state.substituted);
  state.substituted.set(fd, isRead ? reader : writer);
  return `/dev/fd/${fd}`;
}

/** Closes the pipes of `<(…)` and `>(…)`, except for those of a command around this one. */
export async function closeSubstituted(
  { substituted }: State,
  isKept: ReadonlySet<number>,
): Promise<void> {
  for (const [fd, stream] of substituted)
    if (!isKept.has(fd)) {
      substituted.delete(fd);
      await stream.close();
    }
}
