/** Runs one attempt of a job in its environment: a WASI program, a script, or a registered function. */
import type { Job, JobKind, Outcome } from '../fs/sched/jobs.ts';
import { fail } from '../kernel/errors.ts';
import { jsonFrom } from '../kernel/json.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Limits, Process } from '../kernel/process.ts';
import type { Json } from '../kernel/service.ts';
import type { Program, SpawnConfig } from '../kernel/spawn.ts';
import type { OanixEnv } from './environment.ts';

/** Where what a job prints goes. */
export interface Output {
  write(name: 'stdout' | 'stderr', data: Uint8Array): Promise<void>;
  /** Bytes that were not kept. */
  readonly dropped: { readonly stdout: number; readonly stderr: number };
}

export interface FunctionContext {
  readonly env: OanixEnv;
  readonly job: Job;
  readonly signal: AbortSignal;
  readonly output: Output;
  print(text: string): Promise<void>;
}

/** A registered function; what it throws is why the job failed. */
export type JobFunction = (input: Json, context: FunctionContext) => Promise<Json | undefined>;

export interface RunHost {
  readonly kernel: Kernel;
  /** ENOENT. */
  function(name: string): JobFunction;
}

/** What a process is started as, beside its streams. */
export interface Start {
  readonly program: Program;
  readonly args: readonly string[];
  readonly config?: SpawnConfig;
}

const READ_BYTES = 1 << 16;
/** Characters of JSON that a function may return; more belongs into a file. */
const VALUE_MAX = 1 << 20;
/** Processes of one job at once: those of others have to run too. */
const PROCESSES_MAX = 48;

export async function runJob(
  job: Job,
  env: OanixEnv,
  output: Output,
  host: RunHost,
  signal: AbortSignal,
): Promise<Outcome> {
  const { kind } = job.spec;
  const outcome =
    'Custom' in kind
      ? await callFunction(job, kind.Custom, env, output, host, signal)
      : await runProcess(host.kernel, env, startOf(kind, job), output, signal);
  return { ...outcome, dropped: output.dropped };
}

function startOf(kind: Exclude<JobKind, { Custom: unknown }>, { spec }: Job): Start {
  const config: SpawnConfig = {
    env: spec.env,
    ...(spec.working_dir === null ? {} : { cwd: spec.working_dir }),
    ...(spec.max_memory === null ? {} : { limits: { memory: spec.max_memory } }),
  };
  if ('Script' in kind) return { program: '/bin/sh', args: ['sh', '-c', kind.Script.text], config };
  const { path, bytes, args = [] } = kind.Wasi;
  const program = path ?? Uint8Array.from(atob(bytes ?? ''), (c) => c.charCodeAt(0));
  const name = path?.split('/').at(-1) ?? 'program';
  return { program, args: [name, ...args], config };
}

/**
 * Runs a program to its end in a fork of the environment's namespace. When it has ended, or `signal` aborts, nothing
 * that it started is left. Who goes `first` finds room where others have used it up.
 */
export async function runProcess(
  kernel: Kernel,
  env: Pick<OanixEnv, 'manifest' | 'process'>,
  { program, args, config = {} }: Start,
  output: Pick<Output, 'write'>,
  signal: AbortSignal,
  first = false,
): Promise<Outcome> {
  const { limits, working_dir, env: variables } = env.manifest;
  const { namespace, name } = env.process;
  const owner = kernel.processes.attach(`${name} job`, namespace.fork(), {
    most: PROCESSES_MAX,
    first,
  });
  const end = (): void => kernel.processes.detach(owner);
  signal.addEventListener('abort', end, { once: true });
  try {
    if (signal.aborted) fail('EINTR', 'it was ended before it began');
    const started = await kernel.call(
      owner,
      'spawn',
      {
        program,
        config: {
          cwd: working_dir,
          ...config,
          args,
          env: { HOME: working_dir, PATH: '/bin', ...variables, ...config.env },
          limits: lesser(limits, config.limits ?? {}),
          stdio: ['plain pipe', 'plain pipe', 'plain pipe'],
        },
      },
      signal,
    );
    if (signal.aborted) end();
    else await owner.close(started.stdin);
    const pumps = [
      pump(owner, started.stdout, (data) => output.write('stdout', data)),
      pump(owner, started.stderr, (data) => output.write('stderr', data)),
    ];
    const status = await kernel.processes.get(started.pid).ended;
    // What it left running is ended, so that nobody writes any more.
    for (const each of kernel.processes.descendants(owner)) each.kill('killed');
    await Promise.all(pumps);
    const { exit_code, trap, limits_hit, signal: by } = status;
    const reason = trap ? `${trap.kind}: ${trap.message}` : by && `ended: ${by}`;
    return {
      exit_code,
      ...(reason ? { error: reason } : {}),
      ...(limits_hit.length > 0 ? { limits_hit } : {}),
    };
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** A job may have less than its environment allows, not more. */
function lesser(given: Limits, wanted: Limits): Limits {
  const limits: { -readonly [K in keyof Limits]: number } = { ...given, ...wanted };
  for (const name of Object.keys(given) as (keyof Limits)[])
    limits[name] = Math.min(given[name] as number, wanted[name] ?? Number.POSITIVE_INFINITY);
  return limits;
}

async function pump(
  owner: Process,
  fd: number,
  write: (data: Uint8Array) => Promise<void>,
): Promise<void> {
  const file = owner.file(fd);
  // Also of what was ended all is read.
  const toEnd = new AbortController().signal;
  for (;;) {
    const data = await file.read(READ_BYTES, toEnd);
    if (data.length === 0) return;
    await write(data);
  }
}

async function callFunction(
  job: Job,
  { name, input }: { readonly name: string; readonly input: Json },
  env: OanixEnv,
  output: Output,
  host: RunHost,
  signal: AbortSignal,
): Promise<Outcome> {
  const run = host.function(name);
  const print = (text: string): Promise<void> =>
    output.write('stdout', new TextEncoder().encode(text));
  const ended = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new Error('it was ended'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  ended.catch(() => undefined);
  // A function that does not listen holds up nobody.
  const value: unknown = await Promise.race([
    run(input ?? null, { env, job, signal, output, print }),
    ended,
  ]);
  if (value === undefined) return { exit_code: 0 };
  return { exit_code: 0, value: jsonFrom(value, 'what the function returned', VALUE_MAX) };
}
