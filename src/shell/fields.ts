/** Pieces of words joined, or split into fields (POSIX 2.6.5). */
import type { State } from './state.ts';

/** A piece of a field; what is quoted is neither split nor a pattern. */
export interface Piece {
  readonly text: string;
  readonly quoted: boolean;
  /** It came from an expansion: subject to splitting. */
  readonly split?: boolean;
  /** A new field begins before it ("$@"). */
  readonly breaks?: boolean;
}

export const separator = (state: State): string => {
  const ifs = state.get('IFS');
  return ifs === undefined ? ' ' : (ifs[0] ?? '');
};

export function joinPieces(pieces: readonly Piece[], state: State): string {
  return pieces
    .map(({ text, breaks }) => (breaks ? `${separator(state) || ' '}${text}` : text))
    .join('');
}

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
  for (const piece of pieces) {
    if (piece.breaks) end();
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
      // Of blanks and another delimiter together one field ends.
      if (field) end();
      else if (!afterBlank) fields.push([]);
      afterBlank = false;
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
