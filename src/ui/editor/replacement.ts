/** The smallest step from the text of an editor to another text, so that scroll position and selection stay. */
import type { ChangeSpec, EditorState, StateEffect } from '@codemirror/state';
import { endingField, setEndings } from './endingfield.ts';
import { endingsOf, withEnding } from './endings.ts';

/** Where one is in a text: the start of the first line in view, and the selection, in characters. */
export interface Place {
  readonly top: number;
  readonly anchor: number;
  readonly head: number;
}

export interface Replacement {
  readonly changes: ChangeSpec;
  readonly endings: readonly StateEffect<unknown>[];
  /** Lines have changed beside endings of several kinds: earlier steps could not restore theirs exactly. */
  readonly needsNewHistory: boolean;
}

export function replacement(state: EditorState, text: string): Replacement {
  const table = state.field(endingField);
  const { usual, each } = endingsOf(text);
  const before = state.doc.toString();
  const after = withEnding(text, '\n');
  // A table of several endings is given anew with the lines that it is for.
  const isSameEndings =
    table.usual === usual && table.each === each && (each === undefined || before === after);
  return {
    changes: difference(before, after),
    endings: isSameEndings ? [] : [setEndings.of({ usual, each })],
    needsNewHistory: before !== after && (table.wasMixed || each !== undefined),
  };
}

/** What lies between the part at the start that both have and the part at the end. */
function difference(before: string, after: string): ChangeSpec {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  // Neither cuts a character in half.
  if (isHalf(before, start)) start--;
  if (end > 0 && isHalf(before, before.length - end)) end--;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const isHalf = (text: string, at: number): boolean => /[\udc00-\udfff]/.test(text[at] ?? '');
