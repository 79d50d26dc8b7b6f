/** Simple commands: their assignments, words and redirections, and what comes before each (bash(1) "Simple Commands"). */
import { ARRAY_MARK, assign, unmarked } from './assign.ts';
import { optionsOf } from './builtinoptions.ts';
import { closeTelling } from './closing.ts';
import { AbandonLine, type Context, complain, ExitShell } from './context.ts';
import { expansion } from './failing.ts';
import { ReadonlyError } from './failure.ts';
import { append } from './fields.ts';
import type { Interpreter } from './interpreter.ts';
import type { Io, Stream } from './io.ts';
import { isSpecial, orEnd } from './posixmode.ts';
import { redirected, redirectsInput } from './redirect.ts';
import {
  type Assignment,
  type Command,
  isArray,
  type SimpleCommand,
  type Word,
} from './syntax/tree.ts';
import { withTildes } from './tildes.ts';
import { runTrap } from './traps.ts';
import type { Value } from './variable.ts';
import { trace, tracedWord } from './xtrace.ts';

/** The command that runs from now on, and the trap before it. */
export async function debug(
  command: Command | string,
  context: Context,
  shell: Interpreter,
): Promise<void> {
  if (context.state.runningTraps.size > 0) return;
  context.state.command = command;
  if (context.state.traps.has('DEBUG')) await runTrap('DEBUG', context, shell);
}

/** What every simple command, and each step of some others, begins with: its line, its text, and the trap before it. */
export async function begin(
  command: Command | string,
  line: number,
  context: Context,
  shell: Interpreter,
): Promise<void> {
  const { state } = context;
  state.line = state.text.linesBefore + line;
  await debug(command, context, shell);
  if (typeof command === 'string') await trace(command.trimEnd(), context);
}

export async function runSimple(
  command: SimpleCommand,
  { hasBegun = false, ...context }: Context,
  made: Stream[],
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  if (!hasBegun) await begin(command, command.line, context, shell);
  const before = state.substitutions;
  const words = await expansion(context, () => wordsOf(command, context));
  const skipped = wordsBeforeExec(words);
  const viaCommand = skipped > 0;
  const [name, ...args] = words.slice(skipped);
  if (name === undefined) {
    await expansion(context, async () => {
      for (const assignment of command.assignments) await assign(assignment, context);
    });
    await redirected(command.redirections, context, made, shell.sys);
    // That of the last substitution, where there was one (POSIX 2.9.1); until then `$?` is that of the command before.
    if (state.substitutions === before) state.status = 0;
    state.setLastArgument('');
    return state.status;
  }
  const redirect = (): Promise<Io> => redirected(command.redirections, context, made, shell.sys);
  const io = await (isSpecial(name, state) && !viaCommand ? orEnd(context, redirect) : redirect());
  const shown = [name, ...args].map((word) => tracedWord(unmarked(word))).join(' ');
  if (name === 'exec')
    return withAssignments(name, command.assignments, context, async () => {
      await trace(shown, context);
      return runExec(args, { ...context, io }, context, made, shell);
    });
  const hasInput = context.hasInput || redirectsInput(command.redirections);
  const inner = io === context.io ? context : { ...shell.withIo(context, io), hasInput };
  const status = await withAssignments(name, command.assignments, context, async () => {
    await trace(shown, context);
    for (const word of name === 'export' || name === 'readonly' ? args : [])
      if (/^\w+=/.test(word)) await trace(tracedWord(word), context);
    return shell.call(name, args, inner);
  });
  state.setLastArgument(lastArgument(args.at(-1) ?? name));
  return status;
}

/** What `$_` is after a word: of an array that is declared it is the name alone. */
const lastArgument = (word: string): string =>
  word.startsWith(ARRAY_MARK) ? (/^\w+/.exec(unmarked(word))?.[0] ?? '') : word;

async function wordsOf({ words }: SimpleCommand, context: Context): Promise<string[]> {
  const { expander, state } = context;
  const out: string[] = [];
  // Behind `command` they are assignments in POSIX mode only.
  const takesAssignments = words[0]?.source !== 'command' || state.options.has('posix');
  for (const word of words) {
    const { source, assignment: written } = word;
    const assignment = takesAssignments ? written : undefined;
    const made = expander.braced(written ? plainWord(written, source) : word);
    if (assignment && made.length === 1) out.push(await declaredWord(source, assignment, context));
    else if (made.length === 1)
      append(out, await expander.fields([withTildes(made[0] as Word, state)]));
    else append(out, await expander.fields(made));
  }
  return out;
}

/** An argument that looks like an assignment, as any other word: so it is taken where braces make several of it. */
function plainWord({ name, subscript, append: appends, value }: Assignment, source: string): Word {
  if (isArray(value)) return { parts: [], source };
  const at = subscript === undefined ? '' : `[${subscript}]`;
  const text = `${name}${at}${appends ? '+=' : '='}`;
  return { parts: [{ type: 'Literal', text }, ...value.parts], source };
}

/** `name=value` among the arguments of declare and its like: expanded as an assignment, not split. */
async function declaredWord(
  source: string,
  { name, subscript, append: appends, value }: Assignment,
  { expander }: Context,
): Promise<string> {
  if (isArray(value)) return ARRAY_MARK + source;
  const at = subscript === undefined ? '' : `[${subscript}]`;
  return `${name}${at}${appends ? '+=' : '='}${await expander.assignedText(value)}`;
}

/** How many words before `exec` only say that it is a command: it is no builtin that these could call. */
function wordsBeforeExec(words: readonly string[]): number {
  let at = 0;
  while (words[at] === 'command' || words[at] === 'builtin') {
    const takesPath = words[at++] === 'command';
    while (takesPath && words[at] === '-p') at++;
    if (words[at] === '--') at++;
  }
  return words[at] === 'exec' ? at : 0;
}

/** Assignments before a command hold while it runs, and are in its environment. */
async function withAssignments(
  name: string,
  assignments: readonly Assignment[],
  context: Context,
  run: () => Promise<number>,
): Promise<number> {
  if (assignments.length === 0) return run();
  const { state } = context;
  if (isSpecial(name, state)) {
    await expansion(context, () => assignAll(assignments, context));
    return run();
  }
  state.enter('assignments', { name });
  const hide = ({ name: hidden, append }: Assignment): void => {
    state.hide(hidden);
    // Where the variable is an array, it is a plain one meanwhile.
    const known = state.variables.get(hidden);
    if (typeof known?.value === 'object' && !known.readonly)
      known.value = append ? state.get(hidden) : undefined;
  };
  const temporary = new Map<string, Value | undefined>();
  /** What a value's expansion assigns to a variable stays, also where that was assigned just before. */
  const keepAssigned = (): void => {
    for (const [known, before] of temporary) {
      const value = state.variables.get(known)?.value;
      if (value !== before) state.setOutside(known, value);
    }
  };
  try {
    for (const assignment of assignments) {
      if (isArray(assignment.value)) hide(assignment);
      try {
        await assign(assignment, context, undefined, () => {
          keepAssigned();
          hide(assignment);
        });
        const made = state.declare(assignment.name);
        Object.assign(made, { exported: true, temporary: true });
        temporary.set(assignment.name, made.value);
      } catch (error) {
        // The command runs without it.
        if (!(error instanceof ReadonlyError)) throw error;
        await complain(context, error.message);
        if (state.options.has('posix')) throw new AbandonLine(1);
      }
    }
    return await run();
  } finally {
    state.leave();
  }
}

/** Assignments that last, and are exported. */
async function assignAll(assignments: readonly Assignment[], context: Context): Promise<void> {
  for (const assignment of assignments) {
    await assign(assignment, context);
    context.state.declare(assignment.name).exported = true;
  }
}

/** `exec`: the redirections stay; a command takes the shell's place. */
async function runExec(
  words: readonly string[],
  inner: Context,
  context: Context,
  made: Stream[],
  shell: Interpreter,
): Promise<number> {
  const usage = 'exec [-cl] [-a name] [command [argument ...]] [redirection ...]';
  const spec = { name: 'exec', letters: 'cl', values: 'a', usage };
  const given = await optionsOf(words, spec, inner);
  if (!given) return 2;
  const { on, rest } = given;
  const [name, ...args] = rest;
  if (name !== undefined) {
    if (on.has('c'))
      for (const variable of context.state.variables.values()) delete variable.exported;
    const calledAs = `${on.has('l') ? '-' : ''}${on.get('a') ?? name}`;
    const status = await shell.call(name, args, { ...inner, calledAs }, 'files');
    // The shell, whose trap it was, is no more, unless there was nothing to run.
    if (status !== 126 && status !== 127) context.state.traps.delete('EXIT');
    throw new ExitShell(status);
  }
  if (inner.io === context.io) return 0;
  const before = [...context.io];
  context.io.clear();
  for (const [fd, stream] of inner.io) context.io.set(fd, stream);
  made.length = 0;
  const left = before.flatMap(([fd, stream]) => (inner.io.get(fd) === stream ? [] : [stream]));
  return (await closeTelling(left, context)) ? 0 : 1;
}
