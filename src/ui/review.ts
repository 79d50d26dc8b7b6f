/** What a program changed over copies: looked at file by file, kept or discarded. */
import type { ChangeLine } from '../boot/history.ts';
import { detectText } from './editor/encodings.ts';
import { Tally } from './files/outcomes.ts';
import { report } from './files/report.ts';
import { toast, type Undone } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get, set } from './store.ts';
import { showName } from './text.ts';
import { addOwnView } from './viewing.ts';

/** Both sides of a changed file; absent where it is not there. */
export interface Sides {
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** Larger files are told to differ, not how. */
const COMPARE_MAX = 4 * 1024 * 1024;

export interface ReviewState {
  readonly pid: number;
  readonly name: string;
  readonly running: boolean;
  readonly changes: readonly ChangeLine[];
  /** Paths that are chosen. */
  readonly chosen: ReadonlySet<string>;
  /** The one that is looked at. */
  readonly shown: string | undefined;
}

export const pathOfReview = (pid: number): string => `/review/${pid}`;

/** The process number of a path that is a review's. */
export function reviewAt(path: string): number | undefined {
  const found = /^\/review\/([1-9]\d*)$/.exec(path);
  return found ? Number(found[1]) : undefined;
}

addOwnView({
  kind: 'review',
  covers: (path, service) => service === 'review' && reviewAt(path) !== undefined,
  load: (path) => loadReview(reviewAt(path) as number),
});

/** Reads the list again; what was chosen and is still there stays so. */
async function loadReview(pid: number): Promise<void> {
  const { reviews } = client().oanix;
  const status = (await reviews.list()).find((each) => each.pid === pid);
  if (!status) {
    if (get().review?.pid === pid) set({ review: undefined });
    return;
  }
  const changes = await reviews.changes(pid);
  const old = get().review;
  const paths = new Set(changes.map(({ path }) => path));
  const same = old?.pid === pid;
  const known = new Set(same ? old.changes.map(({ path }) => path) : []);
  const still = [...paths].filter((path) => !known.has(path) || old?.chosen.has(path));
  // What is left after a decision is up for the next one.
  const chosen = still.length > 0 ? still : paths;
  const shown = same && old.shown && paths.has(old.shown) ? old.shown : firstFile(changes);
  const { name, running } = status;
  set({ review: { pid, name, running, changes, chosen: new Set(chosen), shown } });
}

const firstFile = (changes: readonly ChangeLine[]): string | undefined =>
  (changes.find(({ kind }) => kind === 'file') ?? changes[0])?.path;

export function choose(path: string, on: boolean): void {
  const { review } = get();
  if (!review) return;
  const chosen = new Set(review.chosen);
  if (on) chosen.add(path);
  else chosen.delete(path);
  set({ review: { ...review, chosen } });
}

export function chooseAll(on: boolean): void {
  const { review } = get();
  if (!review) return;
  const paths = on ? review.changes.map(({ path }) => path) : [];
  set({ review: { ...review, chosen: new Set(paths) } });
}

export function showChange(path: string): void {
  const { review } = get();
  if (review) set({ review: { ...review, shown: path } });
}

/** Both sides of a change; undefined where one of them is too large to compare here. */
export async function sidesOf(
  pid: number,
  { op, path, from }: ChangeLine,
): Promise<Sides | undefined> {
  const { fs, reviews } = client().oanix;
  const read = async (at: string): Promise<Uint8Array | undefined> => {
    const { kind, size } = await fs.lstat(at);
    if (kind !== 'file') return undefined;
    if (size > COMPARE_MAX) throw new RangeError();
    return fs.readFile(at);
  };
  try {
    const before = op === 'added' ? undefined : await read(from ?? path);
    const after = op === 'deleted' ? undefined : await read(reviews.pathOf(pid, path));
    return { before, after };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The text of one side of a comparison. A byte order mark stays in it: one side may lack it. */
export function textOf(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return '';
  const found = detectText(bytes);
  return found?.format.mark ? `\ufeff${found.text}` : found?.text;
}

/** Keeps or discards what is chosen, or everything; when nothing is left one is back where the files are. */
export async function decide(what: 'keep' | 'discard', all: boolean): Promise<Undone | undefined> {
  const { review } = get();
  if (!review) return undefined;
  const { pid, name } = review;
  const paths = all ? [] : [...review.chosen];
  const count = all ? review.changes.length : paths.length;
  const failure = await client()
    .oanix.reviews[what](pid, paths)
    .then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  await loadReview(pid).catch(() => set({ review: undefined }));
  if (failure) return undecided(what, name, all ? review.changes : paths, failure.error);
  const word = count === 1 ? 'change' : 'changes';
  toast(`${what === 'keep' ? 'Kept' : 'Discarded'} ${count} ${word} of ${showName(name)}`);
  const left = get().review;
  const there = get().panes.find(({ path }) => reviewAt(path) === pid);
  if ((!left || left.changes.length === 0) && there) {
    const [first] = review.changes;
    const place = what === 'keep' && first?.op !== 'deleted' ? placeOf(first?.path) : '/home';
    await open(place, { pane: there.id });
  }
}

/** Tells which changes are still there, and why: each mount decides all that was chosen of it, or none. */
function undecided(
  what: 'keep' | 'discard',
  name: string,
  chosen: readonly (string | ChangeLine)[],
  error: unknown,
): Undone | undefined {
  const left = new Set(get().review?.changes.map(({ path }) => path));
  const tally = new Tally();
  for (const each of chosen) {
    const path = typeof each === 'string' ? each : each.path;
    if (left.has(path)) tally.failed(path, error);
    else tally.done++;
  }
  const [doing, done] = what === 'keep' ? ['Keeping', 'Kept'] : ['Discarding', 'Discarded'];
  const changes = `what ${showName(name)} changed`;
  // What is neither chosen nor left failed before anything was decided.
  if (tally.failures.length === 0) tally.failed(name, error);
  return report({
    doing: `${doing} ${changes}`,
    done: `${done} ${changes}`,
    tally,
    isStopped: false,
  });
}

/** The directory that something lies in. */
const placeOf = (path = '/home'): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** The program whose changes wait: the last that ended. */
export function reviewed(): number | undefined {
  const [last] = Object.keys(get().waiting)
    .map(Number)
    .sort((a, b) => b - a);
  return last;
}

export async function openReview(): Promise<void> {
  const pid = reviewed();
  if (pid === undefined) throw new Error('Nothing waits to be reviewed.');
  await open(pathOfReview(pid));
}

export async function decideAll(what: 'keep' | 'discard'): Promise<Undone | undefined> {
  const pid = reviewed();
  await openReview();
  if (get().review?.pid !== pid) throw new Error('The review could not be shown. Try again.');
  return decide(what, true);
}
