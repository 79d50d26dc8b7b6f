/**
 * Pasting by the browser's own event, since only that has the files of the system's clipboard. Files go into the
 * directory where one is; without any the page's own clipboard of files is pasted.
 */
import { isInDialog } from '../dialogs.ts';
import { attempt } from '../notices.ts';
import { get } from '../store.ts';
import { type Root, rootsOf } from './incoming.ts';
import { receiveRoots } from './upload.ts';

/** So long after the key, in ms, the browser's event is waited for. */
const EVENT_MS = 150;
let due: { run(): void; timer: ReturnType<typeof setTimeout> } | undefined;

/** The key for pasting was pressed on a list of files. `paste` runs unless the clipboard has files. */
export function awaitPaste(paste: () => void): void {
  clearTimeout(due?.timer);
  const run = (): void => {
    due = undefined;
    paste();
  };
  due = { run, timer: setTimeout(run, EVENT_MS) };
}

/** Hears until the returned stop. */
export function listenForPaste(): () => void {
  const hear = (event: ClipboardEvent): void => {
    const { clipboardData } = event;
    if (event.defaultPrevented || !clipboardData || isInDialog() || !isOnFiles()) return;
    const roots = rootsOf(clipboardData);
    clearTimeout(due?.timer);
    const { clipboard } = get();
    // The page writes what it copies to the system's clipboard too: files that are there now were copied later. Where it
    // may not write there, the order is not known, and the page's own clipboard counts.
    const isFromSystem = roots.length > 0 && (!clipboard || clipboard.isShared);
    if (!isFromSystem) {
      due?.run();
      return;
    }
    due = undefined;
    event.preventDefault();
    void attempt('Not pasted', () => receiveRoots(roots.map(named)));
  };
  window.addEventListener('paste', hear);
  return () => window.removeEventListener('paste', hear);
}

const isOnFiles = (): boolean =>
  document.activeElement?.closest('[data-region="files"]') !== null &&
  document.activeElement?.closest('input, textarea, select, [contenteditable="true"]') === null;

/** Browsers call every picture without a file `image.png`: it gets the time as its name. */
function named(root: Root): Root {
  const ending = root instanceof File && /^image(\.\w+)$/.exec(root.name)?.[1];
  if (!ending) return root;
  const now = new Date();
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map(two).join('-');
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join('.');
  return new File([root], `Pasted ${day} ${time}${ending}`, {
    type: root.type,
    lastModified: root.lastModified,
  });
}
