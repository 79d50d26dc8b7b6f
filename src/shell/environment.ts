/** The variables and functions that a shell begins with, from the environment that it was started in (bash(1) "Shell Variables"). */
import { ShellError } from './failure.ts';
import { optionNames, shoptNames } from './optionnames.ts';
import { switchPosixMode } from './posixmode.ts';
import type { ShellStart } from './start.ts';
import { State } from './state.ts';
import { Parser, SyntaxError_ } from './syntax/parse.ts';

const VERSION = ['5', '2', '15', '1', 'oanix', 'wasm32-oanix'] as const;

/** Of a shell that the page starts, which may be given nothing. */
const firstEnvironment: Readonly<Record<string, string>> = {
  PATH: '/bin:/home/bin',
  HOME: '/home',
  USER: 'user',
  TERM: 'xterm-256color',
};

/** How a function stands in the environment: `BASH_FUNC_name%%=() { … }`. */
const FUNCTION = /^BASH_FUNC_(.+)%%$/;

export function initialState(start: ShellStart): State {
  const { pid, ppid, cwd, umask, isNested } = start;
  const state = new State();
  state.pid = pid;
  state.shellPid = pid;
  state.cwd = cwd;
  state.umask = umask;
  const given = isNested ? start.env : { ...firstEnvironment, ...start.env };
  for (const [name, value] of Object.entries(given)) {
    const [, functionName] = FUNCTION.exec(name) ?? [];
    if (functionName !== undefined) importFunction(functionName, value, state);
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    state.set(name, value);
    state.declare(name).exported = true;
  }
  setVariables(state, { ppid, called: start.args[0] ?? 'sh' });
  state.declareOptions();
  return state;
}

function setVariables(state: State, { ppid, called }: { ppid: number; called: string }): void {
  const level = Number.parseInt(state.get('SHLVL') ?? '0', 10) || 0;
  state.set('SHLVL', String(level + 1));
  state.set('PWD', state.cwd);
  for (const name of ['SHLVL', 'PWD']) state.declare(name).exported = true;
  if (state.get('PATH') === undefined) state.set('PATH', firstEnvironment['PATH'] as string);
  const texts: Readonly<Record<string, string>> = {
    IFS: ' \t\n',
    OPTIND: '1',
    OPTERR: '1',
    PS4: '+ ',
    BASH: called.includes('/') ? called : `/bin/${called.replace(/^-/, '')}`,
    BASH_VERSION: `${VERSION.slice(0, 3).join('.')}(${VERSION[3]})-${VERSION[4]}`,
    HOSTNAME: 'oanix',
    HOSTTYPE: 'wasm32',
    MACHTYPE: VERSION[5],
    OSTYPE: 'oanix',
  };
  for (const [name, value] of Object.entries(texts))
    if (name !== 'PS4' || state.get(name) === undefined) state.set(name, value);
  state.setArray('BASH_VERSINFO', VERSION);
  state.setArray('GROUPS', ['1000']);
  for (const [name, value] of Object.entries({ UID: 1000, EUID: 1000, PPID: ppid })) {
    // From the environment of a shell outside they are not taken.
    state.variables.set(name, { value: String(value), integer: true, readonly: true });
  }
  state.declare('BASH_VERSINFO').readonly = true;
}

/**
 * Sets the options that SHELLOPTS and BASHOPTS name in the environment, whatever those of the call say. Gives the names in
 * SHELLOPTS that no option has.
 */
export function inheritOptions(env: ShellStart['env'], state: State): readonly string[] {
  const named = (variable: string): readonly string[] =>
    env[variable] ? (env[variable] as string).replace(/:$/, '').split(':') : [];
  for (const name of named('BASHOPTS')) if (shoptNames.includes(name)) state.shopt.add(name);
  const isKnown = (name: string): boolean => optionNames.includes(name);
  for (const name of named('SHELLOPTS').filter(isKnown)) state.options.add(name);
  if (env['POSIXLY_CORRECT'] !== undefined || state.options.has('posix'))
    switchPosixMode(state, true);
  return named('SHELLOPTS').filter((name) => !isKnown(name));
}

/** Takes a function that was exported; a text that is none is left out. */
function importFunction(name: string, text: string, state: State): void {
  if (!text.startsWith('() {')) return;
  try {
    const command = new Parser(`${name} ${text}`).script().statements[0]?.pipelines[0]?.commands[0];
    if (command?.type !== 'FunctionDefinition') return;
    const from = { file: undefined, linesBefore: 0 };
    state.functions.set(name, { definition: command, text: from, exported: true });
  } catch (error) {
    if (!(error instanceof SyntaxError_ || error instanceof ShellError)) throw error;
  }
}
