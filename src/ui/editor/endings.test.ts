import { history, redo, undo } from '@codemirror/commands';
import { EditorState, type Transaction } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endingField, lineEndings, textOf } from './endingfield.ts';
import { endingName, endingsOf, withEnding } from './endings.ts';
import { replacement } from './replacement.ts';

const open = (text: string): EditorState =>
  EditorState.create({ doc: text, extensions: [history(), lineEndings(text)] });

/** Runs a command such as undo and gives the state after it. */
function run(
  state: EditorState,
  command: (target: { state: EditorState; dispatch(step: Transaction): void }) => boolean,
): EditorState {
  let now = state;
  command({
    state,
    dispatch: (step) => {
      now = step.state;
    },
  });
  return now;
}

/** Takes over another text, as an open editor does. */
function follow(state: EditorState, text: string): EditorState {
  const { changes, endings } = replacement(state, text);
  return state.update({ changes, effects: endings }).state;
}

const ending = fc.constantFrom('\n', '\r\n', '\r');
const line = fc
  .array(
    fc.constantFrom('a', 'b', ' ', '\t', 'é', '😀', '\u2028', '\u0085', '\f', '\v', '\ufeff'),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));
/** Lines, each with its own ending; the last one has none. */
const lines = fc.tuple(fc.array(fc.tuple(line, ending), { maxLength: 8 }), line);
const textFrom = ([all, last]: readonly [readonly (readonly [string, string])[], string]): string =>
  all.map((each) => each.join('')).join('') + last;

/** The units of a text: each ending is one, as in the editor. */
const unitsOf = (text: string): string[] => text.match(/\r\n?|[\s\S]/g) ?? [];
/** How many characters they are in the editor. */
const sizeOf = (units: readonly string[]): number =>
  units.reduce((size, unit) => size + (unit === '\r\n' ? 1 : unit.length), 0);

const editOf = fc.record({
  from: fc.nat(),
  size: fc.nat({ max: 6 }),
  insert: fc.array(fc.oneof(line, ending), { maxLength: 4 }).map((parts) => parts.join('')),
});

describe('the endings of a text', () => {
  test.each([
    ['aaa\rbbb\nccc\n', 'Mixed'],
    ['a\r\nb\r\n', 'CRLF'],
    ['a\rb', 'CR'],
    ['a\nb', 'LF'],
    ['', 'LF'],
  ])('%j is named %s', (text, name) => {
    expect(endingName(text)).toBe(name);
  });

  test('a text is given all its lines with one ending', () => {
    expect(withEnding('a\rb\r\nc\n', '\r\n')).toBe('a\r\nb\r\nc\r\n');
  });
});

describe('an editor', () => {
  test('changes nothing but what is typed in a text of mixed endings', () => {
    const state = open('aaa\rbbb\nccc\n');
    expect(textOf(state.update({ changes: { from: 0, insert: 'X' } }).state)).toBe(
      'Xaaa\rbbb\nccc\n',
    );
  });

  test('numbers four lines whatever ends them', () => {
    expect(open('a\nb\r\nc\rd').doc.lines).toBe(4);
    const state = open('a\nb\r\nc\nd\n');
    expect(state.doc.toString().split('\n')).toEqual(['a', 'b', 'c', 'd', '']);
    const from = state.doc.line(1).to;
    expect(textOf(state.update({ changes: { from, insert: '1' } }).state)).toBe('a1\nb\r\nc\nd\n');
  });

  test('gives pasted lines the ending of the file', () => {
    const state = open('a\r\nb\r\n');
    const insert = state.toText('one\ntwo\nthree\n');
    expect(textOf(state.update({ changes: { from: 0, insert } }).state)).toBe(
      'one\r\ntwo\r\nthree\r\na\r\nb\r\n',
    );
  });

  test('opens and gives back any text as it is', () => {
    fc.assert(
      fc.property(lines.map(textFrom), (text) => {
        expect(textOf(open(text))).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('applies any edits to the text itself, and undo takes back each of them', () => {
    fc.assert(
      fc.property(lines.map(textFrom), fc.array(editOf, { maxLength: 6 }), (text, edits) => {
        const { usual } = endingsOf(text);
        let state = open(text);
        let expected = unitsOf(text);
        for (const { from, size, insert } of edits) {
          const start = from % (expected.length + 1);
          const at = sizeOf(expected.slice(0, start));
          const length = sizeOf(expected.slice(start, start + size));
          state = state.update({
            changes: { from: at, to: at + length, insert: state.toText(insert) },
            userEvent: 'input.paste',
          }).state;
          expected = [
            ...expected.slice(0, start),
            ...unitsOf(withEnding(insert, usual)),
            ...expected.slice(start + size),
          ];
          expect(textOf(state)).toBe(expected.join(''));
        }
        const last = textOf(state);
        // Steps that CodeMirror joins are taken back together; the first text is where they all lead.
        for (let i = 0; i < edits.length; i++) state = run(state, undo);
        expect(textOf(state)).toBe(text);
        for (let i = 0; i < edits.length; i++) state = run(state, redo);
        expect(textOf(state)).toBe(last);
      }),
      { numRuns: 500 },
    );
  });

  test('takes over any text that was written elsewhere', () => {
    fc.assert(
      fc.property(lines.map(textFrom), lines.map(textFrom), (text, other) => {
        expect(textOf(follow(open(text), other))).toBe(other);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps the selection where it was when lines come at the end', () => {
    const state = open('one\r\ntwo\r\n').update({ selection: { anchor: 2 } }).state;
    const now = follow(state, 'one\r\ntwo\r\nthree\r\n');
    expect(now.selection.main.anchor).toBe(2);
    expect(now.field(endingField).usual).toBe('\r\n');
  });

  test('takes back a change of all endings', () => {
    const state = follow(open('a\rb\nc\n'), 'a\r\nb\r\nc\r\n');
    expect(textOf(run(state, undo))).toBe('a\rb\nc\n');
  });
});
