/** The cell with the cursor, whole where that can be: columns show only what fits in them. */

/** At most so many characters are shown; copying takes them all. */
const SHOWN_MAX = 20_000;

export function CellBar({ place, text }: { place: string; text: string | undefined }) {
  const rest = (text?.length ?? 0) - SHOWN_MAX;
  return (
    <section className="csv-bar" aria-label="Cell" tabIndex={0}>
      <span className="quiet">{place}</span>
      <span className="csv-value">
        {text === undefined ? <em>This row has no such cell.</em> : text.slice(0, SHOWN_MAX)}
        {rest > 0 && ` … and ${rest.toLocaleString('en')} more characters`}
      </span>
    </section>
  );
}
