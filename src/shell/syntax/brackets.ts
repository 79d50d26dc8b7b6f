/** Where what is open closes. */
import { type Scanner, SyntaxError_ } from './scanner.ts';

/** What stands between a bracket here and the one that closes it; undefined, and nothing passed, where none does. */
export function bracketed(scanner: Scanner): string | undefined {
  const start = scanner.at;
  const end = closing(scanner.text, start, '[', ']');
  if (end < 0) return undefined;
  scanner.at = end + 1;
  return scanner.text.slice(start + 1, end);
}

/** The expression that begins at `start` and ends at `))`, which is passed; undefined where it does not. */
export function arithmeticText(scanner: Scanner, start: number): string | undefined {
  const end = closing(scanner.text, start - 1, '(', ')');
  if (end < 0) return undefined;
  const [closed] = /^(?:\\\n)*\)/.exec(scanner.text.slice(end + 1)) ?? [];
  if (closed === undefined) return undefined;
  scanner.at = end + 1 + closed.length;
  return scanner.text.slice(start, end);
}

/**
 * Parses what begins with two parentheses and is no expression, the inner one of them at `inner`. Where the text ends before
 * that is closed, bash takes the whole for an expression that is not.
 */
export function nestedParentheses<T>(
  scanner: Scanner,
  inner: number,
  line: number,
  parse: () => T,
): T {
  const isClosed = closing(scanner.text, inner, '(', ')') >= 0;
  try {
    return parse();
  } catch (error) {
    const isAtEnd = error instanceof SyntaxError_ && error.incomplete && scanner.isAtEnd;
    if (isClosed || !isAtEnd) throw error;
    return scanner.unclosed(')', line);
  }
}

/** Where what opens at `from` closes; quotes and other parentheses in it are passed. -1 where it does not. */
function closing(text: string, from: number, open: string, close: string): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\') at++;
    else if (char === "'" || char === '"' || char === '`') {
      at = quoteEnd(text, at, char);
      if (at < 0) return -1;
    } else if (char === open) depth++;
    else if (char === close && --depth === 0) return at;
  }
  return -1;
}

function quoteEnd(text: string, from: number, quote: string): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\' && quote !== "'") at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}
