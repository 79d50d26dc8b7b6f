/** A log that is a file: its lines, filtered by words and level, the newest in view. */
import { useMemo } from 'react';
import { useText } from './bytes.ts';
import { LineTools, useChosen } from './LineTools.tsx';
import { LogLines } from './LogLines.tsx';
import type { Shown } from './table.ts';

const itself = (line: string): string => line;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view);
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  const chosen = useChosen(lines, itself, { pane: id, path, viewer: 'log' });
  return (
    <div className="editor-stack">
      <LineTools chosen={chosen} />
      <LogLines
        label="Lines"
        place={{ pane: id, name: `${path}//log` }}
        lines={chosen.shown}
        follows={chosen.follows}
      />
    </div>
  );
}
