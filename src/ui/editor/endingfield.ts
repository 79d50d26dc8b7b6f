/**
 * The line endings of an open editor: a table beside the document that every change carries along. A line that is
 * inserted gets the usual ending of the text; undo gives lines that were deleted the endings that they had.
 */
import { invertedEffects } from '@codemirror/commands';
import {
  type ChangeSet,
  type EditorState,
  type Extension,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from '@codemirror/state';
import { codeOf, type Endings, endingOfCode, endingsOf } from './endings.ts';

interface Table extends Endings {
  /** Some step of the editor's history may restore an ending that is not the usual one. */
  readonly wasMixed: boolean;
}

/** Replaces the endings of all lines. */
export const setEndings = StateEffect.define<Endings>();

/** Gives the line that ends at a position the ending that it had before it was deleted. */
const restoreEnding = StateEffect.define<{ readonly at: number; readonly code: string }>({
  map: ({ at, code }, changes) => ({ at: changes.mapPos(at, 1), code }),
});

export const endingField = StateField.define<Table>({
  create: () => ({ usual: '\n', each: undefined, wasMixed: false }),
  update(table, transaction) {
    const carried = transaction.docChanged ? carry(table, transaction) : table;
    return transaction.effects.reduce((now, effect) => apply(now, effect, transaction), carried);
  },
});

/** The field for a text, with what undo needs. */
export const lineEndings = (text: string): Extension => {
  const endings = endingsOf(text);
  const isMixed = endings.each !== undefined;
  return [
    endingField.init(() => ({ ...endings, wasMixed: isMixed })),
    invertedEffects.of(effectsToUndo),
  ];
};

/** The text of an editor as it stands in its file. */
export function textOf(state: EditorState): string {
  const { usual, each } = state.field(endingField);
  const { doc } = state;
  if (each === undefined) return doc.sliceString(0, doc.length, usual);
  const parts: string[] = [];
  let line = 0;
  for (const part of doc.iterLines()) {
    parts.push(part, line < each.length ? endingOfCode(each[line]) : '');
    line++;
  }
  return parts.join('');
}

function carry(table: Table, { changes, startState, newDoc }: Transaction): Table {
  const { each, usual } = table;
  if (each === undefined) return table;
  const parts: string[] = [];
  let done = 0;
  eachReplacement(changes, startState.doc, newDoc, (from, removed, inserted) => {
    parts.push(each.slice(done, from), codeOf[usual].repeat(inserted));
    done = from + removed;
  });
  parts.push(each.slice(done));
  return { ...table, each: parts.join('') };
}

/** Calls back with each place where lines ended: the first ending's index, how many went and how many came. */
function eachReplacement(
  changes: ChangeSet,
  before: Text,
  after: Text,
  replaced: (from: number, removed: number, inserted: number) => void,
): void {
  changes.iterChanges((fromA, toA, fromB, toB) => {
    const from = before.lineAt(fromA).number - 1;
    const removed = before.lineAt(toA).number - 1 - from;
    const inserted = after.lineAt(toB).number - after.lineAt(fromB).number;
    if (removed > 0 || inserted > 0) replaced(from, removed, inserted);
  }, true);
}

function apply(table: Table, effect: StateEffect<unknown>, { newDoc }: Transaction): Table {
  if (effect.is(setEndings)) {
    const { usual, each } = effect.value;
    return { usual, each, wasMixed: table.wasMixed || each !== undefined };
  }
  if (!effect.is(restoreEnding)) return table;
  const { at, code } = effect.value;
  if (table.each === undefined || at >= newDoc.length || newDoc.sliceString(at, at + 1) !== '\n')
    return table;
  const index = newDoc.lineAt(at).number - 1;
  return { ...table, each: table.each.slice(0, index) + code + table.each.slice(index + 1) };
}

/** What a transaction takes away that its inverse alone would not bring back. */
function effectsToUndo(transaction: Transaction): StateEffect<unknown>[] {
  const { startState, effects, docChanged } = transaction;
  const table = startState.field(endingField);
  const { usual, each } = table;
  if (effects.some((effect) => effect.is(setEndings))) return [setEndings.of({ usual, each })];
  if (each === undefined || !docChanged) return [];
  const found: StateEffect<unknown>[] = [];
  eachReplacement(transaction.changes, startState.doc, transaction.newDoc, (from, removed) => {
    for (let index = from; index < from + removed; index++) {
      const code = each[index] ?? 'n';
      const at = startState.doc.line(index + 1).to;
      if (code !== codeOf[usual]) found.push(restoreEnding.of({ at, code }));
    }
  });
  return found;
}
