/** Capsules in the page: exported, and opened after a look at what they bring. */
import type { CapsuleReview, Capsules } from '../boot/capsules.ts';
import { addDropped } from './archives.ts';
import { openDialog } from './dialogs.ts';
import { saveAs } from './files/download.ts';
import { blobOf, exportBy, outcomesOf } from './files/exporting.ts';
import { showReport } from './files/report.ts';
import { unfinished } from './files/unfinished.ts';
import { attempt, toast, type Undone, withProgress } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get } from './store.ts';
import { isWithin, nameOf, showName } from './text.ts';

/** The tar library is loaded when a capsule is first made or opened. */
const capsules = (): Promise<Capsules> => client().oanix.capsules();

/** Downloads a folder as a capsule; a small one can be copied as a link too. */
export async function exportFolder(path: string): Promise<Undone | undefined> {
  const made = await capsules();
  const name = nameOf(path) || 'namespace';
  let isWhole = path !== '/';
  const undone = await exportBy({
    format: 'capsule',
    paths: path === '/' ? await made.namespaceRoots() : [path],
    name: `${name}.tar`,
    stream: async (_, options) => {
      const leftOut: typeof options.leftOut = (each) => {
        isWhole = false;
        options.leftOut(each);
      };
      return path === '/'
        ? made.packNamespace(name, { ...options, leftOut })
        : made.packFolder(path, { ...options, leftOut });
    },
    finish: async (stream, signal) => saveAs(`${name}.tar`, await blobOf(stream, signal)),
  });
  if (undone || !isWhole) return undone;
  return attempt('No link was made', async () => {
    const link = await made.link(path, location.href.split('#')[0] ?? '');
    if (link)
      toast(`${showName(name)} is small enough for a link`, {
        action: { label: 'Copy the link', run: () => void navigator.clipboard?.writeText(link) },
      });
  });
}

/** A tar that is mounted as an archive: where it is a capsule, what it would do is shown first. */
addDropped(async (archive, file) => {
  const there = await client()
    .oanix.fs.lstat(`${archive}/oanix.json`)
    .then(
      () => true,
      () => false,
    );
  if (!there) return false;
  await look(file, archive);
  return true;
});

async function look(file: string, archive: string): Promise<void> {
  const made = await capsules();
  await withProgress(
    `Looking at ${showName(nameOf(file))}`,
    async (signal) => {
      const review = await made.review(file, signal);
      openDialog({ kind: 'capsule', file, archive, review });
    },
    'nothing was changed',
  );
}

export async function openCapsule(
  file: string,
  archive: string,
  review: CapsuleReview,
): Promise<void> {
  const name = showName(review.manifest.name);
  const made = await capsules();
  await withProgress(
    `Opening ${name}`,
    async (signal, progress) => {
      const finished = unfinished(review.beside, `the opening of the capsule ${name}`);
      const { at, leftOut } = await made.open(file, review, { signal, progress }).finally(finished);
      await client().oanix.unmount(archive);
      await open(at);
      toast(`${name} is at ${showName(at)}`);
      if (leftOut.length === 0) return;
      showReport(`${name} is opened, but not all of it was brought in`, outcomesOf(leftOut));
    },
    'nothing was brought in',
  );
}

/** A person who only looked wants nothing of it: the archive is unmounted, unless a tab shows what is in it. */
export async function leaveCapsule(archive: string): Promise<void> {
  const isShown = get().panes.some(({ tabs }) => tabs.some(({ path }) => isWithin(path, archive)));
  if (!isShown) await attempt('Not unmounted', () => client().oanix.unmount(archive));
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
    await look(path, at);
  });
}
