/** A text with very long lines, to be read: lines are cut into rows, and only the rows in view are drawn. */
import { useMemo } from 'react';
import { cutRows, EDIT_MAX_LINE } from '../editor/longlines.ts';
import { Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import type { Shown } from './table.ts';

const ROW = 20;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view);
  const rows = useMemo(() => cutRows(text), [text]);
  const longest = view.kind === 'text' ? view.longest : 0;
  return (
    <div className="editor-stack">
      <div className="notice" role="note">
        <p>
          A line has {longest.toLocaleString()} characters. Long lines are cut here, and can only be
          read. {longest <= EDIT_MAX_LINE && 'Choose Text to edit them; typing may be slow.'}
        </p>
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
