/** JSON as a tree: each value as it is written. The text is read in parts, and only the rows in view are drawn. */
import { type CSSProperties, useEffect, useMemo, useState } from 'react';
import { inParts } from '../inparts.ts';
import { Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import { cutTo } from './jsonscan.ts';
import { type JsonRow, JsonTree, type Open, PART } from './jsontree.ts';
import { keepPosition, positionAt } from './positions.ts';
import type { Shown } from './table.ts';

const ROW = 22;
const INDENT = 18;

/** Opens an array or object at a position so far that it shows `most` values; 0 closes it. */
type ShowValues = (start: number, most: number) => void;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view).replace(/^\uFEFF/, '');
  return <Tree key={path} text={text} place={{ pane: id, name: `${path}//json` }} />;
}

function Tree({
  text,
  place: at,
}: {
  text: string;
  place: { readonly pane: number; readonly name: string };
}) {
  const key = { pane: at.pane, path: at.name, viewer: 'open' };
  const [open, setOpen] = useState<Open>(positionAt<Open>(key) ?? new Map());
  const { shown, error, part } = useRows(text, open);
  const show: ShowValues = (start, most) => {
    const next = new Map(open).set(start, most);
    keepPosition(key, next);
    setOpen(next);
  };
  if (error !== undefined)
    return (
      <div className="empty" role="alert">
        <p>This is not valid JSON: {error}</p>
        <p>Open it as text to correct it.</p>
      </div>
    );
  return (
    <div className="json">
      {shown && (
        <Rows
          label="Tree of values"
          place={at}
          className="json-scroll"
          count={shown.rows.length}
          height={ROW}
          row={(index, place) => {
            const row = shown.rows[index];
            const now = row && open.get(row.child.start);
            return (
              row && (
                <OneRow
                  key={index}
                  text={shown.text}
                  row={now === undefined ? row : { ...row, isOpen: now > 0 }}
                  place={place}
                  show={show}
                />
              )
            );
          }}
        />
      )}
      {part !== undefined && (
        <p className={`json-progress ${shown ? '' : 'json-progress-first'}`} role="status">
          Reading the values: {part} %
        </p>
      )}
    </div>
  );
}

interface ShownRows {
  readonly text: string;
  readonly rows: readonly JsonRow[];
}

/**
 * The rows that are open. While they are read, the rows before are shown, and `part` is how much of the text was read,
 * in percent. The reading ends when the view is left or something else is opened or closed.
 */
function useRows(text: string, open: Open) {
  const tree = useMemo(() => new JsonTree(text), [text]);
  const [shown, setShown] = useState<ShownRows>();
  const [error, setError] = useState<string>();
  const [part, setPart] = useState<number>();
  useEffect(() => {
    const stop = new AbortController();
    const tell = (done: number): void => setPart(Math.floor((done / text.length) * 100));
    inParts(tree.rows(open), stop.signal, tell)
      .then(
        (rows) => {
          setShown({ text, rows });
          setError(undefined);
        },
        (failure: Error) => {
          if (!stop.signal.aborted) setError(failure.message);
        },
      )
      .finally(() => setPart(undefined));
    return () => stop.abort();
  }, [tree, text, open]);
  return { shown, error, part };
}

function OneRow({
  text,
  row: { child, level, index, isOpen, hidden },
  place,
  show,
}: {
  text: string;
  row: JsonRow;
  place: CSSProperties;
  show: ShowValues;
}) {
  const style = { ...place, paddingLeft: level * INDENT };
  const { count } = child;
  const name = nameOf(child.name ?? String(index ?? ''));
  if (hidden !== undefined)
    return (
      <div className="json-row" style={style}>
        <button
          type="button"
          className="json-more"
          onClick={() => show(child.start, (count ?? 0) - hidden + PART)}
        >
          Show more: {hidden.toLocaleString('en')} values are left
        </button>
      </div>
    );
  const value = cutTo(text, child.start, child.end);
  const label = name && <span className="json-label">{name}:</span>;
  if (count === undefined)
    return (
      <div className="json-row" style={style} title={value}>
        {label}
        <span className={classOf(value)}>{value}</span>
      </div>
    );
  const [from, to] = text[child.start] === '[' ? '[]' : '{}';
  return (
    <div className="json-row" style={style}>
      <button
        type="button"
        className={isOpen ? 'json-toggle json-open' : 'json-toggle json-closed'}
        aria-expanded={isOpen}
        aria-label={`${name || 'The whole value'}: ${count.toLocaleString('en')} values`}
        onClick={() => show(child.start, isOpen ? 0 : PART)}
        onKeyDown={({ key }) => {
          if (key === 'ArrowRight' && !isOpen) show(child.start, PART);
          if (key === 'ArrowLeft' && isOpen) show(child.start, 0);
        }}
      />
      {label}
      <span className="json-mark">
        {from} {count.toLocaleString('en')} {count === 1 ? 'value' : 'values'} {to}
      </span>
    </div>
  );
}

/** A name as it is shown: cut where it is long, and without its quotes where it reads the same without them. */
const nameOf = (name: string): string =>
  cutTo(name, 0, name.length, 200).replace(/^"([\w $-]+)"$/, '$1');

function classOf(value: string): string {
  if (value.startsWith('"')) return 'json-string';
  return /^[-\d]/.test(value) ? 'json-number' : 'json-word';
}
