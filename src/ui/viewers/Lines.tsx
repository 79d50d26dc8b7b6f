/** JSON lines as a table that follows its file: a column for each of the names that most lines have. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
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
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  useEffect(() => {
    if (follows && shown.length > 0) virtual.scrollToIndex(shown.length - 1);
  }, [follows, shown.length, virtual]);
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
      <section className="line-table" ref={scroller} aria-label="Lines" tabIndex={0}>
        <div className="line-head" style={grid}>
          {columns.map((name) => (
            <span key={name}>{name}</span>
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const line = shown[index];
            if (!line) return null;
            return (
              <div
                key={index}
                className="line-row"
                style={{ ...grid, transform: `translateY(${start}px)` }}
                title={line.raw}
              >
                {line.value === undefined ? (
                  <span className="warn">{line.raw}</span>
                ) : (
                  columns.map((name) => <span key={name}>{cell(line.value?.[name])}</span>)
                )}
              </div>
            );
          })}
        </div>
      </section>
    </div>
  );
}
