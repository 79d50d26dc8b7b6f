/**
 * Finds which names are arrays: those that are used as ones, and those that are handed to a parameter that is one. awk
 * declares nothing.
 */
import { builtins } from './builtins.ts';
import type { Expression, Program, Statement } from './syntax.ts';

/** Names of parameters are told by their function's. */
export class ArrayNames {
  readonly #names = new Set<string>();

  add(name: string, scope: string | undefined): boolean {
    const key = scope === undefined ? name : `${scope}(${name}`;
    if (this.#names.has(key)) return false;
    this.#names.add(key);
    return true;
  }

  has(name: string, scope: string | undefined): boolean {
    return this.#names.has(scope === undefined ? name : `${scope}(${name}`);
  }
}

interface Call {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly scope: string | undefined;
}

export const ownArrays = ['ARGV', 'ENVIRON', 'PROCINFO'] as const;

export function arraysOf(program: Program): ArrayNames {
  const found = new ArrayNames();
  for (const name of ownArrays) found.add(name, undefined);
  const calls: Call[] = [];
  const scopeOf = (name: string, scope: string | undefined): string | undefined =>
    scope !== undefined && program.functions.get(scope)?.parameters.includes(name)
      ? scope
      : undefined;
  const mark = (name: string, scope: string | undefined): boolean =>
    found.add(name, scopeOf(name, scope));

  const visit = (node: Expression | Statement, scope: string | undefined): void => {
    if (
      node.type === 'element' ||
      node.type === 'in' ||
      node.type === 'for in' ||
      node.type === 'delete'
    )
      mark(node.name, scope);
    else if (node.type === 'call') calls.push({ name: node.name, args: node.args, scope });
    else if (node.type === 'builtin')
      for (const at of builtins[node.name]?.arrays ?? []) {
        const arg = node.args[at];
        if (arg?.type === 'name') mark(arg.name, scope);
      }
  };
  for (const { action, pattern, until } of program.rules)
    walk([pattern, until, action], (node) => visit(node, undefined));
  for (const { name, body } of program.functions.values()) walk(body, (node) => visit(node, name));

  /** Both ways, until nothing new is found. */
  const spread = ({ name, args, scope }: Call): boolean => {
    const parameters = program.functions.get(name)?.parameters ?? [];
    let isNew = false;
    for (const [i, arg] of args.entries()) {
      const parameter = parameters[i];
      if (arg.type !== 'name' || parameter === undefined) continue;
      if (found.has(parameter, name)) isNew = mark(arg.name, scope) || isNew;
      else if (found.has(arg.name, scopeOf(arg.name, scope)))
        isNew = found.add(parameter, name) || isNew;
    }
    return isNew;
  };
  while (calls.map(spread).includes(true));
  return found;
}

function walk(root: unknown, visit: (node: Expression | Statement) => void): void {
  const waiting: unknown[] = [root];
  for (let node = waiting.pop(); waiting.length > 0 || node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if ('type' in node) visit(node as Expression | Statement);
    waiting.push(...Object.values(node).filter((each) => typeof each === 'object'));
  }
}
