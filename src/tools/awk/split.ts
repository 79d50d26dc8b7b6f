/** How a record is split into its fields, and text by split() and patsplit(). */

import { charactersOf, offsetOf, sizeAt } from './characters.ts';
import { AwkError } from './errors.ts';
import { type Regex, regexOf } from './regex.ts';

/** The parts of a text; what stands between them goes to `separators`, where it is given. */
export type Splitter = (text: string, separators?: string[]) => string[];

export const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 10;

/** At blanks, those at the ends left out. */
const atBlanks: Splitter = (text, separators) => {
  const parts: string[] = [];
  const { length } = text;
  let at = 0;
  for (;;) {
    const from = at;
    while (at < length && isBlank(text.charCodeAt(at))) at++;
    separators?.push(text.slice(from, at));
    if (at === length) break;
    const start = at;
    while (at < length && !isBlank(text.charCodeAt(at))) at++;
    parts.push(text.slice(start, at));
    if (at === length) break;
  }
  return parts;
};

const atCharacter =
  (character: string): Splitter =>
  (text, separators) => {
    if (text === '') return [];
    const parts = text.split(character);
    if (separators) for (let i = 1; i < parts.length; i++) separators.push(character);
    return parts;
  };

const characters: Splitter = (text, separators) => {
  const parts = charactersOf(text);
  if (separators) for (let i = 1; i < parts.length; i++) separators.push('');
  return parts;
};

export const atMatches =
  (regex: Regex): Splitter =>
  (text, separators) => {
    if (text === '') return [];
    const parts: string[] = [];
    let start = 0;
    for (let from = 0; from <= text.length; ) {
      const match = regex.find(text, from);
      if (!match) break;
      const { end } = match;
      if (end === match.start) {
        from = end + sizeAt(text, end);
        continue;
      }
      parts.push(text.slice(start, match.start));
      separators?.push(text.slice(match.start, end));
      start = end;
      from = end;
    }
    parts.push(text.slice(start));
    return parts;
  };

/** The splitter of a value of FS. In paragraphs a newline separates too. */
export function splitterOf(separator: string, ignoreCase: boolean, isParagraphs = false): Splitter {
  if (separator === ' ') return atBlanks;
  if (separator === '') return characters;
  const isOne = separator.length === 1;
  if (isOne && !isParagraphs && !ignoreCase) return atCharacter(separator);
  const source = isOne
    ? separator === '^' || separator === '\\'
      ? `\\${separator}`
      : `[${separator}]`
    : separator;
  if (!isParagraphs) return atMatches(regexOf(source, ignoreCase));
  return atMatches(regexOf(`(${source})|\n`, ignoreCase));
}

/** The matches of FPAT, or of patsplit(): an empty one does not follow another match at once. */
export const matchesOf =
  (regex: Regex): Splitter =>
  (text, separators) => {
    const parts: string[] = [];
    let before = 0;
    for (let from = 0; text !== '' && from <= text.length; ) {
      const match = regex.find(text, from);
      if (!match) break;
      const { start, end } = match;
      const isAfterAnother = start === end && parts.length > 0 && start === before;
      if (!isAfterAnother) {
        separators?.push(text.slice(before, start));
        parts.push(text.slice(start, end));
        before = end;
      }
      from = start === end ? end + sizeAt(text, end) : end;
    }
    separators?.push(text.slice(before));
    return parts;
  };

/** The fields of FIELDWIDTHS: `[skip:]width` each, `*` for the rest. */
export function widthsOf(widths: string): Splitter {
  const fields = widths
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, skip = '0', width = ''] = /^(?:(\d+):)?(\d+|\*)$/.exec(word) ?? [];
      if (width === '') throw new AwkError(`invalid FIELDWIDTHS value, for field, near \`${word}'`);
      return {
        skip: Number(skip),
        width: width === '*' ? Number.POSITIVE_INFINITY : Number(width),
      };
    });
  return (text) => {
    const parts: string[] = [];
    let rest = text;
    for (const { skip, width } of fields) {
      rest = rest.slice(offsetOf(rest, skip));
      if (rest === '') break;
      const end = offsetOf(rest, width);
      parts.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    return parts;
  };
}
