/** What a person does to files: each can be undone, nothing is overwritten without a question. */
import { Turns } from '../../kernel/turns.ts';
import { askConflict, askName, checkNewPath, confirm } from '../dialogs.ts';
import { bringDrafts, dropDrafts, moveDrafts } from '../editing.ts';
import { declined, nothing, type Undone } from '../notices.ts';
import { dropTabs, moveTabs, open } from '../panes.ts';
import { client, loadListing } from '../session.ts';
import { get, pane, set, setPane } from '../store.ts';
import { explain, joinPath, nameOf, parentPath, showName, showTime } from '../text.ts';
import { isDirectory, isReadOnly } from '../viewing.ts';
import { runBatch } from './batch.ts';
import { Conflicts } from './conflicts.ts';
import { copyTree } from './copytree.ts';
import { forgetGone, remember } from './history.ts';
import {
  type Batch,
  made,
  makeDirs,
  movedStep,
  onFilesMoved,
  replacing,
  type Step,
  trash,
} from './steps.ts';
import { freeName, isThere, sideAt } from './there.ts';
import { type How, transfer } from './transfer.ts';
import { deleteFromTrash, fromTrash, inTrash, noteOf, refuseMounts } from './trash.ts';

/** The directory that new things go to. */
export function here(): string {
  const path = get().treeCursor ?? pane().path;
  return isDirectory(path) ? path : parentPath(path);
}

/** Where a person's own graded tasks are, beside those that come with the page. */
export const OWN_TASKS = '/home/tasks';

/** Where dropped things go: where one is, or /home where that cannot be changed. */
export function dropTarget(): string {
  if (pane().view.kind === 'work') return OWN_TASKS;
  return isReadOnly(`${here()}/`) ? '/home' : here();
}

/** What actions take: the marked entries, else the one with the cursor, else what is open. */
export function chosen(): readonly string[] {
  const { treeCursor } = get();
  if (treeCursor !== undefined) return [treeCursor];
  const { path, view, selected, marked } = pane();
  if (view.kind !== 'dir') return [path];
  if (marked.length > 0) return marked;
  return selected === undefined ? [] : [selected];
}

/** "notes.md", or "3 items". */
const named = (paths: readonly string[]): string =>
  paths.length === 1 ? showName(nameOf(paths[0] as string)) : `${paths.length} items`;

onFilesMoved({
  moved: async (from, to) => {
    moveDrafts(from, to);
    await moveTabs(from, to);
  },
  gone: async (path) => {
    const unsaved = dropDrafts(path);
    await dropTabs(path);
    return () => bringDrafts(unsaved);
  },
});

// One thing

export function newFile(): void {
  const dir = dropTarget();
  const create = async (name: string): Promise<void> => {
    const path = joinPath(dir, name);
    const steps: Step[] = [];
    await makeDirs(parentPath(path), steps);
    await client().oanix.fs.writeFile(path, '', { exclusive: true });
    // A folder that is new takes the file along.
    remember(`new file ${showName(name)}`, steps.length > 0 ? steps : [made(path)]);
    await open(path, { pinned: true });
  };
  askName('New file', '', create, checkNewPath);
}

export function newFolder(): void {
  const dir = dropTarget();
  const create = async (name: string): Promise<void> => {
    const path = joinPath(dir, name);
    const steps: Step[] = [];
    await makeDirs(parentPath(path), steps);
    await client().oanix.fs.mkdir(path);
    remember(`new folder ${showName(name)}`, steps.length > 0 ? steps : [made(path)]);
    await loadListing(dir);
    setPane({ selected: joinPath(dir, name.split('/')[0] as string), marked: [] });
  };
  askName('New folder', '', create, checkNewPath);
}

export function rename(path: string): void {
  if (path === '/') return;
  askName(`Rename ${showName(nameOf(path))}`, nameOf(path), async (name) => {
    const to = joinPath(parentPath(path), name);
    if (to !== path) await renameTo(path, to);
  });
}

/** What is there already is never replaced. */
export async function renameTo(path: string, to: string): Promise<void> {
  refuseMounts(path);
  if (await isThere(to))
    throw new Error('Something with this name is already there. Choose another name.');
  await client().oanix.fs.rename(path, to);
  moveDrafts(path, to);
  await moveTabs(path, to);
  remember(`rename ${named([path])} to ${named([to])}`, [movedStep(path, to)]);
  if (parentPath(to) === pane().path) setPane({ selected: to, marked: [] });
}

// Many things

/** To the trash: no question, since it can be undone. */
export async function remove(paths: readonly string[]): Promise<Undone | undefined> {
  const gone = paths.filter((path) => path !== '/');
  if (gone.length === 0) return nothing('There is nothing here that can be deleted.');
  const what = named(gone);
  const trashed: string[] = [];
  const undone = await runBatch(
    {
      doing: `Moving ${what} to the trash`,
      done: `Moved ${what} to the trash`,
      name: `delete ${what}`,
    },
    (batch) =>
      eachOf(gone, batch, async (path) => {
        batch.steps.push(await trash(path, batch.signal));
        batch.tally.done++;
        trashed.push(path);
      }),
  );
  unmark(trashed);
  return undone;
}

export async function removeForever(paths: readonly string[]): Promise<Undone | undefined> {
  const gone = paths.filter((path) => path !== '/');
  if (gone.length === 0) return nothing('There is nothing here that can be deleted.');
  const what = named(gone);
  const yes = await confirm(
    `Delete ${what} for good?`,
    'What is deleted for good does not go to the trash. This cannot be undone.',
    'Delete for good',
    'danger',
  );
  if (!yes) return declined();
  const deleted: string[] = [];
  const undone = await runBatch(
    { doing: `Deleting ${what}`, done: `Deleted ${what} for good`, name: `delete ${what}` },
    (batch) =>
      eachOf(gone, batch, async (path) => {
        await client().oanix.fs.remove(path, { recursive: true });
        batch.tally.done++;
        deleted.push(path);
        dropDrafts(path);
        await dropTabs(path);
      }),
  );
  unmark(deleted);
  forgetGone(deleted);
  return undone;
}

/** Runs something for each path, which counts what is done; one that fails is reported, and the rest goes on. */
async function eachOf(
  paths: readonly string[],
  { tally, signal, progress }: Batch,
  run: (path: string) => Promise<void>,
): Promise<void> {
  for (const [at, path] of paths.entries()) {
    await tally.attempt(path, signal, () => run(path));
    progress((at + 1) / paths.length);
  }
}

function unmark(paths: readonly string[]): void {
  const gone = new Set(paths);
  const { selected, marked } = pane();
  setPane({
    selected: selected !== undefined && gone.has(selected) ? undefined : selected,
    marked: marked.filter((path) => !gone.has(path)),
  });
}

/** Puts things of the trash back to where their notes say; a person sees the places first. */
export async function restore(slots: readonly string[]): Promise<Undone | undefined> {
  const notes = await Promise.all(
    slots.map((slot) => noteOf(slot).catch((error: unknown) => error as Error)),
  );
  const list = notes.map((note, at) =>
    note instanceof Error
      ? `${showName(nameOf(slots[at] as string))}: ${explain(note)}`
      : `${showName(note.path)}${deletedAt(note.deleted)}`,
  );
  const what = named(slots);
  const question = `Each goes back to where it was:\n${list.join('\n')}`;
  if (!(await confirm(`Put back ${what}?`, question, 'Put back'))) return declined();
  const conflicts = new Conflicts(askConflict);
  let last: string | undefined;
  const undone = await runBatch(
    { doing: `Putting back ${what}`, done: `Put back ${what}`, name: `put back ${what}` },
    (batch) =>
      eachOf(slots, batch, async (slot) => {
        const note = notes[slots.indexOf(slot)];
        if (!note || note instanceof Error) throw note;
        last = (await putBack(slot, note.path, conflicts, batch)) ?? last;
      }),
  );
  if (last !== undefined) {
    await open(parentPath(last));
    setPane({ selected: last });
  }
  return undone;
}

const deletedAt = (date: Date | undefined): string =>
  date ? `, deleted ${showTime(BigInt(date.getTime()) * 1_000_000n)}` : '';

/** Gives where it is now; undefined where it was skipped, since the name is taken. */
async function putBack(
  slot: string,
  wanted: string,
  conflicts: Conflicts,
  batch: Batch,
): Promise<string | undefined> {
  const { signal, steps, tally } = batch;
  const there = await sideAt(wanted);
  const coming = await client().oanix.fs.lstat(slot);
  const choice =
    there && (await conflicts.decide({ path: wanted, there, coming, mayMerge: false }, signal));
  if (choice === 'skip') {
    tally.skipped(wanted, 'The name is taken; it stays in the trash.');
    return undefined;
  }
  const path = choice === 'both' ? await freeName(wanted) : wanted;
  const put = (): Promise<void> => fromTrash(slot, path, signal);
  await (choice === 'replace' ? replacing(path, batch, put) : put());
  steps.push(made(path));
  tally.done++;
  return path;
}

export async function clearTrash(): Promise<Undone | undefined> {
  const slots = await inTrash();
  const things = slots.length === 1 ? 'the one thing' : `all ${slots.length} things`;
  const text = `This deletes ${things} in it for good.`;
  if (!(await confirm('Empty the trash?', text, 'Empty it', 'danger'))) return declined();
  const deleted: string[] = [];
  const undone = await runBatch(
    { doing: 'Emptying the trash', done: 'Emptied the trash', name: 'empty the trash' },
    (batch) =>
      eachOf(slots, batch, async (slot) => {
        await deleteFromTrash(slot);
        batch.tally.done++;
        deleted.push(slot);
      }),
  );
  forgetGone(deleted);
  return undone;
}

export async function duplicate(paths: readonly string[]): Promise<Undone | undefined> {
  const what = named(paths);
  return runBatch(
    { doing: `Duplicating ${what}`, done: `Duplicated ${what}`, name: `duplicate ${what}` },
    async ({ signal, tally, steps, progress }) => {
      for (const [at, path] of paths.entries()) {
        await tally.attempt(path, signal, async () => {
          const to = await freeName(path);
          const part = (inner: number): void => progress((at + inner) / paths.length);
          const { isPart } = await copyTree(path, to, { signal, tally, progress: part });
          steps.push(made(to));
          if (!isPart) tally.done++;
          setPane({ selected: to, marked: [] });
        });
      }
    },
  );
}

/** Moves or copies into a directory; a name that is taken is asked about, what is replaced goes to the trash. */
export async function put(
  how: How,
  paths: readonly string[],
  into: string,
): Promise<Undone | undefined> {
  if (paths.length === 0) return undefined;
  const what = `${named(paths)} to ${showName(into)}`;
  const [doing, done] = how === 'move' ? ['Moving', 'Moved'] : ['Copying', 'Copied'];
  const undone = await runBatch(
    { doing: `${doing} ${what}`, done: `${done} ${what}`, name: `${how} ${what}` },
    (batch) => transfer(how, paths, into, new Conflicts(askConflict), batch),
  );
  unmark(paths);
  return undone;
}

// The clipboard of files

export function toClipboard(how: How): void {
  const paths = chosen();
  if (paths.length === 0) return;
  const clipboard = { how, paths, isShared: false };
  set({ clipboard });
  // The clipboard of the system has the paths then: files that it has later were copied later.
  const shared = navigator.clipboard?.writeText(paths.join('\n'));
  shared?.then(
    () => {
      if (get().clipboard === clipboard) set({ clipboard: { ...clipboard, isShared: true } });
    },
    () => undefined,
  );
}

/** What was cut is moved once; what could not be moved stays in the clipboard. */
export const paste = (): Promise<Undone | undefined> => pastes.run('clipboard', pasteNow);

/** Two pastes at once would both move what was cut. */
const pastes = new Turns();

async function pasteNow(): Promise<Undone | undefined> {
  const { clipboard } = get();
  if (!clipboard) return undefined;
  const undone = await put(clipboard.how, clipboard.paths, here());
  const isSame = get().clipboard?.paths === clipboard.paths;
  if (clipboard.how === 'move' && !undone && isSame) set({ clipboard: undefined });
  return undone;
}
