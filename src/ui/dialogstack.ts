/**
 * Which dialogs are open and which wait, as values. A dialog that a person works in is never covered or closed by
 * another one: what opens later waits its turn. Only over a form whose action runs do others open at once, since that
 * action may be what asks.
 */

export interface Opened<D> {
  readonly id: number;
  readonly dialog: D;
  /** The action of this form runs: the person waits for it. */
  readonly isBusy: boolean;
}

export interface DialogStack<D> {
  /** From the bottom to the top; the person sees the last one. */
  readonly open: readonly Opened<D>[];
  /** In the order in which they open. */
  readonly waiting: readonly Opened<D>[];
}

export const noDialogs: DialogStack<never> = { open: [], waiting: [] };

export const opened = <D>(stack: DialogStack<D>, id: number, dialog: D): DialogStack<D> =>
  advanced({ ...stack, waiting: [...stack.waiting, { id, dialog, isBusy: false }] });

/** Closes one dialog, wherever it is; one that waits never opens then. */
export function closed<D>({ open, waiting }: DialogStack<D>, id: number): DialogStack<D> {
  const isOther = (each: Opened<D>): boolean => each.id !== id;
  return advanced({ open: open.filter(isOther), waiting: waiting.filter(isOther) });
}

/** The action of a form begins or ends. */
export function busied<D>(stack: DialogStack<D>, id: number, isBusy: boolean): DialogStack<D> {
  const open = stack.open.map((each) => (each.id === id ? { ...each, isBusy } : each));
  return advanced({ ...stack, open });
}

export const holds = <D>({ open, waiting }: DialogStack<D>, id: number): boolean =>
  [...open, ...waiting].some((each) => each.id === id);

/** Opens the dialog that has waited longest, if nothing that a person works in is open. */
function advanced<D>({ open, waiting }: DialogStack<D>): DialogStack<D> {
  const [next, ...others] = waiting;
  const top = open.at(-1);
  if (!next || (top && !top.isBusy)) return { open, waiting };
  return { open: [...open, next], waiting: others };
}
