/** What was done to files in this visit, to be undone and done again, each by its name. */
import { Turns } from '../../kernel/turns.ts';
import { nothing, showingProgress, toast, type Undone } from '../notices.ts';
import { get, set } from '../store.ts';
import { GonePaths } from './gonepaths.ts';
import { isStop, Tally } from './outcomes.ts';
import { report } from './report.ts';
import type { Step } from './steps.ts';

export interface FileOperation {
  /** As it is shown: "rename a.txt to b.txt". */
  readonly name: string;
  readonly steps: readonly Step[];
}

const PAST_MAX = 100;

/** Keeps an operation to be undone; gives what undoes it while nothing else was done since. */
export function remember(name: string, steps: readonly Step[]): () => void {
  if (steps.length === 0) return () => undefined;
  const operation = { name, steps };
  set({ past: [...get().past, operation].slice(-PAST_MAX), future: [] });
  return () => {
    if (get().past.at(-1) === operation) void undo();
    else toast('Something else was done since: undo that first.');
  };
}

/** One at a time: the next one begins with what this one has left. */
const turns = new Turns();

export const undo = (): Promise<Undone | undefined> => turns.run('history', undoLast);
export const redo = (): Promise<Undone | undefined> => turns.run('history', redoLast);

async function undoLast(): Promise<Undone | undefined> {
  const operation = get().past.at(-1);
  if (!operation) return nothing('There is nothing to undo.');
  const { name, steps } = operation;
  const { made, left, told } = await walk([...steps].reverse(), 'undo', {
    doing: `Undoing "${name}"`,
    done: `Undone: ${name}`,
  });
  const past = get().past.flatMap((each) =>
    each === operation ? some(name, left.reverse()) : [each],
  );
  set({ past, future: [...get().future, ...some(name, made.reverse())] });
  return told;
}

async function redoLast(): Promise<Undone | undefined> {
  const operation = get().future.at(-1);
  if (!operation) return nothing('There is nothing to do again.');
  const { name, steps } = operation;
  const { made, left, told } = await walk(steps, 'redo', {
    doing: `Doing "${name}" again`,
    done: `Done again: ${name}`,
  });
  const future = get().future.flatMap((each) => (each === operation ? some(name, left) : [each]));
  set({ future, past: [...get().past, ...some(name, made)] });
  return told;
}

/**
 * Undoes or redoes each step; what cannot be done now is left for later and reported, and the rest is done. No step
 * replaces anything, so that one which fails harms none of the others.
 */
async function walk(
  steps: readonly Step[],
  way: 'undo' | 'redo',
  words: { doing: string; done: string },
): Promise<{ made: Step[]; left: Step[]; told: Undone | undefined }> {
  const tally = new Tally();
  const made: Step[] = [];
  const left: Step[] = [];
  let isStopped = false;
  await showingProgress(words.doing, async (signal, progress) => {
    for (const [at, step] of steps.entries()) {
      try {
        signal.throwIfAborted();
        await step[way](signal);
        tally.done++;
        made.push(step);
      } catch (error) {
        isStopped = isStop(error) || signal.aborted;
        if (!isStopped) tally.failed(step.path, error);
        left.push(step);
      }
      progress((at + 1) / steps.length);
    }
  });
  return { made, left, told: report({ ...words, tally, isStopped }) };
}

/** Drops the steps about the things at these paths, which were deleted for good. Every other step stays. */
export function forgetGone(paths: readonly string[]): void {
  const { past, future } = get();
  set({ past: withoutGone(past, paths), future: withoutGone(future, paths) });
}

/** Walks from the last step to the first, as undo does, since a path may have held another thing before. */
function withoutGone(
  operations: readonly FileOperation[],
  paths: readonly string[],
): FileOperation[] {
  const gone = new GonePaths(paths);
  const isLeft = (step: Step): boolean => {
    const { now, other } = step.places();
    const isGone = gone.at(now) ?? false;
    const isBackAtMark = other !== undefined && gone.at(other) !== undefined;
    if (isGone || gone.hasWithin(now) || isBackAtMark) gone.stepBack(now, other);
    return !isGone;
  };
  const left = [...operations]
    .reverse()
    .flatMap(({ name, steps }) => some(name, [...steps].reverse().filter(isLeft).reverse()));
  return left.reverse();
}

const some = (name: string, steps: readonly Step[]): FileOperation[] =>
  steps.length > 0 ? [{ name, steps }] : [];
