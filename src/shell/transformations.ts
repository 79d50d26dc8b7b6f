/** The operators of `${…}` that change a text: a part of it, a match removed or replaced, its case, `@` (bash(1) "Parameter Expansion"). */
import { unescaped } from './escapes.ts';
import { ArithmeticError } from './failure.ts';
import type { Piece } from './fields.ts';
import type { Pattern } from './pattern.ts';
import { quoteForAssignment, quoteWord } from './quote.ts';
import type { State } from './state.ts';
import type { Operation } from './syntax/tree.ts';

type Of<K extends Operation['type']> = Extract<Operation, { type: K }>;

export function substring(
  value: string,
  offset: number,
  length: number | undefined,
  shown: string,
): string {
  const chars = [...value];
  const from = offset < 0 ? offset + chars.length : offset;
  if (from < 0 || from > chars.length) return '';
  if (length === undefined) return chars.slice(from).join('');
  const end = length < 0 ? chars.length + length : from + length;
  if (end < from) throw new ArithmeticError(`${shown}: substring expression < 0`);
  return chars.slice(from, end).join('');
}

export function removeMatch(
  value: string,
  pattern: Pattern,
  { side, isLongest }: Of<'Removal'>,
): string {
  const chars = [...value];
  const lengths = side === 'prefix' ? pattern.lengthsFrom(chars) : pattern.lengthsBefore(chars);
  const length = lengths.at(isLongest ? -1 : 0) ?? 0;
  const kept = side === 'prefix' ? chars.slice(length) : chars.slice(0, chars.length - length);
  return kept.join('');
}

/** In what replaces, `&` that is not quoted is the match (patsub_replacement). */
export function replaceMatch(
  value: string,
  pattern: Pattern,
  by: readonly Piece[],
  where: Of<'Replacement'>['where'],
  shopt: ReadonlySet<string>,
): string {
  const text = (match: string): string =>
    by
      .map((piece) =>
        piece.quoted || !shopt.has('patsub_replacement')
          ? piece.text
          : piece.text.replace(/\\([\\&])|&/g, (all, escaped?: string) =>
              escaped === undefined ? match : all === '\\\\' ? '\\' : escaped,
            ),
      )
      .join('');
  if (pattern.literal === '')
    return where === 'start' ? text('') + value : where === 'end' ? value + text('') : value;
  if (pattern.literal !== undefined && where === 'all')
    return value.replaceAll(pattern.literal, text);
  // bash looks no further into an empty value where the pattern does not begin with a star.
  if (value === '' && !pattern.startsWithStar) return value;
  const chars = [...value];
  const slice = (from: number, to?: number): string => chars.slice(from, to).join('');
  if (where === 'start') {
    const length = pattern.lengthsFrom(chars).at(-1);
    return length === undefined ? value : text(slice(0, length)) + slice(length);
  }
  if (where === 'end') {
    const length = pattern.lengthsBefore(chars).at(-1);
    const from = chars.length - (length ?? 0);
    return length === undefined ? value : slice(0, from) + text(slice(from));
  }
  let out = '';
  for (let at = 0; at < chars.length; ) {
    const length = pattern.lengthsFrom(chars, at).at(-1);
    if (length !== undefined) out += text(slice(at, at + length));
    // Behind a match of nothing a character is passed.
    const end = at + (length ?? 0) + (length ? 0 : 1);
    out += slice(at + (length ?? 0), end);
    at = end;
    if (length !== undefined && where === 'first') return out + slice(at);
  }
  return chars.length > 0 || pattern.lengthsFrom(chars).length === 0 ? out : text('');
}

export function changeCase(
  value: string,
  pattern: Pattern | undefined,
  { change, isAll }: Of<'Case'>,
): string {
  const changed = (char: string): string => {
    if (change === 'upper') return char.toUpperCase();
    if (change === 'lower') return char.toLowerCase();
    return char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
  };
  return [...value]
    .map((char, i) =>
      (isAll || i === 0) && (pattern?.matches(char) ?? true) ? changed(char) : char,
    )
    .join('');
}

export function transformed(value: string, operator: string, shown: string, state: State): string {
  switch (operator) {
    case 'Q':
    case 'K':
    case 'k':
      return /[\p{Cc}\udc80-\udcff]/u.test(value) ? quoteForAssignment(value) : quoteWord(value);
    case 'U':
      return value.toUpperCase();
    case 'L':
      return value.toLowerCase();
    case 'u':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case 'a':
      return state.attributes(shown.replace(/\[.*/s, ''));
    case 'E':
      return unescaped(value, 'quote').text;
    default:
      return value;
  }
}
