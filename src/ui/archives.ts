/** Archives are browsed without unpacking them: mounted by their name below /mnt. */
import { attempt, toast } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get } from './store.ts';
import { freePlace, isBrowsable, nameOf, showName } from './text.ts';

/** Archives that are more than that: a taker gets the mount and the file, and returns true where it takes the archive. */
type Taker = (at: string, file: string) => Promise<boolean>;
const takers: Taker[] = [];
export const addDropped = (taker: Taker): void => void takers.push(taker);

/** A name that promises an archive, or an open file that holds one. */
export const isUnpackable = (path: string): boolean =>
  isBrowsable(path) ||
  get().panes.some(
    ({ path: shown, view }) =>
      shown === path && (view.kind === 'bytes' || view.kind === 'text') && view.content?.isArchive,
  );

/** Mounts an archive that is in the namespace, unless it is already, and shows it. */
export async function browseArchive(path: string): Promise<void> {
  await attempt('Not opened', async () => {
    const { oanix } = client();
    const there = get().mounts.find(({ members }) =>
      members.some(
        ({ service }) => service.kind === 'archive' && service.options?.['path'] === path,
      ),
    );
    const at = there?.at ?? freePlace(nameOf(path), get().mounts);
    if (!there) await oanix.mount({ kind: 'archive', options: { path } }, at, { ro: true });
    for (const take of takers) if (await take(at, path)) return;
    await open(at);
    if (!there)
      toast(`${showName(nameOf(path))} is mounted at ${showName(at)}`, {
        action: { label: 'Unmount', run: () => void oanix.unmount(at) },
      });
  });
}
