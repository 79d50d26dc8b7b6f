/**
 * What a tool runs with: its arguments, its streams and the files, as main(), stdio and the system calls are to a program
 * in C. A tool knows nothing of the shell. It reads and writes bytes; its arguments are text that holds any bytes
 * (kernel/rawtext.ts).
 */
import type { NamespaceStat } from '../kernel/caller.ts';
import type { FsError } from '../kernel/errors.ts';
import type { Args, Operation, Result } from '../kernel/operations.ts';
import type { Winsize } from '../kernel/terminal.ts';
import type { Termios } from '../kernel/termios.ts';

/** The modes and the size of a terminal. */
export interface TerminalState extends Winsize {
  readonly modes: Termios;
}

export interface Source {
  /**
   * Reads at most `count` bytes; none at the end. `used` is what the same source gave last, where nobody needs it any more:
   * the next bytes may come in its memory.
   */
  read(count: number, used?: Uint8Array): Promise<Uint8Array>;
  /** Takes back bytes that were read too far: the next read gets them again. Only standard input does. */
  unread?(data: Uint8Array): void;
  /** The descriptor of the kernel, where there is one. */
  readonly fd?: number | undefined;
}

export interface Sink {
  /** Writes all of the bytes. They are the caller's again afterwards: a sink that keeps them copies them. */
  write(data: Uint8Array): Promise<void>;
  /** The descriptor of the kernel, where there is one. */
  readonly fd?: number | undefined;
}

/** A file that a tool has opened, and closes. */
export interface OpenFile extends Source, Sink {
  readonly fd: number;
  readonly isTerminal: boolean;
  /** What opening told of a file that has its bytes at once, and ends at its size; undefined for any other. */
  readonly plain?: NamespaceStat | undefined;
  close(): Promise<void>;
}

/** A file that is only read, from its beginning on. What it has read is valid until it is closed. */
export interface Input extends Source, Pick<OpenFile, 'plain' | 'close'> {
  /** What opening told of its size; undefined for a stream of the tool's own. */
  readonly size?: number | undefined;
}

/** What a command reads from and writes to in place of the tool's own. */
export interface Streams {
  readonly stdin?: Uint8Array | Source;
  readonly stdout?: Sink;
}

/** What a command has in place of the tool's own. */
export interface Surroundings {
  /** The whole environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A command that runs. */
export interface Running {
  readonly done: Promise<number>;
  /** Sends it a signal, by its name without SIG. */
  signal(name: string): Promise<void>;
}

export interface Host {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The bits that new files do not get (umask(2)); `open` and `mkdir` follow it. */
  readonly umask: number;
  readonly stdin: Source;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** A path of the namespace for one that is written relative to the working directory. */
  path(text: string): string;
  /** A file by its path and the flags of OPEN (kernel/operations.ts). Throws FsError; EISDIR for a directory to be read. */
  open(text: string, flags: number): Promise<OpenFile>;
  /** Files to be read, opened in one step: each as `open` gives it, or why it cannot be opened. They are only read. */
  openAll(texts: readonly string[]): Promise<readonly (Input | FsError)[]>;
  /** An operation of the kernel, for what open files do not do. Throws FsError. */
  call<K extends Operation>(operation: K, args: Args<K>): Promise<Result<K>>;
  /** Runs a command with these words, as execvp(3) finds it; its status. Streams that are left out are the tool's own. */
  run(words: readonly string[], how?: Streams & Surroundings): Promise<number>;
  /** Starts a command that gets signals by itself. */
  launch(words: readonly string[]): Running;
  /** Why there is no such command to run; undefined where there is one. */
  missing(command: string, how?: Surroundings): Promise<'ENOENT' | 'EACCES' | undefined>;
  /** Runs text as `sh -c` does (system(3), popen(3)); its status. */
  shell(text: string, streams?: Streams): Promise<number>;
  /** Waits; an interrupt ends the tool. */
  sleep(ms: number): Promise<void>;
  /** Whether a stream is a terminal (isatty(3)). */
  isTerminal(fd: 0 | 1 | 2): boolean;
  /** The modes and the size of the terminal (tcgetattr(3)). Throws FsError ENOTTY where there is none. */
  terminal(): Promise<TerminalState>;
  /** Changes them, also when the tool is being ended: nothing interrupts it (tcsetattr(3)). */
  setTerminal(change: { readonly modes?: Termios; readonly size?: Winsize }): Promise<void>;
  /** Stops what the tool runs in, as its key on the terminal does, until it goes on again; false where nobody could let it. */
  stop(): Promise<boolean>;
  /** To be awaited in every long loop: what else runs gets its turn, and an interrupt ends the tool. */
  checkpoint(): Promise<void>;
}

/** Returns the exit status. */
export type Tool = (host: Host) => Promise<number>;

/** Ends a tool with a sentence on standard error, after its name. */
export class ToolError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}
