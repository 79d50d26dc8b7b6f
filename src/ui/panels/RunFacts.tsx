/** How a program ended, what it used, and what it changed. */
import { GitCompare, ScanSearch } from 'lucide-react';
import type { ExitStatus, FileChange } from '../../kernel/process.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { pathOfReview } from '../review.ts';
import { type RunRow, useApp } from '../store.ts';
import { nameOf, showDuration, showName, showSize } from '../text.ts';
import { pathOfTrace } from '../tracecall.ts';

export function RunFacts({ run: { status, pid } }: { run: RunRow }) {
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

export const tone = (status: ExitStatus | undefined): string =>
  !status ? 'warn' : status.exit_code === 0 ? 'ok' : 'bad';

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
