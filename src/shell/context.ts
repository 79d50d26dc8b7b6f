/** Where a command runs, and how it leaves what it runs in. */
import type { Expander } from './expand.ts';
import { ShellError } from './failure.ts';
import type { Io } from './io.ts';
import type { Job } from './jobs.ts';
import type { State } from './state.ts';

/** Where a command runs: its variables, its streams, the job that it is part of. */
export interface Context {
  readonly state: State;
  readonly io: Io;
  readonly expander: Expander;
  /** Its failure is looked at, so it ends nothing (set -e). */
  readonly tested: boolean;
  readonly job: Job | undefined;
  /** Of a stage of a pipeline: the trap before the command has run. */
  readonly hasBegun?: boolean;
  /** The process that a program takes the place of, where the command is the whole of a job. */
  readonly replaces?: number;
  /** The name that a program is to find as its own, where that is another than the one it is found by (exec -a). */
  readonly calledAs?: string;
  /** It runs within a command whose standard input was redirected: that of jobs in the background stays what it is. */
  readonly hasInput?: boolean;
  /** `command` runs it, so that in POSIX mode its errors do not end the shell. */
  readonly viaCommand?: boolean;
}

/** To standard output. */
export async function out({ io }: Context, text: string): Promise<void> {
  const output = io.get(1);
  if (!output && text !== '') throw new ShellError('write error: Bad file descriptor');
  await output?.write(text);
}

/** To standard error. A message that tells its line itself, as of a syntax error, keeps it. */
export async function complain({ state, io }: Context, message: string): Promise<void> {
  const prefix = message.startsWith('line ') ? `${state.sourceName}: ` : state.errorPrefix;
  await io.get(2)?.write(`${prefix}${message}\n`);
}

export class BreakLoop extends Error {
  levels: number;
  /** Of the loops that it ends. */
  status: number;

  constructor(levels: number, status = 0) {
    super('break');
    this.levels = levels;
    this.status = status;
  }
}

export class ContinueLoop extends Error {
  levels: number;
  /** Of the loop where no round follows. */
  status = 0;

  constructor(levels: number) {
    super('continue');
    this.levels = levels;
  }
}

export class ReturnFunction extends Error {
  readonly status: number;

  constructor(status: number) {
    super('return');
    this.status = status;
  }
}

/** The rest of what was typed is not run. */
export class AbandonLine extends Error {
  readonly status: number;

  constructor(status: number) {
    super('abandoned');
    this.status = status;
  }
}

export class ExitShell extends Error {
  readonly status: number;
  /** The signal that a subshell has sent itself. */
  readonly signal: string | undefined;

  constructor(status: number, signal?: string) {
    super('exit');
    this.status = status;
    this.signal = signal;
  }
}
