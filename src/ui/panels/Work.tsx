/** Graded tasks, environments and jobs: three views of the same work, one at a time. */
import { open } from '../panes.ts';
import { Tabs } from '../parts/Tabs.tsx';
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
      <Tabs
        label="Work"
        tabs={tabs.map(({ tab, words }) => ({
          tab,
          words: <Counted words={words} count={counts[tab]} />,
        }))}
        shown={work.tab}
        onShow={(tab) => void open(workPaths[tab])}
      />
      {work.tab === 'tasks' && <Tasks work={work} />}
      {work.tab === 'environments' &&
        (work.env ? <Environment env={work.env} jobs={work.jobs} /> : <Environments work={work} />)}
      {work.tab === 'jobs' && (work.job ? <Job job={work.job} /> : <Jobs work={work} />)}
    </div>
  );
}

function Counted({ words, count }: { words: string; count: number }) {
  return (
    <>
      {words} {count > 0 && <span className="quiet">{count}</span>}
    </>
  );
}
