/** Builtins that declare variables: declare, export, readonly, local, unset (bash(1)). */
import { flagsIn } from './arguments.ts';
import { ARRAY_MARK, assign, markedArray } from './assign.ts';
import { optionsOf } from './builtinoptions.ts';
import { dynamicNames } from './computed.ts';
import { type Context, complain, out } from './context.ts';
import { ShellError } from './failure.ts';
import type { Builtin } from './interpreter.ts';
import { functionsText, variablesText } from './options.ts';
import type { ShellFunction, State } from './state.ts';
import { parseAssignment } from './syntax/parse.ts';
import { printFunction } from './syntax/print.ts';
import type { Variable } from './variable.ts';

/** A word of a declaring builtin: a name, perhaps with a value. */
interface Declared {
  readonly name: string;
  readonly subscript: string | undefined;
  readonly append: boolean;
  readonly value: string | undefined;
}

function declaredOf(word: string): Declared | undefined {
  const [, name, subscript, append, equals, value = ''] =
    /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?)(=)(.*))?$/s.exec(word) ?? [];
  if (name === undefined) return undefined;
  return { name, subscript, append: append === '+', value: equals ? value : undefined };
}

/** Each word prepares its variable and, where it has a value, sets it. */
async function declareWords(
  builtin: string,
  words: readonly string[],
  context: Context,
  prepare: (name: string, isArray: boolean) => Variable,
  isAssoc: (name: string) => boolean = (name) => context.state.isAssoc(name),
): Promise<number> {
  const { state, expander } = context;
  let status = 0;
  const takesText = builtin === 'export';
  for (const word of words) {
    const marked = markedArray(word);
    if (marked) {
      await assign(marked, context, {
        isAssoc: isAssoc(marked.name),
        declare: () => prepare(marked.name, true),
      });
      continue;
    }
    const declared = declaredOf(word);
    const takesNone = builtin === 'export' || builtin === 'readonly';
    if (!declared || (takesNone && declared.subscript !== undefined)) {
      await complain(
        context,
        `${builtin}: \`${word.replace(ARRAY_MARK, '').replace(declared ? /=.*/s : '', '')}': not a valid identifier`,
      );
      status = 1;
      continue;
    }
    const { name, subscript, append, value } = declared;
    const variable = prepare(name, subscript !== undefined);
    if (value === undefined) {
      checkReference(variable);
      continue;
    }
    const whole = subscript === undefined && typeof variable.value === 'object' && !takesText;
    const array = whole && /^\(.*\)$/s.test(value) ? parseAssignment(word) : undefined;
    if (array) await assign(array, context);
    else if (variable.reference) setReference(name, variable, value);
    else if (subscript !== undefined) {
      const key = await expander.subscript(name, subscript);
      if (key === '') {
        await complain(context, `${name}[${subscript}]: bad array subscript`);
        status = 1;
      } else state.setElement(name, key, value, append);
    } else state.set(name, value, append);
  }
  return status;
}

const REFERENCE = /^[A-Za-z_]\w*(\[.*\])?$/s;

/** A variable whose value is no name becomes no reference. */
function checkReference(variable: Variable): void {
  const { reference, value } = variable;
  if (!reference || typeof value !== 'string' || REFERENCE.test(value)) return;
  delete variable.reference;
  throw new ShellError(`\`${value}': invalid variable name for name reference`);
}

/** The value of a reference is the name that it stands for. */
function setReference(name: string, variable: Variable, value: string): void {
  const problem = !REFERENCE.test(value)
    ? `\`${value}': invalid variable name for name reference`
    : value === name
      ? `${name}: nameref variable self references not allowed`
      : undefined;
  if (problem === undefined) {
    variable.value = value;
    return;
  }
  if (variable.value === undefined) delete variable.reference;
  throw new ShellError(problem);
}

/** As `declare -F` lists a function. */
const functionLine = (name: string, { exported, readonly }: ShellFunction): string =>
  `declare -f${readonly ? 'r' : ''}${exported ? 'x' : ''} ${name}\n`;

/** `-f` and `-F`: the functions themselves, or their names. */
async function showFunctions(
  names: readonly string[],
  isShort: boolean,
  context: Context,
): Promise<number> {
  const { functions } = context.state;
  const wanted = names.length > 0 ? names : [...functions.keys()].sort();
  let status = 0;
  for (const name of wanted) {
    const known = functions.get(name);
    if (!known) status = 1;
    else if (!isShort) await out(context, printFunction(known.definition));
    else if (names.length > 0) await out(context, `${name}\n`);
    else await out(context, functionLine(name, known));
  }
  return status;
}

async function show(
  builtin: string,
  names: readonly string[],
  context: Context,
  wanted: (variable: Variable) => boolean,
): Promise<number> {
  const { state } = context;
  const isPosix = state.options.has('posix') && builtin !== 'declare' && builtin !== 'local';
  const shown = (name: string): string => {
    const full = state.declaration(name, true);
    return isPosix ? full.replace(/^declare -\S+/, builtin) : full;
  };
  if (names.length === 0) {
    const all = [...state.variables]
      .filter(([, variable]) => wanted(variable))
      .map(([name]) => name);
    await out(
      context,
      all
        .sort()
        .map((name) => `${shown(name)}\n`)
        .join(''),
    );
    return 0;
  }
  let status = 0;
  for (const name of names) {
    if (state.variables.has(name) || state.isArray(name))
      await out(context, `${state.declaration(name, true)}\n`);
    else {
      await complain(context, `${builtin}: ${name}: not found`);
      status = 1;
    }
  }
  return status;
}

/** The variables of the function that runs. */
async function showLocals(context: Context): Promise<number> {
  const { state } = context;
  const hidden = state.frames.findLast(({ kind }) => kind === 'function')?.hidden ?? new Map();
  for (const name of [...hidden.keys()].sort((a: string, b: string) => (a < b ? -1 : 1)))
    if (state.variables.has(name)) await out(context, `${state.declaration(name, true)}\n`);
  return 0;
}

const hasAll =
  (flags: string, state: State) =>
  (variable: Variable): boolean =>
    [...flags.replace(/[pgI]/g, '')].every((flag) => {
      const name = [...state.variables].find(([, each]) => each === variable)?.[0] ?? '';
      return state.attributes(name).includes(flag);
    });

/** `declare`, and `local`, which is the same in a function. */
const declaring =
  (builtin: string): Builtin =>
  async (args, context) => {
    const { on, off, rest } = flagsIn(args);
    const { state } = context;
    const unknown = [...on, ...off].find((flag) => !'aAfFgilnprtuxI'.includes(flag));
    if (unknown !== undefined) throw new ShellError(`-${unknown}: invalid option`, 2);
    if (on.includes('f') || on.includes('F')) return showFunctions(rest, on.includes('F'), context);
    if (builtin === 'local' && rest.length === 0) return showLocals(context);
    if (rest.length === 0 && on === '' && off === '') {
      await out(context, variablesText(state) + functionsText(state));
      return 0;
    }
    if (on.includes('p') || rest.length === 0)
      return show(builtin, rest, context, hasAll(on, state));
    const isLocal = state.inFunction && !on.includes('g');
    const after: Variable[] = [];
    /** A new local variable is not what an outer one of its name is. */
    const isAssoc = (name: string): boolean =>
      on.includes('A') || (state.isAssoc(name) && (!isLocal || state.isLocalHere(name)));
    const prepare = (name: string, isArray: boolean): Variable => {
      const variable = isLocal
        ? state.makeLocal(name, isArray || /[aA]/.test(on))
        : variableOf(name, on + off, state);
      setAttributes(name, variable, { on, off, isArray });
      after.push(variable);
      return variable;
    };
    const status = await declareWords(builtin, rest, context, prepare, isAssoc);
    for (const variable of after) if (on.includes('r')) variable.readonly = true;
    return status;
  };

/** `-n` is about the reference itself, everything else about what it stands for. */
const variableOf = (name: string, flags: string, state: State): Variable => {
  const known = state.variables.get(name);
  return flags.includes('n') && known?.reference ? known : state.declare(name);
};

function setAttributes(
  name: string,
  variable: Variable,
  { on, off, isArray }: { on: string; off: string; isArray: boolean },
): void {
  if (on.includes('a') && variable.assoc)
    throw new ShellError(`${name}: cannot convert associative to indexed array`);
  if (on.includes('A') && !variable.assoc) {
    if (
      variable.value !== undefined &&
      typeof variable.value === 'object' &&
      variable.value.size > 0
    )
      throw new ShellError(`${name}: cannot convert indexed to associative array`);
    variable.assoc = true;
    variable.value = new Map<string, string>();
    variable.unassigned = true;
  } else if ((on.includes('a') || isArray) && typeof variable.value !== 'object') {
    if (variable.value === undefined) variable.unassigned = true;
    variable.value = new Map<number, string>(
      variable.value === undefined ? [] : [[0, variable.value]],
    );
  }
  if (on.includes('i')) variable.integer = true;
  if (off.includes('i')) delete variable.integer;
  if (on.includes('u') || on.includes('l')) variable.letters = on.includes('u') ? 'upper' : 'lower';
  if (off.includes('u') || off.includes('l')) delete variable.letters;
  if (on.includes('x')) variable.exported = true;
  if (off.includes('x')) delete variable.exported;
  if (on.includes('n')) variable.reference = true;
  if (off.includes('n')) delete variable.reference;
  if (off.includes('r') && variable.readonly) throw new ShellError('readonly variable');
}

export const declare = declaring('declare');
const declareLocal = declaring('local');

export const exportVariables: Builtin = async (args, context) => {
  const usage = 'export [-fn] [name[=value] ...] or export -p';
  const given = await optionsOf(args, { name: 'export', letters: 'fnp', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const exported = !on.has('n');
  if (on.has('f')) return markFunctions('export', rest, { exported }, context);
  if (rest.length === 0)
    return show('export', rest, context, (variable) => variable.exported === true);
  return declareWords('export', rest, context, (name) => {
    const variable = context.state.declare(name);
    if (exported) variable.exported = true;
    else delete variable.exported;
    return variable;
  });
};

/** Gives functions an attribute; without names it lists those that have it. */
async function markFunctions(
  builtin: string,
  names: readonly string[],
  attribute: { readonly exported: boolean } | { readonly readonly: true },
  context: Context,
): Promise<number> {
  const { functions } = context.state;
  if (names.length === 0) {
    const isMarked = 'exported' in attribute ? 'exported' : 'readonly';
    for (const [name, known] of [...functions].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (known[isMarked])
        await out(context, printFunction(known.definition) + functionLine(name, known));
    return 0;
  }
  let status = 0;
  for (const name of names) {
    const known = functions.get(name);
    if (known) functions.set(name, { ...known, ...attribute });
    else {
      await complain(context, `${builtin}: ${name}: not a function`);
      status = 1;
    }
  }
  return status;
}

export const readonlyVariables: Builtin = async (args, context) => {
  const usage = 'readonly [-aAf] [name[=value] ...] or readonly -p';
  const given = await optionsOf(args, { name: 'readonly', letters: 'aAfp', usage }, context);
  if (!given) return 2;
  const { rest } = given;
  if (given.on.has('f')) return markFunctions('readonly', rest, { readonly: true }, context);
  if (rest.length === 0)
    return show('readonly', rest, context, (variable) => variable.readonly === true);
  const on = [...given.on.keys()].join('');
  const after: Variable[] = [];
  const isAssoc = (name: string): boolean => on.includes('A') || context.state.isAssoc(name);
  const prepare = (name: string, isArray: boolean): Variable => {
    const variable = context.state.declare(name);
    setAttributes(name, variable, { on, off: '', isArray });
    after.push(variable);
    return variable;
  };
  const status = await declareWords('readonly', rest, context, prepare, isAssoc);
  for (const variable of after) variable.readonly = true;
  return status;
};

export const local: Builtin = async (args, context, shell) => {
  if (!context.state.inFunction) throw new ShellError('can only be used in a function');
  return declareLocal(args, context, shell);
};

export const unset: Builtin = async (args, context) => {
  const usage = 'unset [-f] [-v] [-n] [name ...]';
  const given = await optionsOf(args, { name: 'unset', letters: 'fvn', usage }, context);
  if (!given) return 2;
  const { on, rest } = given;
  const { state, expander } = context;
  let status = 0;
  const forget = (name: string): void => {
    if (state.functions.get(name)?.readonly)
      throw new ShellError(`${name}: cannot unset: readonly function`);
    state.functions.delete(name);
  };
  for (const name of rest) {
    const referred = state.elementReferredTo(name);
    const [, array = referred?.name, key = referred?.key] =
      /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name) ?? [];
    if (on.has('n')) state.variables.delete(name);
    else if (array !== undefined && key !== undefined) {
      const known = state.variables.get(array);
      if (!known) continue;
      const isPlain = !known.reference && typeof known.value !== 'object';
      const isWhole = key === '@' || key === '*';
      const at = isWhole ? '' : await expander.subscript(array, key);
      if (isPlain && at !== 0) {
        await complain(context, `unset: ${array}: not an array variable`);
        status = 1;
      } else if (!isWhole && at === '') {
        await complain(context, `unset: [${key}]: bad array subscript`);
        status = 1;
      } else if (isWhole) state.unset(array);
      else state.unsetElement(array, at);
    } else if (on.has('f')) forget(name);
    else if (state.variables.has(name) || dynamicNames.includes(name)) state.unset(name);
    else if (!on.has('v')) forget(name);
  }
  return status;
};
