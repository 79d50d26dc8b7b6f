/** A process in a tab of its own: its screen where the page has it, how it does, what it sees and has open. */
import { CircleStop, Pause, Play, ScanSearch } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ProcessInfo } from '../../kernel/process.ts';
import { RunFacts } from '../panels/RunFacts.tsx';
import { Screen } from '../panels/Screen.tsx';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { pathOfProcess, processAt, sendSignal, useProcesses, useRead } from '../processes.ts';
import { useApp } from '../store.ts';
import { showDuration, showName, showSize } from '../text.ts';
import { pathOfTrace } from '../tracecall.ts';
import type { Shown } from './table.ts';

export function Show({ path }: Shown) {
  const pid = processAt(path);
  const processes = useProcesses();
  const process = processes.find((each) => each.pid === pid);
  const run = useApp((s) => s.runs.find((each) => each.pid === pid));
  if (!process) {
    const words = processes.length === 0 ? 'Loading…' : 'There is no such process any more.';
    return <div className="empty">{words}</div>;
  }
  return (
    <div className="process">
      {run && <Screen key={run.id} run={run} />}
      <section className="process-facts" aria-label="About the process" tabIndex={0}>
        <Actions process={process} isOver={run?.status !== undefined} />
        <Facts process={process} />
        {run?.status && <RunFacts run={run} />}
        <Text title="Namespace" path={`${path}/ns`} looked={process} />
        <Text title="Open descriptors" path={`${path}/fd`} looked={process} />
      </section>
    </div>
  );
}

/** Of one that is over the result has its own way to the trace. */
function Actions({
  process: { pid, ppid, state, exit_code },
  isOver,
}: {
  process: ProcessInfo;
  isOver: boolean;
}) {
  const isAlive = exit_code === null && ppid > 0;
  return (
    <div className="run-actions">
      {isAlive &&
        (state === 'stopped' ? (
          <Button label="Continue" icon={Play} onClick={() => void sendSignal(pid, 'start')} />
        ) : (
          <Button label="Pause" icon={Pause} onClick={() => void sendSignal(pid, 'stop')} />
        ))}
      {isAlive && (
        <Button
          label="End"
          icon={CircleStop}
          look="danger"
          onClick={() => void sendSignal(pid, 'killed')}
        />
      )}
      {ppid > 0 && !isOver && (
        <Button
          label="Trace"
          icon={ScanSearch}
          onClick={() => void open(pathOfTrace(pid), { pinned: true })}
        />
      )}
    </div>
  );
}

function Facts({ process }: { process: ProcessInfo }) {
  const rate = useRate(process);
  const { args, name, cwd, ppid, state, exit_code, signal } = process;
  const facts: readonly (readonly [string, string])[] = [
    ['Command', showName(args.join(' ') || name)],
    ['State', exit_code === null ? state : (signal ?? `exit ${exit_code}`)],
    ['In', showName(cwd)],
    ['CPU', showDuration(process.cpu_ms)],
    ['Memory', process.memory > 0 ? showSize(process.memory) : '–'],
    ['Calls', `${process.calls.toLocaleString()}, ${rate.toLocaleString()} a second`],
    ['Read', showSize(process.bytes_read)],
    ['Written', showSize(process.bytes_written)],
  ];
  return (
    <dl className="facts">
      {facts.map(([key, value]) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {ppid > 0 && (
        <div>
          <dt>Started by</dt>
          <dd>
            <button type="button" className="link" onClick={() => void open(pathOfProcess(ppid))}>
              process {ppid}
            </button>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Calls a second since it was looked at before. */
function useRate(process: ProcessInfo): number {
  const last = useRef<{ calls: number; time: number }>(undefined);
  const [rate, setRate] = useState(0);
  useEffect(() => {
    const now = { calls: process.calls, time: performance.now() };
    const before = last.current;
    last.current = now;
    if (before && now.time > before.time)
      setRate(Math.round(((now.calls - before.calls) * 1000) / (now.time - before.time)));
  }, [process]);
  return rate;
}

/** A file of the process, read again whenever the process is looked at. */
function Text({ title, path, looked }: { title: string; path: string; looked: ProcessInfo }) {
  const text = useRead(path, looked);
  return (
    <>
      <h3>{title}</h3>
      <pre className="mono">{text.trim() || 'nothing'}</pre>
    </>
  );
}
