/** A text with very long lines, to be read: lines are cut into rows, and only the rows in view are drawn. */
import { useMemo } from 'react';
import { save, undoLongLine } from '../editing.ts';
import { cutRows, EDIT_MAX_LINE } from '../editor/longlines.ts';
import { Button } from '../parts/Button.tsx';
import { Rows } from '../parts/Rows.tsx';
import { useApp } from '../store.ts';
import { useText } from './bytes.ts';
import { longestShown, type Shown } from './table.ts';

const ROW = 20;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view);
  const rows = useMemo(() => cutRows(text), [text]);
  const draft = useApp((s) => s.drafts[path]);
  const longest = longestShown(path, view);
  return (
    <div className="editor-stack">
      <div className="notice" role="note">
        <p>
          A line has {longest.toLocaleString()} characters. Long lines are cut here, and can only be
          read. {longest <= EDIT_MAX_LINE && 'Choose Text to edit them; typing may be slow.'}
          {draft && ' This text is not saved yet; saving writes all of it.'}
        </p>
        {draft && <Button label="Save" onClick={() => void save(path)} />}
        {draft?.beforeLongLine !== undefined && (
          <Button label="Undo the last change" onClick={() => undoLongLine(path)} />
        )}
      </div>
      <Rows
        label="Text with cut lines"
        place={{ pane: id, name: `${path}//cut` }}
        className="stream cut-lines"
        count={rows.length}
        height={ROW}
        row={(index, place) => {
          const { line, from, to } = rows[index] ?? { line: undefined, from: 0, to: 0 };
          return (
            <div key={index} className="stream-line" style={place}>
              <span className="cut-number">{line ?? ''}</span>
              {text.slice(from, to)}
            </div>
          );
        }}
      />
    </div>
  );
}
