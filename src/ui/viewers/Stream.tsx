/** A stream as it comes: read while it is shown, with the lines that went by, up to a bound. */
import { Pause, Play } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { client } from '../session.ts';
import { explain } from '../text.ts';
import { LineTools, useChosen } from './LineTools.tsx';
import { LogLines } from './LogLines.tsx';
import type { Shown } from './table.ts';

const LINES_MAX = 5000;
/** Characters of a line: what never ends a line is cut. */
const LINE_MAX = 10_000;

const itself = (line: string): string => line;

interface Read {
  readonly lines: readonly string[];
  readonly ended: string | undefined;
}

const nothing: Read = { lines: [], ended: undefined };

export function Show({ path }: Shown) {
  const [runs, setRuns] = useState(true);
  const { lines, ended } = useLines(path, runs);
  const chosen = useChosen(lines, itself);
  return (
    <div className="editor-stack">
      <LineTools chosen={chosen}>
        <p className="quiet">
          {ended ?? (runs ? 'Read as it comes, while this is shown.' : 'Paused: it is not read.')}
        </p>
        {ended === undefined && (
          <Button
            label={runs ? 'Pause' : 'Go on'}
            icon={runs ? Pause : Play}
            onClick={() => setRuns(!runs)}
          />
        )}
      </LineTools>
      <LogLines label="What it gave" lines={chosen.shown} follows={chosen.follows && runs} />
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
