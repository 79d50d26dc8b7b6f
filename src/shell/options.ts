/** The builtins `set` and `shopt`: the options of the shell (bash(1) "SHELL BUILTIN COMMANDS"). */
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import { optionNames, optionOf, shoptNames } from './optionnames.ts';
import { switchPosixMode } from './posixmode.ts';
import type { State } from './state.ts';
import { printFunction } from './syntax/print.ts';

const SET_USAGE = 'set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n';
const SHOPT_USAGE = 'shopt: usage: shopt [-pqsu] [-o] [optname ...]\n';

const line = (name: string, isOn: boolean): string =>
  `${name.padEnd(15)}\t${isOn ? 'on' : 'off'}\n`;
const setLine = (name: string, isOn: boolean): string => `set ${isOn ? '-' : '+'}o ${name}\n`;
const shoptLine = (name: string, isOn: boolean): string => `shopt -${isOn ? 's' : 'u'} ${name}\n`;

/** Keys are those of one editor at a time. */
const otherEditor: ReadonlyMap<string, string> = new Map([
  ['emacs', 'vi'],
  ['vi', 'emacs'],
]);

function change(options: Set<string>, name: string, on: boolean): void {
  if (on) options.delete(otherEditor.get(name) ?? '');
  if (on) options.add(name);
  else options.delete(name);
}

/** In alphabetical order: what `set` alone prints. */
export function variablesText(state: State): string {
  const names = [...state.variables]
    .filter(([, { value, unassigned }]) => value !== undefined && !unassigned)
    .map(([name]) => name);
  return [...names, 'PIPESTATUS']
    .sort()
    .map((name) => `${state.assignment(name)}\n`)
    .join('');
}

/** All of them, as `declare` and `set` show them. */
export const functionsText = ({ functions }: State): string =>
  [...functions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { definition }]) => printFunction(definition))
    .join('');

export const set: Builtin = async (args, context) => {
  const { state } = context;
  if (args.length === 0) {
    const functions = state.options.has('posix') ? '' : functionsText(state);
    await out(context, variablesText(state) + functions);
    return 0;
  }
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      state.args = args.slice(at + 1);
      return 0;
    }
    if (word === '+') continue;
    if (word === '-') {
      change(state.options, 'xtrace', false);
      change(state.options, 'verbose', false);
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    const isOn = word.startsWith('-');
    for (const letter of word.slice(1)) {
      const name = letter === 'o' ? args[++at] : optionOf(letter);
      if (letter === 'o' && name === undefined) {
        const lineOf = isOn ? line : setLine;
        const lines = optionNames.map((each) => lineOf(each, state.options.has(each)));
        await out(context, lines.join(''));
      } else if (name === undefined) return misused(context, `-${letter}: invalid option`);
      else if (!optionNames.includes(name)) throw new ShellError(`${name}: invalid option name`, 2);
      else if (name === 'posix') switchPosixMode(state, isOn);
      else change(state.options, name, isOn);
    }
  }
  if (at < args.length) state.args = args.slice(at);
  return 0;
};

async function misused(context: Context, message: string): Promise<number> {
  await complain(context, `set: ${message}`);
  await context.io.get(2)?.write(SET_USAGE);
  return 2;
}

export const shopt: Builtin = async (args, context) => {
  const { state } = context;
  let at = 0;
  const on = new Set<string>();
  for (; /^-./.test(args[at] ?? ''); at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    const wrong = [...word.slice(1)].find((letter) => !'opqsu'.includes(letter));
    if (wrong !== undefined) {
      await complain(context, `shopt: -${wrong}: invalid option`);
      await context.io.get(2)?.write(SHOPT_USAGE);
      return 2;
    }
    for (const letter of word.slice(1)) on.add(letter);
  }
  if (on.has('s') && on.has('u'))
    throw new ShellError('cannot set and unset shell options simultaneously');
  const kind = on.has('o')
    ? { options: state.options, names: optionNames, line: on.has('p') ? setLine : line }
    : { options: state.shopt, names: shoptNames, line: on.has('p') ? shoptLine : line };
  const names = args.slice(at);
  return names.length === 0 ? list(kind, on, context) : each(names, kind, on, context);
};

interface Kind {
  readonly options: Set<string>;
  readonly names: readonly string[];
  line(name: string, isOn: boolean): string;
}

/** All of them, or those that are on, or off. */
async function list(
  { options, names, line: lineOf }: Kind,
  on: ReadonlySet<string>,
  context: Context,
): Promise<number> {
  if (on.has('q')) return 0;
  const wanted = names.filter((name) => !on.has(options.has(name) ? 'u' : 's'));
  await out(context, wanted.map((name) => lineOf(name, options.has(name))).join(''));
  return 0;
}

/** Sets, unsets or shows those that are named; 1 where one of them is none, or is off. */
async function each(
  names: readonly string[],
  { options, names: known, line: lineOf }: Kind,
  on: ReadonlySet<string>,
  context: Context,
): Promise<number> {
  let status = 0;
  for (const name of names) {
    if (!known.includes(name)) {
      const word = on.has('o') ? 'option' : 'shell option';
      await complain(context, `shopt: ${name}: invalid ${word} name`);
      if (!on.has('o') || !(on.has('s') || on.has('u'))) status = 1;
    } else if (on.has('o') && name === 'posix' && (on.has('s') || on.has('u')))
      switchPosixMode(context.state, on.has('s'));
    else if (on.has('s') || on.has('u')) change(options, name, on.has('s'));
    else {
      if (!options.has(name)) status = 1;
      if (!on.has('q')) await out(context, lineOf(name, options.has(name)));
    }
  }
  return status;
}
