/**
 * Walks the syntax tree of a script: lists, pipelines, compound commands, functions, redirections. Every
 * stage of a pipeline runs at once, programs in workers of their own, over pipes of the kernel.
 */

import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { describe, statusOf } from '../tools/signals.ts';
import { explain } from '../tools/strerror.ts';
import { background, closeSubstituted, coprocess, processSubstitution } from './apart.ts';
import { ARRAY_MARK, assign, unmarked } from './assign.ts';
import { runCompound } from './compound.ts';
import {
  AbandonLine,
  BreakLoop,
  type Context,
  ContinueLoop,
  complain,
  ExitShell,
  ReturnFunction,
} from './context.ts';
import { Expander, type ExpandHost } from './expand.ts';
import { ExpansionError, Fatal, ReadonlyError, ShellError } from './failure.ts';
import { append } from './fields.ts';
import { closeAll, type Io, type Stream } from './io.ts';
import { tellKilled } from './jobcontrol.ts';
import { type Job, Jobs } from './jobs.ts';
import { remembered } from './lookup.ts';
import { isCompoundTest, runPipeline } from './pipeline.ts';
import { Programs } from './programs.ts';
import { promptText } from './prompt.ts';
import { Receiver } from './receiver.ts';
import { redirected, statNamed } from './redirect.ts';
import { runFile, standardCommand, statTool } from './scripts.ts';
import { type ShellFunction, State } from './state.ts';
import { substitute } from './substitution.ts';
import { Parser, SyntaxError_ } from './syntax/parse.ts';
import { printCommand } from './syntax/print.ts';
import {
  type Assignment,
  type Body,
  type Command,
  isArray,
  type Script,
  type SimpleCommand,
  type Statement,
} from './syntax/tree.ts';
import { Interrupted, type Sys } from './sys.ts';
import { runExitTrap, runPendingTraps, runTrap, withoutInherited } from './traps.ts';
import { trace, tracedWord } from './xtrace.ts';

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
}

const DEPTH_MAX = 500;

export class Interpreter {
  readonly sys: Sys;
  readonly jobs: Jobs;
  readonly commands: Commands;
  readonly programs: Programs;
  readonly receiver: Receiver;
  readonly #commandsFor: (sys: Sys) => Commands;
  #depth = 0;

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
        statNamed(path, context.io, context.state) ??
        (await this.sys.stat(path, follow)) ??
        statTool(path, this),
      isExecutable: async (path) =>
        standardCommand(path, this) !== undefined || this.isExecutable(path),
      prompt: (text) => promptText(text, context, this.jobs),
    };
  }

  /**
   * Runs text as a script, a line of commands at a time: what stands before a syntax error has run. The error is told
   * on standard error, and the status is 2.
   */
  async runText(text: string, context: Context): Promise<number> {
    try {
      return await this.runLines(text, context);
    } catch (error) {
      if (!(error instanceof SyntaxError_)) throw error;
      return this.failSyntax(error, context);
    }
  }

  /** The same; throws SyntaxError_. */
  async runLines(text: string, context: Context): Promise<number> {
    let status = 0;
    const parser = new Parser(text, 1, context.state);
    for (;;) {
      const line = parser.line();
      if (context.state.options.has('verbose')) await context.io.get(2)?.write(parser.taken());
      else parser.taken();
      if (!line) break;
      if (parser.missing) await this.#tellMissing(parser.missing, lastLineOf(text), context);
      status = await this.#line(line, context);
    }
    return status;
  }

  /** A line that is given up leaves the next ones as they are, but in a subshell, which ends. */
  async #line(line: readonly Statement[], context: Context): Promise<number> {
    const { state } = context;
    try {
      return await this.statements(line, context);
    } catch (error) {
      if (!(error instanceof AbandonLine) || state.subshells > 0) throw error;
      state.status = error.status;
      return error.status;
    }
  }

  async failSyntax(
    { message, line, shown, keepsStatus }: SyntaxError_,
    { state, io }: Context,
  ): Promise<number> {
    const { text, atPrompt, isCommandString } = state;
    const source = text.isEval
      ? `${state.sourceName}: eval`
      : isCommandString && text.file === undefined
        ? `${state.name}: -c`
        : state.sourceName;
    const prefix = `${source}: ${atPrompt ? '' : `line ${text.linesBefore + line}: `}`;
    const more = shown === undefined || atPrompt ? '' : `${prefix}\`${shown}'\n`;
    if (message !== '') await io.get(2)?.write(`${prefix}${message}\n${more}`);
    if (!keepsStatus || text.isEval) state.status = 2;
    return state.status;
  }

  async #tellMissing(
    { delimiter, line }: { delimiter: string; line: number },
    lastLine: number,
    context: Context,
  ): Promise<void> {
    await complain(
      context,
      `line ${lastLine}: warning: here-document at line ${line} delimited by end-of-file (wanted \`${delimiter}')`,
    );
  }

  /** Runs text as `sh -c` does: a shell of its own, which inherits what is exported. It takes `io` over. */
  async runApart(text: string, io: Io, { state, job }: Context): Promise<number> {
    const own = state.clone();
    own.functions.clear();
    own.aliases.clear();
    for (const [name, { exported }] of own.variables)
      if (!exported && name !== 'IFS') own.variables.delete(name);
    own.options = new State().options;
    Object.assign(own, { name: 'sh', args: [] });
    const inner = this.context(own, io, job);
    try {
      return await this.isolated(inner, () => this.runText(text, inner));
    } catch (error) {
      return await this.failed(error, inner);
    } finally {
      await closeAll(io);
    }
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
      const isTested = context.tested || i < statement.pipelines.length - 1 || pipeline.negated;
      status = await runPipeline(pipeline, isTested ? this.tested(context) : context, this);
      state.status = status;
      if (this.receiver.hasPending) await runPendingTraps(context, this);
      if (status !== 0 && !isTested && !isCompoundTest(pipeline))
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

  /** Runs as a subshell would: exits and loop words do not get out, and its own exit trap runs. */
  async isolated(
    context: Context,
    run: () => Promise<number>,
    onSignal: (signal: string) => Promise<void> = async () => undefined,
  ): Promise<number> {
    const { state } = context;
    try {
      return await this.#toExit(context, run, onSignal);
    } finally {
      // It has asked for a number of its own.
      if (state.pid !== undefined && state !== this.receiver.state)
        await this.sys.retire(state.pid, state.status);
    }
  }

  async #toExit(
    context: Context,
    run: () => Promise<number>,
    onSignal: (signal: string) => Promise<void>,
  ): Promise<number> {
    let status: number;
    try {
      status = await run();
    } catch (error) {
      if (error instanceof ExitShell && error.signal !== undefined) await onSignal(error.signal);
      const ends =
        error instanceof ExitShell ||
        error instanceof ReturnFunction ||
        error instanceof AbandonLine;
      if (ends) status = error.status;
      else if (error instanceof BreakLoop || error instanceof ContinueLoop) status = 0;
      else if (error instanceof Interrupted) status = this.endedStatus(error, context);
      else throw error;
      if (error instanceof ExitShell && error.signal === 'KILL') return status;
    }
    context.state.status = status;
    return runExitTrap(context, status, this);
  }

  /** The status of an environment that a signal has ended, which may still run its exit trap; an interrupt of others goes on up. */
  endedStatus(interrupted: Interrupted, { state }: Context): number {
    const { endedBy, state: own } = this.receiver;
    if (endedBy === undefined || endedBy === 'KILL' || state !== own) throw interrupted;
    this.sys.reset();
    return statusOf(endedBy);
  }

  runTrap(event: string, context: Context): Promise<void> {
    return runTrap(event, context, this);
  }

  runExitTrap(context: Context, status: number): Promise<number> {
    return runExitTrap(context, status, this);
  }

  /** What a command may fail with, as its status; what ends more than it goes on up. */
  async failed(error: unknown, context: Context): Promise<number> {
    if (error instanceof ExpansionError) return this.#abandon(error, context);
    if (error instanceof ShellError) {
      await complain(context, error.message);
      return error.status;
    }
    if (error instanceof FsError) {
      // The reader has gone: as a signal would have it, without a word (SIGPIPE).
      if (error.code === 'EPIPE') return 141;
      await complain(context, explain(error));
      return 1;
    }
    // A text, or an array, longer than the engine can hold.
    if (error instanceof RangeError && error.message.startsWith('Invalid')) {
      await complain(context, 'Cannot allocate memory');
      return 1;
    }
    throw error;
  }

  // Commands

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
    const substituted = new Set(context.state.substituted.keys());
    let inner = context;
    try {
      if (command.type === 'SimpleCommand') return await this.#simple(command, context, made);
      const io = await redirected(command.redirections, context, made, this.sys);
      inner = { ...context, io, expander: new Expander(this.#expandHost({ ...context, io })) };
      return await runCompound(command, inner, this);
    } catch (error) {
      return await this.failed(error, inner);
    } finally {
      for (const stream of made) await stream.close();
      if (context.state.substituted.size > substituted.size)
        await closeSubstituted(context.state, substituted);
    }
  }

  /** Runs a list in a copy of the environment. */
  async subshell(body: Body, context: Context): Promise<number> {
    const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.dup()]));
    const inner = {
      ...this.context(context.state.clone(), io, context.job),
      tested: context.tested,
    };
    try {
      return await this.isolated(
        inner,
        () => this.statements(body, inner),
        (signal) => tellSignal(signal, inner.state, context),
      );
    } finally {
      await closeAll(io);
    }
  }

  // Simple commands

  /** The command that runs from now on, and the trap before it. */
  async debug(command: Command | string, context: Context): Promise<void> {
    if (context.state.runningTraps.size > 0) return;
    context.state.command = command;
    if (context.state.traps.has('DEBUG')) await runTrap('DEBUG', context, this);
  }

  /** What every simple command, and each step of some others, begins with: its line, its text, and the trap before it. */
  async begin(command: Command | string, line: number, context: Context): Promise<void> {
    const { state } = context;
    state.line = state.text.linesBefore + line;
    await this.debug(command, context);
    if (typeof command === 'string') await trace(command.trimEnd(), context);
  }

  async #simple(command: SimpleCommand, context: Context, made: Stream[]): Promise<number> {
    const { state, expander } = context;
    await this.begin(command, command.line, context);
    const before = state.substitutions;
    const [name, ...args] = await this.expansion(context, () => this.#words(command, context));
    if (name === undefined) {
      await this.expansion(context, async () => {
        for (const assignment of command.assignments) await assign(assignment, context);
      });
      await redirected(command.redirections, context, made, this.sys);
      // That of the last substitution, where there was one (POSIX 2.9.1); until then `$?` is that of the command before.
      if (state.substitutions === before) state.status = 0;
      return state.status;
    }
    const io = await redirected(command.redirections, context, made, this.sys);
    const shown = [name, ...args].map((word) => tracedWord(unmarked(word))).join(' ');
    if (name === 'exec') {
      await trace(shown, context);
      return this.#exec(args, { ...context, io }, context, made);
    }
    const inner: Context = {
      ...context,
      io,
      expander: io === context.io ? expander : new Expander(this.#expandHost({ ...context, io })),
    };
    return this.#withAssignments(command.assignments, context, async () => {
      await trace(shown, context);
      for (const word of name === 'export' || name === 'readonly' ? args : [])
        if (/^\w+=/.test(word)) await trace(tracedWord(word), context);
      return this.call(name, args, inner);
    });
  }

  /** An error of expansion ends the line that it is in. One that is fatal ends the shell, unless that talks with a person. */
  async #abandon(error: ShellError, context: Context): Promise<never> {
    const { interactive, subshells } = context.state;
    await complain(context, error.message);
    if (!(error instanceof Fatal) || interactive) throw new AbandonLine(1);
    throw new ExitShell(subshells > 0 ? 1 : error.status);
  }

  /** Errors of expansion and assignment. */
  async expansion<T>(context: Context, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      return this.#abandon(error, context);
    }
  }

  async #words({ words }: SimpleCommand, context: Context): Promise<string[]> {
    const { expander } = context;
    const out: string[] = [];
    for (const word of words)
      if (word.assignment)
        out.push(await this.#declaredWord(word.source, word.assignment, context));
      else append(out, await expander.fields([word]));
    return out;
  }

  /** `name=value` among the arguments of declare and its like: expanded as an assignment, not split. */
  async #declaredWord(
    source: string,
    { name, subscript, append: appends, value }: Assignment,
    { expander }: Context,
  ): Promise<string> {
    if (isArray(value)) return ARRAY_MARK + source;
    const at = subscript === undefined ? '' : `[${subscript}]`;
    return `${name}${at}${appends ? '+=' : '='}${await expander.text(value)}`;
  }

  /** Assignments before a command hold while it runs, and are in its environment. */
  async #withAssignments(
    assignments: readonly Assignment[],
    context: Context,
    run: () => Promise<number>,
  ): Promise<number> {
    if (assignments.length === 0) return run();
    const { state } = context;
    state.enter('assignments');
    for (const { name } of assignments) state.hide(name);
    try {
      for (const assignment of assignments) {
        try {
          await assign(assignment, context);
        } catch (error) {
          // The command runs without it.
          if (!(error instanceof ReadonlyError)) throw error;
          await complain(context, error.message);
        }
        state.declare(assignment.name).exported = true;
      }
      return await run();
    } finally {
      state.leave();
    }
  }

  /** Runs a command by its name: function, builtin, tool, or a program on PATH. */
  async call(
    name: string,
    args: readonly string[],
    context: Context,
    only: 'any' | 'commands' = 'any',
  ): Promise<number> {
    const defined = only === 'any' ? context.state.functions.get(name) : undefined;
    const { replaces: _, ...within } = context;
    if (defined) return this.#function(name, defined, args, within);
    const builtin = this.commands.builtins.get(name);
    if (builtin) return this.#builtin(name, builtin, args, within);
    const place = name.includes('/') ? undefined : await remembered(name, context.state, this);
    if (place?.isTool) return this.tool(name, args, within);
    return runFile(name, args, context, this, place?.path);
  }

  /** Runs a tool, or the builtin that stands for one, whatever PATH says. */
  async tool(name: string, args: readonly string[], context: Context): Promise<number> {
    const tool = this.commands.tool(name) ?? this.commands.builtins.get(name);
    return tool ? this.#builtin(name, tool, args, context) : runFile(name, args, context, this);
  }

  async #builtin(
    name: string,
    builtin: Builtin,
    args: readonly string[],
    context: Context,
  ): Promise<number> {
    try {
      return await builtin(args, context, this);
    } catch (error) {
      if (!(error instanceof ShellError) || error instanceof ExpansionError)
        return this.failed(error, context);
      const isNamed = !(error instanceof ReadonlyError) || namesItself.has(name);
      await complain(context, `${isNamed ? `${name}: ` : ''}${error.message}`);
      return error.status;
    }
  }

  async #function(
    name: string,
    { definition, text }: ShellFunction,
    args: readonly string[],
    context: Context,
  ): Promise<number> {
    if (++this.#depth > DEPTH_MAX) {
      this.#depth = 0;
      throw new ShellError(`${name}: maximum function nesting level exceeded`);
    }
    const { state } = context;
    const { loops } = state;
    state.loops = 0;
    const restore = withoutInherited(state, ['DEBUG', 'ERR', 'RETURN']);
    state.enter('function', { name, args, text });
    try {
      state.line = text.linesBefore + definition.line;
      await runTrap('DEBUG', context, this);
      const status = await this.#untilReturn(definition.body, context);
      await runTrap('RETURN', context, this);
      return status;
    } finally {
      restore();
      this.#depth = Math.max(0, this.#depth - 1);
      state.loops = loops;
      state.leave();
    }
  }

  async #untilReturn(body: Command, context: Context): Promise<number> {
    try {
      return await this.command(body, context);
    } catch (error) {
      if (error instanceof ReturnFunction) return error.status;
      throw error;
    }
  }

  /** `exec`: the redirections stay; a command takes the shell's place. */
  async #exec(
    args: readonly string[],
    inner: Context,
    context: Context,
    made: Stream[],
  ): Promise<number> {
    if (args.length > 0) {
      const status = await this.call(args[0] as string, args.slice(1), inner, 'commands');
      // The shell, whose trap it was, is no more, unless there was nothing to run.
      if (status !== 126 && status !== 127) context.state.traps.delete('EXIT');
      throw new ExitShell(status);
    }
    for (const [fd, stream] of context.io) if (inner.io.get(fd) !== stream) await stream.close();
    context.io.clear();
    for (const [fd, stream] of inner.io) context.io.set(fd, stream);
    made.length = 0;
    return 0;
  }

  /** Whether a file begins as a program or a script does. */
  async isExecutable(path: string): Promise<boolean> {
    try {
      const fd = await this.sys.open(path, OPEN.read);
      try {
        const [a, b, c, d] = await this.sys.read(fd, 4);
        return (a === 0x23 && b === 0x21) || (a === 0 && b === 0x61 && c === 0x73 && d === 0x6d);
      } finally {
        await this.sys.close(fd);
      }
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      return false;
    }
  }
}

/** What the shell says of a subshell in front that has ended itself by a signal. */
async function tellSignal(signal: string, inner: State, context: Context): Promise<void> {
  if (signal === 'INT' || signal === 'PIPE') return;
  const words = describe(signal);
  if (signal === 'TERM') return context.io.get(2)?.write(`${words}\n`);
  const text = typeof context.state.command === 'object' ? printCommand(context.state.command) : '';
  await complain(context, `${String(inner.pid).padStart(5)} ${words.padEnd(24)}${text}`);
}

/** Builtins that put their name before the error of a readonly variable. */
const namesItself: ReadonlySet<string> = new Set(['declare', 'typeset', 'local']);

const lastLineOf = (text: string): number => text.replace(/\n$/, '').split('\n').length;
