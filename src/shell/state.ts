/** What a shell remembers: variables, functions, options, and where it is. A subshell has a copy. */
import { evaluate } from './arith.ts';
import type { CompletionSpec } from './completionspecs.ts';
import {
  ArithmeticError,
  ElementError,
  ReadonlyError,
  ShellError,
  SubscriptError,
} from './failure.ts';
import { inHashOrder } from './hashorder.ts';
import { History } from './history.ts';
import type { Stream } from './io.ts';
import { onAtFirst, shoptAtFirst } from './optionnames.ts';
import { RememberedPaths } from './rememberedpaths.ts';
import { printCommand, printFunction } from './syntax/print.ts';
import type { Command, FunctionDefinition } from './syntax/tree.ts';
import {
  assignmentOf,
  attributesOf,
  copyOf,
  declarationOf,
  endOf,
  type Variable,
} from './variable.ts';

/** Variables that are computed when they are asked for. */
export const dynamicNames: readonly string[] = (
  'BASH_ALIASES BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_LINENO BASH_SOURCE BASH_SUBSHELL BASHOPTS BASHPID DIRSTACK ' +
  'EPOCHREALTIME EPOCHSECONDS FUNCNAME LINENO PIPESTATUS RANDOM SECONDS SHELLOPTS SRANDOM'
).split(' ');

/** Those that are variables as any other once they were unset. */
const losesMeaning: ReadonlySet<string> = new Set(
  'BASH_COMMAND BASH_SUBSHELL BASHPID DIRSTACK EPOCHREALTIME EPOCHSECONDS FUNCNAME LINENO RANDOM SECONDS SRANDOM'.split(
    ' ',
  ),
);

/** A text that is run, so that errors tell its lines. */
export interface Text {
  /** The path that `source` was given; undefined in the script itself. */
  readonly file: string | undefined;
  /** Lines of the file before the text, where it is a part: of `eval`. */
  readonly linesBefore: number;
  /** It is what `eval` was given. */
  readonly isEval?: boolean;
}

/** A function, and the text that defined it. */
export interface ShellFunction {
  readonly definition: FunctionDefinition;
  readonly text: Text;
  readonly exported: boolean;
  readonly readonly?: boolean;
}

/** What a function, a file that is sourced, or assignments before a command change until their end. */
interface Frame {
  readonly kind: 'function' | 'source' | 'assignments';
  /** Of the function, or of the command that the assignments are before. */
  readonly name: string;
  readonly hidden: Map<string, Variable | undefined>;
  /** $1… of outside. */
  readonly args: string[];
  /** Those that it began with, where it was given some. */
  readonly ownArgs: string[] | undefined;
  /** Where it was left. */
  readonly text: Text;
  readonly line: number;
}

const REFERENCES_MAX = 16;

/** What a name stands for: a variable, or an element of it. */
interface Target {
  readonly name: string;
  readonly key: string | undefined;
}

let lastEnvironment = 0;

export class State {
  variables = new Map<string, Variable>();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** Names that meant something to the shell until they were unset. */
  ordinaryNames = new Set<string>();
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
  /** What runs, or a part of it as text (BASH_COMMAND). */
  command: Command | string | undefined;
  /** Of the next command: among the lines of the history, and among those that this shell has run. */
  historyNumber = 1;
  commandNumber = 0;
  status = 0;
  /** What an expression complains of and goes on: it is written when it ends. */
  warnings: string[] = [];
  /** How many commands were substituted: whether the status is that of one. */
  substitutions = 0;
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
  /** The innermost is the last. */
  frames: Frame[] = [];
  dirStack: string[] = [];
  umask = 0o022;
  started = Date.now();
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
    const isInFunction = !this.atPrompt && this.#calls[0]?.kind === 'function';
    return this.text.file ?? (isInFunction ? this.#ownFile : undefined) ?? this.name;
  }

  /** What the shell's own errors begin with, as in bash: the name of the script, and the line in it. */
  get errorPrefix(): string {
    return `${this.sourceName}: ${this.atPrompt ? '' : `line ${this.line}: `}`;
  }

  // Variables

  /** The variable that a name stands for: another one where it is a reference. `key` where that is an element. */
  #target(name: string): Target {
    const target = this.#resolved(name);
    if (!target) throw new ShellError(`${name}: circular name reference`);
    return target;
  }

  /** The same; undefined where references go round in a circle. */
  #resolved(name: string): Target | undefined {
    let at = name;
    for (let i = 0; i < REFERENCES_MAX; i++) {
      const variable = this.variables.get(at);
      if (!variable?.reference || typeof variable.value !== 'string')
        return { name: at, key: undefined };
      const [, base = '', key] = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/s.exec(variable.value) ?? [];
      if (base === '' || key !== undefined) return { name: base, key };
      at = base;
    }
    return undefined;
  }

  /** The element that a name refers to, its subscript as it was written; undefined for any other name. */
  elementReferredTo(name: string): { readonly name: string; readonly key: string } | undefined {
    const { name: base = '', key } = this.#resolved(name) ?? {};
    return key === undefined ? undefined : { name: base, key };
  }

  isCircular(name: string): boolean {
    return this.#resolved(name) === undefined;
  }

  /** What a nameref refers to; undefined for any other variable. */
  referenceOf(name: string): string | undefined {
    const variable = this.variables.get(name);
    return variable?.reference && typeof variable.value === 'string' ? variable.value : undefined;
  }

  /** The text of a plain variable, or the first of an array; undefined where it is unset. */
  get(name: string): string | undefined {
    const special = this.#special(name);
    if (special !== undefined && this.#isSpecial(name)) return special;
    const target = this.#resolved(name);
    if (!target) return undefined;
    if (target.key !== undefined)
      return this.element(target.name, this.#keyOf(target.name, target.key));
    const value = this.variables.get(target.name)?.value;
    if (value === undefined || typeof value === 'string') return value;
    return (value as Map<unknown, string>).get(this.isAssoc(target.name) ? '0' : 0);
  }

  #keyOf(name: string, text: string): string | number {
    if (this.isAssoc(name)) return text.replace(/^(?:'(.*)'|"(.*)")$/s, '$1$2');
    return Number(this.#evaluate(text));
  }

  #evaluate(text: string): bigint {
    try {
      return evaluate(text, { state: this, value: (name) => this.get(name) });
    } catch (error) {
      throw error instanceof ArithmeticError ? new SubscriptError(error.message) : error;
    }
  }

  /** It has not lost its meaning: it was not unset, and is no variable of a function. */
  #isSpecial(name: string): boolean {
    return !this.ordinaryNames.has(name) && !this.variables.get(name)?.local;
  }

  /** What the shell computes for a name. */
  #special(name: string): string | undefined {
    switch (name) {
      case 'RANDOM': {
        // A linear congruence, as in bash: for scripts, not for secrets.
        this.#random = (this.#random * 1103515245 + 12345 + Date.now()) & 0x7fffffff;
        return String((this.#random >> 8) & 0x7fff);
      }
      case 'SRANDOM':
        return String(crypto.getRandomValues(new Uint32Array(1))[0]);
      case 'SECONDS':
        return String(Math.floor((Date.now() - this.started) / 1000));
      case 'LINENO':
        return String(this.line);
      case 'EPOCHSECONDS':
        return String(Math.floor(Date.now() / 1000));
      case 'EPOCHREALTIME':
        return (Date.now() / 1000).toFixed(6);
      case 'BASHPID':
        return String(this.pid ?? this.shellPid);
      case 'BASH_COMMAND':
        return typeof this.command === 'object' ? printCommand(this.command) : this.command;
      case 'BASH_SUBSHELL':
        return String(this.subshells);
      default:
        return this.#computed(name)?.[0];
    }
  }

  /** Arrays that are computed: of the last pipeline, and of where the shell is. */
  #computed(name: string): readonly string[] | undefined {
    if (this.ordinaryNames.has(name)) return undefined;
    switch (name) {
      case 'PIPESTATUS':
        return this.pipeStatus.map(String);
      case 'FUNCNAME': {
        const named = this.#calls.map(({ kind, name: called }) =>
          kind === 'source' ? 'source' : called,
        );
        const isIn = this.frames.some(({ kind }) => kind === 'function');
        return isIn ? [...named, ...this.#main] : undefined;
      }
      case 'BASH_SOURCE':
        return [this.text, ...this.#calls.map(({ text }) => text)]
          .map(({ file }) => file ?? this.#ownFile)
          .slice(0, this.#isScript ? undefined : -1);
      case 'BASH_LINENO':
        return [
          ...this.#calls.map(({ line }) => String(line)),
          ...(this.#main.length > 0 ? ['0'] : []),
        ];
      case 'DIRSTACK':
        return [this.cwd, ...this.dirStack];
      default:
        return undefined;
    }
  }

  /** The innermost first. */
  get #calls(): readonly Frame[] {
    return this.frames.filter(({ kind }) => kind !== 'assignments').reverse();
  }

  get #isScript(): boolean {
    return !this.atPrompt && !this.isCommandString && !this.readsInput;
  }

  get #main(): readonly string[] {
    return this.#isScript ? ['main'] : [];
  }

  get #ownFile(): string {
    return this.#isScript ? this.name : this.atPrompt || this.readsInput ? 'main' : 'environment';
  }

  set(name: string, value: string, append = false): void {
    const target = this.#target(name);
    if (target.key !== undefined) {
      this.setElement(target.name, this.#keyOf(target.name, target.key), value, append);
      return;
    }
    const variable = this.#writable(target.name);
    if (variable.reference && !/^[A-Za-z_]\w*(\[.*\])?$/s.test(value))
      throw new ShellError(`\`${value}': not a valid identifier`);
    if (name === 'SECONDS') this.started = Date.now() - (Number(value) || 0) * 1000;
    if (name === 'OPTIND') delete variable.letterAt;
    const old = append ? this.get(target.name) : undefined;
    const text = this.#converted(variable, value, old);
    if (typeof variable.value === 'object')
      (variable.value as Map<unknown, string>).set(variable.assoc ? '0' : 0, text);
    else variable.value = text;
    if (this.options.has('allexport')) variable.exported = true;
  }

  /** What an assignment stores, by the attributes of the variable. */
  #converted(variable: Variable, value: string, old: string | undefined): string {
    if (variable.integer) {
      const sum = this.#evaluate(value) + (old === undefined ? 0n : this.#evaluate(old));
      return String(BigInt.asIntN(64, sum));
    }
    const text = (old ?? '') + value;
    if (variable.letters === undefined) return text;
    return variable.letters === 'upper' ? text.toUpperCase() : text.toLowerCase();
  }

  /** Makes `$_` the last argument of the command that has ended. */
  setLastArgument(text: string): void {
    if (!this.variables.get('_')?.readonly) this.variables.set('_', { value: text });
  }

  /** One of an array; undefined where it is unset. Negative numbers count from the end. */
  element(name: string, key: string | number): string | undefined {
    const computed = this.#computed(name);
    if (computed) return computed[this.#within(name, Number(key), computed.length)];
    const { value, assoc } = this.variables.get(this.#resolved(name)?.name ?? '') ?? {};
    if (value === undefined) {
      this.#within(name, assoc ? 0 : Number(key), 0);
      return undefined;
    }
    if (typeof value === 'string')
      return this.#within(name, Number(key), 0) === 0 ? value : undefined;
    const map = value as Map<string | number, string>;
    return map.get(assoc ? String(key) : this.#within(name, Number(key), endOf(map)));
  }

  /** An index of an array that ends before `end`: a negative one counts from there, and is complained of where it reaches too far. */
  #within(name: string, index: number, end: number): number {
    if (index >= 0) return index;
    if (index + end < 0) this.warnings.push(`${name}: bad array subscript`);
    return index + end;
  }

  setElement(name: string, key: string | number, value: string, append = false): void {
    const variable = this.#writable(this.#target(name).name);
    if (typeof variable.value !== 'object') {
      const old = variable.value;
      variable.value = variable.assoc ? new Map<string, string>() : new Map<number, string>();
      if (old !== undefined && !variable.assoc) (variable.value as Map<number, string>).set(0, old);
    }
    const map = variable.value as Map<string | number, string>;
    let at = variable.assoc ? String(key) : Number(key);
    if (typeof at === 'number' && at < 0) {
      at += endOf(map);
      if (at < 0) throw new ElementError(`${name}[${key}]`);
    }
    map.set(at, this.#converted(variable, value, append ? (map.get(at) ?? '') : undefined));
  }

  setArray(name: string, values: readonly string[], append = false): void {
    const variable = this.#writable(this.#target(name).name);
    if (!append || typeof variable.value !== 'object') {
      const first = append && typeof variable.value === 'string' ? [variable.value] : [];
      variable.value = new Map(first.map((value, i) => [i, value] as const));
      delete variable.assoc;
    }
    const map = variable.value as Map<number, string>;
    let at = endOf(map);
    for (const value of values) map.set(at++, this.#converted(variable, value, undefined));
  }

  /** Keys and values of an array in order, where its keys are texts in that of bash's tables; a plain variable is an array of one. */
  elements(name: string): (readonly [key: string | number, value: string])[] {
    const computed = this.#computed(name);
    if (computed) return computed.map((value, i) => [i, value] as const);
    const { value, assoc } = this.variables.get(this.#resolved(name)?.name ?? '') ?? {};
    if (value === undefined) return [];
    if (typeof value === 'string') return [[0, value]];
    if (assoc) return inHashOrder(value as Map<string, string>, bucketsOf(value.size));
    return [...(value as Map<number, string>)].sort(([a], [b]) => a - b);
  }

  /** Whether it is a variable that has a value, or an array that was assigned to, which may have no elements. */
  isAssigned(name: string): boolean {
    if (this.#computed(name)) return true;
    const variable = this.variables.get(this.#resolved(name)?.name ?? '');
    return variable?.value !== undefined && !variable.unassigned;
  }

  isArray(name: string): boolean {
    return (
      this.#computed(name) !== undefined ||
      typeof this.variables.get(this.#resolved(name)?.name ?? '')?.value === 'object'
    );
  }

  isAssoc(name: string): boolean {
    return this.variables.get(this.#resolved(name)?.name ?? '')?.assoc ?? false;
  }

  /** Those that begin with a text, sorted. */
  names(prefix = ''): string[] {
    return [...this.variables]
      .filter(([name, { value }]) => name.startsWith(prefix) && value !== undefined)
      .map(([name]) => name)
      .sort();
  }

  unset(name: string): void {
    const at = this.#target(name).name;
    const known = this.variables.get(at);
    if (known?.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
    const owner = this.frames.findLast(({ hidden }) => hidden.has(at));
    const own = this.frames.findLast(({ kind }) => kind === 'function');
    this.variables.delete(at);
    if (losesMeaning.has(at) && !known?.local) this.ordinaryNames.add(at);
    // That of a caller, or one before a command, uncovers the one outside; a function's own stays local.
    const isTemporary = known?.temporary && !known.local;
    if (!owner || (owner === own && !isTemporary)) return;
    const outer = owner.hidden.get(at);
    if (outer) this.variables.set(at, outer);
    owner.hidden.delete(at);
  }

  unsetElement(name: string, key: string | number): void {
    const variable = this.#writable(this.#target(name).name);
    const { value } = variable;
    if (typeof value !== 'object') {
      if (Number(key) === 0) variable.value = undefined;
      return;
    }
    const map = value as Map<string | number, string>;
    const at = Number(key) < 0 ? Number(key) + endOf(map) : Number(key);
    if (!variable.assoc && at < 0) throw new ElementError(`[${key}]`);
    map.delete(variable.assoc ? String(key) : at);
  }

  /** The variable, made if it is new. Of a reference it is the one that it refers to. */
  declare(name: string): Variable {
    const at = this.#target(name).name || name;
    const known = this.variables.get(at);
    if (known) return known;
    const made: Variable = { value: undefined };
    this.variables.set(at, made);
    return made;
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

  /** Whether it is a variable of the function that runs. */
  isLocalHere(name: string): boolean {
    return this.frames.findLast(({ kind }) => kind === 'function')?.hidden.has(name) ?? false;
  }

  /** The variable of the function that runs. It begins with a value that was given before a command, unless it is to be an array. */
  makeLocal(name: string, isArray = false): Variable {
    const frame = this.frames.findLast(({ kind }) => kind === 'function');
    if (!frame) throw new ShellError('can only be used in a function');
    const known = this.variables.get(name);
    if (known && frame.hidden.has(name)) {
      if (isArray && known.temporary && !known.local) known.value = new Map<number, string>();
      known.local = true;
      return known;
    }
    // Of a readonly variable of the shell there is no local copy; of one that is local itself there is.
    if (known?.readonly && !this.#isLocal(name)) throw new ReadonlyError(name);
    if (!frame.hidden.has(name)) frame.hidden.set(name, known);
    const isGiven = known?.temporary && !isArray && typeof known.value === 'string';
    const made: Variable = {
      value: isGiven ? known.value : undefined,
      ...(known?.exported ? { exported: true } : {}),
      local: true,
    };
    this.variables.set(name, made);
    return made;
  }

  #isLocal(name: string): boolean {
    return this.frames.some(({ kind, hidden }) => kind === 'function' && hidden.has(name));
  }

  /** As `${x@a}` and `declare -p` show them. */
  attributes(name: string): string {
    return attributesOf(this.variables.get(name));
  }

  /** A command that makes the variable again (declare -p); of one without attributes an assignment, for `${x@A}`. */
  declaration(name: string, isFull = false): string {
    return declarationOf(name, this.variables.get(name), this.elements(name), isFull);
  }

  /** As `set` shows it. */
  assignment(name: string): string {
    return assignmentOf(name, this.variables.get(name), this.elements(name));
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

  /** A variable of this name is another one until the innermost frame is left; it begins as that. */
  hide(name: string): void {
    const variable = this.variables.get(name);
    const hidden = this.frames.at(-1)?.hidden;
    if (!hidden?.has(name)) hidden?.set(name, variable);
    if (variable) this.variables.set(name, { ...copyOf(variable), local: false });
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

  #writable(name: string): Variable {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(name);
    delete variable.unassigned;
    return variable;
  }
}

/** A function as the environment has it. */
const bodyOf = (definition: FunctionDefinition): string =>
  printFunction(definition)
    .replace(/^.*? \(\) \n\{ \n\s*/s, '() {  ')
    .trimEnd();

/** How many buckets bash's table of an associative array of this size has. */
const bucketsOf = (size: number): number => {
  let buckets = 1024;
  while (size > buckets * 2) buckets *= 4;
  return buckets;
};
