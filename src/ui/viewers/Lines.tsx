/** JSON lines as a table that follows its file: a column for each of the names that most lines have. */
import { type CSSProperties, useMemo, useState } from 'react';
import { asCell, asHead, asRow, Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import { LineTools, useChosen } from './LineTools.tsx';
import type { Shown } from './table.ts';

const COLUMNS_MAX = 8;
/** Lines that are looked at to find the columns. */
const SAMPLE = 200;
const ROW = 26;

type Line = { readonly raw: string; readonly value: Readonly<Record<string, unknown>> | undefined };

/** Reads what was added alone, where the text has grown at its end. */
class LineReader {
  #text = '';
  #lines: readonly Line[] = [];

  read(text: string): readonly Line[] {
    const grows = this.#text.endsWith('\n') && text.startsWith(this.#text);
    const added = (grows ? text.slice(this.#text.length) : text).split('\n').filter(Boolean);
    this.#lines = [...(grows ? this.#lines : []), ...added.map(parse)];
    this.#text = text;
    return this.#lines;
  }
}

function parse(raw: string): Line {
  try {
    const value: unknown = JSON.parse(raw);
    return { raw, value: isRecord(value) ? value : undefined };
  } catch {
    return { raw, value: undefined };
  }
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

const rawOf = ({ raw }: Line): string => raw;

export function Show({ path, view }: Shown) {
  const text = useText(path, view);
  const [reader] = useState(() => new LineReader());
  const lines = useMemo(() => reader.read(text), [reader, text]);
  const columns = useMemo(() => columnsOf(lines), [lines]);
  const chosen = useChosen(lines, rawOf);
  const { shown, follows } = chosen;
  const grid = {
    gridTemplateColumns: `repeat(${Math.max(1, columns.length)}, minmax(110px, 1fr))`,
  };
  return (
    <div className="editor-stack">
      <LineTools chosen={chosen} />
      <Rows
        label="Lines"
        className="line-table"
        isTable
        count={shown.length}
        height={ROW}
        follows={follows}
        head={
          <div className="line-head" {...asRow()} style={grid}>
            {columns.map((name) => (
              <span key={name} {...asHead}>
                {name}
              </span>
            ))}
          </div>
        }
        row={(index, place) => (
          <OneLine
            key={index}
            index={index}
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
  index,
  line,
  columns,
  place,
}: {
  index: number;
  line: Line | undefined;
  columns: readonly string[];
  place: CSSProperties;
}) {
  if (!line) return null;
  return (
    <div className="line-row" {...asRow(index)} style={place} title={line.raw}>
      {line.value === undefined ? (
        <span className="warn" {...asCell}>
          {line.raw}
        </span>
      ) : (
        columns.map((name) => (
          <span key={name} {...asCell}>
            {cell(line.value?.[name])}
          </span>
        ))
      )}
    </div>
  );
}
