/** What a person is told in passing: toasts, and what went wrong with an action. */
import { get, set, type Toast } from './store.ts';
import { explain } from './text.ts';

let lastId = 0;
export const nextId = (): number => ++lastId;

const PLAIN_MS = 4000;
/** What takes longer is worth a word while it lasts. */
const LONG_MS = 250;
/** Long enough to reach for what is offered. */
const OFFER_MS = 10_000;

export function toast(text: string, extra: Partial<Toast> = {}): number {
  const id = nextId();
  set({ toasts: [...get().toasts, { id, text, bad: false, ...extra }] });
  if (!extra.bad && extra.progress === undefined)
    setTimeout(() => dismiss(id), extra.action || extra.details ? OFFER_MS : PLAIN_MS);
  return id;
}

export function updateToast(id: number, change: Partial<Toast>): void {
  set({ toasts: get().toasts.map((each) => (each.id === id ? { ...each, ...change } : each)) });
}

export function dismiss(id: number): void {
  set({ toasts: get().toasts.filter((each) => each.id !== id) });
}

/** What was not done, after the person was told: a program that asked for it is told the reason too. */
export class Undone {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** There is nothing that it could be done to: the person is told, a program gets ENOENT. */
export function nothing(words: string): Undone {
  toast(words);
  return new Undone(Object.assign(new Error(words), { code: 'ENOENT' }));
}

/** A person was asked, and does not want it. */
export const declined = (words = 'the person said no'): Undone =>
  new Undone(Object.assign(new Error(words), { code: 'ECANCELED' }));

/** Runs an action; what goes wrong is said. An action within it that was not done makes it not done. */
export async function attempt(
  what: string,
  run: () => Promise<unknown>,
): Promise<Undone | undefined> {
  try {
    const result = await run();
    return result instanceof Undone ? result : undefined;
  } catch (error) {
    toast(`${what}: ${explain(error)}`, { bad: true });
    return new Undone(error);
  }
}

/** Long work, shown with its progress and a way to stop it. `stopped` says what a stop leaves. */
export async function withProgress(
  what: string,
  run: (signal: AbortSignal, progress: (part: number) => void) => Promise<void>,
  stopped = 'what was done so far stays',
): Promise<Undone | undefined> {
  let isStopped = (): boolean => false;
  try {
    await showingProgress(what, (signal, progress) => {
      isStopped = () => signal.aborted;
      return run(signal, progress);
    });
    return undefined;
  } catch (error) {
    if (isStopped()) {
      toast(`${what} was stopped; ${stopped}.`);
      return declined();
    }
    toast(`${what} was not finished: ${explain(error)}`, { bad: true });
    return new Undone(error);
  }
}

/** The same for work that tells by itself how it has ended. */
export async function showingProgress<T>(
  what: string,
  run: (signal: AbortSignal, progress: (part: number) => void) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let part = 0;
  let id: number | undefined;
  const due = setTimeout(() => {
    id = toast(what, { progress: part, cancel: () => abort.abort() });
  }, LONG_MS);
  try {
    return await run(abort.signal, (progress) => {
      // A person sees no smaller steps than hundredths.
      const isSeen = Math.floor(progress * 100) !== Math.floor(part * 100);
      part = progress;
      if (isSeen && id !== undefined) updateToast(id, { progress });
    });
  } finally {
    clearTimeout(due);
    if (id !== undefined) dismiss(id);
  }
}
