/** The snapshots as the page shows them, and what is done with them. */
import type { Rule, SnapshotLine, TreeChange } from '../boot/history.ts';
import { confirm, openDialog } from './dialogs.ts';
import { attempt, toast, withProgress } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get, set } from './store.ts';
import { showName } from './text.ts';
import { addOwnView } from './viewing.ts';

export interface TimelineState {
  readonly snapshots: readonly SnapshotLine[];
  readonly rule: Rule;
  /** What is compared: two names, the second may be `now`. */
  readonly compared: { readonly from: string; readonly to: string } | undefined;
  readonly changes: readonly TreeChange[] | undefined;
}

export const TIMELINE = '/snapshots';
export const NOW = 'now';

addOwnView({
  kind: 'timeline',
  covers: (path, service) => service === 'snapshots' && path === TIMELINE,
  load: loadTimeline,
});

async function loadTimeline(): Promise<void> {
  const { snapshots } = client().oanix;
  const [list, rule] = [await snapshots.list(), await snapshots.rule()];
  const old = get().timeline;
  set({
    timeline: { snapshots: list, rule, compared: old?.compared, changes: old?.changes },
  });
  const compared = old?.compared;
  const has = (name: string): boolean => name === NOW || list.some((each) => each.name === name);
  if (compared && has(compared.from) && has(compared.to)) await compare(compared.from, compared.to);
}

export async function compare(from: string, to: string): Promise<void> {
  await attempt('Not compared', async () => {
    const changes = await client().oanix.snapshots.diff(from, to);
    const { timeline } = get();
    if (timeline) set({ timeline: { ...timeline, compared: { from, to }, changes } });
  });
}

export function takeSnapshot(): void {
  openDialog({
    kind: 'name',
    title: 'Take a snapshot of /home',
    label: 'Name',
    value: '',
    done: async (name) => {
      await client().oanix.snapshots.create(name);
      toast(`Snapshot ${showName(name)} taken`);
    },
  });
}

export async function restoreSnapshot(name: string): Promise<void> {
  const yes = await confirm(
    `Restore the snapshot “${showName(name)}”?`,
    '/home becomes what it was then. What it is now is kept as a snapshot, so that you can go back.',
    'Restore',
  );
  if (!yes) return;
  const undone = await withProgress(
    `Restoring ${showName(name)}`,
    (signal) => client().oanix.snapshots.restore(name, { signal }),
    'nothing was changed',
  );
  if (!undone) toast(`/home is restored to ${showName(name)}`);
}

export async function removeSnapshot(name: string): Promise<void> {
  const yes = await confirm(
    `Delete the snapshot “${showName(name)}”?`,
    'What only this snapshot still holds is gone for good.',
    'Delete',
    'danger',
  );
  if (yes) await attempt('Not deleted', () => client().oanix.snapshots.remove(name));
}

export function renameSnapshot(name: string): void {
  openDialog({
    kind: 'name',
    title: `Rename ${showName(name)}`,
    label: 'Name',
    value: name,
    done: (to) => (to === name ? Promise.resolve() : client().oanix.snapshots.rename(name, to)),
  });
}

export const browseSnapshot = (name: string): Promise<void> => open(`${TIMELINE}/${name}`);

export async function setRule(keep: number, days: number): Promise<void> {
  await attempt('Not set', () => client().oanix.snapshots.setRule({ keep, days }));
}
