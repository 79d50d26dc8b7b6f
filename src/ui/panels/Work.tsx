/** Graded tasks, environments and jobs: three views of the same work, one at a time. */
import { open } from '../actions.ts';
import { useApp } from '../store.ts';
import { type WorkTab, workPaths } from '../work.ts';
import { Environment } from './Environment.tsx';
import { Environments } from './Environments.tsx';
import { Job, Jobs } from './Jobs.tsx';
import { Tasks } from './Tasks.tsx';

const tabs: readonly { readonly tab: WorkTab; readonly words: string }[] = [
  { tab: 'tasks', words: 'Tasks' },
  { tab: 'environments', words: 'Environments' },
  { tab: 'jobs', words: 'Jobs' },
];

export function Work() {
  const work = useApp((s) => s.work);
  if (!work) return <div className="empty">Loading…</div>;
  const counts: Readonly<Record<WorkTab, number>> = {
    tasks: work.tasks.length,
    environments: work.envs.length,
    jobs: work.jobs.length,
  };
  return (
    <div className="work">
      <nav className="work-tabs" aria-label="Work">
        {tabs.map(({ tab, words }) => (
          <button
            key={tab}
            type="button"
            className="tab"
            aria-current={tab === work.tab ? 'page' : undefined}
            onClick={() => void open(workPaths[tab])}
          >
            {words} {counts[tab] > 0 && <span className="quiet">{counts[tab]}</span>}
          </button>
        ))}
      </nav>
      {work.tab === 'tasks' && <Tasks work={work} />}
      {work.tab === 'environments' &&
        (work.env ? <Environment env={work.env} jobs={work.jobs} /> : <Environments work={work} />)}
      {work.tab === 'jobs' && (work.job ? <Job job={work.job} /> : <Jobs work={work} />)}
    </div>
  );
}
