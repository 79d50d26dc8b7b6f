/** What a shell remembers: variables, functions, options, and where it is. A subshell has a copy. */

import { USUAL_UMASK } from '../kernel/service.ts';
import { evaluate } from './arith.ts';
import type { CompletionSpec } from './completionspecs.ts';
import { computedArray, computedText, sourceNameOf } from './computed.ts';
import { ArithmeticError, IntegerError } from './failure.ts';
import type { Frame, Text } from './frame.ts';
import { History } from './history.ts';
import type { Stream } from './io.ts';
import { onAtFirst, shoptAtFirst } from './optionnames.ts';
import { RememberedPaths } from './rememberedpaths.ts';
import { printFunction } from './syntax/print.ts';
import type { Command, FunctionDefinition } from './syntax/tree.ts';
import { copyOf } from './variable.ts';
import { Variables } from './variables.ts';

/** A function, and the text that defined it. */
export interface ShellFunction {
  readonly definition: FunctionDefinition;
  readonly text: Text;
  readonly exported: boolean;
  readonly readonly?: boolean;
}

let lastEnvironment = 0;

export class State extends Variables {
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** Shared with subshells. */
  readonly history = new History();
  /** Where commands were found. */
  paths = new RememberedPaths();
  /** By the names of commands. */
  completions = new Map<string, CompletionSpec>();
  /** The one by which a word is completed now, which `compopt` may change. */
  completing: { readonly name: string; spec: CompletionSpec } | undefined;

  get hasExtendedPatterns(): boolean {
    return this.shopt.has('extglob');
  }

  get isPosix(): boolean {
    return this.options.has('posix');
  }

  /** The text that a word stands for as a command; undefined where aliases are not expanded. */
  aliasOf(name: string): string | undefined {
    const expands = this.interactive || this.shopt.has('expand_aliases');
    return expands ? this.aliases.get(name) : undefined;
  }
  /** $1, $2, … */
  args: string[] = [];
  /** $0 */
  name = 'sh';
  cwd = '/';
  options = new Set<string>(onAtFirst);
  shopt = new Set<string>(shoptAtFirst);
  traps = new Map<string, string>();
  /** What `trap -p` shows in a subshell that has set none: those of the shell that it comes from. */
  inheritedTraps: ReadonlyMap<string, string> | undefined;
  /** The events whose traps run. */
  runningTraps = new Set<string>();
  /** While a trap runs, but that of DEBUG: the status that `return` without a number has, and `exit` in that of EXIT. */
  statusBeforeTrap: number | undefined;
  /** What runs, or a part of it as text (BASH_COMMAND). */
  command: Command | string | undefined;
  /** Of the next command: among the lines of the history, and among those that this shell has run. */
  historyNumber = 1;
  commandNumber = 0;
  status = 0;
  /** How many commands were substituted: whether the status is that of one. */
  substitutions = 0;
  /** Of the last pipeline; before the first command from standard input there is none. */
  pipeStatus: readonly number[] = [0];
  /** Of this shell or subshell, where that has asked for one, and `$$`: of the shell that it is a part of. */
  pid: number | undefined;
  shellPid = 0;
  /** Its commands name BASHPID, maybe in an expression: each subshell has its number from the beginning. */
  namesPid = false;
  lastBackground: number | undefined;
  interactive = false;
  /** It was given its commands by `-c`, or reads them from standard input. */
  isCommandString = false;
  readsInput = false;
  /** Its lines are typed at a prompt, so errors do not tell their numbers. Also in its subshells. */
  atPrompt = false;
  dirStack: string[] = [];
  umask = USUAL_UMASK;
  /** The line of the command that runs (LINENO). */
  line = 1;
  /** What its commands are read from. */
  text: Text = { file: undefined, linesBefore: 0 };
  /** How deep in loops. */
  loops = 0;
  /** How deep in files that `source` runs. */
  sources = 0;
  subshells = 0;
  /** The shell's ends of the pipes of `<(…)` and `>(…)`, by number. */
  substituted = new Map<number, Stream>();
  /** How often `set -x` writes the first character of PS4. */
  traceDepth = 1;
  /** The shell and the subshells in it down to this one: whose jobs it knows. The last is its own. */
  environments: readonly number[] = [0];
  #random = 0;

  clone(): State {
    const copy = new State();
    Object.assign(copy, this);
    copy.variables = new Map([...this.variables].map(([name, v]) => [name, copyOf(v)]));
    // Those that a shell which is started later is given by `env` are plain.
    if (this.variables.get('SHELLOPTS')?.readonly) copy.declareOptions();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.ordinaryNames = new Set(this.ordinaryNames);
    copy.paths = this.paths.copy();
    copy.completions = new Map(this.completions);
    copy.args = [...this.args];
    copy.warnings = [];
    copy.options = new Set(this.options);
    copy.shopt = new Set(this.shopt);
    copy.traps = new Map(this.#inheritedTraps());
    copy.inheritedTraps = new Map(this.inheritedTraps ?? this.traps);
    copy.runningTraps = new Set(this.runningTraps);
    copy.substituted = new Map(this.substituted);
    copy.loops = 0;
    copy.subshells = this.subshells + 1;
    copy.pid = undefined;
    copy.environments = [...this.environments, ++lastEnvironment];
    copy.frames = this.frames.map((frame) => ({
      ...frame,
      hidden: new Map([...frame.hidden].map(([name, v]) => [name, v && copyOf(v)])),
    }));
    copy.dirStack = [...this.dirStack];
    copy.interactive = false;
    return copy;
  }

  /** Of the traps a subshell has what is ignored, and what is traced. */
  #inheritedTraps(): [string, string][] {
    const option = { ERR: 'errtrace', DEBUG: 'functrace', RETURN: 'functrace' };
    return [...this.traps].filter(
      ([event, action]) =>
        action === '' || this.options.has(option[event as keyof typeof option] ?? ''),
    );
  }

  /** The same shell, going on while what it did last is a job with the state that it began with. */
  continued(): State {
    const next = this.clone();
    while (next.frames.length > 0) next.leave();
    next.sources = 0;
    next.subshells = this.subshells;
    next.traps = new Map(this.traps);
    next.inheritedTraps = undefined;
    next.pid = this.pid;
    next.environments = this.environments;
    next.interactive = this.interactive;
    return next;
  }

  /** What errors tell that the command came from: a file, what defined the function, or the shell. */
  get sourceName(): string {
    return sourceNameOf(this);
  }

  /** What the shell's own errors begin with, as in bash: the name of the script, and the line in it. */
  get errorPrefix(): string {
    return `${this.sourceName}: ${this.atPrompt ? '' : `line ${this.line}: `}`;
  }

  // What its variables need to know

  protected override special(name: string): string | undefined {
    return computedText(name, this);
  }

  protected override computed(name: string): readonly string[] | undefined {
    return computedArray(name, this);
  }

  protected override evaluated(text: string): bigint {
    try {
      return evaluate(text, { state: this, value: (name) => this.get(name) });
    } catch (error) {
      throw error instanceof ArithmeticError ? new IntegerError(error.message) : error;
    }
  }

  protected override get exportsAll(): boolean {
    return this.options.has('allexport');
  }

  /** Of RANDOM: a linear congruence, as in bash, for scripts and not for secrets. */
  nextRandom(): number {
    this.#random = (this.#random * 1103515245 + 12345 + Date.now()) & 0x7fffffff;
    return (this.#random >> 8) & 0x7fff;
  }

  /** SHELLOPTS and BASHOPTS, which name the options that are on. */
  declareOptions(): void {
    const listed = { SHELLOPTS: () => this.options, BASHOPTS: () => this.shopt };
    for (const [name, options] of Object.entries(listed)) {
      const { exported = false } = this.variables.get(name) ?? {};
      this.variables.set(name, {
        get value() {
          return [...options()].sort().join(':');
        },
        readonly: true,
        exported,
      });
    }
  }

  // Functions and files

  get inFunction(): boolean {
    return this.frames.some(({ kind }) => kind === 'function');
  }

  enter(
    kind: Frame['kind'],
    {
      name = '',
      args = this.args,
      text = this.text,
    }: { name?: string; args?: readonly string[]; text?: Text } = {},
  ): void {
    const { args: before, text: outer, line } = this;
    const ownArgs = args === before ? undefined : [...args];
    const hidden: Frame['hidden'] = new Map();
    const last = this.frames.at(-1);
    // The variables that are assigned before a function's name are the function's own.
    if (kind === 'function' && last?.kind === 'assignments' && last.name === name) {
      for (const [variable, outside] of last.hidden) hidden.set(variable, outside);
      last.hidden.clear();
    }
    this.frames.push({ kind, name, hidden, args: before, ownArgs, text: outer, line });
    this.args = ownArgs ?? before;
    this.text = text;
  }

  leave(): void {
    const frame = this.frames.pop();
    if (!frame) return;
    if (frame.kind !== 'assignments') Object.assign(this, { text: frame.text, line: frame.line });
    // Of a file that is sourced they stay as they were set there.
    if (frame.kind === 'function' || (frame.kind === 'source' && this.args === frame.ownArgs))
      this.args = frame.args;
    for (const [name, hidden] of frame.hidden) {
      if (hidden) this.variables.set(name, hidden);
      else this.variables.delete(name);
    }
  }

  /** What programs get: variables, and functions as bash gives them. */
  get environment(): Record<string, string> {
    const exported = [...this.variables].filter(
      ([, { exported: yes, value }]) => yes && typeof value === 'string',
    );
    const functions = [...this.functions].filter(([, each]) => each.exported);
    return Object.fromEntries([
      ...exported.map(([name, { value }]) => [name, value as string] as const),
      ...functions.map(([name, { definition }]) => [`BASH_FUNC_${name}%%`, bodyOf(definition)]),
    ]);
  }
}

/** A function as the environment has it. */
const bodyOf = (definition: FunctionDefinition): string =>
  printFunction(definition)
    .replace(/^.*? \(\) \n\{ \n\s*/s, '() {  ')
    .trimEnd();
