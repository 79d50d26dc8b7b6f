/**
 * Back and Forward: keys, buttons of the mouse and the page, and those of the browser and the phone. A place that is gone
 * is skipped and named. An open dialog, menu or drawer is closed first, as on phones.
 */
import { isInDialog } from './dialogs.ts';
import { isEmbedded } from './embed.ts';
import { nothing, toast, type Undone } from './notices.ts';
import { openAgain } from './panes.ts';
import { focusShownPane } from './regions.ts';
import { client } from './session.ts';
import { get, pane, paneOf, set, setPane } from './store.ts';
import {
  moveTo,
  recordDeparture,
  restorePlace,
  shownVisit,
  visitOf,
  visitReached,
} from './tabhistory.ts';
import { showName } from './text.ts';
import type { NumberedVisit } from './visits.ts';

type Step = 1 | -1;

/** A browser that does not take the step by then will not, in ms. */
const STEP_MS = 1000;

/** The last arrival: an earlier one that still looks for its place gives way. */
let arrivals = 0;
let arriving: Promise<void> = Promise.resolve();

/** Ends when the place is shown. */
export async function go(by: Step): Promise<Undone | undefined> {
  if ((by < 0 ? get().backTo : get().forwardTo) === undefined) return nothing(noPlace(by));
  if (isEmbedded) await arrive(shownVisit() + by);
  else await travel(by);
  return undefined;
}

/** Takes the browser along, and ends when the place that it came to is shown. */
async function travel(by: number): Promise<void> {
  const ended = new AbortController();
  const last = arriving;
  const heard = new Promise<void>((done) => {
    window.addEventListener('popstate', () => done(), { signal: ended.signal });
    setTimeout(done, STEP_MS);
  });
  history.go(by);
  await heard;
  ended.abort();
  // A browser that did not go has brought no arrival; the last one may be what waits here.
  if (arriving !== last) await arriving;
}

const noPlace = (by: Step): string => `There is no ${by < 0 ? 'earlier' : 'later'} place.`;

/** A visit was reached in the history. Where its place is gone, the next one in the same direction is shown. */
async function arrive(number: number): Promise<void> {
  const mine = ++arrivals;
  const before = shownVisit();
  if (number === before || !visitOf(number)) return;
  if (closeWhatIsOpen()) return isEmbedded ? undefined : history.go(before - number);
  recordDeparture(pane());
  const by: Step = number < before ? -1 : 1;
  const { found, skipped } = await nearest(number, by);
  if (mine !== arrivals) return;
  tellSkipped(skipped, found ? '' : noPlace(by));
  // What is shown stays; a further step back leaves the page, as it does at the first place.
  if (!found) return moveTo(number);
  // The browser first: whoever steps on from what is shown steps on from there.
  if (found.number !== number && !isEmbedded) await travel(found.number - number);
  if (mine === arrivals) await show(found);
}

/** The first visit from a number on, in one direction, whose place is there; and those before it, whose places are gone. */
async function nearest(
  number: number,
  by: Step,
): Promise<{ readonly found: NumberedVisit | undefined; readonly skipped: readonly string[] }> {
  const skipped: string[] = [];
  let found = visitOf(number);
  for (; found && !(await isStillThere(found.path)); found = visitOf(found.number + by))
    skipped.push(found.path);
  return { found, skipped };
}

/** A file that is gone is still there while its text is unsaved; what cannot be read for another reason says so itself. */
async function isStillThere(path: string): Promise<boolean> {
  if (Object.hasOwn(get().drafts, path)) return true;
  const { fs } = client().oanix;
  return fs.stat(path).then(
    () => true,
    (error: { code?: string }) => error.code !== 'ENOENT' && error.code !== 'ENOTDIR',
  );
}

async function show(visit: NumberedVisit): Promise<void> {
  const { path, look, selected, marked = [] } = visit;
  const isOpen = get().panes.some(({ id }) => id === visit.pane);
  const id = isOpen ? visit.pane : get().focused;
  moveTo(visit.number);
  if (look !== undefined) set({ looks: { ...get().looks, [path]: look } });
  restorePlace(visit, id);
  if (paneOf(get(), id).path === path) set({ focused: id });
  else await openAgain(path, { pane: id });
  const { path: shown, view } = paneOf(get(), id);
  if (shown === path && view.kind === 'dir') setPane({ selected, marked }, id);
  // On a phone an editor with the focus would bring up the keyboard.
  if (!window.matchMedia('(pointer: coarse)').matches)
    focusShownPane(() => hasPaneFocus() && pane().path === path);
}

/** The focus is in a pane, or nowhere since what had it is gone. */
const hasPaneFocus = (): boolean =>
  document.activeElement === document.body || document.activeElement?.closest('.pane') != null;

function tellSkipped(skipped: readonly string[], then: string): void {
  if (skipped.length === 0) return;
  const gone = skipped.length === 1 ? 'which is gone' : 'which are gone';
  toast(`Skipped ${skipped.map(showName).join(', ')}, ${gone}. ${then}`.trim());
}

function closeWhatIsOpen(): boolean {
  // One that was just closed is still drawn.
  const dialog = isInDialog() ? [...document.querySelectorAll('dialog[open]')].at(-1) : undefined;
  const { menu, sideOpen } = get();
  if (dialog) dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
  else if (menu || sideOpen) set({ menu: undefined, sideOpen: false });
  return dialog !== undefined || menu !== undefined || sideOpen;
}

/** The fourth and fifth buttons of a mouse. */
const buttons: Readonly<Record<number, Step>> = { 3: -1, 4: 1 };

/** Hears the browser's history and the mouse until the returned stop. */
export function listenForBack(): () => void {
  const reached = (event: PopStateEvent): void => {
    const number = visitReached(event);
    // An entry without a number is an address that asks for something (address.ts).
    if (number !== undefined && get().boot === 'ready') arriving = arrive(number);
  };
  const pressed = (event: MouseEvent): void => {
    const by = buttons[event.button];
    if (by === undefined) return;
    // The browser would go as well.
    event.preventDefault();
    if (event.type === 'mouseup' && !isInDialog()) void go(by);
  };
  window.addEventListener('popstate', reached);
  for (const type of ['mousedown', 'mouseup'] as const) window.addEventListener(type, pressed);
  return () => {
    window.removeEventListener('popstate', reached);
    for (const type of ['mousedown', 'mouseup'] as const) window.removeEventListener(type, pressed);
  };
}
