/** Pieces of words joined, or split into fields (POSIX 2.6.5). */
import { quotePattern } from './pattern.ts';
import type { State } from './state.ts';

/** A piece of a field; what is quoted is neither split nor a pattern. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** It came from an expansion: subject to splitting. */
  readonly split?: boolean;
  /** An operation on a text left nothing of it: where it is quoted, it makes a field beside a list without elements. */
  readonly isEmptied?: boolean;
  /** A new field begins before it ("$@"); where no fields are split, this joins it to what stands before. */
  readonly glue?: string;
}

export const separator = (state: State): string => {
  const ifs = state.get('IFS');
  return ifs === undefined ? ' ' : (ifs[0] ?? '');
};

export const joinPieces = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, glue = '' }) => glue + text).join('');

/** The pieces as one pattern: what is quoted stands for itself. */
export const patternIn = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, quoted, glue = '' }) => glue + (quoted ? quotePattern(text) : text)).join('');

/** Splits what came from expansions at the characters of IFS (POSIX 2.6.5). */
export function splitFields(pieces: readonly Piece[], ifs: string): Piece[][] {
  const blank = [...ifs].filter((char) => /\s/.test(char)).join('');
  const fields: Piece[][] = [];
  let field: Piece[] | undefined;
  let afterBlank = false;
  const put = (piece: Piece): void => {
    field ??= [];
    field.push(piece);
  };
  const end = (): void => {
    if (field) fields.push(field);
    field = undefined;
  };
  /** A delimiter that is no blank: of blanks and such a one together one field ends. */
  const delimit = (): void => {
    if (field) end();
    else if (!afterBlank) fields.push([]);
    afterBlank = false;
  };
  for (const piece of pieces) {
    // The elements of a list that is not quoted are as if they were joined by the first character of IFS.
    if (piece.glue !== undefined && piece.split && ifs !== '' && !blank.includes(ifs[0] as string))
      delimit();
    else if (piece.glue !== undefined) end();
    if (!piece.split || ifs === '') {
      afterBlank = false;
      if (piece.text !== '' || piece.quoted) put(piece);
      continue;
    }
    let text = '';
    const flush = (): void => {
      if (text !== '') put({ text, quoted: false });
      text = '';
    };
    for (const char of piece.text) {
      if (!ifs.includes(char)) {
        text += char;
        afterBlank = false;
        continue;
      }
      flush();
      if (blank.includes(char)) {
        afterBlank ||= field !== undefined;
        end();
        continue;
      }
      delimit();
    }
    flush();
  }
  end();
  return fields;
}

/** Appends all of `more`, one by one: a call takes only about a hundred thousand arguments. */
export function append<T>(all: T[], more: readonly T[]): void {
  for (const each of more) all.push(each);
}
