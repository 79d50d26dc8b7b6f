/** Tools of the shell itself that run another command: nohup. */
import { OPEN } from '../kernel/operations.ts';
import { quoted } from '../tools/quote.ts';
import { words } from '../tools/strerror.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import { type Io, kernelStream, noInput, type Stream } from './io.ts';
import { missing } from './launch.ts';
import { absolute } from './sys.ts';

/** Runs a command that the end of the terminal leaves alone; what it would print there goes to a file (nohup(1)). */
export const nohup: Builtin = async ([name, ...args], context, shell) => {
  if (name === undefined) throw new ShellError('missing operand', 125);
  const { sys } = shell;
  const reason = await missing(name, context.state, shell);
  if (reason) {
    await context.io
      .get(2)
      ?.write(`nohup: failed to run command ${quoted(name)}: ${words[reason]}\n`);
    return reason === 'ENOENT' ? 127 : 126;
  }
  const state = context.state.clone();
  state.traps.set('HUP', '');
  const io: Io = new Map(context.io);
  const isTerminal = (fd: number): boolean => sys.terminals.has(io.get(fd)?.fd ?? -1);
  const opened: Stream[] = [];
  if (isTerminal(0)) io.set(0, noInput());
  if (isTerminal(1)) {
    const path = absolute(state.cwd, 'nohup.out');
    const fd = await sys.open(path, OPEN.write | OPEN.create | OPEN.append);
    const output = kernelStream(sys, fd, { read: false });
    opened.push(output);
    io.set(1, output);
    await context.io.get(2)?.write("nohup: ignoring input and appending output to 'nohup.out'\n");
  }
  const output = io.get(1);
  if (isTerminal(2) && output) io.set(2, output);
  try {
    return await shell.call(name, args, shell.context(state, io, context.job), 'files');
  } finally {
    for (const stream of opened) await stream.close();
  }
};
