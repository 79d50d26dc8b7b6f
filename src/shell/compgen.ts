/** What could stand for a word by a specification, and `compgen`, which prints it (bash(1) "Programmable Completion"). */
import { fileNames, generated } from './completionactions.ts';
import { type CompletionSpec, completionOptions } from './completionspecs.ts';
import { type Context, complain, out } from './context.ts';
import { ExpansionError } from './failure.ts';
import { glob } from './glob.ts';
import type { Builtin, Interpreter } from './interpreter.ts';
import { patternOf, quotePattern } from './pattern.ts';
import { quoteWord } from './quote.ts';
import { substitute } from './substitution.ts';
import { Parser, parseWords, SyntaxError_ } from './syntax/parse.ts';
import type { Word } from './syntax/tree.ts';

/** What is completed: a word of a line that is typed. */
export interface CompletionRequest {
  readonly command: string;
  readonly word: string;
  readonly previous: string;
  readonly line: string;
  readonly words: readonly string[];
  readonly index: number;
  /** The key that asks, and why: both 63 or 9 for Tab, 0 where nobody types. */
  readonly key: number;
}

/** In the order in which bash generates them: neither sorted nor joined. */
export async function matchesOf(
  spec: CompletionSpec,
  request: CompletionRequest,
  context: Context,
  shell: Interpreter,
): Promise<string[]> {
  const { options, values } = spec;
  const { word } = request;
  let all = await generated(spec.actions, word, context, shell);
  const pattern = values.get('G');
  if (pattern !== undefined) all.push(...(await glob(pattern, context.state, shell.sys)));
  const list = values.get('W');
  if (list !== undefined) all.push(...(await listed(list, word, context)));
  if (values.has('F') || values.has('C'))
    all.push(...(await programmed(spec, request, context, shell)));
  const filter = values.get('X');
  if (filter !== undefined) all = filtered(all, filter, word, context);
  const [prefix = '', suffix = ''] = [values.get('P'), values.get('S')];
  all = all.map((each) => prefix + each + suffix);
  if (options.has('plusdirs') || (options.has('dirnames') && all.length === 0))
    all.push(...(await fileNames(word, context, shell, true)));
  return all;
}

/** The words of -W that begin so: split at the characters of IFS, then expanded. */
async function listed(text: string, word: string, { state, expander }: Context): Promise<string[]> {
  const words = wordsIn(text, state.get('IFS') ?? ' \t\n');
  const hadNoGlob = state.options.has('noglob');
  state.options.add('noglob');
  try {
    return (await expander.fields(words)).filter((each) => each.startsWith(word));
  } finally {
    if (!hadNoGlob) state.options.delete('noglob');
  }
}

function wordsIn(text: string, separators: string): readonly Word[] {
  try {
    return parseWords(text, separators);
  } catch (error) {
    if (!(error instanceof SyntaxError_)) throw error;
    throw new ExpansionError(`${text}: bad substitution`);
  }
}

/** What a pattern leaves: what it does not match, or behind `!` what it does. `&` in it is the word. */
function filtered(
  all: readonly string[],
  filter: string,
  word: string,
  { state }: Context,
): string[] {
  const keeps = filter.startsWith('!');
  const text = filter
    .slice(keeps ? 1 : 0)
    .replace(/\\(.)|&/gs, (each) =>
      each === '&' ? quotePattern(word) : each === '\\&' ? '&' : each,
    );
  const pattern = patternOf(text, { isExtended: state.hasExtendedPatterns });
  return all.filter((each) => pattern.matches(each) === keeps);
}

/** What a function leaves in COMPREPLY, and a command prints. */
async function programmed(
  { values }: CompletionSpec,
  { command, word, previous, line, words, index, key }: CompletionRequest,
  context: Context,
  shell: Interpreter,
): Promise<string[]> {
  const { state } = context;
  const texts = { COMP_LINE: line, COMP_POINT: line.length, COMP_TYPE: key, COMP_KEY: key };
  for (const [name, value] of Object.entries(texts)) {
    state.set(name, String(value));
    state.declare(name).exported = true;
  }
  const found: string[] = [];
  try {
    const called = values.get('F');
    if (called !== undefined && !state.functions.has(called))
      await complain(context, `completion: function \`${called}' not found`);
    else if (called !== undefined) {
      state.setArray('COMP_WORDS', words);
      state.set('COMP_CWORD', String(index));
      await shell.call(called, [command, word, previous], context);
      found.push(...state.elements('COMPREPLY').map(([, value]) => value));
    }
    const text = values.get('C');
    if (text !== undefined) {
      const script = [text, ...[command, word, previous].map(quoteWord)].join(' ');
      const printed = await substitute(new Parser(script, 1, state).script(), context, shell);
      // A newline behind a backslash is a part of a choice.
      found.push(
        ...(printed.match(/(?:\\\n|[^\n])+/g) ?? []).map((each) => each.replaceAll('\\\n', '\n')),
      );
    }
  } finally {
    for (const name of [...Object.keys(texts), 'COMP_WORDS', 'COMP_CWORD', 'COMPREPLY'])
      state.variables.delete(name);
  }
  return found;
}

export const compgen: Builtin = async (args, context, shell) => {
  const given = await completionOptions('compgen', args, context);
  if (!given) return 2;
  const { spec, rest } = given;
  if (args.length === 0) return 0;
  for (const letter of ['F', 'C'])
    if (spec.values.has(letter))
      await complain(context, `compgen: warning: -${letter} option may not work as you expect`);
  const [word = ''] = rest;
  const request = {
    command: 'compgen',
    word,
    previous: '',
    line: '',
    words: [],
    index: -1,
    key: 0,
  };
  let all = await matchesOf(spec, request, context, shell);
  const { options } = spec;
  if (all.length === 0 && options.has('bashdefault') && word !== '' && !word.includes('/'))
    all = await generated(new Set(['command']), word, context, shell);
  if (all.length === 0 && options.has('default')) all = await fileNames(word, context, shell);
  await out(context, all.map((each) => `${each}\n`).join(''));
  return all.length > 0 ? 0 : 1;
};
