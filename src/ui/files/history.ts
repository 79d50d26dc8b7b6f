/** What was done to files in this visit, to be undone and done again, each by its name. */
import { attempt, toast } from '../notices.ts';
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

export async function undo(): Promise<void> {
  const operation = get().past.at(-1);
  if (!operation) return void toast('There is nothing to undo.');
  set({ past: get().past.slice(0, -1) });
  const done = await attempt(`Not undone: ${operation.name}`, async () => {
    for (const step of [...operation.steps].reverse()) await step.undo(never);
  });
  if (!done) return;
  set({ future: [...get().future, operation] });
  toast(`Undone: ${operation.name}`);
}

export async function redo(): Promise<void> {
  const operation = get().future.at(-1);
  if (!operation) return void toast('There is nothing to do again.');
  set({ future: get().future.slice(0, -1) });
  const done = await attempt(`Not done again: ${operation.name}`, async () => {
    for (const step of operation.steps) await step.redo(never);
  });
  if (!done) return;
  set({ past: [...get().past, operation] });
  toast(`Done again: ${operation.name}`);
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
