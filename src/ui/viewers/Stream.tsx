/** A stream as it comes: read while it is shown, with the lines that went by, up to a bound. */
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { Rows } from '../parts/Rows.tsx';
import { client } from '../session.ts';
import { explain, showName } from '../text.ts';
import type { Shown } from './table.ts';

const LINES_MAX = 5000;
/** Characters of a line: what never ends a line is cut. */
const LINE_MAX = 10_000;
const ROW = 20;

interface Read {
  readonly lines: readonly string[];
  readonly ended: string | undefined;
}

const nothing: Read = { lines: [], ended: undefined };

export function Show({ path }: Shown) {
  const [runs, setRuns] = useState(true);
  const { lines, ended } = useLines(path, runs);
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
      <Rows
        label="What it gave"
        className="stream"
        count={lines.length}
        height={ROW}
        follows={runs}
        row={(index, place) => (
          <div key={index} className="stream-line" style={place}>
            {showName(lines[index] ?? '')}
          </div>
        )}
      />
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
        const whole = [...lines.slice(0, -1), ...added].slice(-LINES_MAX);
        return { lines: whole.map((line) => line.slice(0, LINE_MAX)), ended: undefined };
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
