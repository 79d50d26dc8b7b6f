/** What a person does to files: each can be undone, nothing is overwritten without a question. */
import { askConflict, askName, confirm } from '../dialogs.ts';
import { bringDrafts, dropDrafts, moveDrafts, type Unsaved } from '../editing.ts';
import { attempt, declined, nothing, type Undone, withProgress } from '../notices.ts';
import { dropTabs, moveTabs, open } from '../panes.ts';
import { client, loadListing } from '../session.ts';
import { get, pane, set, setPane } from '../store.ts';
import { joinPath, nameOf, parentPath, showName } from '../text.ts';
import { hasMount, isDirectory, isReadOnly } from '../viewing.ts';
import { copyTree } from './copytree.ts';
import { remember, type Step } from './history.ts';
import { emptyTrash, fromTrash, inTrash, isThere, notedPlace, place, toTrash } from './trash.ts';

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

// The steps of which operations are made

/** Moved by a person: tabs and unsaved text go along. */
function moved(from: string, to: string): Step {
  const go = async (a: string, b: string, signal: AbortSignal): Promise<void> => {
    await place(a, b, signal);
    moveDrafts(a, b);
    await moveTabs(a, b);
  };
  return { undo: (signal) => go(to, from, signal), redo: (signal) => go(from, to, signal) };
}

/** Something new at a path: undone, it lies in the trash. */
export function made(path: string): Step {
  const { undo, redo } = trashed(path, '');
  return { undo: redo, redo: undo };
}

/** Lies in the trash at `at`: undone, it is where it was, with the text that was not saved. */
export function trashed(path: string, at: string, text: Unsaved = { drafts: {}, bases: {} }): Step {
  let slot = at;
  let unsaved = text;
  return {
    undo: async (signal) => {
      await fromTrash(slot, path, signal);
      bringDrafts(unsaved);
    },
    redo: async (signal) => {
      slot = await toTrash(path, signal);
      unsaved = dropDrafts(path);
      await dropTabs(path);
    },
  };
}

// One thing

export function newFile(): void {
  const dir = dropTarget();
  askName('New file', '', async (name) => {
    const path = joinPath(dir, name);
    await client().oanix.fs.writeFile(path, '', { exclusive: true });
    remember(`new file ${showName(name)}`, [made(path)]);
    await open(path, { pinned: true });
  });
}

export function newFolder(): void {
  const dir = dropTarget();
  askName('New folder', '', async (name) => {
    const path = joinPath(dir, name);
    await client().oanix.fs.mkdir(path);
    remember(`new folder ${showName(name)}`, [made(path)]);
    await loadListing(dir);
    setPane({ selected: path, marked: [] });
  });
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
  const mounted = hasMount(path);
  if (mounted !== undefined)
    throw new Error(`${showName(mounted)} is mounted there. Unmount it first.`);
  if (await isThere(to))
    throw new Error('Something with this name is already there. Choose another name.');
  await client().oanix.fs.rename(path, to);
  moveDrafts(path, to);
  await moveTabs(path, to);
  remember(`rename ${named([path])} to ${named([to])}`, [moved(path, to)]);
  if (parentPath(to) === pane().path) setPane({ selected: to, marked: [] });
}

// Many things

/** To the trash: no question, since it can be undone. */
export async function remove(paths: readonly string[]): Promise<Undone | undefined> {
  const gone = paths.filter((path) => path !== '/');
  if (gone.length === 0) return nothing('There is nothing here that can be deleted.');
  const steps: Step[] = [];
  const done: string[] = [];
  const undone = await withProgress(
    `Moving ${named(gone)} to the trash`,
    async (signal, progress) => {
      for (const path of gone) {
        const slot = await toTrash(path, signal);
        steps.push(trashed(path, slot, dropDrafts(path)));
        done.push(path);
        await dropTabs(path);
        progress(done.length / gone.length);
      }
    },
  );
  unmark(done);
  remember(`delete ${named(done)}`, steps, true);
  return undone;
}

export async function removeForever(paths: readonly string[]): Promise<Undone | undefined> {
  const gone = paths.filter((path) => path !== '/');
  if (gone.length === 0) return nothing('There is nothing here that can be deleted.');
  const yes = await confirm(
    `Delete ${named(gone)} for good?`,
    'It is not put into the trash. This cannot be undone.',
    'Delete for good',
  );
  if (!yes) return declined();
  const undone = await withProgress(`Deleting ${named(gone)}`, async (signal, progress) => {
    for (const [index, path] of gone.entries()) {
      signal.throwIfAborted();
      await client().oanix.fs.remove(path, { recursive: true });
      dropDrafts(path);
      await dropTabs(path);
      progress((index + 1) / gone.length);
    }
  });
  unmark(gone);
  return undone;
}

function unmark(gone: readonly string[]): void {
  const { selected, marked } = pane();
  setPane({
    selected: selected !== undefined && gone.includes(selected) ? undefined : selected,
    marked: marked.filter((path) => !gone.includes(path)),
  });
}

export function restore(slots: readonly string[]): Promise<Undone | undefined> {
  return attempt('Not put back', async () => {
    const places = await Promise.all(slots.map(notedPlace));
    const list = places.map(showName).join('\n');
    if (!(await confirm('Put back?', `It goes to where its note says:\n${list}`, 'Put back')))
      return declined();
    for (const [index, slot] of slots.entries()) {
      const path = places[index] as string;
      await fromTrash(slot, path, new AbortController().signal);
      await open(parentPath(path));
      setPane({ selected: path });
    }
    return undefined;
  });
}

export async function clearTrash(): Promise<Undone | undefined> {
  const count = await inTrash();
  const things = count === 1 ? 'the one thing' : `all ${count} things`;
  if (!(await confirm('Empty the trash?', `This deletes ${things} in it for good.`, 'Empty it')))
    return declined();
  const undone = await withProgress('Emptying the trash', emptyTrash);
  // What lay there can no longer be put back.
  set({ past: [], future: [] });
  return undone;
}

export async function duplicate(paths: readonly string[]): Promise<Undone | undefined> {
  const steps: Step[] = [];
  const undone = await withProgress(`Duplicating ${named(paths)}`, async (signal, progress) => {
    for (const path of paths) {
      const to = await freeName(path);
      await copyTree(path, to, signal, progress);
      steps.push(made(to));
      setPane({ selected: to, marked: [] });
    }
  });
  remember(`duplicate ${named(paths)}`, steps, true);
  return undone;
}

/** Moves or copies into a directory; a name that is taken is asked about, what is replaced goes to the trash. */
export async function put(
  how: 'move' | 'copy',
  paths: readonly string[],
  into: string,
): Promise<Undone | undefined> {
  const todo = paths.filter(
    (path) => path !== '/' && (how === 'copy' || parentPath(path) !== into) && path !== into,
  );
  if (todo.length === 0) return undefined;
  for (const path of todo) {
    const to = joinPath(into, nameOf(path));
    // What is replaced would take its replacement along.
    if (path.startsWith(`${to}/`))
      throw new Error(`${showName(path)} lies in ${showName(to)}. Move it elsewhere first.`);
    if (path !== to && (await isSame(path, to)))
      throw new Error(`${showName(path)} and ${showName(to)} are the same file by two names.`);
    const mounted = hasMount(path);
    if (how === 'move' && mounted !== undefined)
      throw new Error(`${showName(mounted)} is mounted there. Unmount it first.`);
  }
  const steps: Step[] = [];
  const taken: string[] = [];
  // A copy beside itself is a second one, without a question.
  for (const path of todo)
    if (parentPath(path) !== into && (await isThere(joinPath(into, nameOf(path)))))
      taken.push(nameOf(path));
  const choice = taken.length > 0 ? await askConflict(taken) : 'both';
  if (choice === 'skip' && taken.length === todo.length) return declined();
  const words = how === 'move' ? 'Moving' : 'Copying';
  const undone = await withProgress(
    `${words} ${named(todo)} to ${showName(into)}`,
    async (signal, progress) => {
      for (const path of todo) {
        signal.throwIfAborted();
        let to = joinPath(into, nameOf(path));
        if (await isThere(to)) {
          if (choice === 'skip') continue;
          if (choice === 'replace') steps.push(trashed(to, await toTrash(to, signal)));
          else to = await freeName(to);
        }
        steps.push(await putOne(how, path, to, signal, progress));
      }
    },
  );
  unmark(todo);
  remember(`${how} ${named(todo)} to ${showName(into)}`, steps, true);
  return undone;
}

/** One file that two binds show. */
async function isSame(a: string, b: string): Promise<boolean> {
  const { fs } = client().oanix;
  const [one, other] = await Promise.all(
    [a, b].map((path) => fs.lstat(path).catch(() => undefined)),
  );
  return one !== undefined && one.dev === other?.dev && one.ino === other?.ino;
}

async function putOne(
  how: 'move' | 'copy',
  path: string,
  to: string,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<Step> {
  if (how === 'copy') {
    await copyTree(path, to, signal, progress);
    return made(to);
  }
  await place(path, to, signal, progress);
  moveDrafts(path, to);
  await moveTabs(path, to);
  return moved(path, to);
}

/** `a.txt` → `a (2).txt`, or the next number that is free. */
export async function freeName(path: string): Promise<string> {
  const dot = path.lastIndexOf('.');
  const cut = dot > path.lastIndexOf('/') + 1 ? dot : path.length;
  for (let number = 2; ; number++) {
    const candidate = `${path.slice(0, cut)} (${number})${path.slice(cut)}`;
    if (!(await isThere(candidate))) return candidate;
  }
}

// The clipboard of files

export function toClipboard(how: 'move' | 'copy'): void {
  const paths = chosen();
  if (paths.length > 0) set({ clipboard: { how, paths } });
}

export async function paste(): Promise<void> {
  const { clipboard } = get();
  if (!clipboard) return;
  // What was cut is moved once.
  if (clipboard.how === 'move') set({ clipboard: undefined });
  await put(clipboard.how, clipboard.paths, here());
}
