/** A text in the editor. The unsaved text lives in the store, so going elsewhere and back loses nothing. */
import { useEffect, useRef } from 'react';
import { openDialog } from '../dialogs.ts';
import { edit, revert, save } from '../editing.ts';
import { whenLoaded } from '../panels/late.ts';
import { Button } from '../parts/Button.tsx';
import { get, useApp } from '../store.ts';
import { nameOf } from '../text.ts';
import { versionOf } from './bytes.ts';
import type { ShownEditor } from './codemirror.ts';
import type { Shown } from './table.ts';

export function TextView({ path, view, conflict }: Shown) {
  const text = view.kind === 'text' ? view.text : '';
  const readOnly = view.kind !== 'text' || view.readOnly;
  const version = versionOf(view);
  const parent = useRef<HTMLDivElement>(null);
  const draft = useApp((s) => s.drafts[path]);
  const shown = useRef<ShownEditor | undefined>(undefined);
  // `version` stands for the text: typing and saving change it without making a new editor.
  const initial = useRef(text);
  initial.current = get().drafts[path] ?? text;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version means a new text
  useEffect(() => {
    let gone = false;
    let destroy: () => void = () => undefined;
    whenLoaded('The editor', import('./codemirror.ts'), ({ createEditor }) => {
      if (gone || !parent.current) return;
      const editor = createEditor(parent.current, {
        name: nameOf(path),
        text: initial.current,
        readOnly,
        changed: (now) => edit(path, now),
      });
      shown.current = editor;
      destroy = () => editor.end();
    });
    return () => {
      gone = true;
      shown.current = undefined;
      destroy();
    };
  }, [path, version, readOnly]);
  // The same file may be written in another pane.
  useEffect(() => {
    if (draft !== undefined) shown.current?.follow(draft);
  }, [draft]);
  return (
    <div className="editor-stack">
      <div>
        {conflict && (
          <div className="notice" role="alert">
            <p>This file was changed by something else while you were editing.</p>
            <Button label="Compare…" onClick={() => openDialog({ kind: 'compare', path })} />
            <Button label="Show the file" onClick={() => void revert(path)} />
            <Button label="Save mine" onClick={() => void save(path)} />
          </div>
        )}
      </div>
      <div className="editor" ref={parent} />
    </div>
  );
}
