/** How a shell is called: the options and operands of `bash` and `sh` (bash(1) "OPTIONS"). */
import { ShellError } from './failure.ts';
import { optionNames, optionOf } from './optionnames.ts';
import type { ShellStart } from './start.ts';

/** What it was called by, then what it runs: a command string, a script, or its standard input. */
export interface Invocation {
  /** By this name: argv[0]. */
  readonly called: string;
  /** $0 */
  readonly name: string;
  readonly args: readonly string[];
  /** The text of `-c`. */
  readonly command: string | undefined;
  readonly script: string | undefined;
  /** `-i` */
  readonly isInteractive: boolean;
  /** `-l`, or a name that begins with `-` */
  readonly isLogin: boolean;
  /** `--rcfile`: what an interactive shell runs first. */
  readonly rcFile: string | undefined;
  /** Neither `--norc` nor `--noprofile` was given. */
  readonly readsStartFiles: boolean;
  /** By `-e`, `-o pipefail` and their like, in order. */
  readonly options: readonly Switch[];
  /** By `-O`. */
  readonly shopt: readonly Switch[];
  /** It prints this, and ends. */
  readonly shows: 'version' | 'help' | undefined;
}

interface Switch {
  readonly name: string;
  readonly on: boolean;
}

type Draft = { -readonly [K in keyof Invocation]: Invocation[K] } & {
  options: Switch[];
  shopt: Switch[];
  isCommand: boolean;
  isInput: boolean;
};

/** Long options come before all others. One that takes a word takes the next one. */
const longOptions: Readonly<Record<string, (draft: Draft) => void>> = {
  help: (draft) => {
    draft.shows = 'help';
  },
  version: (draft) => {
    draft.shows = 'version';
  },
  login: (draft) => {
    draft.isLogin = true;
  },
  norc: (draft) => {
    draft.readsStartFiles = false;
  },
  noprofile: (draft) => {
    draft.readsStartFiles = false;
  },
  posix: ({ options }) => void options.push({ name: 'posix', on: true }),
  verbose: ({ options }) => void options.push({ name: 'verbose', on: true }),
  noediting: () => undefined,
  rcfile: () => undefined,
  'init-file': () => undefined,
};
const takesWord: ReadonlySet<string> = new Set(['rcfile', 'init-file']);

export const usage = `Usage:\tbash [GNU long option] [option] ...
\tbash [GNU long option] [option] script-file ...
GNU long options:
${Object.keys(longOptions)
  .sort()
  .map((name) => `\t--${name}\n`)
  .join('')}Shell options:
\t-ils or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option
`;

/** A word that is no option, with how it is used. */
export class BadOption extends ShellError {
  constructor(word: string) {
    super(`${word}: invalid option`, 2);
  }
}

/** Throws ShellError for an option that there is not. */
export function invocationOf([called = 'sh', ...words]: readonly string[]): Invocation {
  const draft: Draft = {
    called,
    name: called.replace(/^-/, ''),
    args: [],
    command: undefined,
    script: undefined,
    isInteractive: false,
    isLogin: called.startsWith('-'),
    rcFile: undefined,
    readsStartFiles: true,
    options: [],
    shopt: [],
    shows: undefined,
    isCommand: false,
    isInput: false,
  };
  const operands = afterLetters(afterLongOptions(words, draft), draft);
  const { isCommand, isInput, ...made } = draft;
  if (isCommand) {
    const [command, name = made.name, ...args] = operands;
    if (command === undefined) throw new ShellError('-c: option requires an argument', 2);
    return { ...made, command, name, args };
  }
  const [script, ...args] = operands;
  if (isInput || script === undefined) return { ...made, args: operands };
  return { ...made, script, name: script, args };
}

function afterLongOptions(words: readonly string[], draft: Draft): readonly string[] {
  let at = 0;
  for (; at < words.length; at++) {
    // One dash does for long options too.
    const [, name = ''] = /^--?([a-z][a-z-]+)$/.exec(words[at] as string) ?? [];
    const set = Object.hasOwn(longOptions, name) ? longOptions[name] : undefined;
    if (!set && /^--./.test(words[at] as string)) throw new BadOption(words[at] as string);
    if (!set) break;
    set(draft);
    if (!takesWord.has(name)) continue;
    draft.rcFile = words[++at];
    if (draft.rcFile === undefined) throw new ShellError(`${name}: option requires an argument`, 2);
  }
  return words.slice(at);
}

/** Reads options of one letter; returns what is behind them. */
function afterLetters(words: readonly string[], draft: Draft): readonly string[] {
  let at = 0;
  while (at < words.length) {
    const word = words[at++] as string;
    if (word === '-' || word === '--') break;
    if (!/^[-+]./.test(word)) {
      at--;
      break;
    }
    for (const letter of word.slice(1))
      if (letter === 'o' || letter === 'O') named(letter, word.startsWith('-'), words[at++], draft);
      else lettered(letter, word.startsWith('-'), draft);
  }
  return words.slice(at);
}

function named(letter: 'o' | 'O', on: boolean, name: string | undefined, draft: Draft): void {
  if (name === undefined) throw new ShellError(`-${letter}: option requires an argument`, 2);
  if (letter === 'O') draft.shopt.push({ name, on });
  else if (optionNames.includes(name)) draft.options.push({ name, on });
  else throw new ShellError(`${name}: invalid option name`, 2);
}

function lettered(letter: string, on: boolean, draft: Draft): void {
  const name = optionOf(letter);
  if (letter === 'c') draft.isCommand = true;
  else if (letter === 's') draft.isInput = on;
  else if (letter === 'i') draft.isInteractive = on;
  else if (letter === 'l') draft.isLogin = on;
  else if (letter === 'r' || letter === 'D') throw new ShellError(`-${letter}: not supported`, 2);
  else if (name === undefined) throw new BadOption(`-${letter}`);
  else draft.options.push({ name, on });
}

/** Whether it talks with a person, and so hears their keys itself. */
export function interacts({ args, terminals }: Pick<ShellStart, 'args' | 'terminals'>): boolean {
  try {
    const { command, script } = invocationOf(args);
    return command === undefined && script === undefined && terminals.includes(0);
  } catch (error) {
    if (error instanceof ShellError) return false;
    throw error;
  }
}
