/** How a batch has ended, told to a person: one toast, with the report of every item that needs a word behind it. */
import { openDialog } from '../dialogs.ts';
import { declined, toast, Undone } from '../notices.ts';
import type { Toast } from '../store.ts';
import { showName } from '../text.ts';
import type { Outcome, Tally } from './outcomes.ts';

export interface Ended {
  /** What was done, as a sentence begins: "Copied 3 files into /home". */
  readonly done: string;
  /** What was being done: "Copying 3 files into /home". */
  readonly doing: string;
  readonly tally: Tally;
  readonly isStopped: boolean;
  /** Offered beside: to undo it. */
  readonly action?: Toast['action'];
}

/** Tells it; what was not done is the reason for a program that asked for it. */
export function report({ done, doing, tally, isStopped, action }: Ended): Undone | undefined {
  const { outcomes, failures } = tally;
  const bad = failures.length > 0;
  const [first] = bad ? failures : outcomes;
  const what = isStopped
    ? `${doing} was stopped; what was done so far stays.`
    : bad
      ? `${doing}: ${countOf(tally)}.`
      : `${done}${first ? '.' : ''}`;
  const text = first ? `${what} ${showName(first.what)}: ${first.why}` : what;
  const details = first && { label: 'Show all', run: () => showReport(what, outcomes) };
  toast(text, {
    bad,
    ...(outcomes.length > 1 && details ? { details } : {}),
    ...(action ? { action } : {}),
  });
  if (bad) return new Undone(reasonOf(what, tally));
  if (isStopped) return declined();
  const isNothing = tally.done === 0 && outcomes.some(({ how }) => how === 'skipped');
  return isNothing ? declined(text) : undefined;
}

/** "3 done, 1 skipped, 2 failed". */
function countOf({ done, outcomes, failures }: Tally): string {
  const skipped = outcomes.filter(({ how }) => how === 'skipped').length;
  return [
    `${done} done`,
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    `${failures.length} failed`,
  ].join(', ');
}

function reasonOf(what: string, { failures, firstError }: Tally): Error {
  const named = failures.map(({ what: name, why }) => `${name}: ${why}`);
  const { code } = (firstError ?? {}) as { code?: string };
  return Object.assign(new Error([what, ...named].join('\n')), code ? { code } : {});
}

export function showReport(title: string, outcomes: readonly Outcome[]): void {
  openDialog({ kind: 'report', title, outcomes });
}
