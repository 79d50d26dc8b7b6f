/** Pipelines: their stages run at once, programs in workers of their own, over pipes of the kernel (bash(1) "Pipelines"). */

import { statusOf } from '../tools/signals.ts';
import { inClosingOrder, thenClose } from './closing.ts';
import { BreakLoop, type Context, ContinueLoop } from './context.ts';
import { failed } from './failing.ts';
import type { Interpreter } from './interpreter.ts';
import { type Io, kernelStream, replace, type Stream } from './io.ts';
import { begin } from './simple.ts';
import { isolated } from './subshell.ts';
import type { Command, Pipeline } from './syntax/tree.ts';
import { Interrupted } from './sys.ts';
import { tellTime } from './timing.ts';

/** Runs a pipeline, timed or negated where it is so. */
export async function runPipeline(
  pipeline: Pipeline,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const from = performance.now();
  const { commands } = pipeline;
  let status = 0;
  try {
    if (commands.length === 1) {
      status = await shell.command(commands[0] as Command, context);
      // A compound command's last pipeline has said it already.
      if ((commands[0] as Command).type === 'SimpleCommand') context.state.pipeStatus = [status];
    } else if (commands.length > 1) status = await runStages(pipeline, context, shell);
  } catch (error) {
    const endsRound = error instanceof BreakLoop || error instanceof ContinueLoop;
    if (endsRound && pipeline.negated) error.status = error.status === 0 ? 1 : 0;
    if (!(error instanceof Interrupted && shell.receiver.goesOn(context.state))) throw error;
    shell.sys.reset();
    status = statusOf('INT');
  }
  if (pipeline.timed !== 'no')
    await tellTime((performance.now() - from) / 1000, pipeline.timed, context);
  if (pipeline.negated) status = status === 0 ? 1 : 0;
  return status;
}

/** Runs the stages of a pipeline at once, over pipes of the kernel. */
async function runStages(
  { commands, joinsErrors }: Pipeline,
  context: Context,
  shell: Interpreter,
): Promise<number> {
  const { state } = context;
  // Where there is no job control, the last may run in the shell itself.
  const keepsLast =
    state.shopt.has('lastpipe') && !state.interactive && !state.options.has('monitor');
  const stages: { command: Command; io: Io }[] = [];
  for (const command of commands)
    if (command.type === 'SimpleCommand') await begin(command, command.line, context, shell);
  let input: Stream | undefined;
  for (const [i, command] of commands.entries()) {
    const io: Io = new Map([...context.io].map(([fd, stream]) => [fd, stream.dup()]));
    if (input) await replace(io, 0, input);
    input = undefined;
    if (i < commands.length - 1) {
      const { reader, writer } = await shell.sys.pipe();
      const output = kernelStream(shell.sys, writer, { read: false });
      await replace(io, 1, output);
      if (joinsErrors[i]) await replace(io, 2, output.dup());
      input = kernelStream(shell.sys, reader, { write: false });
    }
    stages.push({ command, io });
  }
  const ended = await Promise.allSettled(
    stages.map(async ({ command, io }, i) => {
      const isKept = keepsLast && i === stages.length - 1;
      const inner = {
        ...shell.context(isKept ? state : state.clone(), io, context.job),
        tested: context.tested,
      };
      const run = (): Promise<number> => {
        if (command.type !== 'SimpleCommand') return shell.command(command, inner);
        const { text } = inner.state;
        Object.assign(inner.state, { command, line: text.linesBefore + command.line });
        return shell.command(command, { ...inner, hasBegun: true });
      };
      const stage = async (): Promise<number> => {
        try {
          return isKept ? await run() : await isolated(inner, run, shell);
        } catch (error) {
          return await failed(error, inner);
        }
      };
      return thenClose(stage, () => inClosingOrder(io), inner);
    }),
  );
  // All have ended before what one of them throws goes on up.
  const statuses = ended.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  context.state.pipeStatus = statuses;
  if (context.state.options.has('pipefail'))
    return statuses.findLast((status) => status !== 0) ?? 0;
  return statuses.at(-1) ?? 0;
}

const compounds: ReadonlySet<Command['type']> = new Set<Command['type']>([
  'If',
  'While',
  'Until',
  'For',
  'Select',
  'CStyleFor',
  'Case',
  'Group',
]);

/** Whether the failure of a command is that of one inside, which has been looked at already. */
export const hasLists = (command: Command | undefined): boolean =>
  command !== undefined && compounds.has(command.type);

/** An `if` or a loop whose last status is a test's is no failure of its own. */
export const isCompoundTest = ({ commands: [command, ...more] }: Pipeline): boolean =>
  more.length === 0 && hasLists(command);
