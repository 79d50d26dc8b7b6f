/** The page: boots, then shows the namespace. Keys and drops that belong to the whole page are heard here. */
import { lazy, Suspense, useEffect, useState } from 'react';
import { openFromAddress } from './address.ts';
import { listenForBack } from './backforward.ts';
import { listen } from './commands/listen.ts';
import { offerTour } from './demos/playing.ts';
import { isInDialog } from './dialogs.ts';
import { isEmbedded } from './embed.ts';
import { droppedAddress, isOwnDrag, takeAddress } from './fetching.ts';
import { rootsOf } from './files/incoming.ts';
import { dropTarget } from './files/operations.ts';
import './files/leftovers.ts';
import { listenForPaste } from './files/pasting.ts';
import { receiveRoots } from './files/upload.ts';
import { askFolder, droppedFolder } from './folders.ts';
import { attempt } from './notices.ts';
import { Boot } from './panels/Boot.tsx';
import { Centre } from './panels/Centre.tsx';
import { DemoStrip } from './panels/DemoStrip.tsx';
import { EmbedBar } from './panels/EmbedBar.tsx';
import { FileTree } from './panels/FileTree.tsx';
import { Guard } from './panels/Guard.tsx';
import { Inspector } from './panels/Inspector.tsx';
import { Mounts } from './panels/Mounts.tsx';
import { Banners, Toasts } from './panels/Notices.tsx';
import { Runs } from './panels/Runs.tsx';
import { StatusBar } from './panels/StatusBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { Splitter } from './parts/Splitter.tsx';
import { useApp } from './store.ts';
import { showName } from './text.ts';

export function App() {
  const boot = useApp((s) => s.boot);
  const sideOpen = useApp((s) => s.sideOpen);
  const inspectorOpen = useApp((s) => s.inspectorOpen);
  useEffect(listen, []);
  useEffect(listenForBack, []);
  useEffect(listenForPaste, []);
  useEffect(() => {
    if (boot !== 'ready') return;
    const go = (): void => void openFromAddress();
    offerTour();
    go();
    window.addEventListener('hashchange', go);
    return () => window.removeEventListener('hashchange', go);
  }, [boot]);
  if (boot !== 'ready') return <Boot />;
  return (
    <div
      className={['app', inspectorOpen && 'inspecting', isEmbedded && 'embedded']
        .filter(Boolean)
        .join(' ')}
    >
      {isEmbedded ? <EmbedBar /> : <TopBar />}
      <nav className={sideOpen ? 'side open' : 'side'} aria-label="Namespace">
        <Guard what="The list of mounts">
          <Mounts />
        </Guard>
        <Guard what="The tree">
          <FileTree />
        </Guard>
        <Splitter part="side" label="Width of the mounts and the tree" />
      </nav>
      <div className="main">
        <div
          style={{
            display: 'grid',
            gridTemplateRows: 'auto minmax(0, 1fr)',
            minHeight: 0,
            minWidth: 0,
          }}
        >
          <div>
            <Banners />
            <DemoStrip />
          </div>
          <Centre />
        </div>
        <Guard what="The programs">
          <Runs />
        </Guard>
      </div>
      {inspectorOpen && (
        <Guard what="The inspector">
          <Inspector />
        </Guard>
      )}
      {!isEmbedded && <StatusBar />}
      <DropZone />
      <LateDialogs />
      <Toasts />
    </div>
  );
}

/** After the first paint: opened at once when it is asked for. */
const loadDialogs = () => import('./panels/Dialogs.tsx');
const Dialogs = lazy(async () => ({ default: (await loadDialogs()).Dialogs }));

function LateDialogs() {
  const isOpen = useApp((s) => s.dialogs.open.length > 0);
  useEffect(() => {
    const soon = setTimeout(() => void loadDialogs().catch(() => undefined), 300);
    return () => clearTimeout(soon);
  }, []);
  if (!isOpen) return null;
  return (
    <Guard what="This dialog">
      <Suspense>
        <Dialogs />
      </Suspense>
    </Guard>
  );
}

/** Asked of a drop before it ends; a folder alone may be shown live in place of being copied. */
async function take(dropped: DataTransfer): Promise<void> {
  const roots = rootsOf(dropped);
  const folder = await droppedFolder(dropped);
  if (folder && (await askFolder(folder)) !== 'copy') return;
  await receiveRoots(roots);
}

/** The whole page takes files; what is dropped goes where one is. */
function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    /** Files of the desktop, or an address; not what is dragged within the page. */
    const hasFiles = ({ dataTransfer }: DragEvent): boolean =>
      dataTransfer !== null &&
      (dataTransfer.types.includes('Files') ||
        (dataTransfer.types.includes('text/uri-list') && !isOwnDrag(dataTransfer)));
    const drag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      const { dataTransfer } = event;
      setOver(false);
      if (!dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      // A dialog waits for its answer first.
      if (isInDialog()) return;
      const address = dataTransfer.types.includes('Files') ? '' : droppedAddress(dataTransfer);
      void attempt('Not copied', () => (address ? takeAddress(address) : take(dataTransfer)));
    };
    const handlers = { dragenter: drag, dragover: drag, dragleave: leave, drop } as const;
    for (const [type, handler] of Object.entries(handlers))
      window.addEventListener(type, handler as EventListener);
    return () => {
      for (const [type, handler] of Object.entries(handlers))
        window.removeEventListener(type, handler as EventListener);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop" aria-hidden>
      <span>Drop into {showName(dropTarget())}</span>
    </div>
  );
}
