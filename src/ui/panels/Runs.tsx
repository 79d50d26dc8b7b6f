/** The programs that were run: their output as it comes, how they ended, and what they changed. */
import {
  Activity,
  ChevronDown,
  ChevronUp,
  CircleStop,
  GitCompare,
  ScanSearch,
  SquareTerminal,
  X,
} from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ExitStatus, FileChange } from '../../kernel/process.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { Splitter } from '../parts/Splitter.tsx';
import { pathOfReview } from '../review.ts';
import { closeRun, openTerminal, resize, stop, takesInput, type } from '../runs.ts';
import { type RunRow, set, useApp } from '../store.ts';
import { nameOf, showDuration, showName, showSize } from '../text.ts';
import { pathOfTrace } from '../tracecall.ts';
import { whenLoaded } from './late.ts';
import { Processes } from './Processes.tsx';
import type { ShownTerminal } from './terminal.ts';

export function Runs() {
  const runs = useApp((s) => s.runs);
  const activeId = useApp((s) => s.activeRun);
  const processes = useApp((s) => s.processesShown);
  const active = processes ? undefined : runs.find(({ id }) => id === activeId);
  const closed = useApp((s) => s.dockClosed);
  if (!active && !processes) return null;
  return (
    <section className={closed ? 'runs closed' : 'runs'} aria-label="Programs">
      {!closed && <Splitter part="dock" label="Height of the programs" />}
      <div className="tabs">
        <div role="tablist" aria-label="Programs" style={{ display: 'flex' }}>
          {runs.map((run) => (
            <Tab key={run.id} run={run} active={run === active} />
          ))}
          {processes && (
            <button type="button" role="tab" className="tab" aria-selected tabIndex={0}>
              <Activity size={13} aria-hidden /> Processes
            </button>
          )}
        </div>
        <Button
          label="New terminal"
          icon={SquareTerminal}
          iconOnly
          look="plain"
          onClick={() => void openTerminal()}
        />
        <Button
          label={closed ? 'Show the programs' : 'Put the programs away'}
          icon={closed ? ChevronUp : ChevronDown}
          iconOnly
          look="plain"
          onClick={() => set({ dockClosed: !closed })}
        />
        <div className="actions">{active ? <Actions run={active} /> : <CloseProcesses />}</div>
      </div>
      {closed ? null : active ? (
        <div
          className={active.kind === 'shell' && !active.status ? 'run whole' : 'run'}
          role="tabpanel"
          aria-label={`${showName(active.name)}, process ${active.pid}`}
        >
          <Output key={active.id} run={active} />
          {(active.kind === 'run' || active.status) && <Facts run={active} />}
        </div>
      ) : (
        <Processes />
      )}
    </section>
  );
}

function CloseProcesses() {
  return (
    <Button
      label="Close processes"
      icon={X}
      iconOnly
      look="plain"
      onClick={() => set({ processesShown: false })}
    />
  );
}

function Actions({ run }: { run: RunRow }) {
  if (run.status === undefined && run.kind === 'run')
    return (
      <Button label="Stop" icon={CircleStop} look="danger" onClick={() => void stop(run.id)} />
    );
  return (
    <Button
      label={`Close ${showName(run.name)}`}
      icon={X}
      iconOnly
      look="plain"
      onClick={() => closeRun(run.id)}
    />
  );
}

function Tab({ run, active }: { run: RunRow; active: boolean }) {
  const step = (by: number): void => {
    const { runs } = useApp.getState();
    const next = runs[(runs.indexOf(run) + by + runs.length) % runs.length];
    if (next) set({ activeRun: next.id, processesShown: false, dockClosed: false });
  };
  return (
    <button
      type="button"
      role="tab"
      className="tab"
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      onClick={() => set({ activeRun: run.id, processesShown: false, dockClosed: false })}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') step(1);
        if (event.key === 'ArrowLeft') step(-1);
      }}
    >
      <span>
        {showName(run.name)} · {run.pid}
      </span>
      {(run.kind === 'run' || run.status) && (
        <span className={tone(run.status)}>{ending(run.status)}</span>
      )}
    </button>
  );
}

function ending(status: ExitStatus | undefined): string {
  if (!status) return 'running';
  if (status.signal) return status.signal;
  return status.trap ? status.trap.kind : `exit ${status.exit_code}`;
}

const tone = (status: ExitStatus | undefined): string =>
  !status ? 'warn' : status.exit_code === 0 ? 'ok' : 'bad';

function Output({ run }: { run: RunRow }) {
  const parent = useRef<HTMLDivElement>(null);
  const shown = useRef<ShownTerminal | undefined>(undefined);
  const [searching, setSearching] = useState(false);
  const theme = useApp((s) => s.theme);
  const { id, output, name, kind } = run;
  const open_ = run.status === undefined;
  useEffect(() => {
    let gone = false;
    whenLoaded('The terminal', import('./terminal.ts'), ({ showTerminal }) => {
      if (gone || !parent.current) return;
      const label = kind === 'shell' ? `Terminal ${showName(name)}` : `Output of ${showName(name)}`;
      const input =
        open_ && takesInput(id)
          ? {
              type: (data: string) => type(id, data),
              resize: (cols: number, rows: number) => resize(id, cols, rows),
              open: (path: string) => void open(path),
            }
          : undefined;
      shown.current = showTerminal(parent.current, {
        output,
        theme,
        label,
        ...(input ? { input } : {}),
        find: () => setSearching(true),
      });
      if (kind === 'shell') shown.current.focus();
    });
    return () => {
      gone = true;
      shown.current?.end();
      shown.current = undefined;
    };
  }, [id, output, theme, name, kind, open_]);
  return (
    <div className="screen">
      {searching && (
        <Search
          find={(text, back) => shown.current?.search(text, back) ?? false}
          close={() => {
            setSearching(false);
            shown.current?.focus();
          }}
        />
      )}
      <div className="terminal" ref={parent} data-testid="terminal" />
    </div>
  );
}

function Search({ find, close }: { find(text: string, back: boolean): boolean; close(): void }) {
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <search className="search">
      <input
        ref={field}
        className="input"
        aria-label="Find in the terminal"
        placeholder="Find; Enter for the next"
        aria-invalid={missing}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          if (event.key !== 'Enter') return;
          setMissing(!find(event.currentTarget.value, event.shiftKey));
        }}
      />
      {missing && <span className="bad">not found</span>}
      <Button label="Close the search" icon={X} iconOnly look="plain" onClick={close} />
    </search>
  );
}

function Facts({ run: { status, pid } }: { run: RunRow }) {
  const waiting = useApp((s) => s.waiting[pid]);
  return (
    <div className="run-facts" role="region" aria-label="Result" tabIndex={0} aria-live="polite">
      <dl>
        <dt>State</dt>
        <dd className={tone(status)}>{status ? sentence(status) : 'running'}</dd>
        {status && (
          <>
            <dt>Time</dt>
            <dd>{showDuration(status.duration_ms)}</dd>
            <dt>Memory</dt>
            <dd>{showSize(status.peak_memory)} at most</dd>
            <dt>Calls</dt>
            <dd>{status.calls}</dd>
          </>
        )}
      </dl>
      {status?.trap && <p className="bad">{status.trap.message}</p>}
      <div className="run-actions">
        <Button
          label="Trace"
          icon={ScanSearch}
          onClick={() => void open(pathOfTrace(pid), { pinned: true })}
        />
        {waiting !== undefined && (
          <Button
            label={`Review ${waiting} ${waiting === 1 ? 'change' : 'changes'}`}
            icon={GitCompare}
            look="primary"
            onClick={() => void open(pathOfReview(pid))}
          />
        )}
      </div>
      {status && <Changes status={status} />}
    </div>
  );
}

function sentence(status: ExitStatus): string {
  if (status.signal === 'killed') return 'stopped by you';
  if (status.signal?.endsWith('limit')) return `stopped: over its ${status.signal}`;
  if (status.signal) return status.signal === 'interrupt' ? 'stopped by Ctrl+C' : status.signal;
  if (status.trap) return `trapped (${status.trap.kind})`;
  return status.exit_code === 0 ? 'exited 0' : `exited ${status.exit_code}`;
}

const marks: Record<FileChange['op'], { letter: string; className: string; word: string }> = {
  create: { letter: 'A', className: 'ok', word: 'added' },
  write: { letter: 'M', className: 'warn', word: 'changed' },
  set: { letter: 'T', className: 'warn', word: 'times set' },
  rename: { letter: 'R', className: 'warn', word: 'renamed' },
  remove: { letter: 'D', className: 'bad', word: 'removed' },
};

const SHOWN = 200;

function Changes({ status: { changes, changes_dropped } }: { status: ExitStatus }) {
  if (changes.length === 0) return <p>It changed no files.</p>;
  const more = changes.length - SHOWN + changes_dropped;
  return (
    <>
      <h3>What it wrote</h3>
      <ul className="changes">
        {changes.slice(0, SHOWN).map(({ op, path, to }) => (
          <li key={path}>
            <button type="button" onClick={() => void open(to ?? path)} title={showName(path)}>
              <span className={marks[op].className} role="img" aria-label={marks[op].word}>
                {marks[op].letter}
              </span>
              <span>
                {showName(path)}
                {to && ` → ${showName(nameOf(to))}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {more > 0 && <p>and {more} more</p>}
    </>
  );
}
