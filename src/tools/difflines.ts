/** The lines of two files for diff(1), with the numbers that tell which of them are equal. */
import type { Change } from './diffscript.ts';
import { changesOf } from './diffscript.ts';

export interface LineRules {
  readonly ignoreCase: boolean;
  readonly blanks: 'exact' | 'trailing' | 'amount' | 'all';
  readonly expandsTabs: boolean;
  /** Carriage returns before newlines are left out. */
  readonly stripsReturns: boolean;
  readonly ignoresBlankLines: boolean;
  readonly minimal: boolean;
  /** Lines that are shown before and after a change. */
  readonly context: number;
}

export interface Lines {
  readonly data: Uint8Array;
  /** Where each line starts; one more for the end. */
  readonly starts: readonly number[];
  /** The last line has no newline. */
  readonly isOpen: boolean;
}

const NEWLINE = 10;
/** Each byte a character, though not each the one of its number. */
const LATIN1 = new TextDecoder('latin1');

export function linesOf(data: Uint8Array): Lines {
  const starts = [0];
  for (let at = data.indexOf(NEWLINE); at >= 0; at = data.indexOf(NEWLINE, at + 1))
    starts.push(at + 1);
  const isOpen = data.length > 0 && data.at(-1) !== NEWLINE;
  if (isOpen) starts.push(data.length);
  return { data, starts, isOpen };
}

export const countOf = ({ starts }: Lines): number => starts.length - 1;

/** A line without its newline. */
export function lineOf({ data, starts, isOpen }: Lines, index: number): Uint8Array {
  const end = starts[index + 1] as number;
  const isLastOpen = isOpen && index === starts.length - 2;
  return data.subarray(starts[index] as number, isLastOpen ? end : end - 1);
}

const TAB = 8;

function expanded(text: string): string {
  let out = '';
  for (const char of text) out += char === '\t' ? ' '.repeat(TAB - (out.length % TAB)) : char;
  return out;
}

/** What lines are compared by. */
function keyOf(line: Uint8Array, rules: LineRules): string {
  let text = LATIN1.decode(line);
  if (rules.expandsTabs) text = expanded(text);
  if (rules.blanks === 'all') text = text.replace(/[ \t\v\f\r]+/g, '');
  else if (rules.blanks === 'amount') text = text.replace(/[ \t\v\f\r]+/g, ' ').replace(/ $/, '');
  else if (rules.blanks === 'trailing') text = text.replace(/[ \t\v\f\r]+$/, '');
  return rules.ignoreCase ? text.replace(/[A-Z]/g, (char) => char.toLowerCase()) : text;
}

/** The changes from one file to the other, without those that are ignored. */
export async function compareLines(
  a: Lines,
  b: Lines,
  rules: LineRules,
  checkpoint: () => Promise<void>,
): Promise<Change[]> {
  const numbers = new Map<string, number>();
  const classesOf = (lines: Lines): Int32Array => {
    const count = countOf(lines);
    const classes = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      // The missing newline is a difference, except where blanks at the end are none.
      const isOpen = lines.isOpen && i === count - 1 && rules.blanks === 'exact';
      const key = (isOpen ? '\n' : '') + keyOf(lineOf(lines, i), rules);
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      classes[i] = known;
    }
    return classes;
  };
  const [left, right] = [classesOf(a), classesOf(b)];
  const { start, end } = equalEnds(a, b, rules.context);
  const changes = await changesOf(
    left.subarray(start, left.length - end),
    right.subarray(start, right.length - end),
    rules.minimal,
    checkpoint,
  );
  return changes.map((each) => ({ ...each, from: each.from + start, to: each.to + start }));
}

/** The numbers of lines at both ends that are the same bytes, without those that are shown around changes. */
function equalEnds(a: Lines, b: Lines, context: number): { start: number; end: number } {
  const isEqual = (i: number, j: number): boolean => {
    const [one, other] = [rawLine(a, i), rawLine(b, j)];
    return one.length === other.length && one.every((byte, at) => byte === other[at]);
  };
  const least = Math.min(countOf(a), countOf(b));
  let start = 0;
  while (start < least && isEqual(start, start)) start++;
  let end = 0;
  if (a.isOpen === b.isOpen)
    while (end < least - start && isEqual(countOf(a) - 1 - end, countOf(b) - 1 - end)) end++;
  return { start: Math.max(0, start - context), end: Math.max(0, end - context) };
}

const rawLine = ({ data, starts }: Lines, index: number): Uint8Array =>
  data.subarray(starts[index] as number, starts[index + 1] as number);

/** Only blank lines come or go. Where blanks do not count, a line of blanks is one. */
export function isBlankChange(change: Change, a: Lines, b: Lines, rules: LineRules): boolean {
  const isBlank = (lines: Lines, from: number, count: number): boolean =>
    Array.from({ length: count }, (_, i) => lineOf(lines, from + i)).every(
      (line) => line.length === 0 || (rules.blanks !== 'exact' && keyOf(line, rules).trim() === ''),
    );
  return isBlank(a, change.from, change.deleted) && isBlank(b, change.to, change.inserted);
}
