/** The page: boots, then shows the namespace. Keys and drops that belong to the whole page are heard here. */
import { useEffect, useState } from 'react';
import { attempt, dropTarget, newFile, save } from './actions.ts';
import { openFromAddress } from './capsules.ts';
import { askFolder, droppedFolder } from './folders.ts';
import { Boot } from './panels/Boot.tsx';
import { Centre } from './panels/Centre.tsx';
import { Dialogs } from './panels/Dialogs.tsx';
import { FileTree } from './panels/FileTree.tsx';
import { Mounts } from './panels/Mounts.tsx';
import { Banners, Toasts } from './panels/Notices.tsx';
import { Runs } from './panels/Runs.tsx';
import { StatusBar } from './panels/StatusBar.tsx';
import { TopBar } from './panels/TopBar.tsx';
import { openTerminal } from './runs.ts';
import { get, useApp } from './store.ts';
import { showName } from './text.ts';
import { receive, rootsOf, treeOf } from './upload.ts';

export function App() {
  const boot = useApp((s) => s.boot);
  const sideOpen = useApp((s) => s.sideOpen);
  usePageKeys();
  useEffect(() => {
    if (boot === 'ready') void openFromAddress();
  }, [boot]);
  if (boot !== 'ready') return <Boot />;
  return (
    <div className="app">
      <TopBar />
      <nav className={sideOpen ? 'side open' : 'side'} aria-label="Namespace">
        <Mounts />
        <FileTree />
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
          </div>
          <Centre />
        </div>
        <Runs />
      </div>
      <StatusBar />
      <DropZone />
      <Dialogs />
      <Toasts />
    </div>
  );
}

/** Shortcuts by key with Ctrl or ⌘; those that browsers keep for themselves are left alone. */
const shortcuts: Record<string, () => void> = {
  s: () => void save(),
  p: () => {
    const bar = document.getElementById('path-bar') as HTMLInputElement | null;
    bar?.focus();
    bar?.select();
  },
};

/** The regions of the page, and what takes the focus in each. */
const regions = [
  { region: '.side', targets: ['[role="treeitem"][tabindex="0"]', 'button'] },
  { region: '.view', targets: ['.listing, .cm-content, .hex', 'button:enabled'] },
  { region: '.runs', targets: ['[role="tab"][aria-selected="true"]'] },
  { region: '.topbar', targets: ['#path-bar'] },
] as const;

function usePageKeys(): void {
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (get().boot !== 'ready' || get().dialog) return;
      const act = event.ctrlKey || event.metaKey ? shortcuts[event.key.toLowerCase()] : undefined;
      if (act && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        act();
      } else if (event.key === 'F6') {
        event.preventDefault();
        nextRegion(event.shiftKey ? -1 : 1);
      } else if (event.code === 'KeyN' && event.altKey) {
        event.preventDefault();
        newFile();
      } else if (event.code === 'KeyT' && event.altKey) {
        event.preventDefault();
        void openTerminal();
      }
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
}

/** F6 moves between the tree, the view, the programs and the path, as desktops do. */
function nextRegion(by: number): void {
  const at = regions.findIndex(({ region }) =>
    document.querySelector(region)?.contains(document.activeElement),
  );
  for (let step = 1; step <= regions.length; step++) {
    const next = regions[(at + by * step + regions.length * 2) % regions.length];
    const found = next?.targets.map((target) =>
      document.querySelector<HTMLElement>(`${next.region} ${target}`),
    );
    const target = found?.find((element) => element?.checkVisibility({ visibilityProperty: true }));
    if (!target) continue;
    target.focus();
    return;
  }
}

/** Asked of a drop before it ends; a folder alone may be shown live in place of being copied. */
async function take(dropped: DataTransfer): Promise<void> {
  const roots = rootsOf(dropped);
  const folder = await droppedFolder(dropped);
  if (folder && (await askFolder(folder)) !== 'copy') return;
  await receive(await treeOf(roots));
}

/** The whole page takes files; what is dropped goes where one is. */
function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean =>
      event.dataTransfer?.types.includes('Files') ?? false;
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
      if (get().dialog) return;
      void attempt('Not copied', () => take(dataTransfer));
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
