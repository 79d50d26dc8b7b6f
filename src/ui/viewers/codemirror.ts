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
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
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

/** Keys that mean something of the page's own, also in the editor: its inspector, and the directory above. */
const pageKeys = ['Mod-i', 'Alt-ArrowUp', 'Alt-ArrowDown'];
const ownKeys = defaultKeymap.filter(({ key }) => !pageKeys.includes(key ?? ''));

export interface EditorOptions {
  readonly name: string;
  readonly text: string;
  readonly readOnly: boolean;
  changed(text: string): void;
}

export interface ShownEditor {
  /** Takes over a text that was written elsewhere; not while one writes here. */
  follow(text: string): void;
  end(): void;
}

export function createEditor(
  parent: HTMLElement,
  { name, text, readOnly, changed }: EditorOptions,
): ShownEditor {
  const language = languages.find(([pattern]) => pattern.test(name))?.[1]() ?? [];
  const state = EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      highlightSelectionMatches(),
      EditorView.lineWrapping,
      EditorState.readOnly.of(readOnly),
      // A file keeps the line ends that it has.
      text.includes('\r\n') ? EditorState.lineSeparator.of('\r\n') : [],
      EditorView.contentAttributes.of({
        'aria-label': `Text of ${showName(name)}`,
        tabindex: '0',
      }),
      // Tab indents; Escape first, then Tab, leaves the editor (CodeMirror's own way out).
      keymap.of([...ownKeys, ...historyKeymap, ...searchKeymap, indentWithTab]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.sliceDoc());
      }),
      syntaxHighlighting(colours),
      look,
      language,
    ],
  });
  const view = new EditorView({ state, parent });
  return {
    follow(now) {
      if (view.hasFocus || view.state.sliceDoc() === now) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: now } });
    },
    end: () => view.destroy(),
  };
}
