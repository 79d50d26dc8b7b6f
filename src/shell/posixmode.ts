/**
 * POSIX mode (bash(1) "set -o posix"): its special builtins keep the assignments before them, come before functions, and end a
 * shell that no person talks with where they are misused.
 */
import { type Context, complain, ExitShell } from './context.ts';
import { failed } from './failing.ts';
import { ReadonlyError, type ShellError } from './failure.ts';
import type { State } from './state.ts';
import type { FunctionDefinition } from './syntax/tree.ts';

const special: ReadonlySet<string> = new Set(
  ': . break continue eval exec exit export readonly return set shift source times trap unset'.split(
    ' ',
  ),
);
const sources: ReadonlySet<string> = new Set(['.', 'source']);
/** Their status 2 tells that they were misused. */
const misusable: ReadonlySet<string> = new Set(
  'exec export readonly return set trap unset'.split(' '),
);

/** Whether a name means a special builtin now. */
export const isSpecial = (name: string, { options }: State): boolean =>
  options.has('posix') && special.has(name);

/** Turns the mode on or off, with the options that belong to it. */
export function switchPosixMode(state: State, isOn: boolean): void {
  const { options, shopt } = state;
  if (isOn) {
    options.add('posix');
    for (const name of ['expand_aliases', 'inherit_errexit', 'shift_verbose']) shopt.add(name);
    shopt.add('interactive_comments');
    if (state.get('POSIXLY_CORRECT') === undefined) state.set('POSIXLY_CORRECT', 'y');
    return;
  }
  options.delete('posix');
  shopt.delete('shift_verbose');
  if (!state.interactive) shopt.delete('expand_aliases');
  state.unset('POSIXLY_CORRECT');
}

/** Ends the shell, unless a person types what it runs. */
function end(status: number, { state }: Context): void {
  if (!state.interactive) throw new ExitShell(status);
}

/** Runs what ends the shell where it fails. */
export async function orEnd<T>(context: Context, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (context.state.interactive) throw error;
    throw new ExitShell(await failed(error, context));
  }
}

/** Ends the shell where a special builtin that was run by its own name was misused. */
export function afterSpecial(
  name: string,
  args: readonly string[],
  status: number,
  context: Context,
): void {
  if (context.viaCommand || !isSpecial(name, context.state) || status !== 2) return;
  const [first] = args;
  const isMisused =
    misusable.has(name) || (sources.has(name) && (first === undefined || /^-[^-]/.test(first)));
  if (isMisused) end(2, context);
}

/** The same where it has failed by an error that was told already. */
export function afterSpecialError(name: string, error: ShellError, context: Context): void {
  if (context.viaCommand || !isSpecial(name, context.state)) return;
  const isReadonly = error instanceof ReadonlyError && (name === 'export' || name === 'readonly');
  const isMisused = error.status === 2 && name !== 'return';
  if (sources.has(name) || isReadonly || isMisused) end(error.status, context);
}

/** Ends the shell behind a syntax error in what `eval` or `source` was given. */
export function afterSyntaxError(context: Context): void {
  const { state, viaCommand } = context;
  const { isEval = false, file } = state.text;
  if (state.options.has('posix') && !viaCommand && (isEval || file !== undefined)) end(2, context);
}

/** Refuses a word as the variable of a loop where it is no name; in POSIX mode the shell ends. */
export async function checkVariable(word: string, context: Context): Promise<boolean> {
  if (/^[A-Za-z_]\w*$/.test(word)) return true;
  await complain(context, `\`${word}': not a valid identifier`);
  if (context.state.options.has('posix')) end(2, context);
  return false;
}

/** Refuses, in POSIX mode, a function that no plain command could name. */
export async function checkFunction(
  { name }: FunctionDefinition,
  context: Context,
): Promise<boolean> {
  if (!context.state.options.has('posix')) return true;
  const isPlain = /^[A-Za-z_]\w*$/.test(name);
  if (isPlain && !special.has(name)) return true;
  await complain(
    context,
    `\`${name}': ${isPlain ? 'is a special builtin' : 'not a valid identifier'}`,
  );
  end(2, context);
  return false;
}
