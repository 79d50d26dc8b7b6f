/** Lines of a log, by their levels; only what shows is drawn. */
import { shortened } from '../editor/longlines.ts';
import { Rows } from '../parts/Rows.tsx';
import { showName } from '../text.ts';
import { levelOf } from './levels.ts';

const ROW = 20;

export function LogLines({
  label,
  place: at,
  lines,
  follows,
}: {
  label: string;
  /** Where one was is kept for the pane under this name. */
  place?: { readonly pane: number; readonly name: string };
  lines: readonly string[];
  follows: boolean;
}) {
  return (
    <Rows
      label={label}
      {...(at && { place: at })}
      className="stream"
      count={lines.length}
      height={ROW}
      follows={follows}
      row={(index, place) => {
        const line = lines[index] ?? '';
        return (
          <div key={index} className={`stream-line ${levelOf(line) ?? ''}`} style={place}>
            {showName(shortened(line))}
          </div>
        );
      }}
    />
  );
}
