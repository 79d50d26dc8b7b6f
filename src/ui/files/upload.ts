/** Files and folders from outside into the namespace: with progress, cancel, and no silent overwrite. */
import { browseArchive } from '../archives.ts';
import { askConflict } from '../dialogs.ts';
import { applyNs } from '../mountactions.ts';
import { attempt, showingProgress, type Undone } from '../notices.ts';
import { preflight } from '../runs.ts';
import { client } from '../session.ts';
import { isArchive, isProgram, joinPath, parentPath, showName } from '../text.ts';
import { tryTask } from '../workactions.ts';
import { runBatch } from './batch.ts';
import { Conflicts } from './conflicts.ts';
import { setTime } from './copytree.ts';
import { fromInput, type IncomingTree, type Root, treeOf } from './incoming.ts';
import { dropTarget } from './operations.ts';
import { freeName, isThere } from './there.ts';
import { uploadTree } from './uploading.ts';

/** Lets a person choose files, or a folder, of the computer. */
export function chooseFiles(what: 'files' | 'folder'): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = what === 'files';
  input.webkitdirectory = what === 'folder';
  input.addEventListener('change', () => {
    if (input.files?.length)
      void attempt('Not copied', () => receive(fromInput(input.files as FileList)));
  });
  input.click();
}

/** One program alone is offered to run, one archive opened; everything else goes into the directory that is open. */
export async function receive(tree: IncomingTree): Promise<void> {
  const [only] = tree.files;
  if (tree.files.length === 1 && tree.dirs.length === 0 && only && isProgram(only.path)) {
    const bytes = new Uint8Array(await only.file.arrayBuffer());
    await preflight(only.path, bytes, dropTarget(), only.file.lastModified);
    return;
  }
  if (tree.files.length === 1 && tree.dirs.length === 0 && only?.path.endsWith('.ns'))
    return applyNs(only.path, await only.file.text());
  const into = dropTarget();
  await upload(tree, into);
  if (tree.files.length === 1 && only && isArchive(only.path)) {
    const path = joinPath(into, only.path);
    if (await isThere(path)) await browseArchive(path);
  }
  await offerTask(tree, into);
}

/** A folder that is a graded task can be tried at once: first it is said what it is, and what it needs. */
async function offerTask({ files }: IncomingTree, into: string): Promise<void> {
  const label = files.find(({ path }) => /^[^/]+\/task\.(toml|ya?ml)$/.test(path));
  if (!label) return;
  const path = joinPath(into, parentPath(`/${label.path}`).slice(1));
  if (await isThere(path)) tryTask(path);
}

/** Takes what was dropped: reading its folders may take a while. */
export async function receiveRoots(roots: readonly Root[]): Promise<void> {
  const tree = await showingProgress('Reading the folder', (signal, progress) =>
    // How much there is nobody knows before its end.
    treeOf(roots, signal, (names) => progress(names / (names + 1000))),
  );
  await receive(tree);
}

export async function upload(tree: IncomingTree, into: string): Promise<Undone | undefined> {
  const { files, dirs, unread = [] } = tree;
  if (files.length === 0 && dirs.length === 0 && unread.length === 0) return undefined;
  const what = `${files.length} ${files.length === 1 ? 'file' : 'files'} into ${showName(into)}`;
  return runBatch(
    { doing: `Copying ${what}`, done: `Copied ${what}`, name: `copy ${what}` },
    (batch) => uploadTree(tree, into, new Conflicts(askConflict), batch),
  );
}

export async function keepProgram(
  name: string,
  bytes: Uint8Array,
  into: string,
  /** When it was changed last, in milliseconds since 1970, where that is known. */
  modified?: number,
): Promise<string | undefined> {
  let path = joinPath(into, name);
  const undone = await attempt('Not kept', async () => {
    const { fs } = client().oanix;
    if (await isThere(path)) path = await freeName(path);
    await fs.writeFile(path, bytes, { exclusive: true });
    if (modified !== undefined) await setTime(path, BigInt(modified) * 1_000_000n);
  });
  return undone ? undefined : path;
}
