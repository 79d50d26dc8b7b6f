/**
 * Archives unpacked beside themselves. A name that is taken is asked about, an extraction that is stopped leaves nothing,
 * and everything that could not be extracted is reported.
 */
import { askConflict } from '../dialogs.ts';
import type { Undone } from '../notices.ts';
import { client } from '../session.ts';
import { get, type MountRow } from '../store.ts';
import { explain, freePlace, joinPath, nameOf, parentPath, showName } from '../text.ts';
import { isReadOnly } from '../viewing.ts';
import { runBatch } from './batch.ts';
import { Conflicts } from './conflicts.ts';
import { copyTree } from './copytree.ts';
import { dropTarget } from './operations.ts';
import { type Batch, made, replacing } from './steps.ts';
import { freeName, sideAt } from './there.ts';

const ENDING = /(\.tar)?\.[^.]+$/i;

/**
 * Unpacks each archive into a folder that is named after it, and a file that was packed alone, such as `notes.txt.gz`, into
 * that file. `encoding` is that of names that tell none.
 */
export function extractHere(
  paths: readonly string[],
  encoding?: string,
): Promise<Undone | undefined> {
  const [first = ''] = paths;
  const what = paths.length === 1 ? showName(nameOf(first)) : `${paths.length} archives`;
  const conflicts = new Conflicts(askConflict);
  return runBatch(
    { doing: `Extracting ${what}`, done: `Extracted ${what}`, name: `extract ${what}` },
    async (batch) => {
      for (const path of paths)
        await batch.tally.attempt(path, batch.signal, () =>
          extract({ path, ...(encoding !== undefined && { encoding }) }, conflicts, batch),
        );
    },
  );
}

/** The options of the archive's mount. */
interface Source {
  readonly path: string;
  readonly encoding?: string;
}

async function extract(source: Source, conflicts: Conflicts, batch: Batch): Promise<void> {
  const { oanix } = client();
  const { path } = source;
  const at = freePlace(`extracting ${nameOf(path)}`, get().mounts);
  await oanix.mount({ kind: 'archive', options: { ...source } }, at, { ro: true, temporary: true });
  try {
    const to = joinPath(placeFor(path), nameOf(path).replace(ENDING, '') || nameOf(path));
    const from = await extractedFrom(at, nameOf(to));
    const there = await sideAt(to);
    const coming = await client().oanix.fs.lstat(from);
    const choice = there
      ? await conflicts.decide({ path: to, there, coming, mayMerge: false }, batch.signal)
      : undefined;
    if (choice === 'skip') batch.tally.skipped(path, 'The name is taken; it was skipped.');
    else if (choice === 'replace') await replacing(to, batch, () => copyOut(from, to, batch));
    else await copyOut(from, choice === 'both' ? await freeName(to) : to, batch);
  } finally {
    // A failure here must not hide an earlier one.
    await oanix.unmount(at).catch((failure: unknown) => {
      batch.tally.noted(path, `It is still mounted at ${showName(at)}. ${explain(failure)}`);
    });
  }
}

/** The root of an archive; or its only file, where that has the name of what is made. */
async function extractedFrom(at: string, name: string): Promise<string> {
  const [only, ...others] = await client().oanix.fs.readdir(at);
  const isAlone = only?.name === name && only.kind === 'file' && others.length === 0;
  return isAlone ? joinPath(at, name) : at;
}

async function copyOut(at: string, to: string, batch: Batch): Promise<void> {
  const { fs } = client().oanix;
  const { isPart } = await copyTree(at, to, batch);
  batch.steps.push(made(to));
  if (!isPart) batch.tally.done++;
  const report = await reportAt(at);
  if (report === undefined) return;
  const problems = await fs.readFile(joinPath(at, report), 'utf8');
  await fs.remove(joinPath(to, report));
  for (const line of problems.split('\n'))
    if (line.startsWith('  ')) batch.tally.skipped(to, line.trim());
}

/** The file that the service of archives adds to the root of what is mounted there, with what it does not show. */
async function reportAt(at: string): Promise<string | undefined> {
  const { mounts } = await client().call('mounts', {});
  const members = (mounts as readonly MountRow[]).find((mount) => mount.at === at)?.members;
  return members?.find(({ about }) => about?.report !== undefined)?.about?.report;
}

/** Beside a file, or where dropped things go when nothing can be written there. */
export function placeFor(path: string): string {
  const dir = parentPath(path);
  return isReadOnly(`${dir}/`) ? dropTarget() : dir;
}
