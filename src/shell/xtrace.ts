/** `set -x`: each command is shown before it runs, after the expansion of PS4 (bash(1) "set"). */
import { type Context, complain } from './context.ts';
import { ShellError } from './failure.ts';
import { META, quoteWord } from './quote.ts';
import { type Assignment, isArray } from './syntax/tree.ts';

export const tracedWord = (word: string): string =>
  word === '' || META.test(word) ? quoteWord(word) : word;

/** An assignment with what is assigned: an array as it was written, anything else expanded. */
export function tracedAssignment(assignment: Assignment, text: string): string {
  const { name, subscript, append, value } = assignment;
  const at = subscript === undefined ? '' : `[${subscript}]`;
  const shown = isArray(value)
    ? `(${value.map(({ key, value: each }) => (key === undefined ? '' : `[${key}]=`) + each.source).join(' ')})`
    : META.test(text)
      ? quoteWord(text)
      : text;
  return `${name}${at}${append ? '+=' : '='}${shown}`;
}

/** Shows a line; nothing where `set -x` is off. */
export async function trace(line: string, context: Context): Promise<void> {
  const { state, io } = context;
  if (!state.options.has('xtrace')) return;
  const fd = state.get('BASH_XTRACEFD');
  const to = io.get(fd === undefined ? 2 : Number(fd)) ?? io.get(2);
  await to?.write(`${await prefix(context)}${line}\n`);
}

/** PS4, its first character once for each level of substitution, `eval` and `source`. */
async function prefix(context: Context): Promise<string> {
  const { state, expander } = context;
  const { status } = state;
  // What PS4 runs is not shown.
  state.options.delete('xtrace');
  try {
    const text = await expander.host.prompt(state.get('PS4') ?? '');
    const [first = '', ...rest] = text;
    return first.repeat(state.traceDepth) + rest.join('');
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await complain(context, error.message);
    return '';
  } finally {
    state.options.add('xtrace');
    state.status = status;
  }
}
