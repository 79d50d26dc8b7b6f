/** Assignments to variables, elements and arrays (bash(1) "PARAMETERS", "Arrays"). */
import { type Context, complain } from './context.ts';
import { ElementError, ReadonlyError, ShellError } from './failure.ts';
import { parseAssignment, parseSubscript } from './syntax/parse.ts';
import { type Assignment, type Element, isArray } from './syntax/tree.ts';
import { trace, tracedAssignment } from './xtrace.ts';

/** How a declaring builtin makes the variable of an array, after its values are expanded: they may be those of an outer variable of that name. */
export interface Declared {
  readonly isAssoc: boolean;
  declare(): void;
}

/**
 * One assignment, which `set -x` shows; throws ShellError for a readonly variable. `expanded` is called when its plain value is
 * known and not yet assigned.
 */
export async function assign(
  assignment: Assignment,
  context: Context,
  declared?: Declared,
  expanded?: () => void,
): Promise<void> {
  const { name, subscript, append, value } = assignment;
  const { state, expander } = context;
  if (isArray(value)) {
    if (!declared) checkWhole(name, context);
    await trace(tracedAssignment(assignment, ''), context);
    return assignArray(name, value, append, context, declared);
  }
  const element = state.elementReferredTo(name);
  if (subscript !== undefined || /^[@*]$/.test(element?.key ?? '')) checkWhole(name, context);
  const text = await expander.assignedText(value);
  expanded?.();
  await trace(tracedAssignment(assignment, text), context);
  if (element)
    state.setElement(element.name, await keyOf(element.name, element.key, context), text, append);
  else if (subscript === undefined) state.set(name, text, append);
  else state.setElement(name, await keyOf(name, subscript, context), text, append);
}

/** Only a plain value goes through a reference to one element. */
function checkWhole(name: string, { state }: Context): void {
  const element = state.elementReferredTo(name);
  if (element) throw new ShellError(`\`${element.name}[${element.key}]': not a valid identifier`);
}

async function keyOf(
  name: string,
  subscript: string,
  { state, expander }: Context,
): Promise<string | number> {
  if (!state.isAssoc(name)) checkSubscript(name, subscript);
  const key = await expander.subscript(name, subscript);
  if (key === '') throw new ShellError(`${name}[${subscript}]: bad array subscript`);
  return key;
}

function checkSubscript(name: string, subscript: string): void {
  if (subscript.trim() === '') throw new ShellError(`${name}[${subscript}]: bad array subscript`);
}

/** A text to `name` or `name[subscript]`; throws ShellError for what is no such name. */
export async function assignTo(target: string, text: string, context: Context): Promise<void> {
  const [all, name = '', , subscript] = /^([A-Za-z_]\w*)(\[(.+)\])?$/s.exec(target) ?? [];
  if (all === undefined) throw new ShellError(`\`${target}': not a valid identifier`, 2);
  if (subscript === undefined) context.state.set(name, text);
  else context.state.setElement(name, await keyOf(name, subscript, context), text);
}

/** An element of an array whose words are expanded. */
interface Made {
  readonly key: string | undefined;
  readonly value: string;
  readonly append: boolean;
}

/** An element without a key is left out. */
const complainOfKey = ({ key, value, append }: Made, context: Context): Promise<void> =>
  complain(context, `[${key}]${append ? '+' : ''}=${value}: bad array subscript`);

async function assignArray(
  name: string,
  elements: readonly Element[],
  append: boolean,
  context: Context,
  declared?: Declared,
): Promise<void> {
  const { state, expander } = context;
  // The values are expanded first: they may be those of the array itself. Its indices are evaluated one by one while it is made.
  const isAssoc = declared?.isAssoc ?? state.isAssoc(name);
  const made: Made[] = [];
  for (const { key, value, append: appends } of elements) {
    const words = key === undefined || isAssoc ? [value] : expander.braced(value);
    if (words.length > 1)
      // What braces make of an element is text, with its index.
      for (const word of words)
        made.push({
          key: undefined,
          value: `[${await expander.text(parseSubscript(key as string))}]${appends ? '+' : ''}=${await expander.text(word)}`,
          append: false,
        });
    else if (key !== undefined)
      made.push({
        key: await expander.text(parseSubscript(key)),
        value: await (isAssoc ? expander.text(value) : expander.assignedText(value)),
        append: appends,
      });
    else
      for (const field of await expander.fields([value]))
        made.push({ key: undefined, value: field, append: false });
  }
  if (declared) {
    declared.declare();
    checkWhole(name, context);
  }
  if (isAssoc) {
    await assignPairs(name, made, append, context);
    return;
  }
  if (made.every(({ key }) => key === undefined)) {
    state.setArray(
      name,
      made.map(({ value }) => value),
      append,
    );
    return;
  }
  state.setArray(name, [], append);
  let next = Number(state.elements(name).at(-1)?.[0] ?? -1) + 1;
  for (const { key, value, append: appends } of made) {
    if (key === '') {
      await complainOfKey({ key, value, append: appends }, context);
      continue;
    }
    const at = key === undefined ? next : Number(await expander.subscript(name, key));
    try {
      state.setElement(name, at, value, appends);
    } catch (error) {
      if (!(error instanceof ElementError)) throw error;
      await complain(context, `[${key}]=${value}: bad array subscript`);
      continue;
    }
    next = (at < 0 ? at + next : at) + 1;
  }
}

/** Keys and values come in turn where the first has no brackets; else those without brackets are refused. */
async function assignPairs(
  name: string,
  made: readonly Made[],
  append: boolean,
  context: Context,
): Promise<void> {
  const { state } = context;
  const variable = state.declare(name);
  if (variable.readonly) throw new ReadonlyError(name);
  delete variable.unassigned;
  if (!append) variable.value = new Map<string, string>();
  const areBare = made[0]?.key === undefined;
  for (let at = 0; at < made.length; at++) {
    const element = made[at] as Made;
    const { key, value, append: appends } = element;
    if (key === '') await complainOfKey(element, context);
    else if (key !== undefined) state.setElement(name, key, value, appends);
    else if (areBare) {
      const held = made[++at]?.value ?? '';
      if (value === '') await complain(context, "'': bad array subscript");
      else state.setElement(name, value, held);
    } else
      await complain(
        context,
        `${name}: ${value}: must use subscript when assigning associative array`,
      );
  }
}

/** Stands before an assignment of an array that a declaring builtin is to make. */
export const ARRAY_MARK = '\u{F0000}';

/** The word as it was written. */
export const unmarked = (word: string): string =>
  word.startsWith(ARRAY_MARK) ? word.slice(ARRAY_MARK.length) : word;

/** The assignment that a declaring builtin was given: an array as it was written, anything else expanded. */
export const markedArray = (word: string): Assignment | undefined =>
  word.startsWith(ARRAY_MARK) ? parseAssignment(word.slice(ARRAY_MARK.length)) : undefined;
