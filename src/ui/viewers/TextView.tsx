/** A text in the editor. The unsaved text lives in the store, so going elsewhere and back loses nothing. */
import { useEffect, useRef } from 'react';
import { openDialog } from '../dialogs.ts';
import { edit, editCut, save } from '../editing.ts';
import { keepPlace, placeAt } from '../editor/places.ts';
import { whenLoaded } from '../panels/late.ts';
import { Button } from '../parts/Button.tsx';
import { get, useApp } from '../store.ts';
import { nameOf } from '../text.ts';
import { discardText } from '../unsaved.ts';
import type { ShownEditor } from './codemirror.ts';
import type { Shown } from './table.ts';

export function TextView({ id, path, view, conflict }: Shown) {
  const text = view.kind === 'text' ? view.text : '';
  const readOnly = view.kind !== 'text' || view.readOnly;
  const parent = useRef<HTMLDivElement>(null);
  const draft = useApp((s) => s.drafts[path]?.text);
  const shown = useRef<ShownEditor | undefined>(undefined);
  // The editor is made once for a file: other texts come to it by `follow`.
  const initial = useRef(text);
  initial.current = get().drafts[path]?.text ?? text;
  useEffect(() => {
    let gone = false;
    let destroy: () => void = () => undefined;
    whenLoaded('The editor', import('./codemirror.ts'), ({ createEditor }) => {
      if (gone || !parent.current) return;
      const editor = createEditor(parent.current, {
        name: nameOf(path),
        text: initial.current,
        readOnly,
        place: placeAt(id, path),
        changed: (now) => edit(path, now),
        tooLong: (now) => editCut(path, now),
      });
      shown.current = editor;
      const stop = keepPlace(id, path, editor);
      destroy = () => {
        stop();
        editor.end();
      };
    });
    return () => {
      gone = true;
      shown.current = undefined;
      destroy();
    };
  }, [id, path, readOnly]);
  // The same file may be written in another pane, or by something else. The store is asked, since a key that was
  // pressed after this was rendered is there already.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the draft says when, the store says what
  useEffect(() => {
    const now = get().drafts[path]?.text;
    shown.current?.follow(now ?? text, now !== undefined);
  }, [draft, text, path]);
  return (
    <div className="editor-stack">
      <div>
        {conflict && (
          <div className="notice" role="alert">
            <p>This file was changed by something else while you were editing.</p>
            <Button label="Compare…" onClick={() => openDialog({ kind: 'compare', path })} />
            <Button label="Take the file…" onClick={() => void discardText(path)} />
            <Button label="Save mine" onClick={() => void save(path)} />
          </div>
        )}
        {view.kind === 'text' && view.reason !== undefined && (
          <div className="notice" role="note">
            <p>{view.reason}</p>
          </div>
        )}
      </div>
      <div className="editor" ref={parent} />
    </div>
  );
}
