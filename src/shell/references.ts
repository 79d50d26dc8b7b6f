/** References: variables that stand for others (declare -n). */
import type { Variable } from './variable.ts';

const REFERENCES_MAX = 16;

/** What a name stands for: a variable, or an element of it. */
export interface Target {
  readonly name: string;
  readonly key: string | undefined;
}

/** What a name stands for, itself where it is no reference; undefined where references go round in a circle. */
export function resolved(
  variables: ReadonlyMap<string, Variable>,
  name: string,
): Target | undefined {
  let at = name;
  for (let i = 0; i < REFERENCES_MAX; i++) {
    const variable = variables.get(at);
    if (!variable?.reference || typeof variable.value !== 'string')
      return { name: at, key: undefined };
    const [, base = '', key] = /^([A-Za-z_]\w*)(?:\[(.*)\])?$/s.exec(variable.value) ?? [];
    if (base === '' || key !== undefined) return { name: base, key };
    at = base;
  }
  return undefined;
}
