/** What the actions of a completion generate: names of variables, functions, files and their like. */

import { signalNames } from '../tools/signals.ts';
import { dynamicNames } from './computed.ts';
import type { Context } from './context.ts';
import { keywords } from './find.ts';
import type { Interpreter } from './interpreter.ts';
import { optionNames, shoptNames } from './optionnames.ts';
import { absolute } from './sys.ts';

type Action = (
  context: Context,
  shell: Interpreter,
  word: string,
) => readonly string[] | Promise<readonly string[]>;

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();

const jobWords =
  (wanted: (job: { stopped: boolean; status: number | undefined }) => boolean): Action =>
  ({ state }, { jobs }) =>
    jobs
      .known(state)
      .filter(wanted)
      .map(({ text }) => text.split(' ')[0] as string);

/** In the order in which bash asks them. */
const actions: Readonly<Record<string, Action>> = {
  alias: ({ state }) => sorted(state.aliases.keys()),
  arrayvar: ({ state }) =>
    sorted([
      ...['PIPESTATUS', 'FUNCNAME', 'BASH_SOURCE', 'BASH_LINENO', 'DIRSTACK'],
      ...[...state.variables]
        .filter(([, { value }]) => typeof value === 'object')
        .map(([name]) => name),
    ]),
  binding: () => [],
  builtin: (_, { commands }) => sorted(commands.builtins.keys()),
  disabled: () => [],
  enabled: (_, { commands }) => sorted(commands.builtins.keys()),
  export: ({ state }) =>
    sorted(
      [...state.variables]
        .filter(([, { exported, value }]) => exported && value !== undefined)
        .map(([name]) => name),
    ),
  function: ({ state }) => sorted(state.functions.keys()),
  helptopic: (_, { commands }) => sorted([...commands.builtins.keys(), ...keywords]),
  hostname: ({ state }) => [state.get('HOSTNAME') ?? 'localhost'],
  job: jobWords(() => true),
  keyword: () => [...keywords],
  running: jobWords(({ stopped, status }) => !stopped && status === undefined),
  setopt: () => optionNames,
  shopt: () => shoptNames,
  signal: () => ['EXIT', ...signalNames.map((name) => `SIG${name}`), 'DEBUG', 'ERR', 'RETURN'],
  stopped: jobWords(({ stopped }) => stopped),
  variable: ({ state }) => sorted([...state.names(), ...dynamicNames]),
  command: commandNames,
  file: (context, shell, word) => fileNames(word, context, shell),
  user: ({ state }) => [state.get('USER') ?? 'user'],
  group: ({ state }) => [state.get('USER') ?? 'user'],
  service: () => [],
  directory: (context, shell, word) => fileNames(word, context, shell, true),
};

/** What could be typed as a command, in the order in which the shell looks for one. */
async function commandNames({ state }: Context, { commands, sys }: Interpreter): Promise<string[]> {
  const names = [
    ...sorted(state.aliases.keys()),
    ...keywords,
    ...sorted(state.functions.keys()),
    ...sorted(commands.builtins.keys()),
    ...commands.names(),
  ];
  for (const dir of (state.get('PATH') ?? '').split(':')) {
    const entries = await sys.list(absolute(state.cwd, dir || '.')).catch(() => []);
    for (const { name, kind } of entries)
      if (kind !== 'dir') names.push(name.replace(/\.wasm$/, ''));
  }
  return names;
}

/** Paths that a word begins, with the directory as it was typed. */
export async function fileNames(
  word: string,
  { state }: Context,
  { sys }: Interpreter,
  onlyDirectories = false,
): Promise<string[]> {
  const slash = word.lastIndexOf('/') + 1;
  const dir = word.slice(0, slash);
  const place = dir.startsWith('~/') ? `${state.get('HOME') ?? ''}/${dir.slice(2)}` : dir;
  const entries = await sys.list(absolute(state.cwd, place || '.')).catch(() => []);
  const found: string[] = [];
  for (const { name, kind } of entries) {
    if (!name.startsWith(word.slice(slash))) continue;
    const isDirectory =
      kind === 'dir' ||
      (kind === 'symlink' && (await sys.stat(absolute(state.cwd, place + name)))?.kind === 'dir');
    if (isDirectory || !onlyDirectories) found.push(dir + name);
  }
  return found;
}

/** What the actions named generate for a word. */
export async function generated(
  wanted: ReadonlySet<string>,
  word: string,
  context: Context,
  shell: Interpreter,
): Promise<string[]> {
  const all: string[] = [];
  for (const [name, action] of Object.entries(actions))
    if (wanted.has(name))
      for (const each of await action(context, shell, word))
        if (each.startsWith(word)) all.push(each);
  return all;
}
