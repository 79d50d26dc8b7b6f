/** What bash computes when it is asked for: RANDOM, LINENO, FUNCNAME and their like (bash(1) "Shell Variables"). */
import type { Frame } from './frame.ts';
import type { State } from './state.ts';
import { printCommand } from './syntax/print.ts';

/** Variables that are computed when they are asked for. */
export const dynamicNames: readonly string[] = (
  'BASH_ALIASES BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_LINENO BASH_SOURCE BASH_SUBSHELL BASHOPTS BASHPID DIRSTACK ' +
  'EPOCHREALTIME EPOCHSECONDS FUNCNAME LINENO PIPESTATUS RANDOM SECONDS SHELLOPTS SRANDOM'
).split(' ');

/** What the shell computes for a name; undefined for any other. */
export function computedText(name: string, state: State): string | undefined {
  switch (name) {
    case 'RANDOM':
      return String(state.nextRandom());
    case 'SRANDOM':
      return String(crypto.getRandomValues(new Uint32Array(1))[0]);
    case 'SECONDS':
      return String(Math.floor((Date.now() - state.started) / 1000));
    case 'LINENO':
      return String(state.line);
    case 'EPOCHSECONDS':
      return String(Math.floor(Date.now() / 1000));
    case 'EPOCHREALTIME':
      return (Date.now() / 1000).toFixed(6);
    case 'BASHPID':
      return String(state.pid ?? state.shellPid);
    case 'BASH_COMMAND':
      return typeof state.command === 'object' ? printCommand(state.command) : state.command;
    case 'BASH_SUBSHELL':
      return String(state.subshells);
    default:
      return computedArray(name, state)?.[0];
  }
}

/** The elements of what is computed as an array: of the last pipeline, and of where the shell is. */
export function computedArray(name: string, state: State): readonly string[] | undefined {
  if (state.ordinaryNames.has(name)) return undefined;
  switch (name) {
    case 'PIPESTATUS':
      return state.pipeStatus.map(String);
    case 'FUNCNAME': {
      const named = callsOf(state).map(({ kind, name: called }) =>
        kind === 'source' ? 'source' : called,
      );
      return state.inFunction ? [...named, ...mainOf(state)] : undefined;
    }
    case 'BASH_SOURCE':
      return [state.text, ...callsOf(state).map(({ text }) => text)]
        .map(({ file }) => file ?? ownFileOf(state))
        .slice(0, isScript(state) ? undefined : -1);
    case 'BASH_LINENO': {
      const lines = callsOf(state).map(({ line }) => String(line));
      return isScript(state) ? [...lines, '0'] : lines;
    }
    case 'DIRSTACK':
      return [state.cwd, ...state.dirStack];
    default:
      return undefined;
  }
}

/** What errors tell that the command came from: a file, what defined the function, or the shell. */
export function sourceNameOf(state: State): string {
  const isInFunction = !state.atPrompt && callsOf(state)[0]?.kind === 'function';
  return state.text.file ?? (isInFunction ? ownFileOf(state) : undefined) ?? state.name;
}

/** The functions and files that the shell is in, the innermost first. */
const callsOf = ({ frames }: State): readonly Frame[] =>
  frames.filter(({ kind }) => kind !== 'assignments').reverse();

const isScript = ({ atPrompt, isCommandString, readsInput }: State): boolean =>
  !atPrompt && !isCommandString && !readsInput;

const mainOf = (state: State): readonly string[] => (isScript(state) ? ['main'] : []);

function ownFileOf(state: State): string {
  if (isScript(state)) return state.name;
  return state.atPrompt || state.readsInput ? 'main' : 'environment';
}
