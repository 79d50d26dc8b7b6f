/**
 * Traps: commands that run at a signal, at the end of the shell, and around other commands (bash(1) "trap"). What a trap
 * runs leaves `$?` as it was.
 */

import { numberOf, signalOf, signalTable } from '../tools/signals.ts';
import { type Context, complain, ExitShell, out, ReturnFunction } from './context.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { quoteWord } from './quote.ts';
import type { State } from './state.ts';

const USAGE = 'trap: usage: trap [-lp] [[arg] signal_spec ...]\n';

/** Events that are no signals, with the numbers by which bash sorts them. */
const events: Readonly<Record<string, number>> = { EXIT: 0, DEBUG: 65, ERR: 66, RETURN: 67 };

const eventOf = (word: string): string | undefined => {
  const name = word.toUpperCase().replace(/^SIG/, '');
  if (word === '0') return 'EXIT';
  return Object.hasOwn(events, name) ? name : signalOf(word);
};

const isSignal = (event: string): boolean => !Object.hasOwn(events, event);
const orderOf = (event: string): number => events[event] ?? numberOf(event);

export const trap: Builtin = async (args, context, shell) => {
  let at = 0;
  let prints = args.length === 0;
  for (; /^-./.test(args[at] ?? ''); at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      prints ||= at === args.length;
      break;
    }
    if (!/^-[lp]+$/.test(word)) return misused(context, `${word.slice(0, 2)}: invalid option`);
    if (word.includes('l')) {
      await out(context, signalTable());
      return 0;
    }
    prints = true;
  }
  const words = args.slice(at);
  if (prints) return print(words, context);
  const [action = '', ...names] = words;
  // A number as the first word is a signal: it gets back what it does by default.
  if (names.length === 0 && eventOf(action) === undefined) return misused(context);
  const resets = action === '-' || names.length === 0 || /^\d+$/.test(action);
  const named = names.length === 0 || (/^\d+$/.test(action) && action !== '-') ? words : names;
  const status = await change(named, resets ? undefined : action, context);
  shell.receiver.trapsChanged(context.state);
  return status;
};

async function misused(context: Context, message?: string): Promise<number> {
  if (message !== undefined) await complain(context, `trap: ${message}`);
  await context.io.get(2)?.write(USAGE);
  return 2;
}

async function change(
  words: readonly string[],
  action: string | undefined,
  context: Context,
): Promise<number> {
  const { state } = context;
  state.inheritedTraps = undefined;
  let status = 0;
  for (const word of words) {
    const event = eventOf(word);
    if (event === undefined) {
      await complain(context, `trap: ${word}: invalid signal specification`);
      status = 1;
    } else if (action === undefined) state.traps.delete(event);
    else state.traps.set(event, action);
  }
  return status;
}

/** In a subshell that has set no trap yet, those of the shell that it comes from. */
async function print(words: readonly string[], context: Context): Promise<number> {
  const { state } = context;
  const traps = state.inheritedTraps ?? state.traps;
  let status = 0;
  const wanted: string[] = [];
  for (const word of words) {
    const event = eventOf(word);
    if (event !== undefined) wanted.push(event);
    else {
      await complain(context, `trap: ${word}: invalid signal specification`);
      status = 1;
    }
  }
  const sorted = [...traps.keys()].sort((a, b) => orderOf(a) - orderOf(b));
  for (const event of words.length > 0 ? wanted : sorted) {
    const action = traps.get(event);
    const name = isSignal(event) && !state.options.has('posix') ? `SIG${event}` : event;
    if (action !== undefined) await out(context, `trap -- ${quoteWord(action)} ${name}\n`);
  }
  return status;
}

/** Runs what `trap` set for an event, unless it runs already. What it throws, as by `return`, goes on up. */
export async function runTrap(event: string, context: Context, shell: Interpreter): Promise<void> {
  const { state } = context;
  const action = state.traps.get(event);
  if (action === undefined || action === '' || state.runningTraps.has(event)) return;
  const { status, pipeStatus, text, line, statusBeforeTrap } = state;
  state.runningTraps.add(event);
  if (event !== 'DEBUG') state.statusBeforeTrap = status;
  // Around a command its lines count from that of the command.
  const isAround = event !== 'EXIT' && !isSignal(event);
  state.text = { ...text, linesBefore: isAround ? line - 1 : 0 };
  if (isAround) state.traceDepth++;
  try {
    await shell.runText(action, { ...context, tested: false });
  } finally {
    state.runningTraps.delete(event);
    if (isAround) state.traceDepth--;
    Object.assign(state, { status, pipeStatus, text, line, statusBeforeTrap });
  }
}

/** Runs the trap of the shell's end; the status of the shell, which an `exit` in the trap decides. */
export async function runExitTrap(
  context: Context,
  status: number,
  shell: Interpreter,
): Promise<number> {
  const action = context.state.traps.get('EXIT');
  if (action === undefined) return status;
  context.state.status = status;
  try {
    await runTrap('EXIT', context, shell);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFunction) return error.status;
    throw error;
  } finally {
    context.state.traps.delete('EXIT');
  }
  return status;
}

/** Runs the traps of the signals that have come meanwhile. */
export async function runPendingTraps(context: Context, shell: Interpreter): Promise<void> {
  for (;;) {
    const signal = shell.receiver.take(context.state);
    if (signal === undefined) return;
    await runTrap(signal, context, shell);
  }
}

/** Takes away the traps that a function or a sourced file does not inherit; undone by what it gives. */
export function withoutInherited(state: State, names: readonly string[]): () => void {
  if (state.traps.size === 0) return () => undefined;
  const isKept = (name: string): boolean =>
    state.options.has(name === 'ERR' ? 'errtrace' : 'functrace');
  const hidden = names.flatMap((name) => {
    const action = isKept(name) ? undefined : state.traps.get(name);
    return action === undefined ? [] : [[name, action] as const];
  });
  for (const [name] of hidden) state.traps.delete(name);
  return () => {
    for (const [name, action] of hidden) if (!state.traps.has(name)) state.traps.set(name, action);
  };
}
