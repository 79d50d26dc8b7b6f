/** What a tab is called: a panel by its name, everything else by its own. */

import { TRASHED } from './files/trash.ts';
import { processAt } from './processes.ts';
import { get, type View } from './store.ts';
import { nameOf, showName } from './text.ts';
import { tracedAt } from './tracecall.ts';
import { ownViewFor } from './viewing.ts';

const workTitles: Readonly<Record<string, string>> = {
  '/tasks': 'Graded tasks',
  '/envs': 'Environments',
  '/sched': 'Jobs',
};

const ownTitles: Partial<Record<View['kind'], (path: string) => string>> = {
  review: (path) => `Review ${nameOf(path)}`,
  timeline: () => 'Snapshots',
  network: () => 'Network',
  work: (path) => workTitles[path] ?? showName(nameOf(path)),
};

export function titleAt(path: string): string {
  const own = ownViewFor(path);
  const title = own && ownTitles[own.kind];
  if (title) return title(path);
  if (path === TRASHED) return 'Trash';
  const traced = tracedAt(path);
  if (traced !== undefined) return `Trace of ${traced}`;
  const process = processAt(path);
  if (process !== undefined) return nameOfProcess(process);
  const [, environment] = /^\/envs\/([^/]+)\/root$/.exec(path) ?? [];
  return path === '/' ? '/' : showName(environment ?? nameOf(path));
}

/** By what the page started, else by its number. */
function nameOfProcess(pid: number): string {
  const run = get().runs.find((each) => each.pid === pid);
  return run ? `${showName(run.name)} ${pid}` : `Process ${pid}`;
}
