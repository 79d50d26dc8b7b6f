/** The variables of a shell: plain ones, arrays and references, those of functions, and those that it computes. */
import { ElementError, ReadonlyError, ShellError } from './failure.ts';
import type { Frame } from './frame.ts';
import { inHashOrder } from './hashorder.ts';
import { resolved, type Target } from './references.ts';
import {
  assignmentOf,
  attributesOf,
  copyOf,
  declarationOf,
  endOf,
  type Value,
  type Variable,
} from './variable.ts';

/** Those that are variables as any other once they were unset. */
const losesMeaning: ReadonlySet<string> = new Set(
  'BASH_COMMAND BASH_SUBSHELL BASHPID DIRSTACK EPOCHREALTIME EPOCHSECONDS FUNCNAME LINENO RANDOM SECONDS SRANDOM'.split(
    ' ',
  ),
);

export abstract class Variables {
  variables = new Map<string, Variable>();
  /** Names that meant something to the shell until they were unset. */
  ordinaryNames = new Set<string>();
  /** The innermost is the last. */
  frames: Frame[] = [];
  /** What an expression complains of and goes on: it is written when it ends. */
  warnings: string[] = [];
  /** When SECONDS was 0, in ms since 1970. */
  started = Date.now();

  /** What the shell computes for a name; undefined for any other. */
  protected abstract special(name: string): string | undefined;

  /** The same of an array. */
  protected abstract computed(name: string): readonly string[] | undefined;

  /** The value of an expression. Throws IntegerError. */
  protected abstract evaluated(text: string): bigint;

  /** Whether what is assigned is exported (set -a). */
  protected abstract get exportsAll(): boolean;

  /** The variable that a name stands for: another one where it is a reference. `key` where that is an element. */
  #target(name: string): Target {
    const target = resolved(this.variables, name);
    if (!target) throw new ShellError(`${name}: circular name reference`);
    return target;
  }

  /** The element that a name refers to, its subscript as it was written; undefined for any other name. */
  elementReferredTo(name: string): { readonly name: string; readonly key: string } | undefined {
    const { name: base = '', key } = resolved(this.variables, name) ?? {};
    return key === undefined ? undefined : { name: base, key };
  }

  isCircular(name: string): boolean {
    return resolved(this.variables, name) === undefined;
  }

  /** What a nameref refers to; undefined for any other variable. */
  referenceOf(name: string): string | undefined {
    const variable = this.variables.get(name);
    return variable?.reference && typeof variable.value === 'string' ? variable.value : undefined;
  }

  /** The text of a plain variable, or the first of an array; undefined where it is unset. */
  get(name: string): string | undefined {
    const special = this.special(name);
    if (special !== undefined && this.#isSpecial(name)) return special;
    const target = resolved(this.variables, name);
    if (!target) return undefined;
    if (target.key !== undefined)
      return this.element(target.name, this.#keyOf(target.name, target.key));
    const value = this.variables.get(target.name)?.value;
    if (value === undefined || typeof value === 'string') return value;
    return (value as Map<unknown, string>).get(this.isAssoc(target.name) ? '0' : 0);
  }

  #keyOf(name: string, text: string): string | number {
    if (this.isAssoc(name)) return text.replace(/^(?:'(.*)'|"(.*)")$/s, '$1$2');
    return Number(this.evaluated(text));
  }

  /** It has not lost its meaning: it was not unset, and is no variable of a function. */
  #isSpecial(name: string): boolean {
    return !this.ordinaryNames.has(name) && !this.variables.get(name)?.local;
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
    if (this.exportsAll) variable.exported = true;
  }

  /** What an assignment stores, by the attributes of the variable. */
  #converted(variable: Variable, value: string, old: string | undefined): string {
    if (variable.integer) {
      const sum = this.evaluated(value) + (old === undefined ? 0n : this.evaluated(old));
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
    const computed = this.computed(name);
    if (computed) return computed[this.#within(name, Number(key), computed.length)];
    const { value, assoc } = this.variables.get(resolved(this.variables, name)?.name ?? '') ?? {};
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
    const computed = this.computed(name);
    if (computed) return computed.map((value, i) => [i, value] as const);
    const { value, assoc } = this.variables.get(resolved(this.variables, name)?.name ?? '') ?? {};
    if (value === undefined) return [];
    if (typeof value === 'string') return [[0, value]];
    if (assoc) return inHashOrder(value as Map<string, string>, bucketsOf(value.size));
    return [...(value as Map<number, string>)].sort(([a], [b]) => a - b);
  }

  /** Whether it is a variable that has a value, or an array that was assigned to, which may have no elements. */
  isAssigned(name: string): boolean {
    if (this.computed(name)) return true;
    const variable = this.variables.get(resolved(this.variables, name)?.name ?? '');
    return variable?.value !== undefined && !variable.unassigned;
  }

  isArray(name: string): boolean {
    return (
      this.computed(name) !== undefined ||
      typeof this.variables.get(resolved(this.variables, name)?.name ?? '')?.value === 'object'
    );
  }

  isAssoc(name: string): boolean {
    return this.variables.get(resolved(this.variables, name)?.name ?? '')?.assoc ?? false;
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
    return attributesOf(this.#shown(name));
  }

  /** A variable, or what stands for an array that is computed. */
  #shown(name: string): Variable | undefined {
    return this.variables.get(name) ?? (this.computed(name) && { value: new Map() });
  }

  /** A command that makes the variable again (declare -p); of one without attributes an assignment, for `${x@A}`. */
  declaration(name: string, isFull = false): string {
    return declarationOf(name, this.#shown(name), this.elements(name), isFull);
  }

  /** As `set` shows it. */
  assignment(name: string): string {
    return assignmentOf(name, this.#shown(name), this.elements(name));
  }

  /** A variable of this name is another one until the innermost frame is left; it begins as that. */
  hide(name: string): void {
    const variable = this.variables.get(name);
    const hidden = this.frames.at(-1)?.hidden;
    if (!hidden?.has(name)) hidden?.set(name, variable);
    if (variable) this.variables.set(name, { ...copyOf(variable), local: false });
  }

  /** The variable that the innermost frame hides gets a value. */
  setOutside(name: string, value: Value | undefined): void {
    const hidden = this.frames.at(-1)?.hidden;
    hidden?.set(name, { ...hidden.get(name), value });
  }

  #writable(name: string): Variable {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(name);
    delete variable.unassigned;
    return variable;
  }
}

/** How many buckets bash's table of an associative array of this size has. */
const bucketsOf = (size: number): number => {
  let buckets = 1024;
  while (size > buckets * 2) buckets *= 4;
  return buckets;
};
