/** `break` and `continue` (bash(1)). */
import { wholeNumber } from './arguments.ts';
import { tooMany } from './builtinoptions.ts';
import {
  AbandonLine,
  BreakLoop,
  type Context,
  ContinueLoop,
  complain,
  ExitShell,
} from './context.ts';
import type { Builtin } from './interpreter.ts';

/** How many loops are meant; undefined outside of any. A number below 1 ends all loops, and fails. */
async function levelsOf(
  word: string,
  [text, ...more]: readonly string[],
  context: Context,
): Promise<number | undefined> {
  const { loops, interactive, options } = context.state;
  if (loops === 0) {
    if (options.has('posix')) return undefined;
    await complain(context, `${word}: only meaningful in a \`for', \`while', or \`until' loop`);
    return undefined;
  }
  const levels = text === undefined ? 1 : wholeNumber(text);
  if (levels === undefined) {
    await complain(context, `${word}: ${text}: numeric argument required`);
    throw interactive ? new AbandonLine(128) : new ExitShell(128);
  }
  if (more.length > 0) await tooMany(word, context);
  if (levels > 0) return Math.min(levels, loops);
  await complain(context, `${word}: ${text}: loop count out of range`);
  throw new BreakLoop(loops, 1);
}

export const breakLoop: Builtin = async (args, context) => {
  const levels = await levelsOf('break', args, context);
  if (levels !== undefined) throw new BreakLoop(levels);
  return 0;
};

export const continueLoop: Builtin = async (args, context) => {
  const levels = await levelsOf('continue', args, context);
  if (levels !== undefined) throw new ContinueLoop(levels);
  return 0;
};
