/**
 * Whose namespace the page shows: its own, or that of an environment, of which every file is below `/envs/ID/root`.
 * Mounts, tree and path bar are then those of the environment, as long as what is open lies in it.
 */
import { attempt } from './notices.ts';
import { open } from './panes.ts';
import { recall, remember } from './remembered.ts';
import { client, loadListing, onReady } from './session.ts';
import { type AppState, get, type MountRow, paneOf, set } from './store.ts';
import { showName } from './text.ts';

/** The page's own. */
export const OWN = '';
const ENVS = '/envs';
const KEPT = 'namespace';

export const rootOf = (id: string): string => (id === OWN ? '/' : `${ENVS}/${id}/root`);

/** What is shown now: the environment that was switched to, unless what is open lies elsewhere. */
export function namespaceOf(state: AppState): string {
  const { namespace } = state;
  return namespace !== OWN && isWithin(paneOf(state).path, rootOf(namespace)) ? namespace : OWN;
}

export const isWithin = (path: string, root: string): boolean =>
  path === root || path.startsWith(`${root}/`);

/** A path of the page as it is in the namespace that is shown, and the other way. */
export const inNamespace = (path: string, id: string): string =>
  id === OWN ? path : path.slice(rootOf(id).length) || '/';
export const fromNamespace = (path: string, id: string): string =>
  id === OWN ? path : path === '/' ? rootOf(id) : rootOf(id) + path;

/** Environments there are, by their names. */
export const environments = ({ listings }: AppState): readonly string[] =>
  (listings[ENVS] ?? []).filter(({ kind }) => kind === 'dir').map(({ name }) => name);

/** Where one was in each, for the next time. */
const lastPaths = new Map<string, string>();

export const titleOf = (id: string): string => (id === OWN ? 'This page' : showName(id));

/** A person chooses, below the button that says which is shown. */
export function chooseNamespace(): void {
  const button = document.querySelector<HTMLElement>('.namespace');
  if (!button) return;
  // From the palette too one comes back to it.
  button.focus();
  const { left, bottom } = button.getBoundingClientRect();
  const shown = namespaceOf(get());
  set({
    menu: {
      label: 'Namespaces',
      x: left,
      y: bottom + 4,
      choices: [OWN, ...environments(get())].map((id) => ({
        label: titleOf(id),
        isChosen: id === shown,
        choose: () => void attempt('Not switched', () => switchTo(id)),
      })),
      commands: ['', 'work.newEnvironment', 'work.environments'],
    },
  });
}

/** Shows the namespace of an environment, or the page's own, where one was in it. ENOENT. */
export async function switchTo(id: string): Promise<void> {
  const { fs } = client().oanix;
  const root = rootOf(id);
  await fs.stat(root);
  lastPaths.set(namespaceOf(get()), paneOf(get()).path);
  const last = lastPaths.get(id);
  const isThere = last !== undefined && (await fs.stat(last).catch(() => undefined));
  set({ namespace: id, treeCursor: undefined });
  remember(KEPT, id);
  await Promise.all([loadMounts(id), open(isThere ? last : id === OWN ? '/home' : root)]);
}

/** The mounts of the environment; a failed reading is told. */
async function loadMounts(id: string): Promise<void> {
  if (id === OWN) return;
  await attempt('The mounts of the environment cannot be read', async () => {
    const text = await client().oanix.fs.readFile(`${ENVS}/${id}/mounts`, 'utf8');
    if (get().namespace === id) set({ envMounts: JSON.parse(text) as MountRow[] });
  });
}

onReady(() => {
  void loadListing(ENVS).then(async () => {
    const kept = recall(KEPT);
    if (typeof kept !== 'string' || !environments(get()).includes(kept)) return;
    set({ namespace: kept });
    await loadMounts(kept);
  });
});
