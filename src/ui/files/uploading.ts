/**
 * The way of files from outside into a directory: each file and folder has its own outcome, each folder is made once, and
 * a name that is taken, at the start or since, is asked about.
 */
import { client } from '../session.ts';
import { joinPath, nameOf, parentPath, showName } from '../text.ts';
import type { Conflicts, Side } from './conflicts.ts';
import { NO_TIMES, PIECE, setTime, takeName, writeNew, writePart } from './copytree.ts';
import type { IncomingTree } from './incoming.ts';
import { settle } from './settling.ts';
import { type Batch, made, makeDirs, replacing } from './steps.ts';
import { sideAt } from './there.ts';

const NS_PER_MS = 1_000_000n;

interface Upload {
  readonly conflicts: Conflicts;
  readonly batch: Batch;
  /** Where each folder that comes is put: absent where it was skipped or could not be made, which was told. */
  readonly places: Map<string, { readonly path: string; readonly isNew: boolean }>;
  /** What this upload has made: a second thing of that name is kept beside it, without a question. */
  readonly own: Set<string>;
}

/** A file or folder on its way. */
interface Item {
  /** Its path as it came. */
  readonly name: string;
  /** Where it would be put. */
  readonly to: string;
  /** Whether its folder is new, so that its name is most likely free. */
  readonly inNew: boolean;
  readonly side: Side;
}

export async function uploadTree(
  { files, dirs, unread = [] }: IncomingTree,
  into: string,
  conflicts: Conflicts,
  batch: Batch,
): Promise<void> {
  const { signal, tally, progress } = batch;
  await makeDirs(into, batch.steps);
  for (const each of unread) tally.outcomes.push(each);
  const places: Upload['places'] = new Map([['', { path: into, isNew: false }]]);
  const upload = { conflicts, batch, places, own: new Set<string>() };
  const total = dirs.length + files.reduce((sum, { file }) => sum + file.size + 1, 0);
  let done = 0;
  const moved = (bytes: number): void => {
    done += bytes;
    progress(Math.min(1, done / total));
  };
  for (const dir of dirs) {
    await tally.attempt(dir, signal, () => takeDir(dir, upload));
    moved(1);
  }
  for (const { path, file } of files) {
    await tally.attempt(path, signal, () => takeFile(path, file, upload, moved));
    moved(1);
  }
}

/** Where something belongs; undefined where its folder is not there. */
function itemFor(name: string, side: Side, { places }: Upload): Item | undefined {
  const dir = places.get(parentPath(`/${name}`).slice(1));
  return dir && { name, side, to: joinPath(dir.path, nameOf(`/${name}`)), inNew: dir.isNew };
}

/** A folder is made; where one is there already, what comes is put into that. */
async function takeDir(name: string, upload: Upload): Promise<void> {
  const item = itemFor(name, { kind: 'dir', size: 0, mtime: 0n }, upload);
  if (!item) return;
  const { places, batch } = upload;
  const { to, inNew } = item;
  const isMerged = places.has(name) || (!inNew && (await sideAt(to))?.kind === 'dir');
  if (isMerged) {
    if (!places.has(name)) places.set(name, { path: to, isNew: false });
    return;
  }
  await putSettled(item, upload, async (path, isReplaced) => {
    const make = (): Promise<void> => client().oanix.fs.mkdir(path);
    await (isReplaced ? replacing(path, batch, make) : make());
    places.set(name, { path, isNew: true });
  });
}

async function takeFile(
  name: string,
  file: File,
  upload: Upload,
  moved: (bytes: number) => void,
): Promise<void> {
  const mtime = BigInt(file.lastModified) * NS_PER_MS;
  const item = itemFor(name, { kind: 'file', size: file.size, mtime }, upload);
  if (!item) return;
  const { signal, tally } = upload.batch;
  await putSettled(item, upload, async (path, isReplaced) => {
    const piece = piecesOf(file);
    if (isReplaced) {
      // All of it is here before what is there goes.
      const part = await writePart(path, [], piece, signal, moved);
      await replacing(path, upload.batch, () => takeName(part, path)).catch(async (error) => {
        await client()
          .oanix.fs.remove(part)
          .catch(() => undefined);
        throw error;
      });
    } else await writeNew(path, piece, signal, moved);
    if (!(await setTime(path, mtime))) tally.notedOnce(path, NO_TIMES);
    tally.done++;
  });
}

/** Finds the name that an item gets, and puts the item there. */
const putSettled = (
  { name, to, inNew, side }: Item,
  { conflicts, batch, own }: Upload,
  putAt: (path: string, isReplaced: boolean) => Promise<void>,
): Promise<void> =>
  settle(
    to,
    async (tries) => {
      if (own.has(to)) return 'both';
      const there = inNew && tries === 1 ? undefined : await sideAt(to);
      if (!there) return undefined;
      return conflicts.decide({ path: to, there, coming: side, mayMerge: false }, batch.signal);
    },
    async (path, choice) => {
      if (choice === 'skip') return batch.tally.skipped(name, 'The name is taken; it was skipped.');
      await putAt(path, choice === 'replace');
      own.add(path);
      if (choice === 'both' && own.has(to))
        batch.tally.noted(name, `Two of this name came: this one is ${showName(nameOf(path))}.`);
      // What is in a new folder is undone with the folder.
      if (!inNew) batch.steps.push(made(path));
    },
  );

/** Reads a file piece by piece; an empty piece is its end. */
function piecesOf(file: File): () => Promise<Uint8Array> {
  let at = 0;
  return async () => {
    const piece = await file
      .slice(at, at + PIECE)
      .arrayBuffer()
      .catch(() => {
        throw new Error(
          'It could not be read: it was moved, removed or changed since it was chosen.',
        );
      });
    at += piece.byteLength;
    return new Uint8Array(piece);
  };
}
