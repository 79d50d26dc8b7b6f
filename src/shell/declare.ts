/** Builtins that declare variables: declare, export, readonly, local, unset (bash(1)). */

import { flagsIn } from './arguments.ts';
import { evaluate, parseExpression } from './arith.ts';
import { ARRAY_MARK, assign } from './assign.ts';
import { type Context, complain, out } from './context.ts';
import type { Builtin } from './interpreter.ts';
import { ShellError, type State, type Variable } from './state.ts';
import { parse, type SimpleCommand } from './syntax.ts';

/** An array that the parser left as text: `name=(…)`. */
async function assignText(text: string, context: Context): Promise<string> {
  const command = parse(text).statements[0]?.pipelines[0]?.commands[0] as SimpleCommand | undefined;
  const assignment = command?.assignments?.[0];
  if (!assignment) throw new ShellError(`${text}: not an assignment`);
  await assign(assignment, context);
  return assignment.name;
}

const nameOf = (word: string): string => /^[A-Za-z_]\w*/.exec(word)?.[0] ?? '';

async function declareWords(
  builtin: string,
  words: readonly string[],
  context: Context,
  prepare: (name: string) => Variable,
): Promise<number> {
  let status = 0;
  for (const word of words) {
    const array = word.startsWith(ARRAY_MARK);
    const text = array ? word.slice(ARRAY_MARK.length) : word;
    const name = nameOf(text);
    const rest = text.slice(name.length);
    if (name === '' || !/^(\[.*?\])?(\+?=|$)/s.test(rest)) {
      await complain(context, `${builtin}: \`${text}': not a valid identifier`);
      status = 1;
      continue;
    }
    const variable = prepare(name);
    if (array) await assignText(text, context);
    else if (rest !== '') {
      const [, subscript, append, value = ''] = /^(?:\[(.*?)\])?(\+?)=(.*)$/s.exec(rest) ?? [];
      if (subscript !== undefined)
        context.state.setElement(
          name,
          await context.expander.subscript(name, subscript),
          value,
          append === '+',
        );
      else if (variable.integer)
        context.state.set(
          name,
          String(await evaluate(parseExpression(value || '0'), context.expander)),
        );
      else context.state.set(name, value, append === '+');
    }
  }
  return status;
}

function describe(name: string, variable: Variable, state: State): string {
  const flags = `${variable.assoc ? 'A' : typeof variable.value === 'object' ? 'a' : ''}${variable.integer ? 'i' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}`;
  const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, '\\$&')}"`;
  const value =
    variable.value === undefined
      ? ''
      : typeof variable.value === 'string'
        ? `=${quoted(variable.value)}`
        : `=(${state
            .elements(name)
            .map(([key, each]) => `[${key}]=${quoted(each)}`)
            .join(' ')}${variable.assoc ? ' ' : ''})`;
  return `declare -${flags || '-'} ${name}${value}\n`;
}

/** `declare`, and `local`, which is the same in a function. */
const declaring =
  (builtin: string): Builtin =>
  async (args, context) => {
    const { on, off, rest } = flagsIn(args);
    const { state } = context;
    if (on.includes('f') || on.includes('F')) {
      const known = rest.filter((name) => state.functions.has(name));
      if (rest.length === 0)
        await out(
          context,
          [...state.functions.keys()].map((name) => `declare -f ${name}\n`).join(''),
        );
      else if (on.includes('F')) await out(context, known.map((name) => `${name}\n`).join(''));
      return known.length === rest.length ? 0 : 1;
    }
    if (on.includes('p') || (rest.length === 0 && on === '')) {
      const names = rest.length > 0 ? rest : [...state.variables.keys()].sort();
      let status = 0;
      for (const name of names) {
        const variable = state.variables.get(name);
        if (variable) await out(context, describe(name, variable, state));
        else {
          await complain(context, `declare: ${name}: not found`);
          status = 1;
        }
      }
      return status;
    }
    const inFunction = state.inFunction && !on.includes('g');
    const after: Variable[] = [];
    const status = await declareWords(builtin, rest, context, (name) => {
      const variable = inFunction ? state.makeLocal(name) : state.declare(name);
      if (on.includes('A') && !variable.assoc) {
        variable.assoc = true;
        variable.value = new Map<string, string>();
      } else if (on.includes('a') && typeof variable.value !== 'object')
        variable.value = new Map<number, string>();
      if (on.includes('i')) variable.integer = true;
      if (off.includes('i')) delete variable.integer;
      if (on.includes('x')) variable.exported = true;
      if (off.includes('x')) delete variable.exported;
      after.push(variable);
      return variable;
    });
    for (const variable of after) if (on.includes('r')) variable.readonly = true;
    return status;
  };

export const declare = declaring('declare');
const declareLocal = declaring('local');

export const exportVariables: Builtin = async (args, context) => {
  const { on, rest } = flagsIn(args);
  const { state } = context;
  if (rest.length === 0) {
    const exported = [...state.variables]
      .filter(([, each]) => each.exported)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    await out(context, exported.map(([name, each]) => describe(name, each, state)).join(''));
    return 0;
  }
  return declareWords('export', rest, context, (name) => {
    const variable = state.declare(name);
    if (on.includes('n')) delete variable.exported;
    else variable.exported = true;
    return variable;
  });
};

export const readonlyVariables: Builtin = async (args, context) => {
  const { rest } = flagsIn(args);
  const after: Variable[] = [];
  const status = await declareWords('readonly', rest, context, (name) => {
    const variable = context.state.declare(name);
    after.push(variable);
    return variable;
  });
  for (const variable of after) variable.readonly = true;
  return status;
};

export const local: Builtin = async (args, context, shell) => {
  if (!context.state.inFunction) throw new ShellError('can only be used in a function');
  return declareLocal(args, context, shell);
};

export const unset: Builtin = async (args, context) => {
  const { on, rest } = flagsIn(args);
  for (const name of rest) {
    const [, array, key] = /^(\w+)\[(.*)\]$/s.exec(name) ?? [];
    if (array !== undefined && key !== undefined) {
      const value = context.state.variables.get(array)?.value;
      if (typeof value === 'object')
        (value as Map<unknown, string>).delete(await context.expander.subscript(array, key));
    } else if (on.includes('f')) context.state.functions.delete(name);
    else if (context.state.variables.has(name)) context.state.unset(name);
    else if (!on.includes('v')) context.state.functions.delete(name);
  }
  return 0;
};
