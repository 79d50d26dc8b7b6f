/** CodeMirror, loaded when a text is first shown: the editor with our colours and few extras. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState, type Extension, type Text, Transaction } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { lineEndings, setEndings, textOf } from '../editor/endingfield.ts';
import { CUT_ABOVE, EDIT_MAX_LINE } from '../editor/longlines.ts';
import { type Place, replacement } from '../editor/replacement.ts';
import { showName } from '../text.ts';

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.heading], color: 'var(--purple)' },
  { tag: [tags.string, tags.monospace], color: 'var(--green)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--orange)' },
  { tag: [tags.propertyName, tags.link], color: 'var(--blue)' },
  { tag: tags.comment, color: 'var(--comment)' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.url, color: 'var(--cyan)' },
]);

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--bg)', color: 'var(--fg)', fontSize: 'var(--size)' },
  '.cm-content': { fontFamily: 'var(--mono)', caretColor: 'var(--fg)', padding: '10px 0' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.65' },
  '.cm-gutters': {
    backgroundColor: 'var(--bg)',
    color: 'var(--muted)',
    border: 'none',
    paddingLeft: '6px',
  },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--fg)' },
  '.cm-cursor': { borderLeftColor: 'var(--fg)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--selected) !important',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-panels': { backgroundColor: 'var(--bg-raised)', color: 'var(--fg)' },
  '.cm-searchMatch': { backgroundColor: 'transparent', outline: '1px solid var(--yellow)' },
});

const languages: readonly (readonly [RegExp, () => Extension])[] = [[/\.(json|jsonl)$/i, json]];

/** Keys that mean something of the page's own, also in the editor: its inspector, the directory above, Back and Forward. */
const pageKeys = ['Mod-i', 'Alt-ArrowUp', 'Alt-ArrowDown', 'Alt-ArrowLeft', 'Alt-ArrowRight'];
const ownKeys = defaultKeymap.filter(({ key }) => !pageKeys.includes(key ?? ''));

export interface EditorOptions {
  readonly name: string;
  readonly text: string;
  readonly readOnly: boolean;
  /** Where one was in this text when it was last shown. */
  readonly place: Place | undefined;
  changed(text: string): void;
  /** A paste or another change makes a line too long to be laid out; the editor has not taken it over. */
  tooLong(text: string): void;
}

export interface ShownEditor {
  /**
   * Takes over a text that was written elsewhere, by the smallest change: one stays where one is. `isUndoable` is
   * false for what something other than this page has written.
   */
  follow(text: string, isUndoable: boolean): void;
  place(): Place;
  goTo(place: Place): void;
  end(): void;
}

/** Marks what was written elsewhere: it is not told again. */
const fromElsewhere = Annotation.define<true>();

export function createEditor(
  parent: HTMLElement,
  { name, text, readOnly, place, changed, tooLong }: EditorOptions,
): ShownEditor {
  let now = text;
  const stateOf = (doc: string, selection?: EditorState['selection']): EditorState =>
    EditorState.create({
      doc,
      ...(selection ? { selection } : {}),
      extensions: [...extensionsFor(name, readOnly), lineEndings(doc), listener, bound],
    });
  const bound = EditorState.transactionFilter.of((step) => {
    if (!makesTooLong(step)) return step;
    const whole = textOf(step.state);
    // Another view takes the place of this one, which must have ended its step first.
    queueMicrotask(() => tooLong(whole));
    return [];
  });
  const listener = EditorView.updateListener.of(({ docChanged, transactions, state }) => {
    const isOther = transactions.some((each) => each.annotation(fromElsewhere));
    const hasEndings = transactions.some(({ effects }) => effects.some((e) => e.is(setEndings)));
    if (isOther || !(docChanged || hasEndings)) return;
    now = textOf(state);
    changed(now);
  });
  const view = new EditorView({ state: stateOf(text), parent });
  // Noted while it is shown: an editor that is taken out of the page has no place any more.
  let top = place?.top ?? 0;
  let hasScrolled = false;
  const note = (): void => {
    if (view.scrollDOM.clientHeight === 0) return;
    const measured = topOf(view);
    // The editor takes a frame to come to the place where it begins, and its event comes a frame after each scrolling.
    if (hasScrolled || measured > 0) top = measured;
  };
  view.scrollDOM.addEventListener('scroll', () => {
    hasScrolled = true;
    note();
  });
  if (place) goTo(view, place);
  return {
    follow(to, isUndoable) {
      if (to === now) return;
      now = to;
      follow(view, to, isUndoable, stateOf);
    },
    place() {
      note();
      const { anchor, head } = view.state.selection.main;
      return { top, anchor, head };
    },
    goTo: (to) => goTo(view, to),
    end: () => view.destroy(),
  };
}

/** Whether an edit makes a line too long for the editor, which lays out each line whole. */
function makesTooLong(step: Transaction): boolean {
  const { docChanged, changes, startState, newDoc } = step;
  if (!docChanged || step.annotation(fromElsewhere)) return false;
  let isTooLong = false;
  changes.iterChangedRanges((fromA, toA, fromB, toB) => {
    const after = longestOf(newDoc, fromB, toB);
    // A person may have chosen to edit a long line that was there.
    isTooLong ||=
      after > EDIT_MAX_LINE ||
      (after > CUT_ABOVE && longestOf(startState.doc, fromA, toA) <= CUT_ABOVE);
  });
  return isTooLong;
}

/** The length of the longest line that a range of a text touches. */
function longestOf(doc: Text, from: number, to: number): number {
  const first = doc.lineAt(from);
  const last = doc.lineAt(to);
  let longest = Math.max(first.length, last.length);
  for (const line of doc.iterLines(first.number, last.number))
    longest = Math.max(longest, line.length);
  return longest;
}

const extensionsFor = (name: string, readOnly: boolean): Extension[] => [
  lineNumbers(),
  highlightActiveLineGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  EditorState.readOnly.of(readOnly),
  EditorView.contentAttributes.of({ 'aria-label': `Text of ${showName(name)}`, tabindex: '0' }),
  // Tab indents; Escape first, then Tab, leaves the editor (CodeMirror's own way out).
  keymap.of([...ownKeys, ...historyKeymap, ...searchKeymap, indentWithTab]),
  syntaxHighlighting(colours),
  look,
  languages.find(([pattern]) => pattern.test(name))?.[1]() ?? [],
];

function follow(
  view: EditorView,
  text: string,
  isUndoable: boolean,
  stateOf: (text: string, selection: EditorState['selection']) => EditorState,
): void {
  const { changes, endings, needsNewHistory } = replacement(view.state, text);
  const step = view.state.update({
    changes,
    effects: endings,
    annotations: [fromElsewhere.of(true), Transaction.addToHistory.of(isUndoable)],
  });
  view.dispatch(step);
  if (!needsNewHistory) return;
  // What undo would restore no longer fits the endings of the lines.
  const top = topOf(view);
  view.setState(stateOf(text, view.state.selection));
  view.dispatch({ effects: EditorView.scrollIntoView(top, { y: 'start', yMargin: 0 }) });
}

/** Where the first line that is in view begins. */
function topOf(view: EditorView): number {
  const height = view.scrollDOM.getBoundingClientRect().top - view.documentTop;
  return view.lineBlockAtHeight(Math.max(0, height)).from;
}

function goTo(view: EditorView, { top, anchor, head }: Place): void {
  const { length } = view.state.doc;
  const within = (at: number): number => Math.min(at, length);
  view.dispatch({
    selection: { anchor: within(anchor), head: within(head) },
    effects: EditorView.scrollIntoView(within(top), { y: 'start', yMargin: 0 }),
  });
}
