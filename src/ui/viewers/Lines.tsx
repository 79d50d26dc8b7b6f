/** JSON lines as a table that follows its file: a column for each of the names that most lines have. */
import { type CSSProperties, useMemo, useState } from 'react';
import { CUT_ABOVE, shortened } from '../editor/longlines.ts';
import { atOnce } from '../inparts.ts';
import { asCell, asHead, asRow, Rows } from '../parts/Rows.tsx';
import { useText } from './bytes.ts';
import { firstChild, scanChildren, scanDocument } from './jsonscan.ts';
import type { JsonChild } from './jsonscanner.ts';
import { LineTools, useChosen } from './LineTools.tsx';
import type { Shown } from './table.ts';

const COLUMNS_MAX = 8;
/** The last lines show which columns there are: so many lines, with so many characters together. */
const SAMPLE = 200;
const SAMPLE_CHARACTERS = 1_000_000;
const ROW = 26;

/** One line. It is read when its cells are first asked for, so that a table of any length opens at once. */
class Line {
  readonly raw: string;
  #cells: Cells | null | undefined;

  constructor(raw: string) {
    this.raw = raw;
  }

  /** Undefined where the line holds no object, or is too long to be divided into cells. */
  get cells(): Cells | undefined {
    if (this.#cells === undefined) this.#cells = (!this.isLong && cellsOf(this.raw)) || null;
    return this.#cells ?? undefined;
  }

  get isLong(): boolean {
    return this.raw.length > CUT_ABOVE;
  }
}

/** The values of an object by their names, as they are written: all values of a name that it has several times. */
type Cells = ReadonlyMap<string, readonly string[]>;

/** Reads what was added alone, where the text has grown at its end. */
class LineReader {
  #text = '';
  #lines: readonly Line[] = [];

  read(text: string): readonly Line[] {
    const grows = this.#text.endsWith('\n') && text.startsWith(this.#text);
    const added = (grows ? text.slice(this.#text.length) : text).split('\n').filter(Boolean);
    this.#lines = [...(grows ? this.#lines : []), ...added.map((raw) => new Line(raw))];
    this.#text = text;
    return this.#lines;
  }
}

/** Undefined where a line holds no object. */
function cellsOf(raw: string): Cells | undefined {
  const text = raw.replace(/^\uFEFF/, '');
  let root: JsonChild;
  try {
    root = atOnce(scanDocument(text));
  } catch {
    return undefined;
  }
  if (text[root.start] !== '{') return undefined;
  const cells = new Map<string, string[]>();
  if (root.count === 0) return cells;
  const { children } = atOnce(scanChildren(text, firstChild(text, root.start), root.count ?? 0));
  for (const child of children) {
    const name = JSON.parse(child.name ?? '""') as string;
    const value = cell(text.slice(child.start, child.end));
    const values = cells.get(name);
    if (values) values.push(value);
    else cells.set(name, [value]);
  }
  return cells;
}

/** A string without its quotes; anything else as it is written, with all its digits. */
const cell = (written: string): string =>
  written.startsWith('"') ? (JSON.parse(written) as string) : written;

const shownCell = (values: readonly string[] | undefined): string | undefined =>
  values && shortened(values.join(' and again '));

function columnsOf(lines: readonly Line[]): string[] {
  const counts = new Map<string, number>();
  let from = lines.length;
  for (let length = 0; from > 0 && lines.length - from < SAMPLE; from--) {
    const { isLong, raw } = lines[from - 1] as Line;
    if (!isLong) length += raw.length;
    if (length > SAMPLE_CHARACTERS) break;
  }
  for (const { cells } of lines.slice(from))
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
        <span className={line.isLong ? 'quiet' : 'warn'} {...asCell}>
          {line.isLong && `${line.raw.length.toLocaleString()} characters, too long for cells: `}
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
