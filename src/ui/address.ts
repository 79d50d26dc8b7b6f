/** What the address of the page asks for: paths, a demo or a capsule; and addresses that ask for what is open. */
import { openFromLink } from './capsules.ts';
import { demoOf } from './demos/gallery.ts';
import { openDialog } from './dialogs.ts';
import { attempt, toast, type Undone } from './notices.ts';
import { open } from './panes.ts';
import { pane } from './store.ts';

const PATHS_MAX = 10;

/** Each is looked at once, then taken out of the address. */
export async function openFromAddress(): Promise<void> {
  const asked = new URLSearchParams(location.hash.slice(1));
  const [capsule, demo] = [asked.get('capsule'), asked.get('demo')];
  const paths = asked.getAll('path').slice(0, PATHS_MAX);
  if (capsule === null && demo === null && paths.length === 0) return;
  history.replaceState(undefined, '', location.pathname + location.search);
  for (const path of paths)
    if (path.startsWith('/')) await open(path, { pinned: paths.length > 1 });
  // It does nothing before a person has seen what it is.
  if (demo !== null && demoOf(demo)) openDialog({ kind: 'demos', chosen: demo });
  if (capsule !== null) await openFromLink(capsule);
}

/** An address of this page that opens the tabs of this pane, the one in front last. */
export function linkHere(): string {
  const { tabs, path } = pane();
  const others = tabs.filter((tab) => tab.pinned && tab.path !== path).map((tab) => tab.path);
  const asked = new URLSearchParams([...others, path].map((each) => ['path', each]));
  return `${location.origin}${location.pathname}${location.search}#${asked}`;
}

export function copyLink(): Promise<Undone | undefined> {
  return attempt('Not copied', async () => {
    await navigator.clipboard.writeText(linkHere());
    toast('Copied: a link to what is open here. It holds paths, not what is in them.');
  });
}
