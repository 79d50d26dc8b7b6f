/** Capsules in the page: exported, and opened after a look at what they bring. */
import type { CapsuleReview, Capsules } from '../boot/capsules.ts';
import { addDropped } from './archives.ts';
import { closeDialog, openDialog } from './dialogs.ts';
import { saveAs } from './files/download.ts';
import { attempt, toast, type Undone } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { nameOf, showName } from './text.ts';

/** The tar library is loaded when a capsule is first made or opened. */
const capsules = (): Promise<Capsules> => client().oanix.capsules();

/** Downloads a folder as a capsule; a small one can be copied as a link too. */
export function exportFolder(path: string): Promise<Undone | undefined> {
  return attempt('Not exported', async () => {
    const made = await capsules();
    const name = nameOf(path) || 'namespace';
    const stream = path === '/' ? await made.packNamespace(name) : made.packFolder(path);
    const blob = await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).blob();
    saveAs(`${name}.tar`, blob);
    const base = location.href.split('#')[0] ?? '';
    const link = path === '/' ? undefined : await made.link(path, base);
    if (link)
      toast(`${showName(name)} is small enough for a link`, {
        action: { label: 'Copy the link', run: () => void navigator.clipboard?.writeText(link) },
      });
  });
}

/** A tar that is mounted as an archive: where it is a capsule, what it would do is shown first. */
addDropped(async (archive) => {
  const there = await client()
    .oanix.fs.lstat(`${archive}/oanix.json`)
    .then(
      () => true,
      () => false,
    );
  if (!there) return false;
  const review = await (await capsules()).review(archive);
  openDialog({ kind: 'capsule', archive, review });
  return true;
});

export async function openCapsule(archive: string, review: CapsuleReview): Promise<void> {
  closeDialog();
  await attempt('Not opened', async () => {
    const at = await (await capsules()).open(archive, review);
    await client().oanix.unmount(archive);
    await open(at);
    toast(`${showName(review.manifest.name)} is at ${showName(at)}`);
  });
}

/** A capsule that a link carries: looked at before it is opened. */
export async function openFromLink(text: string): Promise<void> {
  await attempt('The capsule in this link was not opened', async () => {
    const { oanix } = client();
    const bytes = await (await capsules()).fromLink(text);
    const path = `/tmp/linked-${Date.now()}.tar`;
    await oanix.fs.writeFile(path, bytes);
    const at = `/mnt/${nameOf(path)}`;
    await oanix.mount({ kind: 'archive', options: { path } }, at, { ro: true });
    const review = await (await capsules()).review(at);
    openDialog({ kind: 'capsule', archive: at, review });
  });
}
