/** What was done to files in this visit, to be undone and done again, each by its name. */
import { attempt, nothing, toast, type Undone } from '../notices.ts';
import { get, set } from '../store.ts';

/** One reversible part of an operation. */
export interface Step {
  undo(signal: AbortSignal): Promise<void>;
  redo(signal: AbortSignal): Promise<void>;
}

export interface FileOperation {
  /** As it is shown: "rename a.txt to b.txt". */
  readonly name: string;
  readonly steps: readonly Step[];
}

const PAST_MAX = 100;
const never = new AbortController().signal;

export function remember(name: string, steps: readonly Step[], tell = false): void {
  if (steps.length === 0) return;
  const operation = { name, steps };
  set({ past: [...get().past, operation].slice(-PAST_MAX), future: [] });
  if (tell)
    toast(capitalised(name), {
      action: { label: 'Undo', run: () => void undoIf(operation) },
    });
}

/** Of a toast: only while it is what was done last. */
async function undoIf(operation: FileOperation): Promise<void> {
  if (get().past.at(-1) === operation) await undo();
  else toast('Something else was done since: undo that first.');
}

/** One at a time: the next one begins with what this one has left. */
let busy: Promise<unknown> = Promise.resolve();
function queued(run: () => Promise<Undone | undefined>): Promise<Undone | undefined> {
  const next = busy.then(run);
  busy = next;
  return next;
}

export const undo = (): Promise<Undone | undefined> => queued(undoLast);
export const redo = (): Promise<Undone | undefined> => queued(redoLast);

/** What cannot be undone now stays what would be undone: the rest of it may be possible later. */
async function undoLast(): Promise<Undone | undefined> {
  const operation = get().past.at(-1);
  if (!operation) return nothing('There is nothing to undo.');
  const { name } = operation;
  const left = [...operation.steps];
  const undone: Step[] = [];
  const failed = await attempt(`Not undone: ${name}`, async () => {
    for (let step = left.at(-1); step; step = left.at(-1)) {
      await step.undo(never);
      left.pop();
      undone.unshift(step);
    }
  });
  const past = get().past.flatMap((each) => (each === operation ? some(name, left) : [each]));
  set({ past, future: [...get().future, ...some(name, undone)] });
  if (!failed) toast(`Undone: ${name}`);
  return failed;
}

async function redoLast(): Promise<Undone | undefined> {
  const operation = get().future.at(-1);
  if (!operation) return nothing('There is nothing to do again.');
  const { name } = operation;
  const left = [...operation.steps];
  const redone: Step[] = [];
  const failed = await attempt(`Not done again: ${name}`, async () => {
    for (let step = left[0]; step; step = left[0]) {
      await step.redo(never);
      left.shift();
      redone.push(step);
    }
  });
  const future = get().future.flatMap((each) => (each === operation ? some(name, left) : [each]));
  set({ future, past: [...get().past, ...some(name, redone)] });
  if (!failed) toast(`Done again: ${name}`);
  return failed;
}

const some = (name: string, steps: readonly Step[]): FileOperation[] =>
  steps.length > 0 ? [{ name, steps }] : [];

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
