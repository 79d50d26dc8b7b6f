/** Starting a program: its process, its three standard streams as pipes, its preopens, and the runner that executes it. */
import type { AccessMap } from './access.ts';
import { quietly } from './awaitable.ts';
import { noFile } from './caller.ts';
import { fail } from './errors.ts';
import type { Kernel } from './kernel.ts';
import { OpenDir } from './opendir.ts';
import { OpenFile } from './openfile.ts';
import type { Result } from './operations.ts';
import { baseName, formatPath, parsePath } from './path.ts';
import { makePipe } from './pipe.ts';
import { type Descriptor, type Limits, Process } from './process.ts';
import { type FileHandle, MODE_BITS, type Mode } from './service.ts';
import { SHELL_MARK } from './shellmark.ts';
import type { Terminal } from './terminal.ts';
import { Trace } from './trace.ts';

/** A path in the caller's namespace, or the binary itself. */
export type Program = string | Uint8Array;

export interface SpawnConfig {
  /** argv, the program's own name first. */
  readonly args?: readonly string[];
  /** The only environment it gets; with `cwd` also PWD, unless it is here. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Guest directory → path in the caller's namespace; by default `/` and the working directory. */
  readonly preopens?: Readonly<Record<string, string>>;
  readonly limits?: Limits;
  /** The permissions that files do not get which it makes; by default those of the caller (umask(2)). */
  readonly umask?: number;
  /**
   * Where its three standard streams are: one of the caller's descriptors, the terminal, a pipe whose
   * other end the caller gets (a program takes it for a terminal), or a plain pipe.
   */
  readonly stdio?: readonly (number | 'tty' | 'pipe' | 'plain pipe')[];
  /** A terminal by its id; by default that of the caller. */
  readonly tty?: number;
  /** How it may write each mount; by default as the caller. What is `cow` waits for a review. */
  readonly access?: AccessMap;
  /** `share`: what it mounts the caller sees, and the other way round. By default a fork. */
  readonly namespace?: 'fork' | 'share';
  /** A process that the caller has enrolled: the program takes its number and its place (execve(2)). */
  readonly replaces?: number;
  /** Its trace begins before its first call: whoever opens `/proc/N/trace` first gets all of it. */
  readonly traced?: boolean;
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
  const resolved = await resolveInterpreter(
    parent,
    program,
    await programBytes(parent, program, signal),
    config.args,
    signal,
  );
  const cwd = await parent.namespace.realpath(config.cwd ?? '.', parent.caller(-1, signal));
  const shares = config.namespace === 'share';
  if (shares && config.access) fail('EINVAL', 'mounts that are shared cannot be restricted');
  const terminal = terminalFor(kernel, parent, config.tty);
  const replaced =
    config.replaces === undefined ? undefined : kernel.processes.enrolled(parent, config.replaces);
  const child = new Process({
    pid: replaced?.pid ?? kernel.processes.nextPid(),
    parent,
    namespace: parent.namespace.fork(),
    ...(shares ? { sharesWith: parent.sharesWith ?? parent } : {}),
    name: resolved.name,
    args: resolved.args,
    // Without PWD a program takes its first preopened directory for the working directory (Go does).
    env: { ...(config.cwd === undefined ? {} : { PWD: formatPath(cwd) }), ...config.env },
    cwd,
    confined: !resolved.script,
    limits: lesser(parent.limits, config.limits ?? {}),
    umask: config.umask,
    mayMount: shares && parent.mayMount,
    terminal,
    now: kernel.now,
  });
  kernel.sources.makePersonal(child);
  if (config.access) kernel.sources.restrict(child, config.access);
  const ends: (OpenFile | undefined)[] = [];
  const preopens: string[] = [];
  const fds: number[] = [];
  try {
    for (const number of [0, 1, 2]) ends.push(giveStream(child, parent, number, config));
    for (const [guest, path] of Object.entries(config.preopens ?? defaultPreopens(config.cwd))) {
      const opened = await child.namespace.open(path, { directory: true }, { cwd, signal });
      if (!(opened instanceof OpenDir)) {
        await opened.close();
        continue;
      }
      opened.overRoot = guest === '.' && config.preopens === undefined;
      child.add(opened);
      preopens.push(guest);
    }
    // First the descriptors: a program that nobody could reach must not start.
    for (const end of ends) fds.push(end ? parent.add(end) : -1);
    if (config.traced) traceFromStart(child);
    replaced?.exit({ exit_code: 0 });
    await kernel.start(child, resolved.binary, preopens);
  } catch (error) {
    for (const fd of fds) if (fd >= 0) quietly(() => parent.close(fd));
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

function traceFromStart(child: Process): void {
  const trace = new Trace();
  child.firstTrace = trace;
  child.traces.add(trace);
  child.signal.addEventListener('abort', () => trace.end(), { once: true });
}

/** A terminal may be given by who opened it, the host's client; everyone else passes on their own. */
function terminalFor(
  kernel: Kernel,
  parent: Process,
  tty: number | undefined,
): Terminal | undefined {
  if (tty === undefined) return parent.terminal;
  const wanted = kernel.terminals.get(tty);
  if (parent.ppid !== 0 && wanted !== parent.terminal) fail('EPERM', 'that terminal is not yours');
  return wanted;
}

/** A descriptor in common; where there is no room for it nothing is held. */
function giveDescriptor(child: Process, descriptor: Descriptor): void {
  const given = descriptor.dup();
  try {
    child.add(given);
  } catch (error) {
    quietly(() => given.close());
    throw error;
  }
}

/** What a process may use up its children may not exceed. */
function lesser(parent: Limits, given: Limits): Limits {
  const limits: { -readonly [K in keyof Limits]: number } = { ...parent, ...given };
  for (const name of Object.keys(parent) as (keyof Limits)[])
    limits[name] = Math.min(parent[name] as number, given[name] ?? Number.POSITIVE_INFINITY);
  return limits;
}

/** Puts a standard stream at its number; the other end, where the parent gets one. */
function giveStream(
  child: Process,
  parent: Process,
  number: number,
  { stdio, tty }: SpawnConfig,
): OpenFile | undefined {
  const wanted = stdio?.[number] ?? (tty === undefined ? 'pipe' : 'tty');
  if (typeof wanted === 'number') {
    giveDescriptor(child, parent.descriptor(wanted));
    return undefined;
  }
  const [end, other] = number === 0 ? (['read', 'write'] as const) : (['write', 'read'] as const);
  if (wanted === 'tty') {
    const terminal = child.terminal ?? fail('ENOTTY', 'there is no terminal to give');
    child.add(streamFile(terminal.slave, end, '/dev/cons'));
    return undefined;
  }
  const { reader, writer, queue } = makePipe(STREAM_LIMIT);
  if (number === 0) child.stdin = queue;
  const ends = { read: reader, write: writer };
  // Nobody else shares it, and its output is shown while it runs: to the program it is a terminal.
  child.add(streamFile({ ...ends[end], terminal: wanted === 'pipe' }, end, 'stream'));
  return streamFile(ends[other], other, 'stream');
}

interface Resolved {
  readonly binary: Uint8Array;
  readonly name: string;
  readonly args: readonly string[];
  /** It is a script that the shell runs. */
  readonly script: boolean;
}

/** A script begins with `#!` and its interpreter (execve(2)); that of the shell's own is the shell. */
async function resolveInterpreter(
  parent: Process,
  program: Program,
  binary: Uint8Array,
  given: readonly string[] | undefined,
  signal: AbortSignal,
  depth = 0,
): Promise<Resolved> {
  const name =
    typeof program === 'string' ? baseName(parsePath(program).names) : (given?.[0] ?? 'program');
  const args = given ?? [name];
  const interpreter = interpreterOf(binary);
  if (interpreter === undefined) return { binary, name, args, script: false };
  if (depth > 4) fail('ELOOP', 'interpreters of interpreters without end');
  const [path = '', ...more] = interpreter;
  if (typeof program !== 'string') return fail('EINVAL', 'a script is run by its path');
  if (path === SHELL_MARK) return { binary, name, args, script: true };
  const shell = /(^|\/)(sh|bash)$/.test(path);
  const at = shell ? '/bin/sh' : path;
  return resolveInterpreter(
    parent,
    at,
    await programBytes(parent, at, signal),
    [baseName(parsePath(at).names), ...more, program, ...args.slice(1)],
    signal,
    depth + 1,
  );
}

/** Whether a binary is the shell itself. */
export const isShell = (binary: Uint8Array): boolean => interpreterOf(binary)?.[0] === SHELL_MARK;

/** The words after `#!`; undefined for anything else. */
function interpreterOf(binary: Uint8Array): string[] | undefined {
  if (binary[0] !== 0x23 || binary[1] !== 0x21) return undefined;
  const end = binary.indexOf(0x0a);
  const line = new TextDecoder().decode(binary.subarray(2, Math.min(end < 0 ? 256 : end, 256)));
  const words = line.trim().split(/\s+/);
  // As env(1): the program that it would look for.
  return words[0]?.endsWith('/env') ? words.slice(1) : words;
}

/** `/`, and `.` where the working directory is another. */
function defaultPreopens(cwd: string | undefined): Record<string, string> {
  return cwd === undefined || cwd === '/' ? { '/': '/' } : { '/': '/', '.': '.' };
}

/** A stream without a place in a namespace, as an open file. */
export function streamFile(
  handle: FileHandle,
  end: 'read' | 'write' | 'both',
  name: string,
): OpenFile {
  const mode: Mode = { read: end !== 'write', write: end !== 'read' };
  return new OpenFile(handle, mode, {
    ro: false,
    isCopy: false,
    name: () => name,
    path: () => name,
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

function checkConfig({ args, env, limits, umask = 0 }: SpawnConfig): void {
  if (!Number.isInteger(umask) || umask < 0 || umask > MODE_BITS)
    fail('EINVAL', 'a umask is a number from 0 to 0777');
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
