/** What stands between `[[` and `]]` (bash(1) "CONDITIONAL EXPRESSIONS"). */
import { type Scanner, SyntaxError_ } from './scanner.ts';
import type { Condition, Word } from './tree.ts';
import type { Words } from './words.ts';

const BINARY = /(?:==|=~|=|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))(?=[ \t\n(]|$)/y;
const UNARY = /-[a-zA-Z](?=[ \t\n])/y;

/** `scanner` stands behind `[[`, and afterwards behind `]]`; `newlines` passes blanks and line breaks. */
export function parseCondition(scanner: Scanner, words: Words, newlines: () => void): Condition {
  const { line } = scanner;
  const fail = (): never => {
    if (scanner.isAtEnd)
      throw new SyntaxError_(`unexpected EOF while looking for \`]]'`, line, { incomplete: true });
    const shown = scanner.lineText();
    const [token = ''] = scanner.match(/[^ \t\n]+/y) ?? [];
    throw new SyntaxError_(
      `syntax error in conditional expression: unexpected token \`${token}'`,
      scanner.line,
      { shown },
    );
  };
  const isClosed = (): boolean =>
    /^\]\](?:[ \t\n;&|<>()]|$)/.test(scanner.text.slice(scanner.at, scanner.at + 3));
  const operand = (): Word => {
    newlines();
    if (scanner.isAtEnd || isClosed()) return fail();
    const word = words.word(scanner);
    return word.source === '' ? fail() : word;
  };
  const or = (): Condition => {
    let left = and();
    for (newlines(); scanner.take('||'); newlines()) left = { type: 'Or', left, right: and() };
    return left;
  };
  const and = (): Condition => {
    let left = not();
    for (newlines(); scanner.take('&&'); newlines()) left = { type: 'And', left, right: not() };
    return left;
  };
  const not = (): Condition => {
    newlines();
    return scanner.match(/!(?=[ \t\n(])/y) ? { type: 'Not', condition: not() } : primary();
  };
  const primary = (): Condition => {
    newlines();
    if (scanner.take('(')) {
      const inner = or();
      newlines();
      return scanner.take(')') ? inner : fail();
    }
    const start = scanner.at;
    const [unary] = scanner.match(UNARY) ?? [];
    if (unary !== undefined) {
      newlines();
      // `-n` alone, or before an operator, is a word.
      const isOperand =
        !isClosed() && !/^(?:&&|\|\||\))/.test(scanner.text.slice(scanner.at, scanner.at + 2));
      const before = scanner.at;
      const isBinary = scanner.match(BINARY) !== undefined;
      scanner.at = before;
      if (isOperand && !isBinary) return { type: 'Unary', operator: unary, word: operand() };
      scanner.at = start;
    }
    const left = operand();
    newlines();
    const [operator] = scanner.match(BINARY) ?? [];
    if (operator === undefined) return { type: 'Word', word: left };
    newlines();
    const right = operator === '=~' ? words.regularExpression(scanner) : operand();
    return { type: 'Binary', operator, left, right };
  };
  const condition = or();
  newlines();
  if (!isClosed()) return fail();
  scanner.at += 2;
  return condition;
}
