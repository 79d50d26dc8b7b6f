/** JSON lines as a table that follows its file: a column for each of the names that most lines have. */
import { type CSSProperties, useMemo, useState } from 'react';
import { Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import type { Shown } from './table.ts';

const COLUMNS_MAX = 8;
/** Lines that are looked at to find the columns. */
const SAMPLE = 200;
const ROW = 26;

type Line = { readonly raw: string; readonly value: Readonly<Record<string, unknown>> | undefined };

function read(text: string): Line[] {
  const lines = text.split('\n');
  return lines.filter(Boolean).map((raw) => {
    try {
      const value: unknown = JSON.parse(raw);
      return { raw, value: isRecord(value) ? value : undefined };
    } catch {
      return { raw, value: undefined };
    }
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function columnsOf(lines: readonly Line[]): string[] {
  const counts = new Map<string, number>();
  for (const { value } of lines.slice(-SAMPLE))
    for (const name of Object.keys(value ?? {})) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLUMNS_MAX)
    .map(([name]) => name);
}

const cell = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

export function Show({ path, view }: Shown) {
  const text = useText(path, view);
  const [filter, setFilter] = useState('');
  const [follows, setFollows] = useState(true);
  const lines = useMemo(() => read(text), [text]);
  const columns = useMemo(() => columnsOf(lines), [lines]);
  const wanted = filter.toLowerCase();
  const shown = useMemo(
    () => (wanted === '' ? lines : lines.filter(({ raw }) => raw.toLowerCase().includes(wanted))),
    [lines, wanted],
  );
  const grid = {
    gridTemplateColumns: `repeat(${Math.max(1, columns.length)}, minmax(110px, 1fr))`,
  };
  return (
    <div className="editor-stack">
      <div className="notice">
        <input
          className="input"
          aria-label="Lines that have"
          placeholder="Filter"
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <p className="quiet">
          {shown.length} of {lines.length} lines
        </p>
        <label className="check">
          <input
            type="checkbox"
            checked={follows}
            onChange={({ target }) => setFollows(target.checked)}
          />{' '}
          Follow
        </label>
      </div>
      <Rows
        label="Lines"
        className="line-table"
        count={shown.length}
        height={ROW}
        follows={follows}
        head={
          <div className="line-head" style={grid}>
            {columns.map((name) => (
              <span key={name}>{name}</span>
            ))}
          </div>
        }
        row={(index, place) => (
          <OneLine
            key={index}
            line={shown[index]}
            columns={columns}
            place={{ ...grid, ...place }}
          />
        )}
      />
    </div>
  );
}

function OneLine({
  line,
  columns,
  place,
}: {
  line: Line | undefined;
  columns: readonly string[];
  place: CSSProperties;
}) {
  if (!line) return null;
  return (
    <div className="line-row" style={place} title={line.raw}>
      {line.value === undefined ? (
        <span className="warn">{line.raw}</span>
      ) : (
        columns.map((name) => <span key={name}>{cell(line.value?.[name])}</span>)
      )}
    </div>
  );
}
