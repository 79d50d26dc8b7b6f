/** The queue: what waits, runs and has ended, when it ran, and one job with what it printed. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { Ban, Pause, Play, Plus, Repeat } from 'lucide-react';
import { useRef } from 'react';
import type { JobLine, SchedStatus } from '../../boot/workapi.ts';
import { openDialog } from '../dialogs.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { State } from '../parts/State.tsx';
import { showName } from '../text.ts';
import { type JobDetail, pathOfEnv, pathOfJob, type WorkState } from '../work.ts';
import { cancelJob, rerunJob, setConcurrency, setPaused } from '../workactions.ts';

export function Jobs({ work: { jobs, sched } }: { work: WorkState }) {
  return (
    <>
      {sched && <Queue sched={sched} />}
      {jobs.length === 0 ? (
        <div className="empty">No job has been submitted yet.</div>
      ) : (
        <Rows jobs={jobs} />
      )}
    </>
  );
}

function Queue({ sched: { concurrency, paused, pending, running } }: { sched: SchedStatus }) {
  return (
    <div className="notice">
      <p>
        {running} running, {pending} waiting{paused && ' (paused)'}
      </p>
      <form
        className="concurrency"
        onSubmit={(event) => {
          event.preventDefault();
          void setConcurrency(Number(new FormData(event.currentTarget).get('count')));
        }}
      >
        <label>
          <span>Jobs at once</span>
          <input
            key={concurrency}
            className="input"
            name="count"
            type="number"
            min="1"
            max="64"
            required
            defaultValue={concurrency}
          />
        </label>
        <Button label="Set" type="submit" />
      </form>
      <Button
        label={paused ? 'Resume' : 'Pause'}
        icon={paused ? Play : Pause}
        onClick={() => void setPaused(!paused)}
      />
      <Button
        label="New job…"
        icon={Plus}
        look="primary"
        onClick={() => openDialog({ kind: 'job', env: undefined, main: false })}
      />
    </div>
  );
}

const ROW = 44;

function Rows({ jobs }: { jobs: readonly JobLine[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const newest = jobs.toReversed();
  const rows = useVirtualizer({
    count: newest.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 8,
    getItemKey: (index) => newest[index]?.id ?? index,
  });
  const span = spanOf(newest);
  return (
    <div className="job-rows" ref={scroller} tabIndex={0} role="region" aria-label="Jobs">
      <ol style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, key }) => (
          <Row key={String(key)} job={newest[index] as JobLine} span={span} top={start} />
        ))}
      </ol>
    </div>
  );
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The time that the newest jobs were under way. */
function spanOf(jobs: readonly JobLine[]): Span {
  const began = jobs.slice(0, 50).flatMap(({ started_at }) => Date.parse(started_at ?? '') || []);
  const ended = jobs.slice(0, 50).flatMap(({ finished_at }) => Date.parse(finished_at ?? '') || []);
  const from = Math.min(...began);
  return { from, to: Math.max(from + 1, ...ended, ...began) };
}

function Row({ job, span, top }: { job: JobLine; span: Span; top: number }) {
  const { id, env_id, kind, priority, status, error, tags } = job;
  const shown = showName(id);
  const over = status !== 'pending' && status !== 'running';
  return (
    <li style={{ transform: `translateY(${top}px)`, height: ROW }}>
      <button type="button" className="cell" onClick={() => void open(pathOfJob(id))}>
        <strong>{shown}</strong>
        <span className="quiet">
          {kind} in {showName(env_id)}
          {priority !== 0 && `, priority ${priority}`}
          {tags.length > 0 && ` · ${tags.map(showName).join(', ')}`}
        </span>
      </button>
      <Bar job={job} span={span} />
      <State state={status} title={error} />
      <span className="actions">
        {tags.includes('verify') && over ? null : over ? (
          <Button
            label={`Run ${shown} again`}
            icon={Repeat}
            iconOnly
            look="plain"
            onClick={() => void rerunJob(job)}
          />
        ) : (
          <Button
            label={`Cancel ${shown}`}
            icon={Ban}
            iconOnly
            look="danger"
            onClick={() => void cancelJob(id)}
          />
        )}
      </span>
    </li>
  );
}

/** When it ran, among the others. */
function Bar({ job: { status, started_at, finished_at }, span }: { job: JobLine; span: Span }) {
  const from = Date.parse(started_at ?? '');
  if (!(from >= span.from)) return <span className="bar" aria-hidden />;
  const to = finished_at ? Date.parse(finished_at) : span.to;
  const whole = span.to - span.from;
  const left = ((from - span.from) / whole) * 100;
  const width = Math.max(1, ((to - from) / whole) * 100);
  const seconds = `${((to - from) / 1000).toFixed(1)} s`;
  return (
    <span className="bar" title={seconds} aria-hidden>
      <span
        className={status}
        style={{ left: `${left}%`, width: `${Math.min(width, 100 - left)}%` }}
      />
    </span>
  );
}

export function Job({ job: { line, kind, stdout, stderr, value } }: { job: JobDetail }) {
  const { id, env_id, status, error, attempts, exit_code } = line;
  const over = status !== 'pending' && status !== 'running';
  return (
    <div className="environment">
      <div className="notice">
        <p>
          <State state={status} />{' '}
          <span className="quiet">
            {exit_code !== undefined && `exit code ${exit_code}, `}
            {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          </span>
          {error && <span className="bad"> {error}</span>}
        </p>
        <Button label="Environment" onClick={() => void open(pathOfEnv(env_id))} />
        {line.tags.includes('verify') && over ? null : over ? (
          <Button label="Run again" icon={Repeat} onClick={() => void rerunJob(line)} />
        ) : (
          <Button label="Cancel" icon={Ban} look="danger" onClick={() => void cancelJob(id)} />
        )}
      </div>
      <section className="part" aria-label="Command">
        <h3>Command</h3>
        <pre tabIndex={0}>{whatItIs(kind)}</pre>
      </section>
      <section className="part" aria-label="Output">
        <h3>Output</h3>
        {stdout === '' ? <p className="quiet">Nothing.</p> : <pre tabIndex={0}>{stdout}</pre>}
      </section>
      {stderr !== '' && (
        <section className="part" aria-label="Standard error">
          <h3>Standard error</h3>
          <pre tabIndex={0}>{stderr}</pre>
        </section>
      )}
      {value !== undefined && (
        <section className="part" aria-label="Value">
          <h3>Value</h3>
          <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
        </section>
      )}
    </div>
  );
}

function whatItIs(kind: JobDetail['kind']): string {
  if ('Script' in kind) return kind.Script.text;
  if ('Custom' in kind) return `${kind.Custom.name} ${JSON.stringify(kind.Custom.input)}`;
  return [kind.Wasi.path ?? 'a program', ...(kind.Wasi.args ?? [])].join(' ');
}
