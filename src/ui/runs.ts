/** Programs that were started from the page: preflight, output as it streams, stop, and how they ended. */
import type { Spawned, TerminalOptions } from '../boot/oanix.ts';
import type { AccessMap } from '../kernel/access.ts';
import type { ExitStatus, Limits } from '../kernel/process.ts';
import type { Preflight } from '../wasi/module.ts';
import { openDialog } from './dialogs.ts';
import { isDirty } from './editing.ts';
import { attempt, nextId, type Undone } from './notices.ts';
import { open } from './panes.ts';
import { pathOfReview } from './review.ts';
import { client } from './session.ts';
import { get, pane, type RunRow, set, useApp, type View } from './store.ts';
import { nameOf, showName } from './text.ts';
import { traceOf } from './traces.ts';

/** Output kept for one run; the oldest goes first. */
const OUTPUT_MAX = 4 * 1024 * 1024;

/** Looks at a program and shows what it is, with what it may be given. */
export function preflight(
  name: string,
  program: string | Uint8Array,
  keepIn = '',
  modified?: number,
): Promise<Undone | undefined> {
  return attempt('Cannot look at this program', async () => {
    const { preflight: found } = await client().call('inspect', { program });
    openDialog({ kind: 'program', name, program, preflight: found as Preflight, keepIn, modified });
  });
}

export interface RunRequest {
  readonly program: string | Uint8Array;
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: string;
  readonly cwd: string;
  readonly limits: Limits;
  /** How it may write each mount. */
  readonly access: AccessMap;
  /** Each of its calls is kept, from the first. */
  readonly traced: boolean;
}

/** What a row of the dock is connected to. */
interface Live {
  kill(): Promise<void>;
  write?(data: string | Uint8Array): Promise<void>;
  resize?(cols: number, rows: number): Promise<void>;
  close?(): Promise<void>;
}
const live = new Map<number, Live>();

/** A program of the namespace over copies, its calls kept; how it ended. */
export async function startAndWait(path: string, args: readonly string[]): Promise<ExitStatus> {
  const access: AccessMap = { '*': 'cow' };
  const config = { args: [nameOf(path), ...args], cwd: '/', access, traced: true };
  return endOf(await inTerminal(nameOf(path), path, { ...config, namespace: 'fork' }, 'run'));
}

/** A line for a shell that shares this namespace, in a terminal; how it ended. */
export async function runScript(script: string): Promise<ExitStatus> {
  const config = { args: ['sh', '-c', script], namespace: 'share', cwd: '/home' } as const;
  return endOf(await inTerminal('sh', '/bin/sh', config, 'run'));
}

function endOf({ id, name }: RunRow): Promise<ExitStatus> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const now = get().runs.find((each) => each.id === id);
      if (now && !now.status) return;
      stop();
      if (now?.status) resolve(now.status);
      else reject(new Error(`${showName(name)} was closed.`));
    };
    const stop = useApp.subscribe(look);
    look();
  });
}

export async function run(request: RunRequest): Promise<void> {
  const { program, name, args, stdin, cwd, limits, access, traced } = request;
  await attempt(`${showName(nameOf(name))} did not start`, async () => {
    const config = {
      args: [nameOf(name), ...args],
      cwd,
      limits,
      access,
      traced,
      namespace: 'fork' as const,
    };
    // Without prepared input a person can type it.
    if (stdin === '') await inTerminal(nameOf(name), program, config, 'run');
    else {
      const spawned = await client().oanix.spawn(program, { ...config, stdin });
      const row = addRow(nameOf(name), spawned.pid, 'run');
      live.set(row.id, spawned);
      if (traced) traceOf(spawned.pid);
      void follow(row, spawned);
    }
  });
}

/** A new terminal with a shell. */
export function openTerminal(cwd = '/home'): Promise<Undone | undefined> {
  return attempt('The terminal did not open', async () => {
    await inTerminal('sh', '/bin/sh', { cwd });
  });
}

async function inTerminal(
  name: string,
  program: string | Uint8Array,
  config: TerminalOptions,
  kind: RunRow['kind'] = program === '/bin/sh' ? 'shell' : 'run',
): Promise<RunRow> {
  const { oanix } = client();
  // The screen may not be there yet: it tells its size when it is.
  const session = await oanix.terminal(program, config);
  const row = addRow(name, session.pid, kind);
  live.set(row.id, session);
  if (config.traced) traceOf(session.pid);
  const shown = pour(row.output, session.output, '').catch(() => undefined);
  const status = session.done.catch(() => undefined);
  void status.then(async (known) => {
    // What it wrote last is still on its way to the screen.
    await shown;
    await session.close().catch(() => undefined);
    live.delete(row.id);
    if (row.kind === 'shell' && known && !known.signal && !known.trap) closeRun(row.id);
    else if (known) ended(row.id, known);
  });
  return row;
}

function addRow(name: string, pid: number, kind: RunRow['kind']): RunRow {
  const id = nextId();
  const row: RunRow = { id, name, pid, kind, status: undefined, output: new Output() };
  // Of those that have ended only the latest stay.
  const over = get().runs.filter(({ status }) => status);
  const kept = get().runs.filter((each) => !each.status || over.slice(-19).includes(each));
  set({ runs: [...kept, row], activeRun: id, dockClosed: false });
  return row;
}

export async function stop(id: number): Promise<void> {
  await attempt('Not stopped', async () => live.get(id)?.kill());
}

/** Whether what is typed reaches the program. */
export const takesInput = (id: number): boolean => live.get(id)?.write !== undefined;

export function type(id: number, data: string): void {
  void live
    .get(id)
    ?.write?.(data)
    .catch(() => undefined);
}

export function resize(id: number, cols: number, rows: number): void {
  void live
    .get(id)
    ?.resize?.(cols, rows)
    .catch(() => undefined);
}

/** Closing a terminal ends what runs in it. */
export function closeRun(id: number): void {
  void live
    .get(id)
    ?.close?.()
    .catch(() => undefined);
  live.delete(id);
  const runs = get().runs.filter((each) => each.id !== id);
  set({ runs, activeRun: runs[runs.length - 1]?.id });
}

async function follow({ id, output }: RunRow, spawned: Spawned): Promise<void> {
  const flowing = [pour(output, spawned.stdout, ''), pour(output, spawned.stderr, '\u001b[31m')];
  const status = await spawned.done.catch(() => undefined);
  await Promise.allSettled(flowing);
  live.delete(id);
  if (status) ended(id, status);
}

const encoder = new TextEncoder();

/** What a run has printed, up to a bound, and the terminals that show it while there are some. */
export class Output {
  readonly #parts: Uint8Array[] = [];
  #size = 0;
  readonly #sinks = new Set<(part: Uint8Array) => Promise<void>>();

  /** Resolves when they have taken it: a flood is slowed to what can be shown. */
  async push(part: Uint8Array): Promise<void> {
    this.#parts.push(part);
    this.#size += part.length;
    while (this.#size > OUTPUT_MAX && this.#parts.length > 1)
      this.#size -= (this.#parts.shift() as Uint8Array).length;
    await Promise.all([...this.#sinks].map((sink) => sink(part)));
  }

  /** Shows everything so far and then what comes; `replayed` when what was so far has been shown. */
  show(sink: (part: Uint8Array) => Promise<void>): {
    readonly replayed: Promise<unknown>;
    stop(): void;
  } {
    const replayed = Promise.all(this.#parts.map(sink));
    this.#sinks.add(sink);
    return { replayed, stop: () => void this.#sinks.delete(sink) };
  }
}

async function pour(
  output: Output,
  stream: ReadableStream<Uint8Array>,
  colour: string,
): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    await output.push(colour ? wrap(value, colour) : value);
  }
}

function wrap(data: Uint8Array, colour: string): Uint8Array {
  const [before, after] = [encoder.encode(colour), encoder.encode('\u001b[0m')];
  const out = new Uint8Array(before.length + data.length + after.length);
  out.set(before);
  out.set(data, before.length);
  out.set(after, before.length + data.length);
  return out;
}

function ended(id: number, status: ExitStatus): void {
  const { runs } = get();
  const { path, view } = pane();
  set({ runs: runs.map((each) => (each.id === id ? { ...each, status } : each)) });
  const pid = runs.find((each) => each.id === id)?.pid;
  // What it changed is to be decided: shown at once, unless one is in the middle of something.
  if (pid !== undefined && get().waiting[pid] && !isBusy(path, view)) void open(pathOfReview(pid));
}

const isBusy = (path: string, view: View): boolean => view.kind === 'text' && isDirty(path);
