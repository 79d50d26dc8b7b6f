/**
 * Moves and copies of many things into a directory. Each has its own outcome; a name that is taken is asked about, what
 * is replaced goes to the trash, and folders are merged entry by entry where a person wants it.
 */
import { client } from '../session.ts';
import { joinPath, nameOf, showName } from '../text.ts';
import { areFolders, type Choice, type Conflicts, type Side } from './conflicts.ts';
import { copyTree, NO_TIMES } from './copytree.ts';
import { isStop } from './outcomes.ts';
import { settle } from './settling.ts';
import { type Batch, made, moveTo, removeEmptied, replacing } from './steps.ts';
import { freeName } from './there.ts';
import { refuseMounts } from './trash.ts';

export type How = 'move' | 'copy';

/** One thing to be put at a path, or a folder that was merged into another and may be empty now. */
interface Work {
  readonly do: 'put' | 'leave';
  readonly from: string;
  readonly to: string;
  /** It lies in a folder that is being merged: folders in it are merged without another question. */
  readonly isMerging: boolean;
}

interface Transfer {
  readonly how: How;
  readonly conflicts: Conflicts;
  readonly batch: Batch;
}

/** Puts `paths` into a directory, one after the other. */
export async function transfer(
  how: How,
  paths: readonly string[],
  into: string,
  conflicts: Conflicts,
  batch: Batch,
): Promise<void> {
  const work = { do: 'put', isMerging: false } as const;
  const todo: Work[] = paths.map((from) => ({ ...work, from, to: joinPath(into, nameOf(from)) }));
  todo.reverse();
  let known = todo.length;
  for (let done = 0; todo.length > 0; done++) {
    const each = todo.pop() as Work;
    const part = (inner: number): void => batch.progress((done + inner) / known);
    const more = await one(each, { how, conflicts, batch: { ...batch, progress: part } });
    for (let at = more.length - 1; at >= 0; at--) todo.push(more[at] as Work);
    known += more.length;
    batch.progress((done + 1) / known);
  }
}

/** Does one piece of work; gives the work that it leads to, in its order. */
async function one(work: Work, how: Transfer): Promise<readonly Work[]> {
  const { signal, tally } = how.batch;
  signal.throwIfAborted();
  try {
    return await (work.do === 'leave' ? leave(work, how) : put(work, how));
  } catch (error) {
    signal.throwIfAborted();
    if (isStop(error)) throw error;
    tally.failed(work.from, error);
    return [];
  }
}

async function put(work: Work, how: Transfer): Promise<readonly Work[]> {
  const { from, to } = work;
  const { tally } = how.batch;
  if (from === '/') throw new Error('The root stays where it is. Choose what is in it.');
  if (how.how === 'move' && from === to) {
    tally.skipped(from, 'It is already there.');
    return [];
  }
  if (`${to}/`.startsWith(`${from}/`) && from !== to)
    throw new Error('A folder cannot be put into itself. Choose another place.');
  // What is replaced would take its replacement along.
  if (from.startsWith(`${to}/`))
    throw new Error(`${showName(from)} lies in ${showName(to)}. Move it elsewhere first.`);
  if (how.how === 'move') refuseMounts(from);
  // A copy beside itself is a second one, without a question.
  if (from === to) {
    await placeAt(from, await freeName(to), how);
    return [];
  }
  return putSettled(work, how);
}

/** Puts a thing at its path. If the name is taken, the person decides what happens. */
const putSettled = (work: Work, how: Transfer): Promise<readonly Work[]> =>
  settle(
    work.to,
    async () => {
      const taken = await sidesOf(work.from, work.to);
      return taken && decide(work, taken, how);
    },
    async (path, choice) => {
      const { from } = work;
      if (choice === 'merge') return entriesOf(work, how);
      if (choice === 'skip') how.batch.tally.skipped(from, 'The name is taken; it was skipped.');
      else if (choice === 'replace')
        await replacing(path, how.batch, () => placeAt(from, path, how));
      else await placeAt(from, path, how);
      return [];
    },
  );

async function decide(
  { to, isMerging }: Work,
  { there, coming }: { there: Side; coming: Side },
  { conflicts, batch }: Transfer,
): Promise<Choice> {
  const mayMerge = areFolders(there, coming);
  if (isMerging && mayMerge) return 'merge';
  return conflicts.decide({ path: to, there, coming, mayMerge }, batch.signal);
}

/** What is at both paths, where the second is taken. */
async function sidesOf(
  from: string,
  to: string,
): Promise<{ there: Side; coming: Side } | undefined> {
  const { fs } = client().oanix;
  const there = await fs.lstat(to).catch(() => undefined);
  if (!there) return undefined;
  const coming = await fs.lstat(from);
  // One file that two binds show.
  if (coming.dev === there.dev && coming.ino === there.ino)
    throw new Error(`${showName(from)} and ${showName(to)} are the same file by two names.`);
  return { there, coming };
}

/** Moves or copies to a name that is free. */
async function placeAt(from: string, to: string, { how, batch }: Transfer): Promise<void> {
  const { signal, tally, steps, progress } = batch;
  if (how === 'move') {
    const { step, losesTimes } = await moveTo(from, to, signal, progress);
    steps.push(step);
    if (losesTimes) tally.notedOnce(to, NO_TIMES);
    tally.done++;
    return;
  }
  const { isPart } = await copyTree(from, to, { signal, tally, progress });
  steps.push(made(to));
  if (!isPart) tally.done++;
}

/** The entries of a folder, to be put into the folder that is there; then the folder itself is left. */
async function entriesOf({ from, to }: Work, { how }: Transfer): Promise<readonly Work[]> {
  const entries = await client().oanix.fs.readdir(from);
  const work: Work[] = entries.map(({ name }) => ({
    do: 'put',
    from: joinPath(from, name),
    to: joinPath(to, name),
    isMerging: true,
  }));
  if (how === 'move') work.push({ do: 'leave', from, to, isMerging: true });
  return work;
}

/** A folder that everything was moved out of goes; one in which something has stayed, stays. */
async function leave({ from, to }: Work, { batch }: Transfer): Promise<readonly Work[]> {
  const entries = await client().oanix.fs.readdir(from);
  if (entries.length === 0) batch.steps.push(await removeEmptied(from, to));
  return [];
}
