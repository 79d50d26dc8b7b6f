/** Parts of copies that a page left behind which was closed in the middle of them: named, and offered for removal. */
import { toast } from '../notices.ts';
import { open } from '../panes.ts';
import { forget, recall, remember } from '../remembered.ts';
import { onReady } from '../session.ts';
import { get } from '../store.ts';
import { parentPath, showName } from '../text.ts';
import { remove } from './operations.ts';
import { isThere } from './there.ts';
import { clearUnfinished, onUnfinished, type Unfinished } from './unfinished.ts';

const KEPT = 'unfinished';

onUnfinished((parts) => (parts.length > 0 ? remember(KEPT, parts) : forget(KEPT)));
onReady(() => void offerLeftovers());

async function offerLeftovers(): Promise<void> {
  // Another tab is at work on them.
  if (get().store?.state === 'read-only') return;
  const left = keptParts();
  clearUnfinished();
  forget(KEPT);
  for (const { path, what } of left) if (await isThere(path)) offer(path, what);
}

function offer(path: string, what: string): void {
  toast(`The page was left during ${showName(what)}: ${showName(path)} has only a part of it.`, {
    bad: true,
    details: {
      label: 'Show',
      run: () => {
        void open(parentPath(path));
      },
    },
    action: {
      label: 'Delete the part',
      run: () => {
        void remove([path]);
      },
    },
  });
}

function keptParts(): readonly Unfinished[] {
  const kept = recall(KEPT);
  return Array.isArray(kept) ? kept.filter(isPart) : [];
}

const isPart = (part: unknown): part is Unfinished =>
  typeof part === 'object' &&
  part !== null &&
  typeof (part as Unfinished).path === 'string' &&
  (part as Unfinished).path.startsWith('/') &&
  typeof (part as Unfinished).what === 'string';
