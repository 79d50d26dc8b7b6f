/** Starting a program: its process, its three standard streams as pipes, its preopens, and the runner that executes it. */
import { fail } from './errors.ts';
import type { Kernel } from './kernel.ts';
import type { NamespaceStat } from './namespace.ts';
import { OpenDir } from './opendir.ts';
import { OpenFile } from './openfile.ts';
import type { Result } from './operations.ts';
import { baseName, parsePath } from './path.ts';
import { makePipe, type Pipe } from './pipe.ts';
import { type Limits, Process } from './process.ts';
import type { Mode } from './service.ts';

/** A path in the caller's namespace, or the binary itself. */
export type Program = string | Uint8Array;

export interface SpawnConfig {
  /** argv, the program's own name first. */
  readonly args?: readonly string[];
  /** The only environment it gets. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Guest directory → path in the caller's namespace; by default `/` and the working directory. */
  readonly preopens?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
}

/** Bytes a standard stream holds before the program waits. */
const STREAM_LIMIT = 1 << 18;
/** No program is larger. */
const PROGRAM_MAX = 512 * 1024 * 1024;

export async function spawn(
  kernel: Kernel,
  parent: Process,
  program: Program,
  config: SpawnConfig,
  signal: AbortSignal,
): Promise<Result<'spawn'>> {
  checkConfig(config);
  const binary = await programBytes(parent, program, signal);
  const name =
    typeof program === 'string'
      ? baseName(parsePath(program).names)
      : (config.args?.[0] ?? 'program');
  const cwd = await parent.namespace.realpath(config.cwd ?? '.', parent.caller(-1, signal));
  const child = new Process({
    pid: kernel.nextPid(),
    parent,
    namespace: parent.namespace.fork(),
    name,
    args: config.args ?? [name],
    env: config.env ?? {},
    cwd,
    confined: true,
    limits: config.limits ?? {},
    now: kernel.now,
  });
  const pipes = [makePipe(STREAM_LIMIT), makePipe(STREAM_LIMIT), makePipe(STREAM_LIMIT)] as const;
  const [stdin, stdout, stderr] = pipes;
  child.add(streamFile(stdin, 'read'));
  child.add(streamFile(stdout, 'write'));
  child.add(streamFile(stderr, 'write'));
  const preopens: string[] = [];
  for (const [guest, path] of Object.entries(config.preopens ?? defaultPreopens(config.cwd))) {
    const opened = await child.namespace
      .open(path, { directory: true }, { cwd, signal })
      .catch((error: unknown) => {
        child.exit({ exit_code: 126 });
        throw error;
      });
    if (!(opened instanceof OpenDir)) continue;
    opened.overRoot = guest === '.' && config.preopens === undefined;
    child.add(opened);
    preopens.push(guest);
  }
  const ends = [streamFile(stdin, 'write'), streamFile(stdout, 'read'), streamFile(stderr, 'read')];
  const fds: number[] = [];
  try {
    // First the descriptors: a program that nobody could reach must not start.
    for (const end of ends) fds.push(parent.add(end));
    await kernel.start(child, binary, preopens);
  } catch (error) {
    for (const fd of fds) await parent.close(fd).catch(() => undefined);
    child.exit({ exit_code: 126 });
    throw error;
  }
  return {
    pid: child.pid,
    stdin: fds[0] as number,
    stdout: fds[1] as number,
    stderr: fds[2] as number,
  };
}

/** `/`, and `.` where the working directory is another. */
function defaultPreopens(cwd: string | undefined): Record<string, string> {
  return cwd === undefined || cwd === '/' ? { '/': '/' } : { '/': '/', '.': '.' };
}

/** A pipe is nobody's file: no device, no inode. */
const noFile: NamespaceStat = {
  kind: 'file',
  size: 0,
  mtime: 0n,
  version: '',
  dev: 0,
  ino: 0n,
  nlink: 1,
};

function streamFile(pipe: Pipe, end: 'read' | 'write'): OpenFile {
  const mode: Mode = end === 'read' ? { read: true } : { write: true };
  return new OpenFile(end === 'read' ? pipe.reader : pipe.writer, mode, {
    ro: false,
    name: () => 'stream',
    leave: () => undefined,
    stat: async () => noFile,
    complete: () => noFile,
    setTimes: async () => fail('EINVAL', 'a stream has no times'),
    sync: async () => fail('EINVAL', 'a stream cannot be synced'),
    didRead: () => undefined,
    didWrite: () => undefined,
  });
}

export async function programBytes(
  parent: Process,
  program: Program,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (program instanceof Uint8Array) return program;
  if (typeof program !== 'string') return fail('EINVAL', 'a program is a path or bytes');
  const caller = parent.caller(-1, signal);
  const { size } = await parent.namespace.stat(program, true, caller);
  if (size > PROGRAM_MAX) fail('EFBIG', 'larger than any program may be');
  return parent.namespace.readFile(program, caller);
}

function checkConfig({ args, env, limits }: SpawnConfig): void {
  const texts = [...(args ?? []), ...Object.entries(env ?? {}).flat()];
  if (texts.some((value) => typeof value !== 'string' || value.includes('\0'))) {
    fail('EINVAL', 'arguments and environment are texts without NUL');
  }
  if (Object.keys(env ?? {}).some((name) => name === '' || name.includes('='))) {
    fail('EINVAL', "a variable's name is not empty and holds no '='");
  }
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!(typeof value === 'number' && value > 0))
      fail('EINVAL', `the ${name} limit is a number above 0`);
  }
}
