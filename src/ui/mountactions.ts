/** What a person does to mounts, each to be undone; and what is asked of the browser for the store. */
import { confirm } from './dialogs.ts';
import { attempt, toast } from './notices.ts';
import { client } from './session.ts';
import { showName } from './text.ts';

/** All of a mount point, or the one layer of it that `what` names (unmount(1)). */
export async function unmount(at: string, what?: string): Promise<void> {
  const name = what === undefined ? showName(at) : `${showName(what)} from ${showName(at)}`;
  const yes = await confirm(
    `Unmount ${name}?`,
    'Its files are no longer in the namespace. Undo brings the mount back.',
    'Unmount',
  );
  if (!yes) return;
  await attempt('Not unmounted', async () => {
    await client().oanix.unmount(at, what);
    toast(`Unmounted ${name}`, { action: { label: 'Undo', run: () => void undoMount() } });
  });
}

export async function undoMount(): Promise<void> {
  await attempt('Not undone', async () => {
    const { done } = await client().call('undoMount', {});
    if (!done) toast('There is no change of mounts to undo.');
  });
}

export async function redoMount(): Promise<void> {
  await attempt('Not done again', async () => {
    const { done } = await client().call('redoMount', {});
    if (!done) toast('There is no change of mounts to do again.');
  });
}

/** Another order of the layers of a union, by their present places; undo takes it back. */
export async function reorderUnion(at: string, order: readonly number[]): Promise<void> {
  await attempt('The order stays', async () => {
    await client().call('reorderUnion', { at, order });
    toast(`${showName(at)} is searched in another order`, {
      action: { label: 'Undo', run: () => void undoMount() },
    });
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
