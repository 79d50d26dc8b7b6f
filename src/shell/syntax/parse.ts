/** What the rest of the shell asks of the parser. */
import { Parser } from './commands.ts';
import { SyntaxError_ } from './scanner.ts';
import type { Assignment, Script, Word } from './tree.ts';

export { Parser, SyntaxError_ };

/** A whole script. Throws SyntaxError_. */
export const parse = (text: string): Script => new Parser(text).script();

/** Whether more lines could make a text whole that is not. */
export function isIncomplete(text: string): boolean {
  if (/(?<!\\)(?:\\\\)*\\$/.test(text)) return true;
  const parser = new Parser(text);
  try {
    parser.script();
  } catch (error) {
    return error instanceof SyntaxError_ && error.incomplete;
  }
  return parser.missing !== undefined;
}

/** The text as in double quotes. */
export const parseQuoted = (text: string): Word => Parser.quoted(text);

export const parseAssignment = (text: string): Assignment | undefined => Parser.assignment(text);

/** The text between the brackets of an associative array's element. */
export const parseSubscript = (text: string): Word => Parser.subscript(text);
