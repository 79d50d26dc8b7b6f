/** A variable of the shell: its value, its attributes, and the command that makes it again. */
import { HIDDEN, META, quoteForAssignment, quoteKey } from './quote.ts';

export type Value = string | Map<number, string> | Map<string, string>;

export interface Variable {
  value: Value | undefined;
  /** Keys are texts (declare -A). */
  assoc?: boolean;
  /** An array that was declared and has never had an element. */
  unassigned?: boolean;
  exported?: boolean;
  readonly?: boolean;
  /** What is assigned is an expression (declare -i). */
  integer?: boolean;
  /** What is assigned changes its case (declare -u, -l). */
  letters?: 'upper' | 'lower';
  /** Of OPTIND: the letter of the word that getopts takes next, where it is not the first. */
  letterAt?: number;
  /** It was assigned before a command: a local variable of that name begins with its value. */
  temporary?: boolean;
  /** It was declared in the function that runs. */
  local?: boolean;
  /** It stands for the variable that its value names (declare -n). */
  reference?: boolean;
}

/** The number behind the last of an array. */
export function endOf(map: ReadonlyMap<string | number, string>): number {
  let end = 0;
  for (const key of map.keys()) end = Math.max(end, Number(key) + 1);
  return end;
}

export const copyOf = (variable: Variable): Variable => ({
  ...variable,
  value:
    typeof variable.value === 'object'
      ? (new Map(variable.value as Map<number, string>) as Value)
      : variable.value,
});

/** As `${x@a}` and `declare -p` show them. */
export function attributesOf(variable: Variable | undefined): string {
  const { value, assoc, integer, letters, reference, readonly, exported } = variable ?? {
    value: undefined,
  };
  return [
    typeof value === 'object' && !assoc ? 'a' : '',
    assoc ? 'A' : '',
    integer ? 'i' : '',
    letters === 'lower' ? 'l' : '',
    reference ? 'n' : '',
    readonly ? 'r' : '',
    letters === 'upper' ? 'u' : '',
    exported ? 'x' : '',
  ].join('');
}

type Elements = readonly (readonly [key: string | number, value: string])[];

/** A command that makes the variable again (declare -p); of one without attributes an assignment, for `${x@A}`. */
export function declarationOf(
  name: string,
  variable: Variable | undefined,
  elements: Elements,
  isFull: boolean,
): string {
  const flags = attributesOf(variable);
  const { value } = variable ?? { value: undefined };
  if (!isFull && flags === '' && typeof value === 'string')
    return `${name}=${quoteForAssignment(value, 'single')}`;
  const shown =
    isFull || typeof value !== 'string'
      ? shownValue(variable, elements)
      : `=${quoteForAssignment(value, 'single')}`;
  return `declare -${flags || '-'} ${name}${shown}`;
}

/** As `set` shows a variable. */
export function assignmentOf(
  name: string,
  variable: Variable | undefined,
  elements: Elements,
): string {
  const { value } = variable ?? { value: undefined };
  if (typeof value !== 'string') return `${name}${shownValue(variable, elements)}`;
  const isPlain = !META.test(value) && !HIDDEN.test(value);
  return `${name}=${isPlain ? value : quoteForAssignment(value, 'single')}`;
}

function shownValue(variable: Variable | undefined, elements: Elements): string {
  const { value, assoc = false } = variable ?? { value: undefined };
  if (value === undefined || variable?.unassigned) return '';
  if (typeof value === 'string') return `=${quoteForAssignment(value)}`;
  const pairs = elements.map(([key, each]) => {
    const shown = assoc ? quoteKey(String(key)) : key;
    return `[${shown}]=${quoteForAssignment(each)}`;
  });
  return `=(${pairs.join(' ')}${assoc && pairs.length > 0 ? ' ' : ''})`;
}
