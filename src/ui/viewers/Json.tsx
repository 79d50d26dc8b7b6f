/** JSON as a tree: each value as it is written, and only the rows that show are drawn. */
import { type CSSProperties, useMemo, useState } from 'react';
import { Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import { childrenOf, isContainer, type JsonChild, rootOf, showValue } from './jsonscan.ts';
import { keepPosition, positionAt } from './positions.ts';
import type { Shown } from './table.ts';

/** At first, containers down to this level are open that hold at most so many values. */
const OPEN_LEVELS = 3;
const OPEN_MAX = 100;
/** An open container shows so many more values at a time. */
const PART = 10_000;
const ROW = 22;
const INDENT = 18;

interface Row {
  readonly child: JsonChild;
  readonly level: number;
  /** Of an array's values, from 0. */
  readonly index?: number;
  /** Of a container: how many values it holds; undefined of any other value. */
  readonly count?: number;
  readonly isOpen?: boolean;
  /** Stands for the values of `child` that are not shown yet. */
  readonly hidden?: number;
}

/** How many values of the container at a position are shown: 0 where it is closed. */
type Open = ReadonlyMap<number, number>;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view).replace(/^\uFEFF/, '');
  const error = useMemo(() => errorOf(text), [text]);
  if (error !== undefined)
    return (
      <div className="empty" role="alert">
        <p>This is not valid JSON: {error}</p>
        <p>Open it as text to correct it.</p>
      </div>
    );
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
  const rows = useMemo(() => rowsOf(text, open), [text, open]);
  const show = (start: number, most: number): void => {
    const next = new Map(open).set(start, most);
    keepPosition(key, next);
    setOpen(next);
  };
  return (
    <Rows
      label="Tree of values"
      place={at}
      className="json-scroll"
      count={rows.length}
      height={ROW}
      row={(index, place) => {
        const row = rows[index];
        return row && <OneRow key={index} text={text} row={row} place={place} show={show} />;
      }}
    />
  );
}

/** The rows that are open, in order. */
function rowsOf(text: string, open: Open): Row[] {
  const rows: Row[] = [];
  const stack: Row[] = [{ child: rootOf(text), level: 0 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { child, level, hidden } = next;
    if (hidden !== undefined || !isContainer(text, child.start)) {
      rows.push(next);
      continue;
    }
    const children = childrenOf(text, child.start);
    const first = level < OPEN_LEVELS && (level === 0 || children.length <= OPEN_MAX) ? PART : 0;
    const most = open.get(child.start) ?? first;
    rows.push({ ...next, count: children.length, isOpen: most > 0 });
    if (most === 0) continue;
    const left = children.length - most;
    if (left > 0) stack.push({ child, level: level + 1, hidden: left });
    for (let i = Math.min(most, children.length) - 1; i >= 0; i--) {
      const inner = children[i] as JsonChild;
      const at = inner.name === undefined ? { index: i } : {};
      stack.push({ child: inner, level: level + 1, ...at });
    }
  }
  return rows;
}

function OneRow({
  text,
  row: { child, level, index, count, isOpen, hidden },
  place,
  show,
}: {
  text: string;
  row: Row;
  place: CSSProperties;
  show: (start: number, most: number) => void;
}) {
  const style = { ...place, paddingLeft: level * INDENT };
  const name = child.name ?? (index === undefined ? '' : String(index));
  if (hidden !== undefined)
    return (
      <div className="json-row" style={style}>
        <button
          type="button"
          className="json-more"
          onClick={() => show(child.start, childrenOf(text, child.start).length - hidden + PART)}
        >
          Show more: {hidden.toLocaleString('en')} values are left
        </button>
      </div>
    );
  const value = showValue(text, child);
  const label = name && <span className="json-label">{unquoted(name)}:</span>;
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

/** A name without its quotes where it reads the same without them. */
const unquoted = (name: string): string => name.replace(/^"([\w $-]+)"$/, '$1');

function classOf(value: string): string {
  if (value.startsWith('"')) return 'json-string';
  return /^[-\d]/.test(value) ? 'json-number' : 'json-word';
}

function errorOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
