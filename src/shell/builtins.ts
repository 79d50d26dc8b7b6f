/** The shell's own commands (bash(1) "SHELL BUILTIN COMMANDS"). */

import { textOf } from '../kernel/rawtext.ts';
import { withoutMark } from '../kernel/utf8.ts';
import { numberOf, wholeNumber } from './arguments.ts';
import { assignTo } from './assign.ts';
import { test } from './bracket.ts';
import { optionsOf, tooMany } from './builtinoptions.ts';
import { compgen } from './compgen.ts';
import { complete, compopt } from './completionspecs.ts';
import { type Context, complain, ExitShell, out, ReturnFunction } from './context.ts';
import { declare, exportVariables, local, readonlyVariables, unset } from './declare.ts';
import { directories, pwd } from './directories.ts';
import { unescaped } from './escapes.ts';
import { ShellError } from './failure.ts';
import { fc } from './fc.ts';
import { command, type } from './find.ts';
import { getopts } from './getopts.ts';
import { hash } from './hash.ts';
import { history } from './historycommands.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { background, disown, foreground, jobs, suspend } from './jobcontrol.ts';
import { kill } from './kill.ts';
import { breakLoop, continueLoop } from './loopcontrol.ts';
import { mapfile, readarray } from './mapfile.ts';
import { set, shopt } from './options.ts';
import { caller, shift } from './places.ts';
import { afterSpecialError } from './posixmode.ts';
import { printf } from './printf.ts';
import { quoteWord } from './quote.ts';
import { read } from './read.ts';
import { streamNamed } from './redirect.ts';
import { absolute } from './sys.ts';
import { runTrap, trap, withoutInherited } from './traps.ts';
import { umask } from './umask.ts';
import { wait } from './wait.ts';

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;

const echo: Builtin = async (args, context) => {
  let at = 0;
  let newline = true;
  let escapes = context.state.shopt.has('xpg_echo');
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++)
    for (const letter of (args[at] as string).slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  const text = args.slice(at).join(' ');
  const { text: shown, isStopped } = escapes ? unescaped(text, 'echo') : { text, isStopped: false };
  await out(context, newline && !isStopped ? `${shown}\n` : shown);
  return 0;
};

const printfBuiltin: Builtin = async (args, context) => {
  const [first, name, ...rest] = args;
  if (first === '-v' && name === undefined)
    throw new ShellError('-v: option requires an argument', 2);
  const words = first === '-v' ? rest : first === '--' ? args.slice(1) : args;
  const [format, ...values] = words;
  if (format === undefined) throw new ShellError('usage: printf [-v var] format [arguments]', 2);
  const { text, problems, warnings, counts } = printf(format, values);
  for (const message of [...problems, ...warnings]) await complain(context, `printf: ${message}`);
  for (const [variable, count] of counts) await assignTo(variable, String(count), context);
  // A variable holds no NUL: it ends the text.
  if (first === '-v') await assignTo(name as string, text.replace(/\0.*/s, ''), context);
  else await out(context, text);
  return problems.length > 0 ? 1 : 0;
};

const sourceAs =
  (name: string): Builtin =>
  async (words, context, shell) => {
    const usage = `${name} filename [arguments]`;
    const given = await optionsOf(words, { name, letters: '', usage }, context);
    if (!given) return 2;
    const [path, ...args] = given.rest;
    if (path === undefined) {
      await complain(context, `${name}: filename argument required`);
      await context.io.get(2)?.write(`${name}: usage: ${usage}\n`);
      return 2;
    }
    const { state } = context;
    const onPath = await shell.programs.which(path, state);
    if (state.options.has('posix') && onPath === undefined && !path.includes('/'))
      throw new ShellError(`${path}: file not found`);
    const found = onPath ?? absolute(state.cwd, path);
    let bytes: Uint8Array;
    try {
      const input = streamNamed(path, context.io, state);
      bytes = await (input
        ? input.readAll()
        : shell.sys.readFile(path.includes('/') ? absolute(state.cwd, path) : found));
      await input?.close();
    } catch {
      await complain(context, `${path}: No such file or directory`);
      afterSpecialError('.', new ShellError(''), context);
      return 1;
    }
    state.enter('source', {
      ...(args.length > 0 ? { args } : {}),
      text: { file: path, linesBefore: 0 },
    });
    state.sources++;
    state.traceDepth++;
    const restore = withoutInherited(state, ['DEBUG']);
    try {
      const status = await sourced(withoutMark(textOf(bytes)), context, shell);
      await runTrap('RETURN', context, shell);
      return status;
    } finally {
      restore();
      state.sources--;
      state.traceDepth--;
      state.leave();
    }
  };

async function sourced(text: string, context: Context, shell: Interpreter): Promise<number> {
  try {
    return await shell.runText(text, context);
  } catch (error) {
    if (error instanceof ReturnFunction) return error.status;
    throw error;
  }
}

const alias: Builtin = async (words, context) => {
  const { aliases, options } = context.state;
  const word = options.has('posix') ? '' : 'alias ';
  const usage = 'alias [-p] [name[=value] ... ]';
  const given = await optionsOf(words, { name: 'alias', letters: 'p', usage }, context);
  if (!given) return 2;
  const args = given.rest;
  if (args.length === 0 || given.on.has('p'))
    await out(
      context,
      [...aliases]
        .sort(byName)
        .map(([name, text]) => `${word}${name}=${quoteWord(text)}\n`)
        .join(''),
    );
  let status = 0;
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at > 0) aliases.set(arg.slice(0, at), arg.slice(at + 1));
    else if (aliases.has(arg))
      await out(context, `${word}${arg}=${quoteWord(aliases.get(arg) as string)}\n`);
    else {
      await complain(context, `alias: ${arg}: not found`);
      status = 1;
    }
  }
  return status;
};

const unalias: Builtin = async (args, context) => {
  const { aliases } = context.state;
  const usage = 'unalias [-a] name [name ...]';
  const given = await optionsOf(args, { name: 'unalias', letters: 'a', usage }, context);
  if (!given) return 2;
  if (given.on.has('a')) aliases.clear();
  else if (given.rest.length === 0) {
    await context.io.get(2)?.write(`unalias: usage: ${usage}\n`);
    return 2;
  }
  let status = 0;
  for (const name of given.on.has('a') ? [] : given.rest)
    if (!aliases.delete(name)) {
      await complain(context, `unalias: ${name}: not found`);
      status = 1;
    }
  return status;
};

const testBuiltin: Builtin = async (args, context) =>
  (await test(args, context.expander)) ? 0 : 1;

export const builtins: ReadonlyMap<string, Builtin> = new Map(
  Object.entries({
    ':': () => 0,
    true: () => 0,
    false: () => 1,
    echo,
    printf: printfBuiltin,
    ...directories,
    pwd,
    export: exportVariables,
    readonly: readonlyVariables,
    declare,
    typeset: declare,
    local,
    unset,
    set,
    shift,
    caller,
    test: testBuiltin,
    '[': async (args, context, shell) => {
      if (args.at(-1) !== ']') throw new ShellError("missing `]'", 2);
      return testBuiltin(args.slice(0, -1), context, shell);
    },
    read,
    mapfile,
    readarray,
    exit: async (args, context) => {
      const { state } = context;
      if (args.length > 1 && wholeNumber(args[0] as string) !== undefined)
        await tooMany('exit', context);
      const before = state.runningTraps.has('EXIT') ? state.statusBeforeTrap : undefined;
      throw new ExitShell(numberOf(args[0], before ?? state.status) & 255);
    },
    return: async (args, context) => {
      const { state } = context;
      if (!state.inFunction && state.sources === 0) {
        await complain(context, "return: can only `return' from a function or sourced script");
        return 2;
      }
      if (args.length > 1 && wholeNumber(args[0] as string) !== undefined)
        await tooMany('return', context);
      throw new ReturnFunction(numberOf(args[0], state.statusBeforeTrap ?? state.status) & 255);
    },
    break: breakLoop,
    continue: continueLoop,
    eval: async (words, context, shell) => {
      const given = await optionsOf(
        words,
        { name: 'eval', letters: '', usage: 'eval [arg ...]' },
        context,
      );
      if (!given) return 2;
      const args = given.rest;
      if (args.length === 0) return 0;
      const { state } = context;
      const { text } = state;
      state.text = { ...text, linesBefore: state.line - 1 };
      state.traceDepth++;
      state.text = { ...text, linesBefore: state.line - 1, isEval: true };
      try {
        return await shell.runText(args.join(' '), context);
      } finally {
        state.traceDepth--;
        state.text = text;
      }
    },
    source: sourceAs('source'),
    '.': sourceAs('.'),
    alias,
    unalias,
    history,
    fc,
    complete,
    compgen,
    compopt,
    type,
    command,
    builtin: async (words, context, shell) => {
      const usage = 'builtin [shell-builtin [arg ...]]';
      const given = await optionsOf(words, { name: 'builtin', letters: '', usage }, context);
      if (!given) return 2;
      const [name, ...args] = given.rest;
      if (name === undefined) return 0;
      const found = shell.commands.builtins.get(name);
      if (!found) throw new ShellError(`${name}: not a shell builtin`);
      return found(args, context, shell);
    },
    let: async (args, { expander }) => {
      let value = 0n;
      for (const text of args) value = await expander.evaluate(text);
      return value === 0n ? 1 : 0;
    },
    getopts,
    trap,
    wait,
    jobs,
    fg: foreground,
    bg: background,
    disown,
    suspend,
    kill,
    shopt,
    umask,
    hash,
    times: async (_, context) => {
      await out(context, '0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
      return 0;
    },
  } satisfies Record<string, Builtin>),
);
