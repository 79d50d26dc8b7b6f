/** One environment: its task beside the result, each step as it happens, what was changed, what was printed. */
import {
  Ban,
  Check,
  FolderOpen,
  GitFork,
  Play,
  Plus,
  Repeat,
  Route,
  Trash2,
  Undo2,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { JobLine } from '../../boot/workapi.ts';
import { openDialog } from '../dialogs.ts';
import { switchTo } from '../namespaces.ts';
import { attempt } from '../notices.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { Instruction } from '../parts/Instruction.tsx';
import { Reward, State } from '../parts/State.tsx';
import { showName, showSize } from '../text.ts';
import { type EnvDetail, type EventLine, pathOfEnv } from '../work.ts';
import { cancelEnv, decideEnv, forkEnv, removeEnv, rerunJob } from '../workactions.ts';
import { changeMarks } from './Review.tsx';

export function Environment({ env, jobs }: { env: EnvDetail; jobs: readonly JobLine[] }) {
  const { line, events, stdout, stderr, tests, result } = env;
  const main = jobs.findLast(({ env_id, main: isMain }) => env_id === line.id && isMain);
  return (
    <div className="environment">
      <Head env={env} main={main} />
      <div className="beside">
        {line.task !== null && (
          <Part title="Task">
            <Instruction text={line.description || 'It has no description.'} />
          </Part>
        )}
        {line.task !== null && (
          <Part title="Result of the task">
            {result === undefined ? (
              <p className="quiet">None yet.</p>
            ) : (
              <pre tabIndex={0}>{result}</pre>
            )}
          </Part>
        )}
      </div>
      <Part title={`Steps (${events.length})`}>
        <Steps events={events} />
      </Part>
      <Part title={`Changes (${env.changes.length})`}>
        <Changes env={env} />
      </Part>
      <Printed title="Output" text={stdout} />
      <Printed title="Standard error" text={stderr} />
      {tests !== undefined && <Printed title="Tests" text={tests} />}
    </div>
  );
}

function Head({
  env: {
    line: { id, template, status, error, trial, workspace },
  },
  main,
}: {
  env: EnvDetail;
  main: JobLine | undefined;
}) {
  const over = status !== 'created' && status !== 'running';
  return (
    <div className="notice">
      <p>
        <State state={status} title={error} /> {trial && <Reward trial={trial} />}{' '}
        <span className="quiet">
          {trial ? `${showName(trial.task)}, by ${showName(trial.agent)}` : template}
          {workspace && `, over a copy of ${showName(workspace)}`}
        </span>
        {(error ?? trial?.error) && <span className="bad"> {error ?? trial?.error}</span>}
      </p>
      {status === 'created' && !trial && (
        <Button
          label="Run…"
          icon={Play}
          look="primary"
          onClick={() => openDialog({ kind: 'job', env: id, main: true })}
        />
      )}
      {over && main && (
        <Button label="Run again" icon={Repeat} onClick={() => void rerunJob(main)} />
      )}
      {!over && <Button label="Cancel" icon={Ban} onClick={() => void cancelEnv(id)} />}
      <Button
        label="New job…"
        icon={Plus}
        onClick={() => openDialog({ kind: 'job', env: id, main: false })}
      />
      <Button
        label="Files"
        icon={FolderOpen}
        onClick={() => void attempt('Not switched', () => switchTo(id))}
      />
      <Button
        label="Trajectory"
        icon={Route}
        onClick={() => void open(`${pathOfEnv(id)}/root/logs/trajectory.json`)}
      />
      <Button label="Fork…" icon={GitFork} onClick={() => forkEnv(id)} />
      <Button label="Remove" icon={Trash2} look="danger" onClick={() => void removeEnv(id)} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Printed({ title, text }: { title: string; text: string }) {
  if (text === '') return null;
  return (
    <Part title={title}>
      <pre tabIndex={0}>{text}</pre>
    </Part>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

/** The newest is at the bottom, and in sight as long as a person looks there. */
function Steps({ events }: { events: readonly EventLine[] }) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element && atEnd.current && events.length > 0) element.scrollTop = element.scrollHeight;
  }, [events.length]);
  if (events.length === 0) return <p className="quiet">Nothing has happened yet.</p>;
  return (
    <ol
      className="steps"
      aria-label="Steps"
      ref={list}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 8;
      }}
    >
      {events.map((event) => (
        <Step key={event.seq} event={event} />
      ))}
    </ol>
  );
}

function Step({ event: { timestamp, source, level, message, data } }: { event: EventLine }) {
  const call = data?.tool_calls?.[0];
  const observed = data?.observation?.results?.[0]?.content;
  const tone = level === 'error' ? 'bad' : level === 'warn' ? 'warn' : '';
  return (
    <li>
      <time className="quiet" dateTime={timestamp}>
        {clock.format(new Date(timestamp))}
      </time>
      <span className="quiet source">{source}</span>
      <span className={tone}>
        {showText(message)}
        {call && (
          <code>
            {call.function_name} {Object.values(call.arguments).map(String).join(' ')}
          </code>
        )}
        {observed && <span className="quiet"> → {showText(observed)}</span>}
      </span>
    </li>
  );
}

const SHOWN = 500;

function Changes({ env: { line, changes } }: { env: EnvDetail }) {
  if (changes.length === 0) return <p className="quiet">Nothing was changed.</p>;
  return (
    <>
      <ul className="file-list">
        {changes.slice(0, SHOWN).map(({ op, path, from, size, old_size }) => {
          const mark = changeMarks[op];
          return (
            <li key={`${op} ${path}`}>
              <span className={mark.className} role="img" aria-label={mark.word}>
                {mark.letter}
              </span>
              <button
                type="button"
                className="path"
                disabled={op === 'deleted'}
                onClick={() => void open(`${pathOfEnv(line.id)}/root${path}`)}
              >
                {from && `${showName(from)} → `}
                {showName(path)}
              </button>
              <span className="quiet">{showSize(size ?? old_size ?? 0)}</span>
            </li>
          );
        })}
      </ul>
      {changes.length > SHOWN && <p>and {changes.length - SHOWN} more</p>}
      <div className="buttons">
        <Button label="Differences" onClick={() => void open(`${pathOfEnv(line.id)}/diff`)} />
        {line.template !== 'bench' && (
          <>
            <Button
              label="Keep all"
              icon={Check}
              look="primary"
              onClick={() => void decideEnv(line.id, 'keep')}
            />
            <Button
              label="Discard all"
              icon={Undo2}
              look="danger"
              onClick={() => void decideEnv(line.id, 'discard')}
            />
          </>
        )}
      </div>
    </>
  );
}

/** As it was written, line by line; what turns the direction of writing is shown as what it is. */
const showText = (text: string): string => text.split('\n').map(showName).join('\n');
