/**
 * Walks the syntax tree of a script: lists, pipelines, compound commands, functions, redirections. Every
 * stage of a pipeline runs at once, programs in workers of their own, over pipes of the kernel.
 */
import { background, closeSubstituted, coprocess, processSubstitution } from './apart.ts';
import { call, runTool } from './call.ts';
import { thenClose } from './closing.ts';
import { runCompound } from './compound.ts';
import { type Context, complain, ExitShell } from './context.ts';
import { Expander, type ExpandHost } from './expand.ts';
import { failed } from './failing.ts';
import type { Io, Stream } from './io.ts';
import { tellKilled } from './jobcontrol.ts';
import { type Job, Jobs } from './jobs.ts';
import { isExecutable } from './lookup.ts';
import { hasLists, isCompoundTest, runPipeline } from './pipeline.ts';
import { Programs } from './programs.ts';
import { promptText } from './prompt.ts';
import { Receiver } from './receiver.ts';
import { descriptorNamed, redirected, statNamed } from './redirect.ts';
import { runText } from './runtext.ts';
import { standardCommand, statTool } from './scripts.ts';
import { runSimple } from './simple.ts';
import type { State } from './state.ts';
import { substitute } from './substitution.ts';
import type { Command, Compound, Script, SimpleCommand, Statement } from './syntax/tree.ts';
import { Interrupted, type Sys } from './sys.ts';
import { runExitTrap, runPendingTraps, runTrap } from './traps.ts';

/** A command of the shell itself: gets its arguments, gives its status. */
export type Builtin = (
  args: readonly string[],
  context: Context,
  shell: Interpreter,
) => Promise<number> | number;

export interface Commands {
  readonly builtins: ReadonlyMap<string, Builtin>;
  /** Text tools; each may be shadowed by nothing but functions and aliases. */
  tool(name: string): Builtin | undefined;
  names(): string[];
  /** Whether a name means something only to the shell itself, since Debian has no file of that name: `cd`, `export`. */
  isShellOnly(name: string): boolean;
}

export class Interpreter {
  readonly sys: Sys;
  readonly jobs: Jobs;
  readonly commands: Commands;
  readonly programs: Programs;
  readonly receiver: Receiver;
  readonly #commandsFor: (sys: Sys) => Commands;
  /** How deep in functions. */
  depth = 0;

  constructor(sys: Sys, commandsFor: (sys: Sys) => Commands, jobs = new Jobs(sys)) {
    this.sys = sys;
    this.#commandsFor = commandsFor;
    this.commands = commandsFor(sys);
    this.jobs = jobs;
    this.receiver = new Receiver(sys);
    this.programs = new Programs(sys, this.jobs, this.receiver);
  }

  /** For what runs apart from the rest, in the same process. */
  fork(): Interpreter {
    const fork = new Interpreter(this.sys.fork(), this.#commandsFor, this.jobs);
    fork.programs.pid = this.programs.pid;
    return fork;
  }

  context(state: State, io: Io, job?: Job): Context {
    const context: { -readonly [K in keyof Context]: Context[K] } = {
      state,
      io,
      tested: false,
      job,
      expander: undefined as never,
    };
    context.expander = new Expander(this.#expandHost(context));
    return context;
  }

  /** The same for what is looked at: its failures, also those in what it substitutes, end nothing. */
  tested(context: Context): Context {
    if (context.tested) return context;
    const tested = { ...context, tested: true };
    return { ...tested, expander: new Expander(this.#expandHost(tested)) };
  }

  /** The same with other streams. */
  withIo(context: Context, io: Io): Context {
    return { ...context, io, expander: new Expander(this.#expandHost({ ...context, io })) };
  }

  #expandHost(context: Context): ExpandHost {
    return {
      state: context.state,
      sys: this.sys,
      substitute: (script) => substitute(script, context, this),
      processSubstitution: (script, direction) =>
        processSubstitution(script, direction, context, this),
      isTerminal: (fd) => {
        const at = context.io.get(fd)?.fd;
        return at !== undefined && this.sys.terminals.has(at);
      },
      stat: async (path, follow) =>
        (await statNamed(path, context.io, context.state, this.sys)) ??
        (await this.sys.stat(path, follow)) ??
        statTool(path, this),
      isPipe: async (path) =>
        (await descriptorNamed(path, context.io, context.state, this.sys)) === 'pipe',
      isExecutable: async (path) =>
        standardCommand(path, this) !== undefined || isExecutable(path, this.sys),
      complain: (message) => complain(context, message),
      prompt: (text) => promptText(text, context, this.jobs),
    };
  }

  runText(text: string, context: Context): Promise<number> {
    return runText(text, context, this);
  }

  async runScript(script: Script, context: Context): Promise<number> {
    return this.statements(script.statements, context);
  }

  /** Runs a list; the status is that of the last. */
  async statements(statements: readonly Statement[], context: Context): Promise<number> {
    let status = 0;
    for (const statement of statements) status = await this.#statement(statement, context);
    return status;
  }

  /** Whoever could go round without end calls it: signals are heard, and the traps of those that have come run. */
  async checkpoint(context: Context): Promise<void> {
    try {
      await this.sys.checkpoint();
    } catch (error) {
      if (!(error instanceof Interrupted && this.receiver.goesOn(context.state))) throw error;
      this.sys.reset();
    }
    if (this.receiver.hasPending) await runPendingTraps(context, this);
  }

  async #statement(statement: Statement, context: Context): Promise<number> {
    await this.checkpoint(context);
    const { state } = context;
    if (statement.background) return background(statement, context, this);
    if (state.options.has('noexec')) return 0;
    let status = 0;
    for (const [i, pipeline] of statement.pipelines.entries()) {
      const before = statement.operators[i - 1];
      if ((before === '&&' && status !== 0) || (before === '||' && status === 0)) continue;
      const isFollowed = context.tested || i < statement.pipelines.length - 1;
      // What fails below `!` ends the shell all the same where `set -e` comes only there.
      const isTested = isFollowed || (pipeline.negated && state.options.has('errexit'));
      status = await runPipeline(pipeline, isTested ? this.tested(context) : context, this);
      state.status = status;
      if (this.receiver.hasPending) await runPendingTraps(context, this);
      if (status !== 0 && !isFollowed && !pipeline.negated && !isCompoundTest(pipeline))
        await this.#unlookedFailure(status, context);
    }
    if (this.jobs.hasAny && state === this.receiver.state) await tellKilled(context, this.jobs);
    return status;
  }

  /** A failure that nothing looks at: the trap for it runs, and `set -e` ends the shell. */
  async #unlookedFailure(status: number, context: Context): Promise<void> {
    await runTrap('ERR', context, this);
    if (context.state.options.has('errexit')) throw new ExitShell(status);
  }

  call(
    name: string,
    args: readonly string[],
    context: Context,
    only: 'any' | 'commands' | 'files' = 'any',
  ): Promise<number> {
    return call(name, args, context, this, only);
  }

  /** Runs a tool, or the builtin that stands for one, whatever PATH says. */
  tool(name: string, args: readonly string[], context: Context): Promise<number> {
    return runTool(name, args, context, this);
  }

  runTrap(event: string, context: Context): Promise<void> {
    return runTrap(event, context, this);
  }

  runExitTrap(context: Context, status: number): Promise<number> {
    return runExitTrap(context, status, this);
  }

  async command(command: Command, context: Context): Promise<number> {
    if (command.type === 'FunctionDefinition') {
      const { functions, text } = context.state;
      if (functions.get(command.name)?.readonly) {
        await complain(context, `${command.name}: readonly function`);
        return 1;
      }
      functions.set(command.name, { definition: command, text, exported: false });
      return 0;
    }
    if (command.type === 'Coproc') return coprocess(command, context, this);
    const made: Stream[] = [];
    return thenClose(
      () => this.#redirectedCommand(command, context, made),
      () => made,
      context,
    );
  }

  /** Runs a command with its redirections; `made` gets the streams that are to be closed behind it. */
  async #redirectedCommand(
    command: SimpleCommand | Compound,
    context: Context,
    made: Stream[],
  ): Promise<number> {
    const substituted = new Set(context.state.substituted.keys());
    let inner = context;
    try {
      if (command.type === 'SimpleCommand') return await runSimple(command, context, made, this);
      const io = await redirected(command.redirections, context, made, this.sys);
      inner = this.withIo(context, io);
      return await runCompound(command, inner, this);
    } catch (error) {
      const status = await failed(error, inner);
      // Its redirections failed: nothing inside has been looked at.
      if (inner === context && hasLists(command) && !context.tested)
        await this.#unlookedFailure(status, context);
      return status;
    } finally {
      if (context.state.substituted.size > substituted.size)
        await closeSubstituted(context.state, substituted);
    }
  }
}
