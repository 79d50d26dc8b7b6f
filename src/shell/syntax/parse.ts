/** What the rest of the shell asks of the parser. */
import { Parser } from './commands.ts';
import type { Dialect } from './dialect.ts';
import { Scanner, SyntaxError_ } from './scanner.ts';
import type { Assignment, Part, Word } from './tree.ts';
import { tildeAt } from './words.ts';

export { Parser, SyntaxError_ };

/** The last line break has a backslash before it. */
const CONTINUED = /(?<!\\)(?:\\\\)*\\\n$/;

/** Whether more lines could make a text whole that is not. */
export function isIncomplete(text: string, dialect: Dialect): boolean {
  if (/(?<!\\)(?:\\\\)*\\$/.test(text)) return true;
  const parser = new Parser(text, 1, dialect);
  try {
    parser.script();
  } catch (error) {
    return error instanceof SyntaxError_ && error.incomplete;
  }
  return parser.missing !== undefined;
}

/**
 * How many characters the first line of commands takes, where whole lines are read; undefined where more of them could
 * change it. Of a text with a mistake it is all.
 */
export function firstCommands(text: string, dialect: Dialect): number | undefined {
  const parser = new Parser(text, 1, dialect);
  // The text of an alias may have lines, which are no lines of the script.
  const isLineEnd = (left: number): boolean => left === 0 || text.at(-left - 1) === '\n';
  try {
    do parser.line();
    while (parser.isInAlias || !isLineEnd(parser.left));
  } catch (error) {
    if (!(error instanceof SyntaxError_)) throw error;
    return error.incomplete ? undefined : text.length;
  }
  const isContinued = parser.left === 0 && (CONTINUED.test(text) || CONTINUED.test(parser.text));
  return parser.missing || isContinued ? undefined : text.length - parser.left;
}

/** The text as in double quotes. */
export const parseQuoted = (text: string): Word => Parser.quoted(text);

/** The same, in which double quotes stand for themselves. */
export const parsePrompt = (text: string): Word => Parser.quoted(text, 'kept');

export const parseAssignment = (text: string): Assignment | undefined => Parser.assignment(text);

/** The text between the brackets of an associative array's element. */
export const parseSubscript = (text: string): Word => Parser.subscript(text);

/** The words of a text that the characters of `separators` part, where these are not quoted. */
export const parseWords = (text: string, separators: string): readonly Word[] =>
  Parser.words(text, separators);

/** The tilde that a text begins with; where more follows the text, its end ends no name. */
export function tildeIn(
  text: string,
  isWhole: boolean,
): Extract<Part, { type: 'Tilde' }> | undefined {
  const tilde = tildeAt(new Scanner(text));
  return tilde && (isWhole || tilde.user.length + 1 < text.length) ? tilde : undefined;
}
