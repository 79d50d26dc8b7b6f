/** The calls of a process as they come: each open, read, write and refusal; or where they went, as a flame. */
import { Download, Save } from 'lucide-react';
import { type CSSProperties, useMemo, useState, useSyncExternalStore } from 'react';
import type { TracedCall } from '../../kernel/trace.ts';
import { saveAs } from '../files/download.ts';
import { attempt, toast } from '../notices.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { asCell, asHead, asRow, Rows } from '../parts/Rows.tsx';
import { client } from '../session.ts';
import { showName, showSize } from '../text.ts';
import { tracedAt } from '../tracecall.ts';
import { type TraceLog, traceEvents, traceOf } from '../traces.ts';
import { Flame } from './Flame.tsx';
import type { Shown } from './table.ts';

const ROW = 24;

export function Show({ path }: Shown) {
  const log = traceOf(tracedAt(path) as number);
  const calls = useSyncExternalStore(log.subscribe, log.calls);
  const [filter, setFilter] = useState('');
  const [refusals, setRefusals] = useState(false);
  const [asFlame, setAsFlame] = useState(false);
  const [follows, setFollows] = useState(true);
  const { dropped, state } = log;
  const shown = useMemo(() => select(calls, filter, refusals), [calls, filter, refusals]);
  const refused = useMemo(() => select(calls, '', true).length, [calls]);
  return (
    <div className="editor-stack">
      <div className="notice trace-tools">
        <fieldset className="looks">
          <legend className="sr-only">Show</legend>
          <button
            type="button"
            className="button"
            aria-pressed={!asFlame}
            onClick={() => setAsFlame(false)}
          >
            Calls
          </button>
          <button
            type="button"
            className="button"
            aria-pressed={asFlame}
            onClick={() => setAsFlame(true)}
          >
            Flame
          </button>
        </fieldset>
        <input
          className="input"
          aria-label="Calls that have"
          placeholder="Filter; !word leaves out"
          spellCheck={false}
          value={filter}
          onChange={({ target }) => setFilter(target.value)}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={refusals}
            onChange={({ target }) => setRefusals(target.checked)}
          />{' '}
          Refused only
        </label>
        {state === 'live' && (
          <label className="check">
            <input
              type="checkbox"
              checked={follows}
              onChange={({ target }) => setFollows(target.checked)}
            />{' '}
            Follow
          </label>
        )}
        <p className="quiet" role="status">
          {shown.length.toLocaleString()} of {calls.length.toLocaleString()} calls, {refused}{' '}
          refused
          {dropped > 0 && `, ${dropped.toLocaleString()} no longer kept`}
          {state === 'live' ? ' · live' : state === 'ended' ? '' : ` · ${state}`}
        </p>
        <Button label="Save" icon={Save} onClick={() => void record(log)} />
        <Button label="For Perfetto" icon={Download} onClick={() => exportEvents(log)} />
      </div>
      {asFlame ? (
        <Flame calls={shown} />
      ) : (
        <Calls calls={shown} follows={follows && state === 'live'} />
      )}
    </div>
  );
}

function select(
  calls: readonly TracedCall[],
  filter: string,
  refusals: boolean,
): readonly TracedCall[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !refusals) return calls;
  return calls.filter((each) => {
    if (refusals && each.result === 'OK') return false;
    const line = `${each.call} ${each.path} ${each.result}`.toLowerCase();
    return words.every((word) =>
      word.startsWith('!') ? !line.includes(word.slice(1)) || word === '!' : line.includes(word),
    );
  });
}

function Calls({ calls, follows }: { calls: readonly TracedCall[]; follows: boolean }) {
  const first = calls[0]?.time ?? 0;
  return (
    <Rows
      label="Calls"
      className="trace"
      isTable
      count={calls.length}
      height={ROW}
      follows={follows}
      head={
        <div className="trace-row trace-head" {...asRow()}>
          {['time', 'call', 'path', 'bytes', 'µs'].map((name) => (
            <span key={name} {...asHead}>
              {name}
            </span>
          ))}
        </div>
      }
      row={(index, place) => (
        <OneCall key={index} index={index} call={calls[index]} first={first} place={place} />
      )}
    />
  );
}

function OneCall({
  index,
  call,
  first,
  place,
}: {
  index: number;
  call: TracedCall | undefined;
  first: number;
  place: CSSProperties;
}) {
  if (!call) return null;
  const isRefused = call.result !== 'OK';
  return (
    <div
      className={isRefused ? 'trace-row at bad' : 'trace-row at'}
      {...asRow(index)}
      style={place}
    >
      <span {...asCell}>{((call.time - first) / 1000).toFixed(3)}</span>
      <span {...asCell}>{call.call}</span>
      <span {...asCell} className="path" title={showName(call.path)}>
        {showName(call.path) || '–'}
      </span>
      <span {...asCell}>
        {isRefused ? call.result : call.bytes > 0 ? showSize(call.bytes) : '–'}
      </span>
      <span {...asCell}>{call.microseconds}</span>
    </div>
  );
}

const RECORDS = '/home/traces';

/** Into the namespace, a line of JSON a call. */
async function record(log: TraceLog): Promise<void> {
  await attempt('Not saved', async () => {
    const { fs } = client().oanix;
    await fs.mkdir(RECORDS, { recursive: true });
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const path = `${RECORDS}/process-${log.pid}-${stamp}.jsonl`;
    await fs.writeFile(
      path,
      log
        .calls()
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    );
    toast(`Saved as ${showName(path)}`, {
      action: { label: 'Show', run: () => void open(path) },
    });
  });
}

function exportEvents(log: TraceLog): void {
  saveAs(`trace-${log.pid}.json`, new Blob([JSON.stringify(traceEvents(log))]));
}
