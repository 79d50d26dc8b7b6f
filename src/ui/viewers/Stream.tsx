/** A stream as it comes: read while it is shown, with the lines that went by, up to a bound. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { client } from '../session.ts';
import { explain, showName } from '../text.ts';
import type { Shown } from './table.ts';

const LINES_MAX = 5000;
const ROW = 20;

interface Read {
  readonly lines: readonly string[];
  readonly ended: string | undefined;
}

const nothing: Read = { lines: [], ended: undefined };

export function Show({ path }: Shown) {
  const [runs, setRuns] = useState(true);
  const { lines, ended } = useLines(path, runs);
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  useEffect(() => {
    if (runs && lines.length > 0) virtual.scrollToIndex(lines.length - 1);
  }, [runs, lines.length, virtual]);
  return (
    <div className="editor-stack">
      <div className="notice">
        <p>
          {ended ?? (runs ? 'Read as it comes, while this is shown.' : 'Paused: it is not read.')}
        </p>
        {ended === undefined && (
          <Button
            label={runs ? 'Pause' : 'Go on'}
            icon={runs ? Pause : Play}
            onClick={() => setRuns(!runs)}
          />
        )}
      </div>
      <section className="stream" ref={scroller} aria-label="What it gave" tabIndex={0}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              className="stream-line"
              style={{ transform: `translateY(${start}px)` }}
            >
              {showName(lines[index] ?? '')}
            </div>
          ))}
        </div>
      </section>
    </div>
  );
}

function useLines(path: string, runs: boolean): Read {
  const [read, setRead] = useState(nothing);
  useEffect(() => {
    if (!runs) return;
    const stop = new AbortController();
    const decoder = new TextDecoder();
    const take = (text: string): void =>
      setRead(({ lines }) => {
        const rest = lines[lines.length - 1] ?? '';
        const added = (rest + text).split('\n');
        return { lines: [...lines.slice(0, -1), ...added].slice(-LINES_MAX), ended: undefined };
      });
    const follow = async (): Promise<string> => {
      const file = await client().oanix.fs.open(path, 'r', stop.signal);
      try {
        for (;;) {
          const data = await file.read(64 * 1024, stop.signal);
          if (data.length === 0) return 'It has ended.';
          take(decoder.decode(data, { stream: true }));
        }
      } finally {
        await file.close().catch(() => undefined);
      }
    };
    follow()
      .catch((error: unknown) => explain(error))
      .then((ended) => {
        if (!stop.signal.aborted) setRead(({ lines }) => ({ lines, ended }));
      })
      .catch(() => undefined);
    return () => stop.abort();
  }, [path, runs]);
  return read;
}
