/** Files and folders from outside into the namespace: with progress, cancel, and no silent overwrite. */
import { browseArchive } from '../archives.ts';
import { askConflict } from '../dialogs.ts';
import { applyNs } from '../mountactions.ts';
import { attempt, dismiss, toast, updateToast } from '../notices.ts';
import { preflight } from '../runs.ts';
import { client } from '../session.ts';
import {
  explain,
  isArchive,
  isProgram,
  isWithin,
  joinPath,
  parentPath,
  showName,
} from '../text.ts';
import { tryTask } from '../workactions.ts';
import { remember, type Step } from './history.ts';
import { dropTarget, freeName, made, trashed } from './operations.ts';
import { isThere, toTrash } from './trash.ts';

/** A file on its way in, with its path below the directory that it is dropped into. */
export interface Incoming {
  readonly path: string;
  readonly file: File;
}
export interface IncomingTree {
  readonly files: readonly Incoming[];
  /** Folders, also empty ones. */
  readonly dirs: readonly string[];
}

const PIECE = 1024 * 1024;

type Root = FileSystemEntry | File | null;

/** All that was dropped. Must be called before the drop event ends. */
export const rootsOf = (transfer: DataTransfer): Root[] =>
  [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());

/** The same with folders walked. */
export async function treeOf(roots: readonly Root[]): Promise<IncomingTree> {
  const files: Incoming[] = [];
  const dirs: string[] = [];
  for (const root of roots) {
    if (root instanceof File) files.push({ path: root.name, file: root });
    else if (root) await walk(root, '', files, dirs);
  }
  return { files, dirs };
}

async function walk(
  entry: FileSystemEntry,
  base: string,
  files: Incoming[],
  dirs: string[],
): Promise<void> {
  const path = base + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    files.push({ path, file });
    return;
  }
  dirs.push(path);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader gives at most a hundred entries at a time, and none when it is done.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return;
    for (const child of entries) await walk(child, `${path}/`, files, dirs);
  }
}

export function fromInput(list: Iterable<File>): IncomingTree {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const dirs = new Set<string>();
  for (const { path } of files) {
    for (let dir = parentPath(`/${path}`); dir !== '/'; dir = parentPath(dir))
      dirs.add(dir.slice(1));
  }
  return { files, dirs: [...dirs].sort() };
}

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
    await preflight(only.path, bytes, dropTarget());
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

export async function upload(tree: IncomingTree, into: string): Promise<void> {
  if (tree.files.length === 0 && tree.dirs.length === 0) return;
  const abort = new AbortController();
  const total = tree.files.reduce((sum, { file }) => sum + file.size, 0);
  const label = `${tree.files.length} ${tree.files.length === 1 ? 'file' : 'files'} into ${showName(into)}`;
  const id = toast(`Copying ${label}`, { progress: 0, cancel: () => abort.abort() });
  const steps: Step[] = [];
  const undone = new Set<string>();
  let moved = 0;
  try {
    await client().oanix.fs.mkdir(into, { recursive: true });
    const roots = (await newRoots(tree, into)).map((root) => joinPath(into, root));
    const targets = await targetsFor(tree, into);
    /** What stands there only since is undone as a whole, once something of it has come. */
    const came = (path: string): void => {
      const whole = roots.find((root) => isWithin(path, root)) ?? path;
      if (!undone.has(whole)) steps.push(made(whole));
      undone.add(whole);
    };
    for (const dir of tree.dirs) {
      const path = joinPath(into, dir);
      await client().oanix.fs.mkdir(path, { recursive: true });
      if (roots.some((root) => isWithin(path, root))) came(path);
    }
    for (const { file, to, isReplaced } of targets) {
      const replace = async (): Promise<void> => {
        if (isReplaced) steps.push(trashed(to, await toTrash(to, abort.signal)));
      };
      await copyIn(file, to, abort.signal, replace, (bytes) => {
        moved += bytes;
        updateToast(id, { progress: total === 0 ? 1 : moved / total });
      });
      came(to);
    }
    dismiss(id);
    remember(`copied ${label}`, steps, true);
  } catch (error) {
    dismiss(id);
    const what = abort.signal.aborted
      ? 'Copying was stopped; what was copied so far stays.'
      : `Not all copied: ${explain(error)}`;
    toast(what, { bad: !abort.signal.aborted });
    remember(`copied some of ${label}`, steps);
  }
}

/** What stands there only since: undone, it goes as a whole. */
async function newRoots({ files, dirs }: IncomingTree, into: string): Promise<string[]> {
  const roots = new Set([...dirs, ...files.map(({ path }) => path)].map(rootOf));
  const fresh: string[] = [];
  for (const root of roots) if (!(await isThere(joinPath(into, root)))) fresh.push(root);
  return fresh;
}

const rootOf = (path: string): string => path.split('/')[0] as string;

interface Target {
  readonly file: File;
  readonly to: string;
  /** What is there goes to the trash. */
  readonly isReplaced: boolean;
}

/** Where each file goes; asks once about names that are taken. */
async function targetsFor({ files }: IncomingTree, into: string): Promise<Target[]> {
  const taken = new Set<string>();
  for (const { path } of files) {
    if (await isThere(joinPath(into, path))) taken.add(path);
  }
  const choice = taken.size > 0 ? await askConflict([...taken]) : 'replace';
  const targets: Target[] = [];
  for (const { path, file } of files) {
    if (taken.has(path) && choice === 'skip') continue;
    const to =
      taken.has(path) && choice === 'both'
        ? await freeName(joinPath(into, path))
        : joinPath(into, path);
    targets.push({ file, to, isReplaced: taken.has(path) && choice === 'replace' });
  }
  return targets;
}

async function copyIn(
  file: File,
  to: string,
  signal: AbortSignal,
  replace: () => Promise<void>,
  moved: (bytes: number) => void,
): Promise<void> {
  // Written beside, under a name that nobody has, then moved into place: a copy that is stopped harms nothing
  // that was there.
  const beside = await freeName(`${to}.part`);
  const handle = await client().oanix.fs.open(beside, 'wx', signal);
  try {
    for (let at = 0; at < file.size; at += PIECE) {
      signal.throwIfAborted();
      const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
      await handle.write(piece, signal);
      moved(piece.length);
    }
  } catch (error) {
    await handle.close();
    await client()
      .oanix.fs.remove(beside)
      .catch(() => undefined);
    throw error;
  }
  await handle.close();
  await replace();
  await client().oanix.fs.rename(beside, to);
}

export async function keepProgram(
  name: string,
  bytes: Uint8Array,
  into: string,
): Promise<string | undefined> {
  let path = joinPath(into, name);
  const undone = await attempt('Not kept', async () => {
    const { fs } = client().oanix;
    if (await isThere(path)) path = await freeName(path);
    await fs.writeFile(path, bytes, { exclusive: true });
  });
  return undone ? undefined : path;
}
