/** Runs a command by its name: a function, a builtin, a tool, or a file. */
import { testProgram } from './bracket.ts';
import { type Context, complain, ReturnFunction } from './context.ts';
import { failed } from './failing.ts';
import { ExpansionError, IntegerError, ReadonlyError, ShellError } from './failure.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { alsoFiles, remembered } from './lookup.ts';
import { afterSpecial, afterSpecialError, isSpecial } from './posixmode.ts';
import { runFile } from './scripts.ts';
import type { ShellFunction } from './state.ts';
import type { Command } from './syntax/tree.ts';
import { runTrap, withoutInherited } from './traps.ts';

const DEPTH_MAX = 500;

/** Builtins that put their name before the error of a readonly variable. */
const namesItself: ReadonlySet<string> = new Set(['declare', 'typeset', 'local']);

/**
 * Runs a command by its name: function, builtin, tool, or a program on PATH. `commands` leaves out functions; `files` also
 * what means something only to the shell.
 */
export async function call(
  name: string,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
  only: 'any' | 'commands' | 'files',
): Promise<number> {
  const isSpecialHere = isSpecial(name, context.state);
  const defined = only === 'any' && !isSpecialHere ? context.state.functions.get(name) : undefined;
  const { replaces: _, calledAs: __, viaCommand: ___, ...inner } = context;
  const within: Context = only === 'commands' ? { ...inner, viaCommand: true } : inner;
  if (defined) return runFunction(name, defined, args, within, shell);
  const builtin = shell.commands.builtins.get(name);
  // Only those that are no commands of bash stand for files.
  const isOfBash = shell.commands.isShellOnly(name) || alsoFiles.has(name);
  if (builtin && !(only === 'files' && isOfBash))
    return runBuiltin(name, builtin, args, within, shell);
  const place = name.includes('/') ? undefined : await remembered(name, context.state, shell);
  if (place?.isTool) return runTool(name, args, within, shell);
  return runFile(name, args, context, shell, place?.path);
}

/** Builtins that are other than the programs of their names. */
const programs: ReadonlyMap<string, Builtin> = new Map([
  ['test', testProgram('test')],
  ['[', testProgram('[')],
]);

/** Runs a tool, or the builtin that stands for one, whatever PATH says. */
export async function runTool(
  name: string,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const tool = programs.get(name) ?? shell.commands.tool(name) ?? shell.commands.builtins.get(name);
  return tool ? runBuiltin(name, tool, args, context, shell) : runFile(name, args, context, shell);
}

async function runBuiltin(
  name: string,
  builtin: Builtin,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  try {
    const status = await builtin(args, context, shell);
    afterSpecial(name, args, status, context);
    return status;
  } catch (error) {
    if (error instanceof IntegerError)
      return failed(new IntegerError(`${name}: ${error.message}`), context);
    if (!(error instanceof ShellError) || error instanceof ExpansionError)
      return failed(error, context);
    const isNamed = !(error instanceof ReadonlyError) || namesItself.has(name);
    await complain(context, `${isNamed ? `${name}: ` : ''}${error.message}`);
    afterSpecialError(name, error, context);
    return error.status;
  }
}

async function runFunction(
  name: string,
  { definition, text }: ShellFunction,
  args: readonly string[],
  context: Context,
  shell: Interpreter,
): Promise<number> {
  if (++shell.depth > DEPTH_MAX) {
    shell.depth = 0;
    throw new ShellError(`${name}: maximum function nesting level exceeded`);
  }
  const { state } = context;
  const { loops } = state;
  state.loops = 0;
  const restore = withoutInherited(state, ['DEBUG', 'ERR', 'RETURN']);
  state.enter('function', { name, args, text });
  try {
    state.line = text.linesBefore + definition.line;
    await runTrap('DEBUG', context, shell);
    const status = await untilReturn(definition.body, context, shell);
    await runTrap('RETURN', context, shell);
    return status;
  } finally {
    restore();
    shell.depth = Math.max(0, shell.depth - 1);
    state.loops = loops;
    state.leave();
  }
}

async function untilReturn(body: Command, context: Context, shell: Interpreter): Promise<number> {
  try {
    return await shell.command(body, context);
  } catch (error) {
    if (error instanceof ReturnFunction) return error.status;
    throw error;
  }
}
