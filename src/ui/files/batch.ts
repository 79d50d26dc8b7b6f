/** Runs an operation on many things: shown with its progress and a way to stop it, undone as one, reported when it ends. */
import { showingProgress, type Undone } from '../notices.ts';
import { remember } from './history.ts';
import { isStop, Tally } from './outcomes.ts';
import { report } from './report.ts';
import type { Batch, Step } from './steps.ts';

export interface Words {
  /** While it lasts: "Copying 3 files into /home". */
  readonly doing: string;
  /** When it is done: "Copied 3 files into /home". */
  readonly done: string;
  /** What can be undone by this name: "copy 3 files into /home". */
  readonly name: string;
}

export async function runBatch(
  { doing, done, name }: Words,
  run: (batch: Batch) => Promise<void>,
): Promise<Undone | undefined> {
  const tally = new Tally();
  const steps: Step[] = [];
  let isStopped = false;
  await showingProgress(doing, async (signal, progress) => {
    try {
      await run({ signal, progress, tally, steps });
    } catch (error) {
      isStopped = isStop(error) || signal.aborted;
      // What stops the whole batch is none of its items.
      if (!isStopped) tally.failed(doing, error);
    }
  });
  const undoIt = remember(name, steps);
  const action = steps.length > 0 ? { action: { label: 'Undo', run: undoIt } } : {};
  return report({ doing, done, tally, isStopped, ...action });
}
