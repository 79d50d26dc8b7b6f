/** Aliases: words that stand for others where a command begins (bash(1) "ALIASES"). */
import { ShellError } from './failure.ts';
import { parse } from './syntax/parse.ts';
import type { Word } from './syntax/tree.ts';

/** The words with aliases in the place of the first, and of the next where an alias ends with a blank. */
export function withAliases(
  words: readonly Word[],
  aliases: ReadonlyMap<string, string>,
  used: readonly string[] = [],
): readonly Word[] {
  const [first, ...rest] = words;
  const alias = first && !used.includes(first.source) ? aliases.get(first.source) : undefined;
  if (first === undefined || alias === undefined) return words;
  const heads = withAliases(wordsOf(alias), aliases, [...used, first.source]);
  return [...heads, ...(/\s$/.test(alias) ? withAliases(rest, aliases) : rest)];
}

function wordsOf(alias: string): readonly Word[] {
  const command = parse(alias).statements[0]?.pipelines[0]?.commands[0];
  if (command?.type !== 'SimpleCommand' || command.words.length === 0)
    throw new ShellError('this alias is no simple command');
  return command.words;
}
