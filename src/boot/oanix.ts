/**
 * `window.oanix`: the programmatic face of the page, for agents, tests and the console. Paths are
 * absolute or relative to `/`. A wrong argument is a TypeError that names it, and then nothing was done; every other
 * failure is an Error with a POSIX `code`.
 */

import type { MountFlags } from '../kernel/mounts.ts';
import { IO_MAX } from '../kernel/operations.ts';
import type { ExitStatus, ProcessInfo } from '../kernel/process.ts';
import type { ServiceSpec } from '../kernel/service.ts';
import type { SpawnConfig } from '../kernel/spawn.ts';
import { capsuleChecks, oanixChecks, terminalChecks } from './apichecks.ts';
import { checkArguments } from './arguments.ts';
import { capabilitiesApi } from './capabilityapi.ts';
import type { Capsules } from './capsules.ts';
import { Catalogue } from './catalogue.ts';
import { bytesOf, partsOf } from './data.ts';
import { Reviews, SnapshotsApi } from './history.ts';
import { type Calls, type Data, OanixFile, OanixFs, type Session } from './oanixfs.ts';
import type { CapabilityCalls } from './protocol.ts';
import { EnvsApi, SchedApi } from './workapi.ts';

export type { OanixFile } from './oanixfs.ts';

export interface SpawnOptions extends SpawnConfig {
  /** Given to the program as its standard input, which then ends. Without it, spawn leaves stdin to the caller. */
  readonly stdin?: Data;
}

export interface Spawned {
  readonly pid: number;
  readonly stdin: WritableStream<Data>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** How it ended; never rejects for what the program did. */
  readonly done: Promise<ExitStatus>;
  kill(): Promise<void>;
}

/** A terminal of the page with what runs in it. */
export interface TerminalSession {
  readonly pid: number;
  /** What the screen shows, as a terminal reads it (VT100). */
  readonly output: ReadableStream<Uint8Array>;
  /** Types. */
  write(data: Data): Promise<void>;
  resize(cols: number, rows: number): Promise<void>;
  readonly done: Promise<ExitStatus>;
  kill(): Promise<void>;
  /** Hangs up: what runs in it ends. */
  close(): Promise<void>;
}

export interface TerminalOptions extends Omit<SpawnConfig, 'tty'> {
  readonly cols?: number;
  readonly rows?: number;
}

/** What a program prints is captured, so that its streams are pipes. */
export interface RunOptions extends Omit<SpawnOptions, 'tty' | 'stdio'> {
  readonly stdio?: readonly ('pipe' | 'plain pipe')[];
}

export interface RunResult extends ExitStatus {
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes cut from each captured stream, which holds at most 8 MiB. */
  readonly stdout_dropped: number;
  readonly stderr_dropped: number;
}

const CAPTURE_MAX = 8 * 1024 * 1024;

export class Oanix {
  readonly fs: OanixFs;
  /** Programs of others that can be installed. */
  readonly catalogue: Catalogue;
  readonly reviews: Reviews;
  readonly snapshots: SnapshotsApi;
  readonly envs: EnvsApi;
  readonly sched: SchedApi;
  /** What a person decides of the network; nothing in a namespace reaches it. */
  readonly capabilities: CapabilityCalls;
  readonly #kernel: Calls;

  constructor(kernel: Calls) {
    this.#kernel = kernel;
    this.fs = new OanixFs(kernel);
    this.catalogue = new Catalogue(this.fs);
    this.reviews = new Reviews(this.fs);
    this.snapshots = new SnapshotsApi(this.fs);
    this.envs = new EnvsApi(this.fs);
    this.sched = new SchedApi(this.fs);
    this.capabilities = capabilitiesApi((method, ...args) => kernel.capability(method, ...args));
  }

  /** Folders, or all of this namespace, as one file that opens again anywhere. Loaded when first asked for. */
  async capsules(): Promise<Capsules> {
    const { Capsules } = await import('./capsules.ts');
    const capsules = new Capsules(this.#kernel, this.fs);
    return checkArguments<Capsules>('capsules', capsules, capsuleChecks);
  }

  /** Resolves when the namespace is there: that of the present kernel, also after a crash. */
  get ready(): Promise<void> {
    return this.#kernel.booted;
  }

  /** Mounts a new service: `mount({kind: 'mem'}, '/scratch')`. */
  async mount(spec: ServiceSpec, at: string, flags: MountFlags = {}): Promise<void> {
    await this.#kernel.call('mount', { spec, at, flags });
  }

  /** Makes `to` show what `from` shows (bind(1)). */
  async bind(from: string, to: string, flags: MountFlags = {}): Promise<void> {
    await this.#kernel.call('bind', { from, to, flags });
  }

  async unmount(at: string, what?: string): Promise<void> {
    await this.#kernel.call('unmount', { at, what });
  }

  /** The namespace as text that makes it again (ns(1)). */
  async ns(): Promise<string> {
    return (await this.#kernel.call('ns', {})).text;
  }

  /** Starts a program: a path in the namespace, or its bytes. ENOEXEC with a sentence if it cannot run here. */
  async spawn(program: Data, { stdin, ...config }: SpawnOptions = {}): Promise<Spawned> {
    const binary = await programOf(program);
    const kernel = await this.#kernel.session();
    const started = await kernel.call('spawn', { program: binary, config });
    const end = (fd: number): OanixFile => new OanixFile(kernel, fd, true);
    const input = writable(end(started.stdin));
    if (stdin !== undefined) void feed(input, stdin);
    return {
      stdin: input,
      stdout: readable(end(started.stdout)),
      stderr: readable(end(started.stderr)),
      ...running(kernel, started.pid),
    };
  }

  /** Opens a terminal and starts a program in it: by default a shell, which shares this namespace. */
  async terminal(
    program: Data = '/bin/sh',
    { cols = 80, rows = 24, ...config }: TerminalOptions = {},
  ): Promise<TerminalSession> {
    const binary = await programOf(program);
    const kernel = await this.#kernel.session();
    const { id, fd } = await kernel.call('openTerminal', { cols, rows });
    const file = new OanixFile(kernel, fd, true);
    const shares = program === '/bin/sh' ? { namespace: 'share' as const, cwd: '/home' } : {};
    const env = { TERM: 'xterm-256color' };
    try {
      const { pid } = await kernel.call('spawn', {
        program: binary,
        config: { ...shares, ...config, env: { ...env, ...config.env }, tty: id },
      });
      const session: TerminalSession = {
        output: readable(file),
        write: (data) => file.write(data),
        resize: async (newCols, newRows) =>
          void (await kernel.call('resizeTerminal', { id, cols: newCols, rows: newRows })),
        close: () => file.close(),
        ...running(kernel, pid),
      };
      return checkArguments('terminal', session, terminalChecks);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** All processes, as `/proc/N/status` tells of each. */
  async processes(): Promise<ProcessInfo[]> {
    return (await this.#kernel.call('processes', {})).processes as ProcessInfo[];
  }

  /** Runs a program to its end and captures what it prints. */
  async run(program: Data, options: RunOptions = {}): Promise<RunResult> {
    // Nobody looks while it runs: plain pipes, not the terminals that a program would take spawn's for.
    const stdio = ['plain pipe', 'plain pipe', 'plain pipe'] as const;
    const started = await this.spawn(program, { stdin: '', stdio, ...options });
    const [out, err, status] = await Promise.all([
      capture(started.stdout),
      capture(started.stderr),
      started.done,
    ]);
    return {
      ...status,
      stdout: out.text,
      stderr: err.text,
      stdout_dropped: out.dropped,
      stderr_dropped: err.dropped,
    };
  }
}

checkArguments('oanix', Oanix.prototype, oanixChecks);

/** A path, or the bytes of a program. */
const programOf = async (program: Data): Promise<string | Uint8Array> =>
  typeof program === 'string' ? program : bytesOf(program);

/** The parts that every process started from the page has. */
function running(kernel: Session, pid: number): Pick<Spawned, 'pid' | 'done' | 'kill'> {
  const done = kernel
    .call('wait', { pid, untraced: false })
    .then(({ status }) => status as ExitStatus);
  // Nobody has to wait for it: when the kernel ends, that is no error of the page.
  done.catch(() => undefined);
  return {
    pid,
    done,
    kill: async () => void (await kernel.call('kill', { pid, signal: 'killed' })),
  };
}

/** All that can be read of an open file; it is closed at the end, where a read fails and when the stream is cancelled. */
function readable(file: OanixFile): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const data = await file.read(IO_MAX);
        if (data.length > 0) return controller.enqueue(data);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      await file.close();
    },
    cancel: () => file.close(),
  });
}

function writable(file: OanixFile): WritableStream<Data> {
  return new WritableStream<Data>({
    // A stream that failed is never closed by its writer: the descriptor would stay open.
    write: (data) =>
      file.write(data).catch(async (error: unknown) => {
        await file.close();
        throw error;
      }),
    close: () => file.close(),
    abort: () => file.close(),
  });
}

async function feed(stdin: WritableStream<Data>, data: Data): Promise<void> {
  const writer = stdin.getWriter();
  try {
    for await (const part of partsOf(data)) if (part.length > 0) await writer.write(part);
    await writer.close();
  } catch {
    // The program ended without reading all of it (EPIPE), which is its right; or a source failed: it gets no more.
    await writer.abort().catch(() => undefined);
  }
}

async function capture(
  stream: ReadableStream<Uint8Array>,
): Promise<{ text: string; dropped: number }> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let kept = 0;
  let dropped = 0;
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return { text: text + decoder.decode(), dropped };
    const part = value.subarray(0, CAPTURE_MAX - kept);
    kept += part.length;
    dropped += value.length - part.length;
    text += decoder.decode(part, { stream: true });
  }
}
