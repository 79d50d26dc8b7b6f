/** Graded tasks, with what came of each agent at each: the latest trial counts. */
import { Eye, Play, Rows3 } from 'lucide-react';
import type { EnvLine, TaskLook } from '../../boot/workapi.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { ACTIONS, Head } from '../parts/Head.tsx';
import { Reward } from '../parts/State.tsx';
import { showName } from '../text.ts';
import { pathOfEnv, type WorkState } from '../work.ts';
import { runAll, tryTask } from '../workactions.ts';

export function Tasks({ work: { tasks, looks, envs } }: { work: WorkState }) {
  const trials = envs.filter(({ trial }) => trial !== undefined);
  const agents = [...new Set(trials.map(({ trial }) => trial?.agent ?? ''))];
  const columns = [
    { words: 'Task' },
    { words: 'Difficulty', isLong: true },
    ...agents.map((agent) => ({
      words: showName(agent),
      className: 'agent',
      title: showName(agent),
    })),
    ACTIONS,
  ];
  return (
    <>
      <div className="notice">
        <p>
          {tasks.length} graded {tasks.length === 1 ? 'task' : 'tasks'}. An agent works in an
          environment of its own, and then the task's tests grade what it left. Drop a task folder
          into /home/tasks to add one.
        </p>
        <Button label="Run all solutions" icon={Rows3} onClick={() => void runAll()} />
      </div>
      <div className="table">
        <table aria-label="Tasks">
          <Head columns={columns} />
          <tbody>
            {tasks.map((path) => (
              <Row key={path} path={path} look={looks[path]} agents={agents} trials={trials} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Row({
  path,
  look,
  agents,
  trials,
}: {
  path: string;
  look: TaskLook | { readonly wrong: string } | undefined;
  agents: readonly string[];
  trials: readonly EnvLine[];
}) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isTask = look !== undefined && !('wrong' in look);
  return (
    <tr>
      <td>
        <strong>{showName(name)}</strong>
        {look && 'wrong' in look && <div className="bad">{look.wrong}</div>}
        {isTask && look.needs.length > 0 && (
          <div className="warn">
            needs {[...new Set(look.needs.map(({ what }) => what.split(':')[0]))].join(', ')}
          </div>
        )}
      </td>
      <td className="long quiet">{isTask ? look.difficulty : ''}</td>
      {agents.map((agent) => (
        <td key={agent}>
          <Cell
            latest={trials.findLast(({ trial }) => trial?.path === path && trial.agent === agent)}
          />
        </td>
      ))}
      <td className="buttons long-button">
        <Button
          label={`Look into ${showName(name)}`}
          icon={Eye}
          iconOnly
          look="plain"
          onClick={() => void open(path)}
        />
        <Button
          label={`Try ${showName(name)}…`}
          icon={Play}
          iconOnly
          look="plain"
          disabled={!isTask}
          onClick={() => tryTask(path)}
        />
      </td>
    </tr>
  );
}

function Cell({ latest }: { latest: EnvLine | undefined }) {
  if (!latest?.trial) return <span className="quiet">–</span>;
  const { trial, id } = latest;
  const seconds = (trial.agent_seconds ?? 0) + (trial.verifier_seconds ?? 0);
  return (
    <button
      type="button"
      className="cell"
      title={`Open ${id}`}
      aria-label={`${trial.task} by ${trial.agent}: ${trial.reward ?? trial.state}`}
      onClick={() => void open(pathOfEnv(id))}
    >
      <Reward trial={trial} />
      {seconds > 0 && <span className="quiet long">{seconds.toFixed(1)} s</span>}
    </button>
  );
}
