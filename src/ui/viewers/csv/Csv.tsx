/** A file of separated values as a table, to be read: what it is divided by, what is odd in it, and its cells. */
import { CircleStop, PenLine } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from '../../parts/Button.tsx';
import { showSize } from '../../text.ts';
import { versionOf } from '../bytes.ts';
import { keepPosition, positionAt } from '../positions.ts';
import { lookAs, type Shown, viewersOf } from '../table.ts';
import { COLUMNS_MAX } from './columnwidths.ts';
import { delimiters } from './dialect.ts';
import { Grid, type GridPosition } from './Grid.tsx';
import { type Reading, useReading } from './reading.ts';
import { PIECE, type Summary } from './recordindex.ts';

/** What a person has chosen for a file, and where they were in it. */
interface Position {
  readonly delimiter: string | undefined;
  readonly header: boolean;
  readonly grid: GridPosition | undefined;
}

const first: Position = { delimiter: undefined, header: true, grid: undefined };

/** A large file that has changed is opened and read anew; a text tells its changes itself. */
export const Show = (shown: Shown) => (
  <Table key={shown.view.kind === 'bytes' ? versionOf(shown.view) : ''} {...shown} />
);

function Table({ id, path, view }: Shown) {
  const key = { pane: id, path, viewer: 'csv' };
  const position = useRef(positionAt<Position>(key) ?? first);
  const [{ delimiter, header }, choose] = useState<Position>(position.current);
  const { reading, error, stop } = useReading(path, view, delimiter);
  const keep = (change: Partial<Position>): void => {
    position.current = { ...position.current, ...change };
    keepPosition(key, position.current);
  };
  const change = (to: Partial<Position>): void => {
    keep(to);
    choose(position.current);
  };
  if (error !== undefined)
    return (
      <div className="empty" role="alert">
        <p>{error}</p>
      </div>
    );
  if (!reading) return <div className="empty">Loading…</div>;
  const isText = viewersOf(path, view).some((each) => each.id === 'text');
  return (
    <div className="editor-stack csv">
      <div>
        <div className="notice csv-tools">
          <DelimiterChoice
            now={delimiter ?? String.fromCharCode(reading.dialect.delimiter)}
            choose={(to) => change({ delimiter: to })}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={header}
              onChange={({ target }) => change({ header: target.checked })}
            />{' '}
            Header row
          </label>
          <Extent reading={reading} stop={stop} />
          {isText && (
            <Button label="Edit as text" icon={PenLine} onClick={() => lookAs(path, 'text')} />
          )}
        </div>
        {oddities(reading.summary).map((words) => (
          <div key={words} className="notice" role="note">
            <p>{words}</p>
          </div>
        ))}
      </div>
      <Grid
        reading={reading}
        header={header}
        begin={position.current.grid}
        keep={(grid) => keep({ grid })}
      />
    </div>
  );
}

function DelimiterChoice({ now, choose }: { now: string; choose(delimiter: string): void }) {
  const isUsual = delimiters.some(({ id }) => id === now);
  return (
    <label className="csv-delimiter">
      <span>Separator</span>
      <select className="input" value={now} onChange={({ target }) => choose(target.value)}>
        {!isUsual && <option value={now}>{now}</option>}
        {delimiters.map(({ id, words }) => (
          <option key={id} value={id}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How much there is; while the file is read, how far, and a way to stop. */
function Extent({ reading, stop }: { reading: Reading; stop(): void }) {
  const { summary, state, done, size } = reading;
  const part = size === 0 ? 100 : Math.floor((done / size) * 100);
  const much = `${counted(summary.rows, 'row')}, ${counted(summary.columns, 'column')}`;
  return (
    <>
      <p className="quiet" role="status">
        {state === 'reading' && `Reading, ${part} %: `}
        {much}
        {state === 'stopped' && ` of the first ${showSize(done)}; the reading was stopped`}
      </p>
      {state === 'reading' && <Button label="Stop" icon={CircleStop} onClick={stop} />}
    </>
  );
}

const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** What is not as a table should be; all of it is shown as it is. */
function oddities({ ragged, firstRagged, firstOpen, firstLong, columns }: Summary): string[] {
  const row = (index: number): string => `row ${(index + 1).toLocaleString('en')}`;
  return [
    firstOpen !== undefined &&
      `A quote in ${row(firstOpen)} has no end within ${showSize(PIECE)}. From there on, for as long, quotes are shown as they are.`,
    firstLong !== undefined &&
      `From ${row(firstLong)} on there is a row of more than ${showSize(PIECE)}. Only its beginning is shown.`,
    ragged > 0 &&
      `${counted(ragged, 'row')} ${ragged === 1 ? 'has' : 'have'} more or fewer cells than the first row, beginning with ${row(firstRagged)}.`,
    columns > COLUMNS_MAX &&
      `Only the first ${COLUMNS_MAX.toLocaleString('en')} columns are shown.`,
  ].filter((words) => words !== false);
}
