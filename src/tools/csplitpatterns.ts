/** The patterns of csplit(1): where one part ends and the next begins. */
import { type Host, ToolError } from './host.ts';
import { inQuotes } from './quote.ts';
import { compile, type Regex, RegexError } from './regex/index.ts';
import { warn } from './stdio.ts';

/** A pattern is followed `repeat` times more, which may be without end. */
export type Pattern = LinePattern | RegexPattern;

interface LinePattern {
  readonly kind: 'line';
  /** The line that begins the next part; at each repetition, the same number of lines further on. */
  readonly line: number;
  readonly repeat: number;
}

export interface RegexPattern {
  readonly kind: 'regex';
  readonly text: string;
  readonly regex: Regex;
  /** Lines between the one that matches and the one that begins the next part. */
  readonly offset: number;
  /** The lines before are passed over, and make no part. */
  readonly isSkipped: boolean;
  readonly repeat: number;
}

/** More than this is no number of a line (INTMAX_MAX). */
const MOST = 2 ** 63;

/** Reads the patterns. A mistake in one of them ends the tool before it makes a file. */
export async function patternsOf(host: Host, words: readonly string[]): Promise<Pattern[]> {
  const patterns: Pattern[] = [];
  let before = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    const isRegex = word.startsWith('/') || word.startsWith('%');
    const pattern = isRegex ? regexOf(word) : { kind: 'line' as const, line: lineOf(word, before) };
    if (pattern.kind === 'line') {
      if (pattern.line === before)
        await warn(
          host,
          `warning: line number ${inQuotes(word)} is the same as preceding line number`,
        );
      before = pattern.line;
    }
    const next = words[at + 1];
    const isRepeated = next?.startsWith('{') === true;
    if (isRepeated) at++;
    patterns.push({ ...pattern, repeat: isRepeated ? repeatOf(next) : 0 });
  }
  return patterns;
}

/** A number without sign; undefined where it is none. */
function wholeNumber(text: string): number | undefined {
  const value = /^\s*\+?\d+$/.test(text) ? Number(text) : MOST;
  return value < MOST ? value : undefined;
}

function lineOf(word: string, before: number): number {
  const line = wholeNumber(word);
  if (line === undefined) throw new ToolError(`${inQuotes(word)}: invalid pattern`);
  if (line === 0) throw new ToolError(`${word}: line number must be greater than zero`);
  if (line < before)
    throw new ToolError(
      `line number ${inQuotes(word)} is smaller than preceding line number, ${before}`,
    );
  return line;
}

function repeatOf(word: string): number {
  if (!word.endsWith('}'))
    throw new ToolError(`${inQuotes(word)}: '}' is required in repeat count`);
  const inside = word.slice(1, -1);
  if (inside === '*') return Number.POSITIVE_INFINITY;
  const count = wholeNumber(inside);
  if (count !== undefined) return count;
  throw new ToolError(`${inQuotes(word.slice(0, -1))}}: integer required between '{' and '}'`);
}

function regexOf(word: string): Omit<RegexPattern, 'repeat'> {
  const delimiter = word[0] as string;
  const end = word.lastIndexOf(delimiter);
  if (end === 0) throw new ToolError(`${word}: closing delimiter '${delimiter}' missing`);
  const regex = compiled(word, word.slice(1, end));
  const rest = word.slice(end + 1);
  if (rest !== '' && !/^\s*[-+]?\d+$/.test(rest))
    throw new ToolError(`${inQuotes(word)}: integer expected after delimiter`);
  const isSkipped = delimiter === '%';
  return { kind: 'regex', text: word, regex, offset: Number(rest), isSkipped };
}

function compiled(word: string, source: string): Regex {
  try {
    return compile(source, { syntax: 'bre' });
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ToolError(`${inQuotes(word)}: invalid regular expression: ${error.message}`);
  }
}
