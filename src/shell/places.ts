/** The builtins that tell where the shell is, and that move its arguments: caller, shift (bash(1)). */
import { wholeNumber } from './arguments.ts';
import { optionsOf } from './builtinoptions.ts';
import { AbandonLine, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';

export const shift: Builtin = async (args, context) => {
  const { state } = context;
  const [text, ...more] = args[0] === '--' ? args.slice(1) : args;
  const count = text === undefined ? 1 : wholeNumber(text);
  if (count === undefined) throw new ShellError(`${text}: numeric argument required`);
  if (more.length > 0) {
    await complain(context, 'shift: too many arguments');
    throw new AbandonLine(1);
  }
  const isOver = count > state.args.length;
  if (count < 0 || (isOver && state.shopt.has('shift_verbose')))
    throw new ShellError(`${text === undefined ? '' : `${text}: `}shift count out of range`);
  if (isOver) return 1;
  state.args.splice(0, count);
  return 0;
};

export const caller: Builtin = async (args, context) => {
  const usage = 'caller [expr]';
  const given = await optionsOf(args, { name: 'caller', letters: '', usage }, context);
  if (!given) return 2;
  const { state } = context;
  const [text] = given.rest;
  const level = text === undefined ? 0 : wholeNumber(text);
  if (level === undefined) {
    await complain(context, `caller: ${text}: invalid number`);
    await context.io.get(2)?.write(`caller: usage: ${usage}\n`);
    return 2;
  }
  const line = state.element('BASH_LINENO', level);
  const file = state.element('BASH_SOURCE', level + 1);
  if (text === undefined) {
    if (line === undefined) return 1;
    await out(context, `${line} ${file ?? 'NULL'}\n`);
    return 0;
  }
  const name = state.element('FUNCNAME', level + 1);
  if (level < 0 || line === undefined || name === undefined || file === undefined) return 1;
  await out(context, `${line} ${name} ${file}\n`);
  return 0;
};
