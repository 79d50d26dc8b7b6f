/** Completes an argument by the specification of its command, where there is one. */

import { matchesOf } from './compgen.ts';
import { generated } from './completionactions.ts';
import { DEFAULT } from './completionspecs.ts';
import type { Context } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import { quoteForInput } from './quote.ts';
import { absolute } from './sys.ts';

const TAB = 9;

/** The choices for the word that the text ends with; undefined where files are to be offered. */
export async function programmedChoices(
  text: string,
  word: string,
  context: Context,
  shell: Interpreter,
): Promise<string[] | undefined> {
  const { state } = context;
  const line = /[^|&;()\n]*$/.exec(text)?.[0].trimStart() ?? '';
  const words = line.match(/(?:[^\s\\]|\\.)+/g) ?? [];
  const typed = word === '' ? [...words, ''] : words;
  const [command = ''] = typed;
  const name = [command, command.replace(/^.*\//, ''), DEFAULT].find((each) =>
    state.completions.has(each),
  );
  const spec = name === undefined ? undefined : state.completions.get(name);
  if (!spec || name === undefined || !state.shopt.has('progcomp')) return undefined;
  const index = typed.length - 1;
  const [previous = ''] = typed.slice(index - 1);
  const own = { name, spec };
  state.completing = own;
  let found: string[];
  try {
    const request = { command, word, previous, line, words: typed, index, key: TAB };
    found = await matchesOf(spec, request, context, shell);
  } finally {
    state.completing = undefined;
  }
  const { options } = own.spec;
  if (found.length === 0 && options.has('bashdefault'))
    found = await generated(new Set(['file']), word, context, shell);
  if (found.length === 0 && options.has('default')) return undefined;
  const choices = [...new Set(found)].filter((each) => each.startsWith(word));
  if (!options.has('nosort')) choices.sort();
  return Promise.all(
    choices.map(async (each) => {
      const isFile =
        options.has('filenames') || spec.actions.has('file') || spec.actions.has('directory');
      const isDirectory =
        isFile && (await shell.sys.stat(absolute(state.cwd, each)))?.kind === 'dir';
      const shown = isFile && !options.has('noquote') ? quoteForInput(each) : each;
      return isDirectory ? `${shown}/` : options.has('nospace') ? shown : `${shown} `;
    }),
  );
}
