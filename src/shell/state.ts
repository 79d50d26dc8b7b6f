/** What a shell remembers: variables, functions, options, and where it is. A subshell has a copy. */
import type { Compound } from './syntax.ts';

export type Value = string | Map<number, string> | Map<string, string>;

export interface Variable {
  value: Value | undefined;
  /** Keys are texts (declare -A). */
  assoc?: boolean;
  exported?: boolean;
  readonly?: boolean;
  integer?: boolean;
}

export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

const single: Readonly<Record<string, string>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
  C: 'noclobber',
  a: 'allexport',
  n: 'noexec',
  v: 'verbose',
};

export const optionOf = (letter: string): string | undefined => single[letter];
export const optionNames: readonly string[] = [...Object.values(single), 'pipefail'];

/** What a function, a file that is sourced, or assignments before a command change until their end. */
interface Frame {
  readonly kind: 'function' | 'source' | 'assignments';
  readonly hidden: Map<string, Variable | undefined>;
  /** $1… of outside. */
  readonly args: string[];
  /** Where it was left. */
  readonly text: Text;
  readonly line: number;
}

/** A text that is run, so that errors tell its lines. */
export interface Text {
  /** The path that `source` was given; undefined in the script itself. */
  readonly file: string | undefined;
  /** Lines of the file before the text, where it is a part: of `$(…)` and `eval`. */
  readonly linesBefore: number;
}

/** A function, and the text that defined it. */
export interface ShellFunction {
  readonly body: Compound;
  readonly text: Text;
}

export class State {
  variables = new Map<string, Variable>();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** $1, $2, … */
  args: string[] = [];
  /** $0 */
  name = 'sh';
  cwd = '/';
  options = new Set<string>();
  shopt = new Set<string>();
  traps = new Map<string, string>();
  status = 0;
  /** How many commands were substituted: whether the status is that of one. */
  substitutions = 0;
  pipeStatus: number[] = [0];
  pid = 0;
  lastBackground: number | undefined;
  interactive = false;
  /** Its lines are typed at a prompt, so errors do not tell their numbers. Also in its subshells. */
  atPrompt = false;
  /** The innermost is the last. */
  frames: Frame[] = [];
  dirStack: string[] = [];
  started = Date.now();
  /** The line of the command that runs (LINENO). */
  line = 1;
  /** What its commands are read from. */
  text: Text = { file: undefined, linesBefore: 0 };
  /** How deep in loops. */
  loops = 0;
  /** How deep in files that `source` runs. */
  sources = 0;
  #random = 0;

  clone(): State {
    const copy = new State();
    Object.assign(copy, this);
    copy.variables = new Map([...this.variables].map(([name, v]) => [name, copyOf(v)]));
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.args = [...this.args];
    copy.options = new Set(this.options);
    copy.shopt = new Set(this.shopt);
    copy.traps = new Map();
    copy.loops = 0;
    copy.frames = this.frames.map((frame) => ({
      ...frame,
      hidden: new Map([...frame.hidden].map(([name, v]) => [name, v && copyOf(v)])),
    }));
    copy.dirStack = [...this.dirStack];
    copy.interactive = false;
    return copy;
  }

  /** The same shell, going on while what it did last is a job with the state that it began with. */
  continued(): State {
    const next = this.clone();
    while (next.frames.length > 0) next.leave();
    next.sources = 0;
    next.traps = new Map(this.traps);
    next.interactive = this.interactive;
    return next;
  }

  /** What the shell's own errors begin with, as in bash: the name of the script, and the line in it. */
  get errorPrefix(): string {
    return `${this.text.file ?? this.name}: ${this.atPrompt ? '' : `line ${this.line}: `}`;
  }

  /** The text of `$(…)` or `eval` in the command that runs. */
  get part(): Text {
    return { ...this.text, linesBefore: this.line - 1 };
  }

  /** The text of a plain variable, or the first of an array; undefined where it is unset. */
  get(name: string): string | undefined {
    const special = this.#special(name);
    if (special !== undefined) return special;
    const value = this.variables.get(name)?.value;
    if (value === undefined || typeof value === 'string') return value;
    return (value as Map<unknown, string>).get(isIndexed(value) ? 0 : '0');
  }

  #special(name: string): string | undefined {
    switch (name) {
      case 'RANDOM': {
        // A linear congruence, as in bash: for scripts, not for secrets.
        this.#random = (this.#random * 1103515245 + 12345 + Date.now()) & 0x7fffffff;
        return String((this.#random >> 8) & 0x7fff);
      }
      case 'SECONDS':
        return String(Math.floor((Date.now() - this.started) / 1000));
      case 'LINENO':
        return String(this.line);
      case 'EPOCHSECONDS':
        return String(Math.floor(Date.now() / 1000));
      case 'BASHPID':
        return String(this.pid);
      default:
        return undefined;
    }
  }

  set(name: string, value: string, append = false): void {
    const variable = this.#writable(name);
    const old = append ? this.get(name) : undefined;
    const text = (old ?? '') + value;
    if (typeof variable.value === 'object') {
      (variable.value as Map<unknown, string>).set(isIndexed(variable.value) ? 0 : '0', text);
    } else variable.value = text;
    if (this.options.has('allexport')) variable.exported = true;
  }

  setElement(name: string, key: string | number, value: string, append = false): void {
    const variable = this.#writable(name);
    if (typeof variable.value !== 'object') {
      const old = variable.value;
      variable.value = variable.assoc ? new Map<string, string>() : new Map<number, string>();
      if (old !== undefined && !variable.assoc) (variable.value as Map<number, string>).set(0, old);
    }
    const map = variable.value as Map<string | number, string>;
    let at = key;
    if (!variable.assoc && typeof at === 'number' && at < 0) {
      at += Math.max(-1, ...(map.keys() as Iterable<number>)) + 1;
      if (at < 0) throw new ShellError(`${name}[${key}]: bad array subscript`);
    }
    map.set(at, (append ? (map.get(at) ?? '') : '') + value);
  }

  setArray(name: string, values: readonly string[], append = false): void {
    const variable = this.#writable(name);
    const old = append
      ? this.elements(name).map(([key, value]) => [Number(key), value] as const)
      : [];
    const start = old.reduce((next, [key]) => Math.max(next, key + 1), 0);
    variable.value = new Map([...old, ...values.map((value, i) => [start + i, value] as const)]);
    delete variable.assoc;
  }

  /** Keys and values of an array in order; a plain variable is an array of one. */
  elements(name: string): (readonly [key: string | number, value: string])[] {
    const value = this.variables.get(name)?.value;
    if (value === undefined) return [];
    if (typeof value === 'string') return [[0, value]];
    const entries = [...(value as Map<string | number, string>)];
    return isIndexed(value) ? entries.sort(([a], [b]) => Number(a) - Number(b)) : entries;
  }

  isAssoc(name: string): boolean {
    return this.variables.get(name)?.assoc ?? false;
  }

  unset(name: string): void {
    if (this.variables.get(name)?.readonly)
      throw new ShellError(`${name}: cannot unset: readonly variable`);
    this.variables.delete(name);
  }

  /** The variable, made if it is new; throws for one that may not change. */
  declare(name: string): Variable {
    const known = this.variables.get(name);
    if (known) return known;
    const made: Variable = { value: undefined };
    this.variables.set(name, made);
    return made;
  }

  makeLocal(name: string): Variable {
    const frame = this.frames.findLast(({ kind }) => kind === 'function');
    if (!frame) throw new ShellError('local: can only be used in a function');
    if (!frame.hidden.has(name)) {
      frame.hidden.set(name, this.variables.get(name));
      this.variables.set(name, { value: undefined });
    }
    return this.declare(name);
  }

  get inFunction(): boolean {
    return this.frames.some(({ kind }) => kind === 'function');
  }

  enter(kind: Frame['kind'], args: readonly string[] = this.args, text: Text = this.text): void {
    const { args: before, text: outer, line } = this;
    this.frames.push({ kind, hidden: new Map(), args: before, text: outer, line });
    this.args = [...args];
    this.text = text;
  }

  /** A variable of this name is another one until the innermost frame is left; it begins as that. */
  hide(name: string): void {
    const variable = this.variables.get(name);
    const hidden = this.frames.at(-1)?.hidden;
    if (!hidden?.has(name)) hidden?.set(name, variable);
    if (variable) this.variables.set(name, { ...variable });
  }

  leave(): void {
    const frame = this.frames.pop();
    if (!frame) return;
    if (frame.kind !== 'assignments')
      Object.assign(this, { args: frame.args, text: frame.text, line: frame.line });
    for (const [name, hidden] of frame.hidden) {
      if (hidden) this.variables.set(name, hidden);
      else this.variables.delete(name);
    }
  }

  /** What programs get. */
  get environment(): Record<string, string> {
    const exported = [...this.variables].filter(
      ([, { exported: yes, value }]) => yes && typeof value === 'string',
    );
    return Object.fromEntries(exported.map(([name, { value }]) => [name, value as string]));
  }

  #writable(name: string): Variable {
    const variable = this.declare(name);
    if (variable.readonly) throw new ShellError(`${name}: readonly variable`);
    return variable;
  }
}

function isIndexed(map: object): boolean {
  for (const key of (map as Map<unknown, string>).keys()) return typeof key === 'number';
  return true;
}

const copyOf = (variable: Variable): Variable => ({
  ...variable,
  value:
    typeof variable.value === 'object'
      ? (new Map(variable.value as Map<number, string>) as Value)
      : variable.value,
});
