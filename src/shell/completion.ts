/** What could stand at the end of a line: commands first, then paths, variables after `$`. */
import { programmedChoices } from './completionprogrammed.ts';
import type { Context } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import { absolute } from './sys.ts';

export async function completionOf(
  text: string,
  context: Context,
  shell: Interpreter,
): Promise<{ from: number; choices: string[] }> {
  const word = /(?:[^\s|&;<>()\\]|\\.)*$/.exec(text)?.[0] ?? '';
  const from = text.length - word.length;
  const variable = /\$\{?(\w*)$/.exec(word);
  if (variable) {
    const start = text.length - (variable[1] as string).length;
    const names = [...context.state.variables.keys()].filter((name) =>
      name.startsWith(variable[1] as string),
    );
    return { from: start, choices: names.sort() };
  }
  const first = /(^|[|&;(]|\b(?:do|then|else|if|while|until|time))\s*$/.test(text.slice(0, from));
  const choices = first && !word.includes('/') ? await commandsFor(word, context, shell) : [];
  if (choices.length > 0) return { from, choices };
  const programmed = first ? undefined : await programmedChoices(text, word, context, shell);
  return { from, choices: programmed ?? (await pathsFor(word, context, shell)) };
}

async function commandsFor(word: string, context: Context, shell: Interpreter): Promise<string[]> {
  if (word === '') return [];
  const { state } = context;
  const names = new Set([
    ...shell.commands.builtins.keys(),
    ...shell.commands.names(),
    ...state.functions.keys(),
    ...state.aliases.keys(),
  ]);
  for (const dir of (state.get('PATH') ?? '').split(':')) {
    const entries = await shell.sys.list(absolute(state.cwd, dir || '.')).catch(() => []);
    for (const { name, kind } of entries)
      if (kind !== 'dir') names.add(name.replace(/\.wasm$/, ''));
  }
  return [...names]
    .filter((name) => name.startsWith(word))
    .sort()
    .map((name) => `${name} `);
}

async function pathsFor(word: string, context: Context, shell: Interpreter): Promise<string[]> {
  const plain = word.replace(/\\(.)/g, '$1');
  const slash = plain.lastIndexOf('/') + 1;
  const [dir, start] = [plain.slice(0, slash), plain.slice(slash)];
  const place = dir.startsWith('~/') ? `${context.state.get('HOME') ?? ''}/${dir.slice(2)}` : dir;
  const entries = await shell.sys
    .list(absolute(context.state.cwd, place === '' ? '.' : place))
    .catch(() => []);
  const quoted = (text: string): string => text.replace(/[\s|&;<>()$`\\"'*?[\]#~]/g, '\\$&');
  return entries
    .filter(({ name }) => name.startsWith(start) && (start !== '' || !name.startsWith('.')))
    .map(
      ({ name, kind }) =>
        `${word.slice(0, word.length - quoted(start).length)}${quoted(name)}${kind === 'dir' ? '/' : ' '}`,
    )
    .sort();
}
