/** The programs that were run: their output as it comes, how they ended, and what they changed. */
import { CircleStop, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { ExitStatus, FileChange } from '../../kernel/process.ts';
import { open } from '../actions.ts';
import { Button } from '../parts/Button.tsx';
import { closeRun, stop } from '../runs.ts';
import { type RunRow, set, useApp } from '../store.ts';
import { nameOf, showDuration, showName, showSize } from '../text.ts';
import { whenLoaded } from './late.ts';

export function Runs() {
  const runs = useApp((s) => s.runs);
  const activeId = useApp((s) => s.activeRun);
  const active = runs.find(({ id }) => id === activeId);
  if (!active) return null;
  return (
    <section className="runs" aria-label="Programs">
      <div className="tabs">
        <div role="tablist" aria-label="Programs" style={{ display: 'flex' }}>
          {runs.map((run) => (
            <Tab key={run.id} run={run} active={run === active} />
          ))}
        </div>
        <div className="actions">
          {active.status === undefined && (
            <Button
              label="Stop"
              icon={CircleStop}
              look="danger"
              onClick={() => void stop(active.id)}
            />
          )}
          {active.status !== undefined && (
            <Button
              label={`Close ${showName(active.name)}`}
              icon={X}
              iconOnly
              look="plain"
              onClick={() => closeRun(active.id)}
            />
          )}
        </div>
      </div>
      <div
        className="run"
        role="tabpanel"
        aria-label={`${showName(active.name)}, process ${active.pid}`}
      >
        <Output key={active.id} run={active} />
        <Facts run={active} />
      </div>
    </section>
  );
}

function Tab({ run, active }: { run: RunRow; active: boolean }) {
  const step = (by: number): void => {
    const { runs } = useApp.getState();
    const next = runs[(runs.indexOf(run) + by + runs.length) % runs.length];
    if (next) set({ activeRun: next.id });
  };
  return (
    <button
      type="button"
      role="tab"
      className="tab"
      aria-selected={active}
      tabIndex={active ? 0 : -1}
      onClick={() => set({ activeRun: run.id })}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight') step(1);
        if (event.key === 'ArrowLeft') step(-1);
      }}
    >
      <span>
        {showName(run.name)} · {run.pid}
      </span>
      <span className={tone(run.status)}>{ending(run.status)}</span>
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
  const theme = useApp((s) => s.theme);
  const { output, name } = run;
  useEffect(() => {
    let gone = false;
    let end: () => void = () => undefined;
    whenLoaded('The terminal', import('./terminal.ts'), ({ showTerminal }) => {
      if (!gone && parent.current)
        end = showTerminal(parent.current, output, theme, `Output of ${showName(name)}`);
    });
    return () => {
      gone = true;
      end();
    };
  }, [output, theme, name]);
  return <div className="terminal" ref={parent} data-testid="terminal" />;
}

function Facts({ run: { status } }: { run: RunRow }) {
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
      {status && <Changes status={status} />}
    </div>
  );
}

function sentence(status: ExitStatus): string {
  if (status.signal === 'killed') return 'stopped by you';
  if (status.signal) return `stopped: over its ${status.signal}`;
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
