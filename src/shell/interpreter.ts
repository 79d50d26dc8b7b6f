/**
 * Walks the syntax tree of a script: lists, pipelines, compound commands, functions, redirections. Every
 * stage of a pipeline runs at once, programs in workers of their own, over pipes of the kernel.
 */

import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { explain } from '../tools/strerror.ts';
import { ARRAY_MARK, assign } from './assign.ts';
import { conditional } from './condition.ts';
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
import { append } from './fields.ts';
import {
  closeAll,
  type Io,
  kernelStream,
  memorySink,
  noInput,
  replace,
  type Stream,
} from './io.ts';
import { type Job, Jobs } from './jobs.ts';
import { matches } from './pattern.ts';
import { Programs } from './programs.ts';
import { quoteIfNeeded } from './quote.ts';
import { redirected } from './redirect.ts';
import { ShellError, type ShellFunction, type State } from './state.ts';
import type { Of } from './syntax.ts';
import {
  type Assignment,
  type Command,
  type Part,
  type Pipeline,
  parse,
  type Redirection,
  type Script,
  type SimpleCommand,
  type Statement,
  sourceOf,
  type Word,
} from './syntax.ts';
import { absolute, Interrupted, type Sys } from './sys.ts';

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
/** Builtins that take assignments as arguments, which are not split (POSIX "declaration utilities"). */
const declaring: ReadonlySet<string> = new Set([
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
  'alias',
]);

export class Interpreter {
  readonly sys: Sys;
  readonly jobs: Jobs;
  readonly commands: Commands;
  readonly programs: Programs;
  readonly #commandsFor: (sys: Sys) => Commands;
  #depth = 0;

  constructor(sys: Sys, commandsFor: (sys: Sys) => Commands, jobs = new Jobs(sys)) {
    this.sys = sys;
    this.#commandsFor = commandsFor;
    this.commands = commandsFor(sys);
    this.jobs = jobs;
    this.programs = new Programs(sys, this.jobs);
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

  #expandHost(context: Context): ExpandHost {
    return {
      state: context.state,
      sys: this.sys,
      substitute: (script) => this.#substitute(script, context),
      processSubstitution: (part) => this.#processSubstitution(part, context),
      isTerminal: (fd) => {
        const at = context.io.get(fd)?.fd;
        return at !== undefined && this.sys.terminals.has(at);
      },
      isExecutable: (path) => this.#isExecutable(path),
    };
  }

  /** Runs text as a script; its syntax errors are told on standard error, status 2. */
  async runText(text: string, context: Context): Promise<number> {
    let script: Script;
    try {
      script = parse(text);
    } catch (error) {
      await complain(context, error instanceof Error ? error.message : String(error));
      context.state.status = 2;
      return 2;
    }
    return this.runScript(script, context);
  }

  async runScript(script: Script, context: Context): Promise<number> {
    return this.#statements(script.statements, context);
  }

  async #statements(statements: readonly Statement[], context: Context): Promise<number> {
    let status = 0;
    for (const statement of statements) status = await this.#statement(statement, context);
    return status;
  }

  async #statement(statement: Statement, context: Context): Promise<number> {
    await this.sys.checkpoint();
    const { state } = context;
    if (statement.deferredError) {
      await complain(context, statement.deferredError.message);
      throw new ExitShell(2);
    }
    if (statement.background) return this.#background(statement, context);
    if (state.options.has('noexec')) return 0;
    let status = 0;
    for (const [i, pipeline] of statement.pipelines.entries()) {
      const before = statement.operators[i - 1];
      if ((before === '&&' && status !== 0) || (before === '||' && status === 0)) continue;
      const last = i === statement.pipelines.length - 1;
      const inner = last ? context : { ...context, tested: true };
      status = await this.#pipeline(pipeline, inner);
      state.status = status;
      const looked = context.tested || !last || pipeline.negated;
      if (status !== 0 && !looked && state.options.has('errexit') && !isCompoundTest(pipeline))
        throw new ExitShell(status);
    }
    return status;
  }

  async #background(statement: Statement, context: Context): Promise<number> {
    const text = statement.sourceText ?? 'job';
    const state = context.state.clone();
    const apart = this.fork();
    const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.under(apart.sys)]));
    const input = io.get(0);
    // Without job control of its own standard input is empty (POSIX 2.9.3).
    io.set(0, noInput());
    void input?.close();
    const job = this.jobs.make(text.replace(/\s*&\s*$/, ''), { sys: apart.sys });
    apart.sys.toBack();
    const inner = apart.context(state, io, job);
    const run = apart.#isolated(inner, () =>
      apart.#statement({ ...statement, background: false }, inner),
    );
    this.jobs.run(job, this.#thenClose(run, io));
    await job.started();
    context.state.lastBackground = job.pids[0] ?? job.id;
    context.state.status = 0;
    if (context.state.interactive)
      await context.io.get(2)?.write(`[${job.id}] ${context.state.lastBackground}\n`);
    return 0;
  }

  async #thenClose(run: Promise<number>, io: Io): Promise<number> {
    try {
      return await run;
    } finally {
      await closeAll(io);
    }
  }

  /** Runs as a subshell would: exits and loop words do not get out. */
  async #isolated(context: Context, run: () => Promise<number>): Promise<number> {
    let status: number;
    try {
      status = await run();
    } catch (error) {
      if (error instanceof ExitShell || error instanceof ReturnFunction) status = error.status;
      else if (error instanceof BreakLoop || error instanceof ContinueLoop) status = 0;
      else throw error;
    }
    context.state.status = status;
    return this.runTrap('EXIT', context, status);
  }

  /** Runs what `trap` set for an event; the status stays unless that exits. */
  async runTrap(name: string, context: Context, status: number): Promise<number> {
    const text = context.state.traps.get(name);
    if (text === undefined) return status;
    context.state.traps.delete(name);
    try {
      await this.runText(text, context);
    } catch (error) {
      if (error instanceof ExitShell) return error.status;
      throw error;
    }
    return status;
  }

  // Pipelines

  async #pipeline(pipeline: Pipeline, context: Context): Promise<number> {
    const from = performance.now();
    const { commands } = pipeline;
    let status: number;
    if (commands.length === 1) {
      status = await this.#command(commands[0] as Command, context);
      // A compound command's last pipeline has said it already.
      if ((commands[0] as Command).type === 'SimpleCommand') context.state.pipeStatus = [status];
    } else status = await this.#pipe(pipeline, context);
    if (pipeline.timed) {
      const seconds = (performance.now() - from) / 1000;
      const minutes = Math.floor(seconds / 60);
      const real = pipeline.timePosix
        ? `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n`
        : `\nreal\t${minutes}m${(seconds - minutes * 60).toFixed(3)}s\nuser\t0m0.000s\nsys\t0m0.000s\n`;
      await context.io.get(2)?.write(real);
    }
    if (pipeline.negated) status = status === 0 ? 1 : 0;
    return status;
  }

  async #pipe({ commands, pipeStderr }: Pipeline, context: Context): Promise<number> {
    const stages: { command: Command; io: Io }[] = [];
    let input: Stream | undefined;
    for (const [i, command] of commands.entries()) {
      const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.dup()]));
      if (input) await replace(io, 0, input);
      input = undefined;
      if (i < commands.length - 1) {
        const { reader, writer } = await this.sys.pipe();
        const output = kernelStream(this.sys, writer, { read: false });
        await replace(io, 1, output);
        if (pipeStderr?.[i]) await replace(io, 2, output.dup());
        input = kernelStream(this.sys, reader, { write: false });
      }
      stages.push({ command, io });
    }
    const statuses = await Promise.all(
      stages.map(async ({ command, io }) => {
        const inner = {
          ...this.context(context.state.clone(), io, context.job),
          tested: context.tested,
        };
        try {
          return await this.#isolated(inner, () => this.#command(command, inner));
        } catch (error) {
          return await this.#failed(error, inner);
        } finally {
          await closeAll(io);
        }
      }),
    );
    context.state.pipeStatus = statuses;
    if (context.state.options.has('pipefail'))
      return statuses.findLast((status) => status !== 0) ?? 0;
    return statuses.at(-1) ?? 0;
  }

  /** What a command may fail with, as its status; what ends more than it goes on up. */
  async #failed(error: unknown, context: Context): Promise<number> {
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

  async #command(command: Command, context: Context): Promise<number> {
    if (command.type === 'FunctionDef') {
      const { functions, text } = context.state;
      functions.set(command.name, { body: command.body, text });
      return 0;
    }
    const made: Stream[] = [];
    try {
      if (command.type === 'SimpleCommand') return await this.#simple(command, context, made);
      const io = await redirected(command.redirections, context, made, this.sys);
      return await this.#compound(command, {
        ...context,
        io,
        expander: new Expander(this.#expandHost({ ...context, io })),
      });
    } catch (error) {
      return await this.#failed(error, context);
    } finally {
      for (const stream of made) await stream.close();
    }
  }

  async #compound(
    command: Exclude<Command, { type: 'SimpleCommand' | 'FunctionDef' }>,
    context: Context,
  ): Promise<number> {
    const { state } = context;
    if ('line' in command && command.line !== undefined)
      state.line = state.text.linesBefore + command.line;
    switch (command.type) {
      case 'If': {
        for (const { condition, body } of command.clauses)
          if ((await this.#statements(condition, { ...context, tested: true })) === 0)
            return this.#statements(body, context);
        return command.elseBody ? this.#statements(command.elseBody, context) : 0;
      }
      case 'While':
      case 'Until': {
        const wanted = command.type === 'While';
        return this.#loop(
          context,
          command.body,
          async () =>
            ((await this.#statements(command.condition, { ...context, tested: true })) === 0) ===
            wanted,
        );
      }
      case 'For':
        return this.#for(command, context);
      case 'CStyleFor': {
        const step = async (part: typeof command.init): Promise<bigint> =>
          part ? context.expander.arithmetic(part) : 1n;
        await step(command.init);
        return this.#loop(
          context,
          command.body,
          async () => (await step(command.condition)) !== 0n,
          async () => void (await step(command.update)),
        );
      }
      case 'Case':
        return this.#case(command, context);
      case 'Group':
        return this.#statements(command.body, context);
      case 'Subshell': {
        const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.dup()]));
        const inner = {
          ...this.context(context.state.clone(), io, context.job),
          tested: context.tested,
        };
        try {
          return await this.#isolated(inner, () => this.#statements(command.body, inner));
        } finally {
          await closeAll(io);
        }
      }
      case 'ArithmeticCommand':
        return (await context.expander.arithmetic(command.expression)) === 0n ? 1 : 0;
      case 'ConditionalCommand':
        return (await conditional(command.expression, context.expander)) ? 0 : 1;
    }
  }

  async #for(command: Of<Command, 'For'>, context: Context): Promise<number> {
    const words = command.words
      ? await context.expander.fields(command.words)
      : [...context.state.args];
    const values = words.values();
    return this.#loop(context, command.body, async () => {
      const next = values.next();
      if (!next.done) context.state.set(command.variable, next.value);
      return !next.done;
    });
  }

  async #loop(
    context: Context,
    body: readonly Statement[],
    again: () => Promise<boolean>,
    after: () => Promise<void> = async () => undefined,
  ): Promise<number> {
    context.state.loops++;
    try {
      return await this.#rounds(context, body, again, after);
    } finally {
      context.state.loops--;
    }
  }

  async #rounds(
    context: Context,
    body: readonly Statement[],
    again: () => Promise<boolean>,
    after: () => Promise<void>,
  ): Promise<number> {
    let status = 0;
    for (;;) {
      await this.sys.checkpoint();
      try {
        if (!(await again())) return status;
        status = await this.#statements(body, context);
      } catch (error) {
        if (!(error instanceof BreakLoop || error instanceof ContinueLoop)) throw error;
        if (--error.levels > 0) throw error;
        status = 0;
        if (error instanceof BreakLoop) return status;
      }
      await after();
    }
  }

  async #case(command: Of<Command, 'Case'>, context: Context): Promise<number> {
    const word = await context.expander.text(command.word);
    let status = 0;
    let falls = false;
    for (const item of command.items) {
      let chosen = falls;
      for (const pattern of item.patterns) {
        if (chosen) break;
        chosen = matches(
          await context.expander.pattern(pattern),
          word,
          context.state.shopt.has('nocasematch'),
        );
      }
      if (!chosen) continue;
      status = await this.#statements(item.body, context);
      if (item.terminator === ';;') return status;
      falls = item.terminator === ';&';
    }
    return status;
  }

  // Simple commands

  async #simple(command: SimpleCommand, context: Context, made: Stream[]): Promise<number> {
    const { state, expander } = context;
    if (command.line !== undefined) state.line = state.text.linesBefore + command.line;
    const before = state.substitutions;
    const [name, ...args] = await this.#expansion(context, () => this.#words(command, context));
    if (name === undefined) {
      await this.#expansion(context, async () => {
        for (const assignment of command.assignments) await assign(assignment, context);
      });
      await redirected(command.redirections, context, made, this.sys);
      // That of the last substitution, where there was one (POSIX 2.9.1); until then `$?` is that of the command before.
      if (state.substitutions === before) state.status = 0;
      return state.status;
    }
    const io = await redirected(command.redirections, context, made, this.sys);
    if (name === 'exec') return this.#exec(args, { ...context, io }, context, made);
    if (state.options.has('xtrace')) {
      const shown = [...command.assignments.map(({ name: each }) => `${each}=…`), name, ...args];
      await context.io.get(2)?.write(`+ ${shown.map(quoteIfNeeded).join(' ')}\n`);
    }
    const inner: Context = {
      ...context,
      io,
      expander: io === context.io ? expander : new Expander(this.#expandHost({ ...context, io })),
    };
    return this.#withAssignments(command.assignments, inner, () => this.call(name, args, inner));
  }

  /** Errors of expansion and assignment end a script (POSIX 2.8.1); at a prompt they end the line. */
  async #expansion<T>(context: Context, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      await complain(context, error.message);
      if (context.state.interactive) throw new AbandonLine(error.status);
      throw new ExitShell(error.status);
    }
  }

  async #words(command: SimpleCommand, context: Context): Promise<string[]> {
    if (!command.name) return [];
    const name = command.name.parts.length === 1 ? command.name.parts[0] : undefined;
    const literal = name?.type === 'Literal' ? name.value : undefined;
    const alias =
      literal === undefined || !context.state.interactive
        ? undefined
        : context.state.aliases.get(literal);
    const words = alias === undefined ? [command.name] : wordsOf(alias);
    if (literal !== undefined && declaring.has(literal))
      return [literal, ...(await this.#declaredWords(command.args, context))];
    return context.expander.fields([...words, ...command.args]);
  }

  /** `name=value` among the arguments of declare and its like: expanded as an assignment, not split. */
  async #declaredWords(args: readonly Word[], context: Context): Promise<string[]> {
    const out: string[] = [];
    for (const word of args) {
      const [first] = word.parts;
      const assigns =
        first?.type === 'Literal' && /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/.test(first.value);
      const array = first?.type === 'Literal' && /^[A-Za-z_]\w*\+?=\(/.test(first.value);
      // What the parser left as text is kept as such, for the builtin to parse.
      if (array) out.push(ARRAY_MARK + sourceOf(word));
      else if (assigns) out.push(await context.expander.text(word));
      else append(out, await context.expander.fields([word]));
    }
    return out;
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
        await assign(assignment, context);
        state.declare(assignment.name.replace(/\[.*/, '')).exported = true;
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
    if (defined) return this.#function(name, defined, args, context);
    const builtin =
      this.commands.builtins.get(name) ??
      (name.includes('/') ? undefined : this.commands.tool(name));
    if (builtin) return this.#builtin(name, builtin, args, context);
    return this.#program(name, args, context);
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
      if (!(error instanceof ShellError)) return this.#failed(error, context);
      await complain(context, `${name}: ${error.message}`);
      return error.status;
    }
  }

  async #function(
    name: string,
    { body, text }: ShellFunction,
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
    state.enter('function', args, text);
    try {
      return await this.#command(body, context);
    } catch (error) {
      if (error instanceof ReturnFunction) return error.status;
      throw error;
    } finally {
      this.#depth = Math.max(0, this.#depth - 1);
      state.loops = loops;
      state.leave();
    }
  }

  /** `exec`: the redirections stay; a command takes the shell's place. */
  async #exec(
    args: readonly string[],
    inner: Context,
    context: Context,
    made: Stream[],
  ): Promise<number> {
    if (args.length > 0)
      throw new ExitShell(await this.call(args[0] as string, args.slice(1), inner, 'commands'));
    for (const [fd, stream] of context.io) if (inner.io.get(fd) !== stream) await stream.close();
    context.io.clear();
    for (const [fd, stream] of inner.io) context.io.set(fd, stream);
    made.length = 0;
    return 0;
  }

  async #program(name: string, args: readonly string[], context: Context): Promise<number> {
    const { state } = context;
    const path = await this.programs.which(name, state);
    if (path === undefined) {
      const at = name.includes('/') ? await this.sys.stat(absolute(state.cwd, name)) : undefined;
      const reason = at
        ? 'Is a directory'
        : name.includes('/')
          ? 'No such file or directory'
          : 'command not found';
      await complain(context, `${name}: ${reason}`);
      return at ? 126 : 127;
    }
    return this.programs.start(path, [name, ...args], context);
  }

  async #isExecutable(path: string): Promise<boolean> {
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

  // Substitutions

  async #substitute(script: Script, context: Context): Promise<string> {
    const sink = memorySink();
    const io: Io = new Map(
      [...context.io].map(([fd, stream]) => [fd, fd === 1 ? sink.stream : stream.dup()]),
    );
    const inner = this.context(context.state.clone(), io, context.job);
    inner.state.text = context.state.part;
    const only = onlyRedirection(script);
    try {
      if (only) context.state.status = await this.#cat(only, inner);
      else context.state.status = await this.#isolated(inner, () => this.runScript(script, inner));
      context.state.substitutions++;
    } finally {
      await closeAll(io);
    }
    return textOf(sink.bytes()).replaceAll('\0', '').replace(/\n+$/, '');
  }

  /** `$(<file)`. */
  async #cat(redirection: Redirection, context: Context): Promise<number> {
    const made: Stream[] = [];
    try {
      const io = await redirected([redirection], context, made, this.sys);
      await context.io.get(1)?.write((await io.get(0)?.readAll()) ?? '');
      return 0;
    } catch (error) {
      return this.#failed(error, context);
    } finally {
      for (const stream of made) await stream.close();
    }
  }

  /** `<(…)`: what the commands print, as a file of `/tmp`. */
  async #processSubstitution(
    part: Of<Part, 'ProcessSubstitution'>,
    context: Context,
  ): Promise<string> {
    if (part.direction === 'output') throw new ShellError('>(…) is not supported here: use a pipe');
    // Others may have the same `/tmp`, also a shell of another kernel with the same process number.
    const path = `/tmp/.sh-${crypto.randomUUID()}`;
    const text = await this.#substitute(part.body, context);
    await this.sys.writeFile(path, bytesOf(text === '' ? '' : `${text}\n`));
    return path;
  }
}

/** `$(<file)` is a read of that file. */
function onlyRedirection(script: Script): Redirection | undefined {
  const [statement, ...more] = script.statements;
  const command = statement?.pipelines[0]?.commands[0];
  if (more.length > 0 || statement?.pipelines.length !== 1 || command?.type !== 'SimpleCommand')
    return undefined;
  const [redirection, ...others] = command.redirections;
  const alone = !command.name && command.assignments.length === 0 && others.length === 0;
  return alone && redirection?.operator === '<' ? redirection : undefined;
}

function wordsOf(alias: string): Word[] {
  const command = parse(alias).statements[0]?.pipelines[0]?.commands[0];
  if (command?.type !== 'SimpleCommand' || !command.name)
    throw new ShellError('this alias is no simple command');
  return [command.name, ...command.args];
}

/** An `if` or a loop whose last status is a test's is no failure of its own. */
const isCompoundTest = ({ commands }: Pipeline): boolean =>
  commands.length === 1 &&
  ['If', 'While', 'Until', 'For', 'CStyleFor', 'Case', 'Group'].includes(
    (commands[0] as Command).type,
  );
