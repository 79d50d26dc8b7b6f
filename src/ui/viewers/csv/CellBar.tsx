/** The cell with the cursor, whole where that can be: columns show only what fits in them. */

import { Copy } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../../parts/Button.tsx';
import { cellOf, type TableRecord } from './recordindex.ts';

/** At most so many characters are shown; copying takes them all. */
const SHOWN_MAX = 20_000;

export function CellBar({
  place,
  record,
  column,
  copy,
}: {
  place: string;
  /** Undefined while the row is still being read. */
  record: TableRecord | undefined;
  column: number;
  copy(): void;
}) {
  // A cell of megabytes is not decoded again each time the table is scrolled.
  const text = useMemo(() => record && cellOf(record, column), [record, column]);
  const rest = (text?.length ?? 0) - SHOWN_MAX;
  return (
    <section className="csv-bar" aria-label="Cell">
      <span className="quiet">{place}</span>
      <span
        className="csv-value"
        tabIndex={0}
        role="textbox"
        aria-readonly
        aria-label="Content of the cell"
      >
        {!record && <em>Loading…</em>}
        {record && text === undefined && <em>This row has no such cell.</em>}
        {text?.slice(0, SHOWN_MAX)}
        {rest > 0 && ` … and ${rest.toLocaleString('en')} more characters`}
      </span>
      <Button label="Copy cells" icon={Copy} iconOnly look="plain" keys="Ctrl+C" onClick={copy} />
    </section>
  );
}
