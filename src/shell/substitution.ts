/** Command substitution: what `$(…)` prints (bash(1) "Command Substitution"). */

import { textOf } from '../kernel/rawtext.ts';
import { closeTelling, inClosingOrder } from './closing.ts';
import { type Context, ExitShell } from './context.ts';
import { failed } from './failing.ts';
import type { Interpreter } from './interpreter.ts';
import { type Io, memorySink, type Stream } from './io.ts';
import { redirected } from './redirect.ts';
import { isolated } from './subshell.ts';
import type { Redirection, Script } from './syntax/tree.ts';

/** What a script prints, without the newlines at its end. */
export async function substitute(
  script: Script,
  context: Context,
  shell: Interpreter,
): Promise<string> {
  const text = textOf(await printed(script, context, shell));
  return text.replaceAll('\0', '').replace(/\n+$/, '');
}

/** What a script writes to its standard output. */
async function printed(script: Script, context: Context, shell: Interpreter): Promise<Uint8Array> {
  const sink = memorySink();
  const io: Io = new Map(
    [...context.io].map(([fd, stream]) => [fd, fd === 1 ? sink.stream : stream.dup()]),
  );
  const inner = {
    ...shell.context(context.state.clone(), io, context.job),
    tested: context.tested,
  };
  inner.state.traceDepth++;
  if (!inner.state.shopt.has('inherit_errexit')) inner.state.options.delete('errexit');
  const only = onlyRedirection(script);
  try {
    if (only) context.state.status = await contents(only, inner, context, shell);
    else context.state.status = await isolated(inner, () => shell.runScript(script, inner), shell);
    context.state.substitutions++;
  } finally {
    if (!(await closeTelling(inClosingOrder(io), inner))) context.state.status = 1;
  }
  return sink.bytes();
}

/** The status of `$(<file)`. Where it fails, `set -e` ends the shell, whatever looks at the command. */
async function contents(
  redirection: Redirection,
  inner: Context,
  { state }: Context,
  shell: Interpreter,
): Promise<number> {
  const status = await cat(redirection, inner, shell);
  if (status !== 0 && state.options.has('errexit')) throw new ExitShell(status);
  return status;
}

/** `$(<file)`. */
async function cat(
  redirection: Redirection,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const made: Stream[] = [];
  try {
    const io = await redirected([redirection], context, made, shell.sys);
    await context.io.get(1)?.write((await io.get(0)?.readAll()) ?? '');
    return 0;
  } catch (error) {
    return failed(error, context);
  } finally {
    for (const stream of made) await stream.close();
  }
}

/** `$(<file)` is a read of that file. */
function onlyRedirection({ statements }: Script): Redirection | undefined {
  const [statement, ...more] = statements;
  const command = statement?.pipelines[0]?.commands[0];
  if (more.length > 0 || statement?.pipelines.length !== 1 || command?.type !== 'SimpleCommand')
    return undefined;
  const [redirection, ...others] = command.redirections;
  const isAlone =
    command.words.length === 0 && command.assignments.length === 0 && others.length === 0;
  return isAlone && redirection?.operator === '<' ? redirection : undefined;
}
