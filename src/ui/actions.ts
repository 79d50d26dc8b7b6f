/** What a person can do, one function each: used by buttons, keys and drops alike. Errors become toasts. */
import { client, loadListing, onOpenPathChanged, refreshMounts, workChanged } from './session.ts';
import { type DialogState, get, type MountRow, set, type Toast, type View } from './store.ts';
import { explain, joinPath, nameOf, parentPath, showName } from './text.ts';

const TEXT_MAX = 4 * 1024 * 1024;
const READ = 1024 * 1024;

let lastId = 0;
export const nextId = (): number => ++lastId;

// Toasts

export function toast(text: string, extra: Partial<Toast> = {}): number {
  const id = nextId();
  set({ toasts: [...get().toasts, { id, text, bad: false, ...extra }] });
  if (!extra.bad && extra.progress === undefined)
    setTimeout(() => dismiss(id), extra.action ? 10_000 : 4000);
  return id;
}

export function updateToast(id: number, change: Partial<Toast>): void {
  set({ toasts: get().toasts.map((each) => (each.id === id ? { ...each, ...change } : each)) });
}

export function dismiss(id: number): void {
  set({ toasts: get().toasts.filter((each) => each.id !== id) });
}

/** Runs an action; what goes wrong is said. */
export async function attempt(what: string, run: () => Promise<void>): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    toast(`${what}: ${explain(error)}`, { bad: true });
    return false;
  }
}

// Dialogs

export const openDialog = (dialog: DialogState): void => set({ dialog });
export const closeDialog = (): void => set({ dialog: undefined });

export function confirm(title: string, text: string, yes: string): Promise<boolean> {
  return new Promise((answer) =>
    openDialog({
      kind: 'confirm',
      title,
      text,
      confirm: yes,
      answer: (choice) => {
        closeDialog();
        answer(choice);
      },
    }),
  );
}

// Looking at things

/** Shows what is at a path: a directory, text, bytes, or why it cannot be shown. */
export async function open(path: string): Promise<void> {
  set({ path, view: { kind: 'loading' }, conflict: false, sideOpen: false, selected: undefined });
  await show(path);
}

/** What is open is read again; what a person has begun to write in it stays. */
export const lookAgain = (): Promise<void> => show(get().path);

async function show(path: string): Promise<void> {
  const view = await viewOf(path).catch((error: unknown): View => {
    // A mount may tell more of it.
    void refreshMounts().catch(() => undefined);
    return { kind: 'error', message: explain(error) };
  });
  const { view: old, path: now } = get();
  if (now !== path) return;
  // The same text keeps its editor, with its cursor and its history.
  if (
    old.kind === 'text' &&
    view.kind === 'text' &&
    old.text === view.text &&
    old.readOnly === view.readOnly
  )
    return;
  set({ view });
}

let versions = 0;

async function viewOf(path: string): Promise<View> {
  const { fs } = client().oanix;
  const stat = await fs.stat(path);
  const special = await viewOfOwn(path);
  if (special) return special;
  if (stat.kind === 'dir') {
    await fs.readdir(path);
    await loadListing(path);
    return { kind: 'dir' };
  }
  const { fd, stream } = await openForReading(path);
  try {
    if (stream) return { kind: 'stream' };
    if (stat.size > TEXT_MAX) return { kind: 'bytes', size: stat.size, version: ++versions };
    const bytes = await readAll(fd);
    const text = asText(bytes);
    if (text === undefined) return { kind: 'bytes', size: bytes.length, version: ++versions };
    return { kind: 'text', text, version: ++versions, readOnly: isReadOnly(path) };
  } finally {
    await client().call('close', { fd });
  }
}

/** Directories that have a view of their own: it is given their path and the kind of service behind it. */
type OwnView = (path: string, service: string) => Promise<View | undefined>;
const ownViews: OwnView[] = [];
export const addOwnView = (view: OwnView): void => void ownViews.push(view);

async function viewOfOwn(path: string): Promise<View | undefined> {
  const service = coveringMount(path)?.members[0]?.service.kind;
  for (const look of service ? ownViews : []) {
    const view = await look(path, service as string);
    if (view) return view;
  }
  return undefined;
}

async function openForReading(path: string): Promise<{ fd: number; stream: boolean }> {
  const { fd, stream } = await client().call('open', { dir: -1, path, flags: 1 });
  return { fd, stream: stream > 0 };
}

async function readAll(fd: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { data } = await client().call('read', { fd, count: READ });
    if (data.length === 0 || size > TEXT_MAX) break;
    parts.push(data);
    size += data.length;
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** The text of bytes that are one: UTF-8 without NUL. Nothing else opens as text. */
export function asText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The mount that serves a path. */
const coveringMount = (path: string): MountRow | undefined =>
  get()
    .mounts.filter(({ at }) => at === '/' || path === at || path.startsWith(`${at}/`))
    .sort((a, b) => b.at.length - a.at.length)[0];

/** Where the mount that serves a path is read-only, so is the editor. */
export function isReadOnly(path: string): boolean {
  const covering = coveringMount(path);
  if (
    covering?.members.some(({ service }) => service.kind === 'store') &&
    get().store?.state === 'read-only'
  )
    return true;
  return covering?.members.every(({ ro }) => ro) ?? false;
}

export const isDirty = (path: string): boolean => Object.hasOwn(get().drafts, path);

onOpenPathChanged((paths) => {
  const { path, view } = get();
  if (paths.length > 0 && !paths.includes(path)) return;
  if (paths.length === 0 && view.kind === 'work') return workChanged();
  if (['dir', 'review', 'timeline', 'work', 'network'].includes(view.kind)) return void show(path);
  if (isDirty(path)) return void checkConflict(path);
  if (view.kind !== 'stream') void show(path);
});

/** Unsaved text stays; the person is told that the file is another one now. */
async function checkConflict(path: string): Promise<void> {
  const { view } = get();
  const now = await viewOf(path).catch(() => undefined);
  if (view.kind !== 'text' || get().path !== path || !isDirty(path)) return;
  if (now?.kind !== 'text' || now.text !== view.text) set({ conflict: true });
}

// Editing

export function edit(path: string, text: string): void {
  const { view, drafts } = get();
  if (view.kind === 'text' && view.text === text) {
    const { [path]: _, ...rest } = drafts;
    set({ drafts: rest, conflict: false });
  } else set({ drafts: { ...drafts, [path]: text } });
}

export async function save(): Promise<void> {
  const { path, drafts, view, conflict } = get();
  const text = drafts[path];
  if (text === undefined || view.kind !== 'text') return;
  if (
    conflict &&
    !(await confirm(
      'The file has changed',
      `${showName(path)} was changed by something else. Replace that with your text?`,
      'Replace it',
    ))
  )
    return;
  await attempt('Not saved', async () => {
    await client().oanix.fs.writeFile(path, text);
    const { [path]: typedSince, ...rest } = get().drafts;
    const drafts =
      typedSince === undefined || typedSince === text ? rest : { ...rest, [path]: typedSince };
    const now = get().view;
    set({
      drafts,
      conflict: false,
      ...(get().path === path && now.kind === 'text' ? { view: { ...now, text } } : {}),
    });
  });
}

/** Drops the unsaved text and shows the file as it is. */
export async function revert(): Promise<void> {
  const { path, drafts } = get();
  const { [path]: _, ...rest } = drafts;
  set({ drafts: rest, conflict: false });
  await show(path);
}

// Files

/** The directory that new things go to. */
export const here = (): string => (isDirectory(get().path) ? get().path : parentPath(get().path));

/** As far as is known already, also while a path is being opened. */
function isDirectory(path: string): boolean {
  const { view, mounts, listings } = get();
  if (view.kind !== 'loading') return view.kind === 'dir';
  if (mounts.some(({ at, kind }) => at === path && kind === 'dir')) return true;
  return listings[parentPath(path)]?.find(({ name }) => name === nameOf(path))?.kind === 'dir';
}

/** Where a person's own graded tasks are, beside those that come with the page. */
export const OWN_TASKS = '/home/tasks';

/** Where dropped things go: where one is, or /home where that cannot be changed. */
export function dropTarget(): string {
  if (get().view.kind === 'work') return OWN_TASKS;
  return isReadOnly(`${here()}/`) ? '/home' : here();
}

/** Whether a name is taken, by whatever. */
export const exists = (path: string): Promise<boolean> =>
  client()
    .oanix.fs.lstat(path)
    .then(
      () => true,
      () => false,
    );

function checkNewName(name: string): void {
  if (name === '' || name === '.' || name === '..')
    throw new Error('A name cannot be empty or only dots.');
  if (name.includes('/')) throw new Error('A name cannot hold a slash.');
}

export function newFile(): void {
  const dir = here();
  askName('New file', '', async (name) => {
    await client().oanix.fs.writeFile(joinPath(dir, name), '', { exclusive: true });
    await open(joinPath(dir, name));
  });
}

export function newFolder(): void {
  const dir = here();
  askName('New folder', '', async (name) => {
    await client().oanix.fs.mkdir(joinPath(dir, name));
    await loadListing(dir);
    set({ selected: joinPath(dir, name) });
  });
}

function askName(title: string, value: string, run: (name: string) => Promise<void>): void {
  openDialog({
    kind: 'name',
    title,
    label: 'Name',
    value,
    done: async (name) => {
      checkNewName(name);
      await run(name);
    },
  });
}

export function rename(path: string): void {
  if (path === '/') return;
  askName(`Rename ${showName(nameOf(path))}`, nameOf(path), async (name) => {
    const to = joinPath(parentPath(path), name);
    if (to === path) return;
    if (await exists(to))
      throw new Error('Something with this name is already there. Choose another name.');
    await client().oanix.fs.rename(path, to);
    moveDrafts(path, to);
    if (get().path === path || get().path.startsWith(`${path}/`))
      await open(to + get().path.slice(path.length));
    else set({ selected: to });
  });
}

function moveDrafts(from: string, to: string): void {
  const moved = Object.entries(get().drafts).map(([path, text]) =>
    path === from || path.startsWith(`${from}/`)
      ? [to + path.slice(from.length), text]
      : [path, text],
  );
  set({ drafts: Object.fromEntries(moved) as Record<string, string> });
}

export async function remove(path: string): Promise<void> {
  if (path === '/') return;
  await attempt('Not deleted', async () => {
    const { kind } = await client().oanix.fs.lstat(path);
    const mount = get().mounts.find(({ at }) => at === path || at.startsWith(`${path}/`));
    if (mount) throw new Error(`${showName(mount.at)} is mounted there. Unmount it first.`);
    const what = kind === 'dir' ? 'the folder and everything in it' : 'it';
    const yes = await confirm(
      `Delete ${showName(nameOf(path))}?`,
      `This removes ${what} from ${showName(parentPath(path))}. It cannot be undone.`,
      'Delete',
    );
    if (!yes) return;
    const inside = get().path === path || get().path.startsWith(`${path}/`);
    await client().oanix.fs.remove(path, { recursive: true });
    const kept = Object.entries(get().drafts).filter(
      ([draft]) => draft !== path && !draft.startsWith(`${path}/`),
    );
    set({ drafts: Object.fromEntries(kept) });
    if (inside) await open(parentPath(path));
  });
}

export async function download(path: string): Promise<void> {
  await attempt('Not downloaded', async () => {
    const { kind } = await client().oanix.fs.stat(path);
    if (kind === 'dir')
      throw new Error('Only files can be downloaded. Open the folder and export it.');
    const bytes = await client().oanix.fs.readFile(path);
    saveAs(nameOf(path), new Blob([bytes as Uint8Array<ArrayBuffer>]));
  });
}

/** Gives a file to the person, as a download. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// Mounts

export async function unmount(at: string): Promise<void> {
  const yes = await confirm(
    `Unmount ${showName(at)}?`,
    'Its files are no longer in the namespace. Undo brings the mount back.',
    'Unmount',
  );
  if (!yes) return;
  await attempt('Not unmounted', async () => {
    await client().oanix.unmount(at);
    toast(`Unmounted ${showName(at)}`, { action: { label: 'Undo', run: () => void undoMount() } });
  });
}

export async function undoMount(): Promise<void> {
  await attempt('Not undone', async () => {
    const { done } = await client().call('undoMount', {});
    if (!done) toast('There is no change of mounts to undo.');
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

export function setTheme(theme: 'night' | 'light'): void {
  set({ theme });
  document.documentElement.dataset['theme'] = theme;
  localStorage.setItem('oanix.theme', theme);
}
