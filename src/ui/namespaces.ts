/**
 * Whose namespace the page shows: its own, or that of an environment, of which every file is below `/envs/ID/root`.
 * Mounts, tree and path bar are then those of the environment, as long as what is open lies in it.
 */
import { attempt } from './notices.ts';
import { open } from './panes.ts';
import { recall, remember } from './remembered.ts';
import { client, loadListing, onReady, whileListed } from './session.ts';
import { type AppState, get, type MountRow, paneOf, set } from './store.ts';
import { isWithin, showName } from './text.ts';
import { pathOfEnv, workPaths } from './work.ts';

/** The page's own. */
export const OWN = '';
const ENVS = workPaths.environments;
const KEPT = 'namespace';

export const rootOf = (id: string): string => (id === OWN ? '/' : `${pathOfEnv(id)}/root`);

/** What is shown now: the environment that was switched to, unless what is open lies elsewhere. */
export function namespaceOf(state: AppState): string {
  const { namespace } = state;
  return namespace !== OWN && isWithin(paneOf(state).path, rootOf(namespace)) ? namespace : OWN;
}

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
  show(id);
  await Promise.all([loadMounts(id), open(isThere ? last : id === OWN ? '/home' : root)]);
}

function show(id: string): void {
  set({ namespace: id, envMounts: [], treeCursor: undefined });
  remember(KEPT, id);
}

/** The mounts of the environment; a failed reading is told. */
async function loadMounts(id: string): Promise<void> {
  if (id === OWN) return;
  await attempt('The mounts of the environment cannot be read', async () => {
    const text = await client().oanix.fs.readFile(`${pathOfEnv(id)}/mounts`, 'utf8');
    if (get().namespace === id) set({ envMounts: mountsIn(text) });
  });
}

/** Anything may be mounted there: what is no list of mounts is none. */
function mountsIn(text: string): readonly MountRow[] {
  const rows: unknown = JSON.parse(text);
  const isRow = (row: unknown): row is MountRow =>
    typeof (row as MountRow | null)?.at === 'string' &&
    Array.isArray((row as MountRow).members) &&
    (row as MountRow).members.every((member) => typeof member?.service?.kind === 'string');
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

/** An environment that goes is left; what changes in one shows. */
function follow(): void {
  const { namespace } = get();
  if (namespace === OWN) return;
  if (environments(get()).includes(namespace)) void loadMounts(namespace);
  else show(OWN);
}

let stopFollowing = (): void => undefined;

onReady(() => {
  stopFollowing();
  stopFollowing = whileListed(ENVS, follow);
  void loadListing(ENVS).then(async () => {
    const kept = recall(KEPT);
    if (typeof kept !== 'string' || !environments(get()).includes(kept)) return;
    show(kept);
    await loadMounts(kept);
  });
});
