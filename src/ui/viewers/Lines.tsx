/** JSON lines as a table that follows its file: a column for each of the names that most lines have. */
import { type CSSProperties, useMemo, useState } from 'react';
import { shortened } from '../editor/longlines.ts';
import { asCell, asHead, asRow, Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import { childrenOf, rootOf } from './jsonscan.ts';
import { LineTools, useChosen } from './LineTools.tsx';
import type { Shown } from './table.ts';

const COLUMNS_MAX = 8;
/** Lines that are looked at to find the columns. */
const SAMPLE = 200;
const ROW = 26;

interface Line {
  readonly raw: string;
  /**
   * The values of an object by their names, as they are written, all of a name that it has several times; undefined where the
   * line holds no object.
   */
  readonly cells: ReadonlyMap<string, readonly string[]> | undefined;
}

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
  const text = raw.replace(/^\uFEFF/, '');
  try {
    JSON.parse(text);
  } catch {
    return { raw, cells: undefined };
  }
  const { start } = rootOf(text);
  if (text[start] !== '{') return { raw, cells: undefined };
  const cells = new Map<string, string[]>();
  for (const child of childrenOf(text, start)) {
    const name = JSON.parse(child.name ?? '""') as string;
    const value = cell(text.slice(child.start, child.end));
    const values = cells.get(name);
    if (values) values.push(value);
    else cells.set(name, [value]);
  }
  return { raw, cells };
}

/** A string without its quotes; anything else as it is written, with all its digits. */
const cell = (written: string): string =>
  written.startsWith('"') ? (JSON.parse(written) as string) : written;

const shownCell = (values: readonly string[] | undefined): string | undefined =>
  values && shortened(values.join(' and again '));

function columnsOf(lines: readonly Line[]): string[] {
  const counts = new Map<string, number>();
  for (const { cells } of lines.slice(-SAMPLE))
    for (const name of cells?.keys() ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLUMNS_MAX)
    .map(([name]) => name);
}

const rawOf = ({ raw }: Line): string => raw;

export function Show({ id, path, view }: Shown) {
  const text = useText(path, view);
  const [reader] = useState(() => new LineReader());
  const lines = useMemo(() => reader.read(text), [reader, text]);
  const columns = useMemo(() => columnsOf(lines), [lines]);
  const chosen = useChosen(lines, rawOf, { pane: id, path, viewer: 'lines' });
  const { shown, follows } = chosen;
  const grid = {
    gridTemplateColumns: `repeat(${Math.max(1, columns.length)}, minmax(110px, 1fr))`,
  };
  return (
    <div className="editor-stack">
      <LineTools chosen={chosen} />
      <Rows
        label="Lines"
        place={{ pane: id, name: `${path}//lines` }}
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
    <div className="line-row" {...asRow(index)} style={place} title={shortened(line.raw)}>
      {line.cells === undefined ? (
        <span className="warn" {...asCell}>
          {shortened(line.raw)}
        </span>
      ) : (
        columns.map((name) => (
          <span key={name} {...asCell}>
            {shownCell(line.cells?.get(name))}
          </span>
        ))
      )}
    </div>
  );
}
