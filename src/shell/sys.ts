/** The kernel as the shell sees it: calls of its own process, with an interrupt that ends what waits. */

import { giveAway } from '../kernel/bytes.ts';
import type { NamespaceStat } from '../kernel/caller.ts';
import { hasCode } from '../kernel/errors.ts';
import {
  type Args,
  IO_MAX,
  LIST_MAX,
  OPEN,
  type Operation,
  type Result,
} from '../kernel/operations.ts';
import type { Entry } from '../kernel/service.ts';
import type { SpawnConfig } from '../kernel/spawn.ts';
import type { Winsize } from '../kernel/terminal.ts';
import type { Termios } from '../kernel/termios.ts';

export type Call = <K extends Operation>(
  operation: K,
  args: Args<K>,
  signal?: AbortSignal,
) => Promise<Result<K>>;

export interface TerminalState extends Winsize {
  readonly modes: Termios;
}

export interface TerminalChange {
  readonly modes?: Termios;
  readonly size?: Winsize;
  readonly typed?: Uint8Array;
}

/** Ctrl-C, or the end of the terminal: what runs is over. */
export class Interrupted extends Error {}

/** Runs this long, in ms, before everything else gets a turn, an interrupt above all. */
const TURN_MS = 12;

/** Reports whether a process in this state has ended. */
export const hasEnded = (state: string): boolean => state === 'exited' || state === 'killed';

/** Shut, whoever comes waits until it is open again. */
class Gate {
  #shut: { readonly over: Promise<void>; open(): void } | undefined;

  get over(): Promise<void> | undefined {
    return this.#shut?.over;
  }

  shut(): void {
    if (this.#shut) return;
    let open = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#shut = { over, open };
  }

  open(): void {
    this.#shut?.open();
    this.#shut = undefined;
  }
}

export class Sys {
  readonly #call: Call;
  readonly #breathe: () => Promise<void>;
  /** Descriptors that are the terminal. */
  readonly terminals: Set<number>;
  #abort = new AbortController();
  /** What waits for input: it ends at an interrupt, and begins again after it was held. */
  #waits = new AbortController();
  readonly #going = new Gate();
  /** What is typed is for others. */
  readonly #typing = new Gate();
  #turn = performance.now();
  #onHold: () => void = () => undefined;
  /** Shared by all that runs in one shell. */
  readonly #life: { isOver: boolean };

  constructor(
    call: Call,
    breathe: () => Promise<void>,
    terminals = new Set<number>(),
    life = { isOver: false },
  ) {
    this.#call = call;
    this.#breathe = breathe;
    this.terminals = terminals;
    this.#life = life;
  }

  /** For what runs apart from the rest: it is interrupted and held by itself. */
  fork(): Sys {
    return new Sys(this.#call, this.#breathe, this.terminals, this.#life);
  }

  /** What waits now fails with Interrupted, until `reset`. */
  interrupt(): void {
    this.release(true);
    this.#abort.abort();
    this.#waits.abort();
    this.#onHold();
  }

  /** The shell is over: nothing of it goes on, neither here nor in what was forked. */
  end(): void {
    this.#life.isOver = true;
    this.interrupt();
  }

  reset(): void {
    if (!this.#abort.signal.aborted) return;
    this.#abort = new AbortController();
    this.#waits = new AbortController();
  }

  /** Nothing goes on until `release` (SIGTSTP, SIGCONT), except for what was interrupted: that ends. */
  hold(): void {
    if (this.#abort.signal.aborted) return;
    this.#going.shut();
    this.#onHold();
    this.toBack();
  }

  /** Nothing takes what is typed until `release` to the front (SIGTTIN). */
  toBack(): void {
    this.#typing.shut();
    // What was interrupted has ended.
    if (this.#abort.signal.aborted) return;
    this.#waits.abort();
    this.#waits = new AbortController();
  }

  /** Resolves when this has been held and goes on again. Throws Interrupted where it is interrupted instead. */
  async continued(): Promise<void> {
    if (!this.#abort.signal.aborted)
      await new Promise<void>((resolve) => {
        this.#onHold = resolve;
      });
    await this.checkpoint();
  }

  release(isInFront: boolean): void {
    if (isInFront) this.#typing.open();
    this.#going.open();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** To be called wherever a script can go round without end. */
  async checkpoint(): Promise<void> {
    if (performance.now() - this.#turn > TURN_MS) {
      await this.#breathe();
      this.#turn = performance.now();
    }
    await this.#going.over;
    if (this.#life.isOver || this.#abort.signal.aborted) throw new Interrupted();
  }

  /** Waits; an interrupt ends it, also one that came before, as while the command was being loaded. */
  async sleep(ms: number): Promise<void> {
    await this.checkpoint();
    const { signal } = this;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    });
    await this.checkpoint();
  }

  async call<K extends Operation>(operation: K, args: Args<K>): Promise<Result<K>> {
    if (this.#going.over) await this.#going.over;
    try {
      return await this.#call(operation, args, this.#abort.signal);
    } catch (error) {
      if (this.#abort.signal.aborted && hasCode(error, 'EINTR')) throw new Interrupted();
      throw error;
    }
  }

  /** Cleaning up is not interrupted. */
  async close(fd: number): Promise<void> {
    this.terminals.delete(fd);
    await this.#call('close', { fd }).catch(() => undefined);
  }

  /** The end of a file that was written, which may fail. It is not interrupted. */
  async closeWritten(fd: number): Promise<void> {
    this.terminals.delete(fd);
    await this.#call('close', { fd });
  }

  async open(path: string, flags: number): Promise<number> {
    return (await this.call('open', { dir: -1, path, flags })).fd;
  }

  async read(fd: number, count = IO_MAX): Promise<Uint8Array> {
    return this.#read(fd, (signal) => this.#call('read', { fd, count }, signal));
  }

  /** Fills `buffer`, which is the kernel's from now on, and gives the bytes in memory that can be filled again. */
  async readInto(fd: number, buffer: Uint8Array): Promise<Uint8Array> {
    const size = buffer.length;
    let next: Uint8Array | undefined = buffer;
    return this.#read(fd, (signal) => {
      // A read that an interrupt has ended does not give its memory back.
      const given = giveAway(next ?? new Uint8Array(size));
      next = undefined;
      return this.#call('readInto', { fd, buffer: given }, signal);
    });
  }

  async #read(
    fd: number,
    ask: (signal: AbortSignal) => Promise<{ data: Uint8Array }>,
  ): Promise<Uint8Array> {
    for (;;) {
      const gate = this.#going.over ?? (this.terminals.has(fd) ? this.#typing.over : undefined);
      if (gate) {
        await gate;
        continue;
      }
      const { signal } = this.#waits;
      try {
        const { data } = await ask(signal);
        if (!signal.aborted || !this.terminals.has(fd)) return data;
        // Keys that came after the one that ended the wait are not for it.
        await this.setTerminal({ typed: data });
        if (this.#abort.signal.aborted) throw new Interrupted();
      } catch (error) {
        if (!signal.aborted || !hasCode(error, 'EINTR')) throw error;
        if (this.#abort.signal.aborted) throw new Interrupted();
      }
    }
  }

  async write(fd: number, data: Uint8Array): Promise<void> {
    for (let rest = data; rest.length > 0; ) {
      const { written } = await this.call('write', { fd, data: giveAway(rest.slice(0, IO_MAX)) });
      rest = rest.subarray(written);
    }
  }

  async stat(path: string, follow = true): Promise<NamespaceStat | undefined> {
    try {
      return (await this.call('stat', { dir: -1, path, follow })).stat;
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return undefined;
    }
  }

  async list(path: string): Promise<Entry[]> {
    const fd = await this.open(path, OPEN.read | OPEN.directory);
    try {
      const all: Entry[] = [];
      for (;;) {
        const { entries, total } = await this.call('list', {
          fd,
          from: all.length,
          count: LIST_MAX,
        });
        all.push(...entries);
        if (entries.length === 0 || all.length >= total) return all;
      }
    } finally {
      await this.close(fd);
    }
  }

  async readFile(path: string): Promise<Uint8Array> {
    return (await this.call('readFile', { dir: -1, path })).data;
  }

  async writeFile(path: string, data: Uint8Array, append = false): Promise<void> {
    await this.call('writeFile', { dir: -1, path, data, append, exclusive: false });
  }

  async spawn(program: string, config: SpawnConfig): Promise<Result<'spawn'>> {
    return this.call('spawn', { program, config });
  }

  /** A number of its own for a part of this shell. */
  async enroll(name: string, args: readonly string[]): Promise<number> {
    return (await this.call('enroll', { name, args })).pid;
  }

  /** Its part is over; nothing happens where it has ended otherwise. */
  async retire(pid: number, status: number): Promise<void> {
    await this.#call('retire', { pid, status }).catch(() => undefined);
  }

  async pipe(): Promise<Result<'pipe'>> {
    return this.call('pipe', {});
  }

  /** Returns the processes that this shell may see and that have not ended. */
  async processes(): Promise<readonly { readonly pid: number; readonly ppid: number }[]> {
    const { processes } = await this.call('processes', {});
    return (processes as { pid: number; ppid: number; state: string }[]).filter(
      ({ state }) => !hasEnded(state),
    );
  }

  /** Not interrupted: a program that is being ended is still waited for. */
  async wait(
    pid: number,
    untraced = false,
  ): Promise<{
    exit_code: number;
    stopped?: boolean;
    signal?: string;
    trap?: { kind: string; message: string };
  }> {
    return (await this.#call('wait', { pid, untraced })).status as never;
  }

  async signalProcess(pid: number, signal: string): Promise<void> {
    await this.#call('kill', { pid, signal });
  }

  /** Gives back what was read too far. Returns false where the descriptor takes nothing back. */
  async unread(fd: number, data: Uint8Array): Promise<boolean> {
    return this.#call('unread', { fd, data }).then(
      () => true,
      () => false,
    );
  }

  /** Tells the terminal, if there is one, which processes its keys signal. */
  async foreground(pids: readonly number[]): Promise<void> {
    await this.#terminal({ foreground: pids }).catch(() => undefined);
  }

  /** The terminal's modes and size. */
  async terminal(): Promise<TerminalState> {
    return (await this.#terminal({})) as TerminalState;
  }

  /**
   * Changes the terminal's modes, its size or both; what was read too early is typed again. Not interrupted, so that whoever
   * ends leaves the terminal as it was. What is not in front changes no modes until it is (SIGTTOU). ENOTTY without a terminal.
   */
  async setTerminal(change: TerminalChange): Promise<void> {
    while (change.modes && this.#typing.over) await this.#typing.over;
    await this.#terminal(change);
  }

  #terminal(change: TerminalChange & { foreground?: readonly number[] }) {
    return this.#call('terminal', {
      modes: null,
      size: null,
      foreground: null,
      typed: new Uint8Array(0),
      ...change,
    });
  }
}

/** A path without `.`, `..` and doubled slashes, from a directory on. */
export function resolvePath(base: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** The same, but with `..` and a final slash left for the kernel, which follows symlinks before them. */
export const absolute = (base: string, path: string): string =>
  path.startsWith('/') ? path : `${base === '/' ? '' : base}/${path}`;
