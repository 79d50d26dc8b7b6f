/** A text in the editor. The unsaved text lives in the store, so going elsewhere and back loses nothing. */
import { useEffect, useRef } from 'react';
import { edit, revert, save } from '../actions.ts';
import { Button } from '../parts/Button.tsx';
import { get, useApp } from '../store.ts';
import { nameOf } from '../text.ts';
import { whenLoaded } from './late.ts';

export function TextView({
  path,
  text,
  version,
  readOnly,
}: {
  path: string;
  text: string;
  version: number;
  readOnly: boolean;
}) {
  const parent = useRef<HTMLDivElement>(null);
  const conflict = useApp((s) => s.conflict);
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
      destroy = () => editor.destroy();
    });
    return () => {
      gone = true;
      destroy();
    };
  }, [path, version, readOnly]);
  return (
    <div className="editor-stack">
      <div>
        {conflict && (
          <div className="notice" role="alert">
            <p>This file was changed by something else while you were editing.</p>
            <Button label="Show the file" onClick={() => void revert()} />
            <Button label="Save mine" onClick={() => void save()} />
          </div>
        )}
      </div>
      <div className="editor" ref={parent} />
    </div>
  );
}
