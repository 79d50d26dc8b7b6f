/** The cell with the cursor, whole where that can be: columns show only what fits in them. */

import { Copy } from 'lucide-react';
import { Button } from '../../parts/Button.tsx';

/** At most so many characters are shown; copying takes them all. */
const SHOWN_MAX = 20_000;

export function CellBar({
  place,
  text,
  isLoading,
  copy,
}: {
  place: string;
  text: string | undefined;
  /** The row is still being read. */
  isLoading: boolean;
  copy(): void;
}) {
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
        {isLoading && <em>Loading…</em>}
        {!isLoading && text === undefined && <em>This row has no such cell.</em>}
        {text?.slice(0, SHOWN_MAX)}
        {rest > 0 && ` … and ${rest.toLocaleString('en')} more characters`}
      </span>
      <Button label="Copy cells" icon={Copy} iconOnly look="plain" keys="Ctrl+C" onClick={copy} />
    </section>
  );
}
