/** What a person does to mounts, each to be undone; and what is asked of the browser for the store. */
import { confirm } from './dialogs.ts';
import { attempt, declined, nothing, toast, type Undone } from './notices.ts';
import { client } from './session.ts';
import { get } from './store.ts';
import { showName } from './text.ts';

/** All of a mount point, or the one layer of it that `what` names (unmount(1)). */
export async function unmount(at: string, what?: string): Promise<Undone | undefined> {
  const name = what === undefined ? showName(at) : `${showName(what)} from ${showName(at)}`;
  const yes = await confirm(
    `Unmount ${name}?`,
    'Its files are no longer in the namespace. Undo brings the mount back.',
    'Unmount',
  );
  if (!yes) return declined();
  return attempt('Not unmounted', async () => {
    await client().oanix.unmount(at, what);
    toast(`Unmounted ${name}`, { action: { label: 'Undo', run: () => void undoMount() } });
  });
}

export function undoMount(): Promise<Undone | undefined> {
  return attempt('Not undone', async () => {
    const { done } = await client().call('undoMount', {});
    return done ? undefined : nothing('There is no change of mounts to undo.');
  });
}

export function redoMount(): Promise<Undone | undefined> {
  return attempt('Not done again', async () => {
    const { done } = await client().call('redoMount', {});
    return done ? undefined : nothing('There is no change of mounts to do again.');
  });
}

/** One layer of a union, by its place in it; `of` are the devices of all its layers, as they were seen. */
export async function peel(
  at: string,
  what: string,
  index: number,
  of: readonly number[],
): Promise<Undone | undefined> {
  const yes = await confirm(
    `Peel ${showName(what)} off ${showName(at)}?`,
    'What it holds no longer shows there. Undo brings it back.',
    'Peel off',
  );
  if (!yes) return declined();
  const order = of.map((_, place) => place).filter((place) => place !== index);
  return attempt('Not peeled off', async () => {
    await client().call('reorderUnion', { at, order, of });
    toast(`Peeled ${showName(what)} off ${showName(at)}`, {
      action: { label: 'Undo', run: () => void undoMount() },
    });
  });
}

/** Another order of the layers of a union, by their present places; undo takes it back. */
export function reorderUnion(
  at: string,
  order: readonly number[],
  of: readonly number[],
): Promise<Undone | undefined> {
  return attempt('The order stays', async () => {
    await client().call('reorderUnion', { at, order, of });
    toast(`${showName(at)} is searched in another order`, {
      action: { label: 'Undo', run: () => void undoMount() },
    });
  });
}

/** What cannot write at all stays as it is, whatever its mount says. */
export function setReadOnly(at: string, ro: boolean): Promise<Undone | undefined> {
  return attempt('Not changed', async () => {
    await client().call('setReadOnly', { at, ro });
    toast(`${showName(at)} is ${ro ? 'read-only' : 'writable'} now`, {
      action: { label: 'Undo', run: () => void undoMount() },
    });
  });
}

/** Before another one in the list; to its end without. The order is that of the namespace's text. */
export function moveMount(at: string, before: string | undefined): Promise<Undone | undefined> {
  const order = get()
    .mounts.map((each) => each.at)
    .filter((each) => each !== at);
  const place = before === undefined ? order.length : order.indexOf(before);
  order.splice(place < 0 ? order.length : place, 0, at);
  return attempt('The order stays', async () => {
    await client().call('reorderMounts', { order });
  });
}

export async function stepMount(at: string, by: 1 | -1): Promise<Undone | undefined> {
  const order = get().mounts.map((each) => each.at);
  const from = order.indexOf(at);
  if (from < 0) return nothing(`Nothing is mounted at ${showName(at)}.`);
  const to = from + by;
  if (to < 0 || to >= order.length) return nothing(`${showName(at)} is at the end already.`);
  return moveMount(at, by < 0 ? order[to] : order[to + 1]);
}

/** Lines of ns(1), after a look at them: mounts and binds that they make. */
export async function applyNs(name: string, text: string): Promise<void> {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const odd = lines.find((line) => !/^(mount|bind|unmount|cd|clear)\b/.test(line.trim()));
  if (lines.length === 0 || odd !== undefined)
    throw new Error(
      `${showName(name)} is no namespace text: ${showName(odd ?? 'it has no lines')}. Each line is mount, bind or unmount (ns(1)).`,
    );
  const grant = lines.find((line) =>
    /^\s*mount\b.*\b(http|ws|nostr|policy|workspace)\b/.test(line),
  );
  if (grant !== undefined)
    throw new Error(
      `${showName(name)} would grant what only you can: ${showName(grant)}. Grant it under Network, or mount the folder yourself.`,
    );
  const yes = await confirm(
    `Apply ${showName(name)}?`,
    `It changes what stands where:\n${lines.map(showName).join('\n')}`,
    'Apply',
  );
  if (!yes) return;
  await client().call('replayNs', { text });
  toast(`Applied ${showName(name)}`, {
    action: { label: 'Undo', run: () => void undoMount() },
  });
}

export async function retryMount(at: string): Promise<void> {
  await attempt(`${showName(at)} still cannot be mounted`, async () => {
    await client().call('retryMount', { at });
  });
}

/** Asks the browser to keep what is in /home, also when its disk is full, and says what it answered. */
export async function keepFiles(): Promise<void> {
  await attempt('Not asked', async () => {
    const kept = await client().persist();
    toast(
      kept
        ? 'The browser keeps your files until you remove them.'
        : 'The browser may still remove your files when it runs out of room. Download what matters, or use the page more often and ask again.',
    );
  });
}
