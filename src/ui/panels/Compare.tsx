/** Two versions of a file beside each other: text line by line, images as such, everything else as bytes. */
import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { useEffect, useMemo, useState } from 'react';
import { shortened } from '../editor/longlines.ts';
import { mediaTypeOf } from '../media.ts';
import { type Sides, textOf } from '../review.ts';
import { showSize } from '../text.ts';

export function Compare({ path, sides }: { path: string; sides: Sides | undefined }) {
  if (!sides) return <p className="quiet">Too large to compare here: look at both files.</p>;
  const type = mediaTypeOf(path);
  if (type?.startsWith('image/') && (sides.before || sides.after))
    return <Images sides={sides} type={type} />;
  const [before, after] = [textOf(sides.before), textOf(sides.after)];
  if (before === undefined || after === undefined) return <Bytes sides={sides} />;
  return <Lines before={before} after={after} />;
}

/** How long the comparison may take, in ms, before the two are only said to differ. */
const DIFF_MS = 2_000;

function Lines({ before, after }: { before: string; after: string }) {
  const hunks = useMemo(
    () => structuredPatch('a', 'b', before, after, '', '', { context: 3, timeout: DIFF_MS })?.hunks,
    [before, after],
  );
  if (!hunks) return <p className="quiet">They differ in too many places to show.</p>;
  if (hunks.length === 0)
    return <p className="quiet">The content is the same; only its times differ.</p>;
  return (
    <div className="diff">
      {hunks.map((hunk) => (
        <Hunk key={`${hunk.oldStart} ${hunk.newStart}`} hunk={hunk} />
      ))}
    </div>
  );
}

const looks: Readonly<Record<string, { className: string; word: string }>> = {
  '+': { className: 'plus', word: 'added: ' },
  '-': { className: 'minus', word: 'removed: ' },
  '\\': { className: 'quiet', word: '' },
};

function Hunk({ hunk: { oldStart, newStart, lines } }: { hunk: StructuredPatchHunk }) {
  let [old, now] = [oldStart, newStart];
  const rows = lines.map((line, index) => {
    const sign = line[0] ?? ' ';
    const row = {
      key: index,
      sign,
      text: line.slice(1),
      old: sign === '+' || sign === '\\' ? '' : String(old),
      now: sign === '-' || sign === '\\' ? '' : String(now),
    };
    if (row.old) old++;
    if (row.now) now++;
    return row;
  });
  return (
    <table aria-label="Lines that differ">
      <tbody>
        {rows.map(({ key, sign, text, old: before, now: after }) => (
          <tr key={key} className={looks[sign]?.className}>
            <td className="number">{before}</td>
            <td className="number">{after}</td>
            <td className="sign" aria-hidden>
              {sign}
            </td>
            <td>
              <span className="sr-only">{looks[sign]?.word}</span>
              {shortened(text)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Images({ sides: { before, after }, type }: { sides: Sides; type: string }) {
  return (
    <div className="sides">
      <Picture bytes={before} type={type} label="Before" />
      <Picture bytes={after} type={type} label="After" />
    </div>
  );
}

function Picture({
  bytes,
  type,
  label,
}: {
  bytes: Uint8Array | undefined;
  type: string;
  label: string;
}) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!bytes) return undefined;
    const made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  return (
    <figure>
      <figcaption>
        {label}
        {bytes && ` · ${showSize(bytes.length)}`}
      </figcaption>
      {bytes ? url && <img src={url} alt={label} /> : <p>not there</p>}
    </figure>
  );
}

const ROW = 16;
/** Rows of bytes that are shown at most. */
const ROWS_MAX = 200;

/** Rows of sixteen bytes that differ, from both sides. */
function Bytes({ sides: { before, after } }: { sides: Sides }) {
  const rows = useMemo(() => differingRows(before, after), [before, after]);
  return (
    <div className="sides">
      <Dump bytes={before} other={after} rows={rows} label="Before" />
      <Dump bytes={after} other={before} rows={rows} label="After" />
    </div>
  );
}

function differingRows(before: Uint8Array | undefined, after: Uint8Array | undefined): number[] {
  const size = Math.max(before?.length ?? 0, after?.length ?? 0);
  const rows: number[] = [];
  for (let row = 0; row * ROW < size && rows.length < ROWS_MAX; row++) {
    for (let at = row * ROW; at < (row + 1) * ROW; at++) {
      if (before?.[at] === after?.[at]) continue;
      rows.push(row);
      break;
    }
  }
  return rows;
}

function Dump({
  bytes,
  other,
  rows,
  label,
}: {
  bytes: Uint8Array | undefined;
  other: Uint8Array | undefined;
  rows: readonly number[];
  label: string;
}) {
  return (
    <figure>
      <figcaption>
        {label}
        {bytes ? ` · ${showSize(bytes.length)}` : ' · not there'}
      </figcaption>
      <pre className="dump">
        {bytes &&
          rows.map((row) => (
            <div key={row}>
              <span className="quiet">{(row * ROW).toString(16).padStart(8, '0')} </span>
              {[...bytes.subarray(row * ROW, (row + 1) * ROW)].map((byte, i) => {
                const at = row * ROW + i;
                return (
                  <span key={at} className={other && other[at] !== byte ? 'differs' : undefined}>
                    {byte.toString(16).padStart(2, '0')}{' '}
                  </span>
                );
              })}
            </div>
          ))}
      </pre>
      {rows.length === ROWS_MAX && (
        <p className="quiet">Only the first rows that differ are shown.</p>
      )}
    </figure>
  );
}
