/** The reversible parts of file operations. Undoing deletes nothing: what was made goes to the trash. */
import { never } from '../../kernel/service.ts';
import { client } from '../session.ts';
import { explain, parentPath } from '../text.ts';
import { type Copied, setTime } from './copytree.ts';
import type { Tally } from './outcomes.ts';
import { isThere } from './there.ts';
import { fromTrash, giveTimes, place, toTrash } from './trash.ts';

/** One reversible part of an operation. */
export interface Step {
  /** What it is about, for the report of what could not be undone. */
  readonly path: string;
  /** Where the thing of this step is, and where undoing the step, or doing it again, would put the thing. */
  places(): StepPlaces;
  undo(signal: AbortSignal): Promise<void>;
  redo(signal: AbortSignal): Promise<void>;
}

export interface StepPlaces {
  readonly now: string;
  /** Undefined if the thing would go into the trash. */
  readonly other: string | undefined;
}

/** What the page does with tabs and unsaved text when files move or go. */
export interface Followers {
  moved(from: string, to: string): Promise<void>;
  /** Gives how to bring back the unsaved text of what is gone, for when it comes back. */
  gone(path: string): Promise<() => void>;
}

let followers: Followers = { moved: async () => undefined, gone: async () => () => undefined };

export function onFilesMoved(given: Followers): void {
  followers = given;
}

/** What an operation on many things is given: how it may be stopped, and what it tells. */
export interface Batch {
  readonly signal: AbortSignal;
  /** Told the part that is done, from 0 to 1. */
  readonly progress: (part: number) => void;
  readonly tally: Tally;
  /** What can be undone, in the order in which it was done. */
  readonly steps: Step[];
}

/** Moves something to a free name, with its tabs and its unsaved text; `losesTimes` where the place keeps none. */
export async function moveTo(
  from: string,
  to: string,
  signal: AbortSignal,
  progress?: (part: number) => void,
): Promise<{ step: Step; losesTimes: boolean }> {
  const copied = await place(from, to, signal, progress);
  await followers.moved(from, to);
  return { step: movedStep(from, to, copied), losesTimes: copied?.losesTimes ?? false };
}

/** It was moved; by `copied` where that took a copy. */
export function movedStep(from: string, to: string, copied?: Copied): Step {
  // Only a copy that has lost its times needs them again.
  let before = copied?.losesTimes ? copied : undefined;
  let places: StepPlaces = { now: to, other: from };
  return {
    path: to,
    places: () => places,
    undo: async (signal) => {
      await client().oanix.fs.mkdir(parentPath(from), { recursive: true });
      const back = await place(to, from, signal);
      if (back && before) await giveTimes(from, before);
      places = { now: from, other: to };
      await followers.moved(to, from);
    },
    redo: async (signal) => {
      const again = await place(from, to, signal);
      before = again?.losesTimes ? again : undefined;
      places = { now: to, other: from };
      await followers.moved(from, to);
    },
  };
}

/** Something new at a path: undone, it lies in the trash. */
export function made(path: string): Step {
  const { undo, redo, places } = trashedStep(path, undefined, () => undefined);
  return { path, places, undo: redo, redo: undo };
}

/** Moves something to the trash, and closes its tabs. */
export async function trash(path: string, signal: AbortSignal): Promise<Step> {
  const slot = await toTrash(path, signal);
  return trashedStep(path, slot, await followers.gone(path));
}

/** Makes a directory with those above it that are missing; undone, the topmost of them goes as a whole. */
export async function makeDirs(path: string, steps: Step[]): Promise<void> {
  let missing: string | undefined;
  for (let dir = path; dir !== '/' && !(await isThere(dir)); dir = parentPath(dir)) missing = dir;
  if (missing === undefined) return;
  await client().oanix.fs.mkdir(path, { recursive: true });
  steps.push(made(missing));
}

/**
 * Moves what is at a path to the trash and runs `put`. If `put` fails, what was there is put back, and the error of `put`
 * is thrown. If putting it back fails too, the tally gets that failure, and the step stays, so that undo tries again.
 */
export async function replacing(
  path: string,
  { signal, steps, tally }: Batch,
  put: () => Promise<void>,
): Promise<void> {
  const trashed = await trash(path, signal);
  steps.push(trashed);
  try {
    await put();
  } catch (error) {
    try {
      await trashed.undo(never);
      steps.splice(steps.indexOf(trashed), 1);
    } catch (failure) {
      tally.failed(
        path,
        new Error(
          `The old content is in the trash, since it could not be put back: ${explain(failure)}`,
        ),
      );
    }
    throw error;
  }
}

/** It lies in the trash at `slot`: undone, it is where it was, with the text that was not saved. */
function trashedStep(path: string, slot: string | undefined, bringText: () => void): Step {
  let at = slot;
  let bring = bringText;
  return {
    path,
    places: () => ({ now: at ?? path, other: at === undefined ? undefined : path }),
    undo: async (signal) => {
      await fromTrash(at as string, path, signal);
      at = undefined;
      bring();
    },
    redo: async (signal) => {
      at = await toTrash(path, signal);
      bring = await followers.gone(path);
    },
  };
}

/** Removes a directory that all was moved out of; a directory that is not empty stays. */
export async function removeEmptied(path: string, movedTo: string): Promise<Step> {
  const { fs } = client().oanix;
  const { mtime } = await fs.lstat(path);
  const remove = async (): Promise<void> => {
    await client().call('rmdir', { dir: -1, path });
    await followers.moved(path, movedTo);
  };
  await remove();
  return {
    path,
    // The directory is not in the trash: undoing makes a new one.
    places: () => ({ now: path, other: undefined }),
    undo: async () => {
      await fs.mkdir(path);
      if (mtime !== 0n) await setTime(path, mtime);
    },
    redo: remove,
  };
}
