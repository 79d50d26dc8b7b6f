/** Assignments to variables, elements and arrays (bash(1) "PARAMETERS", "Arrays"). */
import type { Context } from './context.ts';
import { ShellError } from './state.ts';
import { type Assignment, type Part, sourceOf, type Word } from './syntax.ts';

/** One assignment; throws ShellError for a readonly variable. */
export async function assign(
  { name, value, append, array }: Assignment,
  context: Context,
): Promise<void> {
  const { state, expander } = context;
  if (array) {
    await assignArray(name, array, append, context);
    return;
  }
  const text = value ? await expander.text(value) : '';
  const [, base, subscript] = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name) ?? [];
  if (base !== undefined && subscript !== undefined) {
    state.setElement(base, await expander.subscript(base, subscript), text, append);
    return;
  }
  if (state.variables.get(name)?.integer) {
    const old = append ? (state.get(name) ?? '0') : '0';
    const sum = await expander.expandText(`$((${old}+(${text === '' ? '0' : text})))`);
    state.set(name, sum);
  } else state.set(name, text, append);
}

/** A text to `name` or `name[subscript]`; throws ShellError for what is no such name. */
export async function assignTo(target: string, text: string, context: Context): Promise<void> {
  const { state, expander } = context;
  const [all, base = '', , subscript] = /^([A-Za-z_]\w*)(\[(.+)\])?$/s.exec(target) ?? [];
  if (all === undefined) throw new ShellError(`\`${target}': not a valid identifier`, 2);
  if (subscript === undefined) state.set(base, text);
  else state.setElement(base, await expander.subscript(base, subscript), text);
}

async function assignArray(
  name: string,
  words: readonly Word[],
  append: boolean,
  context: Context,
): Promise<void> {
  const { state, expander } = context;
  const keyed = words.map(keyedElement);
  if (state.isAssoc(name) || keyed.some((each) => each !== undefined)) {
    if (!append) {
      const variable = state.declare(name);
      if (variable.readonly) throw new ShellError(`${name}: readonly variable`);
      variable.value = variable.assoc ? new Map<string, string>() : new Map<number, string>();
    }
    let next = 0;
    for (const [i, word] of words.entries()) {
      const each = keyed[i];
      const key = each ? await expander.subscript(name, each.key) : next;
      state.setElement(name, key, await expander.text(each?.value ?? word));
      next = Number(key) + 1;
    }
    return;
  }
  state.setArray(name, await expander.fields(words), append);
}

/** Stands before an array that a declaring builtin is to parse. */
export const ARRAY_MARK = '\u{F0000}';

/** `[key]=value` in an array. */
function keyedElement(word: Word): { key: string; value: Word } | undefined {
  const [first, second, ...rest] = word.parts;
  const pattern =
    first?.type === 'Glob' ? first.pattern : first?.type === 'Literal' ? first.value : undefined;
  if (pattern === undefined) return undefined;
  const whole = /^\[([^\]]*)\]=(.*)$/s.exec(pattern);
  if (whole)
    return {
      key: whole[1] as string,
      value: {
        ...word,
        parts: [{ type: 'Literal', value: whole[2] as string }, ...word.parts.slice(1)],
      },
    };
  const key = /^\[([^\]]*)\]$/.exec(pattern)?.[1];
  if (key === undefined || second?.type !== 'Literal' || !second.value.startsWith('=')) {
    const source = quotedKey(word);
    return source;
  }
  const after: Part[] =
    second.value.length > 1 ? [{ type: 'Literal', value: second.value.slice(1) }] : [];
  return { key, value: { ...word, parts: [...after, ...rest] } };
}

/** `["a b"]=value` and `[$k]=value`: the key's parts stand between the brackets. */
function quotedKey(word: Word): { key: string; value: Word } | undefined {
  const [first] = word.parts;
  if (first?.type !== 'Literal' || !first.value.startsWith('[')) return undefined;
  const end = word.parts.findIndex((part) => part.type === 'Literal' && part.value.includes(']='));
  const last = word.parts[end];
  if (end <= 0 || last?.type !== 'Literal') return undefined;
  const cut = last.value.indexOf(']=');
  const keyParts: Part[] = [
    { type: 'Literal', value: first.value.slice(1) },
    ...word.parts.slice(1, end),
    { type: 'Literal', value: last.value.slice(0, cut) },
  ];
  return {
    key: sourceOf({ ...word, parts: keyParts }),
    value: {
      ...word,
      parts: [{ type: 'Literal', value: last.value.slice(cut + 2) }, ...word.parts.slice(end + 1)],
    },
  };
}
