/** The calls of a process as they come: each open, read, write and refusal; or where they went, as a flame. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Download, Save } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { saveAs } from '../files/download.ts';
import { attempt, toast } from '../notices.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { client } from '../session.ts';
import { showName, showSize } from '../text.ts';
import type { TraceCall } from '../tracecall.ts';
import { type TraceLog, tracedAt, traceEvents, traceOf } from '../traces.ts';
import { Flame } from './Flame.tsx';
import type { Shown } from './table.ts';

const ROW = 24;

export function Show({ path }: Shown) {
  const log = traceOf(tracedAt(path) as number);
  useSyncExternalStore(log.subscribe, log.version);
  const [filter, setFilter] = useState('');
  const [refusals, setRefusals] = useState(false);
  const [asFlame, setAsFlame] = useState(false);
  const { calls, dropped, state } = log;
  const shown = useMemo(() => select(calls, filter, refusals), [calls, filter, refusals]);
  const refused = useMemo(() => calls.filter(({ result }) => result !== 'OK').length, [calls]);
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
        <p className="quiet" role="status">
          {shown.length.toLocaleString()} of {calls.length.toLocaleString()} calls, {refused}{' '}
          refused
          {dropped > 0 && `, ${dropped.toLocaleString()} no longer kept`}
          {state === 'live' ? ' · live' : state === 'ended' ? '' : ` · ${state}`}
        </p>
        <Button label="Save" icon={Save} onClick={() => void record(log)} />
        <Button label="For Perfetto" icon={Download} onClick={() => exportEvents(log)} />
      </div>
      {asFlame ? <Flame calls={shown} /> : <Calls calls={shown} isLive={state === 'live'} />}
    </div>
  );
}

function select(
  calls: readonly TraceCall[],
  filter: string,
  refusals: boolean,
): readonly TraceCall[] {
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

function Calls({ calls, isLive }: { calls: readonly TraceCall[]; isLive: boolean }) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useEffect(() => {
    if (isLive && calls.length > 0) virtual.scrollToIndex(calls.length - 1);
  }, [isLive, calls.length, virtual]);
  const first = calls[0]?.time ?? 0;
  return (
    <section className="trace" ref={scroller} aria-label="Calls" tabIndex={0}>
      <div className="trace-row trace-head">
        <span>time</span>
        <span>call</span>
        <span>path</span>
        <span>bytes</span>
        <span>µs</span>
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const call = calls[index];
          if (!call) return null;
          const isRefused = call.result !== 'OK';
          return (
            <div
              key={index}
              className={isRefused ? 'trace-row at bad' : 'trace-row at'}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span>{((call.time - first) / 1000).toFixed(3)}</span>
              <span>{call.call}</span>
              <span className="path" title={showName(call.path)}>
                {showName(call.path) || '–'}
              </span>
              <span>{isRefused ? call.result : call.bytes > 0 ? showSize(call.bytes) : '–'}</span>
              <span>{call.microseconds}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

const RECORDS = '/home/traces';

/** Into the namespace, a line of JSON a call. */
async function record({ pid, calls }: TraceLog): Promise<void> {
  await attempt('Not saved', async () => {
    const { fs } = client().oanix;
    await fs.mkdir(RECORDS, { recursive: true });
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
    const path = `${RECORDS}/process-${pid}-${stamp}.jsonl`;
    await fs.writeFile(path, calls.map((each) => `${JSON.stringify(each)}\n`).join(''));
    toast(`Saved as ${showName(path)}`, {
      action: { label: 'Show', run: () => void open(path) },
    });
  });
}

function exportEvents(log: TraceLog): void {
  saveAs(`trace-${log.pid}.json`, new Blob([JSON.stringify(traceEvents(log))]));
}
