/** The builtins of directories: cd, and the stack of pushd, popd and dirs (bash(1)). The directory of the shell is the top of the stack. */
import { wholeNumber } from './arguments.ts';
import { optionsOf } from './builtinoptions.ts';
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import { realpath } from './files.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import type { State } from './state.ts';
import { absolute, resolvePath } from './sys.ts';

const usages = {
  pushd: 'pushd [-n] [+N | -N | dir]',
  popd: 'popd [-n] [+N | -N]',
  dirs: 'dirs [-clpv] [+N] [-N]',
};
type Name = keyof typeof usages;

/** Refused by a sentence and the usage. */
class Misuse extends ShellError {}

const CD_USAGE = 'cd [-L|[-P [-e]] [-@]] [dir]';

/** Whether paths without symbolic links are wanted: the last of -L and -P says so. */
const isPhysical = (
  inOrder: readonly (readonly [letter: string, value: string])[],
  { options }: State,
): boolean =>
  (inOrder.findLast(([letter]) => letter === 'L' || letter === 'P')?.[0] ?? '') === 'P' ||
  (options.has('physical') && !inOrder.some(([letter]) => letter === 'L'));

const cd: Builtin = async (args, context, shell) => {
  const { state } = context;
  const spec = { name: 'cd', letters: 'LPe', usage: CD_USAGE };
  const options = args[0] === '-' ? undefined : await optionsOf(args, spec, context);
  if (args[0] !== '-' && !options) return 2;
  const [given, ...more] = options?.rest ?? args;
  if (more.length > 0) throw new ShellError('too many arguments');
  const target = given === '-' ? state.get('OLDPWD') : (given ?? state.get('HOME'));
  if (target === undefined) throw new ShellError(given === '-' ? 'OLDPWD not set' : 'HOME not set');
  const found = given === '-' ? undefined : await onCdPath(target, state, shell);
  const isReal = isPhysical(options?.inOrder ?? [], state);
  await goTo(found ?? target, context, shell, isReal);
  if (given === '-' || found !== undefined)
    await out(context, `${isReal && found !== undefined ? found : state.cwd}\n`);
  return 0;
};

/** A directory by its name below one of CDPATH. */
async function onCdPath(
  target: string,
  state: State,
  { sys }: Interpreter,
): Promise<string | undefined> {
  const directories = state.get('CDPATH');
  if (!directories || /^(\/|\.\.?(\/|$))/.test(target)) return undefined;
  for (const directory of directories.split(':')) {
    const path = `${directory}${directory === '' || directory.endsWith('/') ? '' : '/'}${target}`;
    if ((await sys.stat(absolute(state.cwd, path)))?.kind !== 'dir') continue;
    return directory === '' ? undefined : path;
  }
  return undefined;
}

export const pwd: Builtin = async (args, context, { sys }) => {
  const usage = 'pwd [-LP]';
  const options = await optionsOf(args, { name: 'pwd', letters: 'LP', usage }, context);
  if (!options) return 2;
  const { state } = context;
  const path = isPhysical(options.inOrder, state) ? await realpath(sys, state.cwd) : state.cwd;
  await out(context, `${path}\n`);
  return 0;
};

/** What stands before a `..` is a directory, though the path without both may name another one. */
async function checkParents(target: string, { cwd }: State, { sys }: Interpreter): Promise<void> {
  const names = target.split('/');
  for (const [i, name] of names.entries()) {
    if (name !== '..' || i === 0 || /^(\.\.?)?$/.test(names[i - 1] as string)) continue;
    const stat = await sys.stat(resolvePath(cwd, names.slice(0, i).join('/')));
    if (stat?.kind === 'dir') continue;
    throw new ShellError(`${target}: ${stat ? 'Not a directory' : 'No such file or directory'}`);
  }
}

async function goTo(
  target: string,
  { state }: Context,
  shell: Interpreter,
  isReal = state.options.has('physical'),
): Promise<void> {
  await checkParents(target, state, shell);
  // What `..` means depends on whether links before it count.
  const typed = target.startsWith('/') ? target : `${state.cwd}/${target}`;
  const path = isReal
    ? await realpath(shell.sys, typed).catch(() => typed)
    : resolvePath(state.cwd, target);
  const stat = await shell.sys.stat(path);
  if (!stat) throw new ShellError(`${target}: No such file or directory`);
  if (stat.kind !== 'dir') throw new ShellError(`${target}: Not a directory`);
  state.set('OLDPWD', state.cwd);
  state.declare('OLDPWD').exported = true;
  state.cwd = path;
  state.set('PWD', state.cwd);
}

const stackOf = (state: State): string[] => [state.cwd, ...state.dirStack];

/** With `~` for what HOME names. */
function short(path: string, state: State): string {
  const home = state.get('HOME') ?? '';
  const isWithin = home.length > 1 && (path === home || path.startsWith(`${home}/`));
  return isWithin ? `~${path.slice(home.length)}` : path;
}

async function showStack(context: Context): Promise<number> {
  const { state } = context;
  const paths = stackOf(state).map((path) => short(path, state));
  await out(context, `${paths.join(' ')}\n`);
  return 0;
}

/** The place that `+N` or `-N` means, which counts from the right; it may be none of the stack. */
function placeOf(word: string, size: number): number {
  const count = /^[-+]\d+$/.test(word) ? wholeNumber(word.slice(1)) : undefined;
  if (count === undefined) throw new Misuse(`${word}: invalid number`, 2);
  return word.startsWith('+') ? count : size - 1 - count;
}

/** Fails for a place that the stack does not have. */
function check(place: number, shown: string, size: number): void {
  if (place >= 0 && place < size) return;
  throw new ShellError(
    size === 1 ? 'directory stack empty' : `${shown}: directory stack index out of range`,
  );
}

/** What may stand before the other words: whether there is `-n`, and the words from the first that is no option. */
function withoutFlag(args: readonly string[]): { stays: boolean; rest: readonly string[] } {
  let at = 0;
  while (args[at] === '-n') at++;
  return { stays: at > 0, rest: args.slice(at) };
}

async function exchange(stays: boolean, context: Context, shell: Interpreter): Promise<number> {
  const { state } = context;
  if (stays) return 0;
  const [top, ...rest] = state.dirStack;
  if (top === undefined) throw new ShellError('no other directory');
  const before = state.cwd;
  await goTo(top, context, shell);
  state.dirStack = [before, ...rest];
  return showStack(context);
}

const pushd: Builtin = async (args, context, shell) => {
  const { state } = context;
  const { stays, rest } = withoutFlag(args);
  const isPath = rest[0] === '--' || rest[0] === '-' || !/^[-+]/.test(rest[0] ?? '');
  const [word, ...more] = rest[0] === '--' ? rest.slice(1) : rest;
  if (word === undefined) return exchange(stays, context, shell);
  if (isPath && more.length > 0) throw new ShellError('too many arguments');
  const before = state.cwd;
  if (!isPath) {
    const all = stackOf(state);
    const place = placeOf(word, all.length);
    check(place, word, all.length);
    const [top = '', ...others] = [...all.slice(place), ...all.slice(0, place)];
    if (!stays) await goTo(top, context, shell);
    state.dirStack = others;
    if (stays) return 0;
  } else if (stays) state.dirStack = [word, ...state.dirStack];
  else {
    await cd([word], context, shell);
    state.dirStack = [before, ...state.dirStack];
  }
  return showStack(context);
};

const popd: Builtin = async (args, context, shell) => {
  const { state } = context;
  const { stays, rest } = withoutFlag(args);
  const word = rest[0] === '--' ? rest[1] : rest[0];
  if (word !== undefined && !/^[-+]/.test(word)) throw new Misuse(`${word}: invalid argument`, 2);
  const size = state.dirStack.length + 1;
  const place = word === undefined ? 0 : placeOf(word, size);
  if (size === 1) throw new ShellError('directory stack empty');
  check(place, word ?? '', size);
  const [top = ''] = state.dirStack;
  if (place === 0 && !stays) await goTo(top, context, shell);
  state.dirStack = state.dirStack.filter((_, at) => at !== Math.max(0, place - 1));
  return showStack(context);
};

const dirs: Builtin = async (args, context) => {
  const { state } = context;
  const on = new Set<string>();
  const all = stackOf(state);
  let place: number | undefined;
  let asked = '';
  for (const word of args) {
    if (word === '--') break;
    if (/^-[clpv]$/.test(word)) on.add(word.slice(1));
    else if (/^[-+]/.test(word)) {
      place = placeOf(word, all.length);
      asked = word.slice(1);
    } else throw new Misuse(`${word}: invalid option`, 2);
  }
  if (on.has('c')) {
    state.dirStack = [];
    return 0;
  }
  if (place !== undefined) check(place, asked, all.length);
  const lines = all.map((path, at) => {
    const shown = on.has('l') ? path : short(path, state);
    return on.has('v') ? `${String(at).padStart(2)}  ${shown}` : shown;
  });
  const wanted = place === undefined ? lines : lines.slice(place, place + 1);
  await out(context, `${wanted.join(on.has('v') || on.has('p') ? '\n' : ' ')}\n`);
  return 0;
};

/** Tells the usage where a builtin was misused. */
const withUsage =
  (name: Name, run: Builtin): Builtin =>
  async (args, context, shell) => {
    try {
      return await run(args, context, shell);
    } catch (error) {
      if (!(error instanceof Misuse)) throw error;
      await complain(context, `${name}: ${error.message}`);
      await context.io.get(2)?.write(`${name}: usage: ${usages[name]}\n`);
      return error.status;
    }
  };

export const directories = {
  cd,
  pushd: withUsage('pushd', pushd),
  popd: withUsage('popd', popd),
  dirs: withUsage('dirs', dirs),
};
