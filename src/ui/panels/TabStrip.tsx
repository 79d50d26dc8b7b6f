/** The tabs of a pane: what is open in it, what is unsaved; to show, to close, to move. */
import { Columns2, SquareTerminal, X } from 'lucide-react';
import { moveTab, open, pinTab, split } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { FileIcon } from '../parts/FileIcon.tsx';
import { intoView } from '../parts/intoview.ts';
import { processAt } from '../processes.ts';
import { type Pane, type Tab, useApp } from '../store.ts';
import { showName } from '../text.ts';
import { titleAt } from '../titles.ts';
import { closePaneSafely, closeTabSafely } from '../unsaved.ts';
import { isDirectory } from '../viewing.ts';

const TYPE = 'application/x-oanix-tab';

interface Dragged {
  readonly pane: number;
  readonly path: string;
}

export function TabStrip({ pane: { id, tabs, path }, label }: { pane: Pane; label: string }) {
  const many = useApp((s) => s.panes.length > 1);
  const take = (event: React.DragEvent, before?: string): void => {
    const text = event.dataTransfer.getData(TYPE);
    if (!text) return;
    event.preventDefault();
    event.stopPropagation();
    const dragged = JSON.parse(text) as Dragged;
    void moveTab(dragged.path, dragged.pane, id, before);
  };
  const takesTabs = {
    onDragOver: (event: React.DragEvent): void => {
      if (event.dataTransfer.types.includes(TYPE)) event.preventDefault();
    },
    onDrop: (event: React.DragEvent): void => take(event),
  };
  return (
    <div className="tab-strip" {...takesTabs}>
      <nav aria-label={label}>
        <ul>
          {tabs.map((tab) => (
            <OneTab
              key={tab.path}
              tab={tab}
              pane={id}
              isFront={tab.path === path}
              onTake={(event) => take(event, tab.path)}
            />
          ))}
        </ul>
      </nav>
      <span className="tab-actions">
        <Button label="Split" icon={Columns2} iconOnly look="plain" onClick={() => void split()} />
        {many && (
          <Button
            label="Close this pane"
            icon={X}
            iconOnly
            look="plain"
            onClick={() => void closePaneSafely(id)}
          />
        )}
      </span>
    </div>
  );
}

function OneTab({
  tab: { path, pinned },
  pane,
  isFront,
  onTake,
}: {
  tab: Tab;
  pane: number;
  isFront: boolean;
  onTake: (event: React.DragEvent) => void;
}) {
  const dirty = useApp((s) => Object.hasOwn(s.drafts, path));
  const name = titleAt(path);
  const byPointer = {
    draggable: true,
    onDragStart: (event: React.DragEvent): void => {
      const dragged: Dragged = { pane, path };
      event.dataTransfer.setData(TYPE, JSON.stringify(dragged));
    },
    onDrop: onTake,
    // As in browsers, the middle button closes.
    onAuxClick: (event: React.MouseEvent): void => {
      if (event.button === 1) void closeTabSafely(path, pane);
    },
  };
  return (
    <li className={isFront ? 'front' : undefined} {...byPointer}>
      <button
        type="button"
        className={pinned ? 'open' : 'open passing'}
        aria-current={isFront ? 'page' : undefined}
        title={showName(path)}
        ref={isFront ? intoView : undefined}
        onClick={() => void open(path, { pane })}
        onDoubleClick={() => pinTab(path, pane)}
      >
        {processAt(path) === undefined ? (
          <FileIcon name={name} kind={isDirectory(path) ? 'dir' : 'file'} />
        ) : (
          <SquareTerminal size={15} aria-hidden />
        )}
        <span>{name}</span>
        {dirty && <span className="dirty-dot" title="Unsaved" />}
      </button>
      <button
        type="button"
        className="close"
        aria-label={`Close ${name}`}
        title={`Close ${name}`}
        onClick={() => void closeTabSafely(path, pane)}
      >
        <X size={13} aria-hidden />
      </button>
    </li>
  );
}
