/** The tree of the namespace: only what is expanded is read, only what shows is drawn. */

import {
  hotkeysCoreFeature,
  type ItemInstance,
  syncDataLoaderFeature,
  type TreeInstance,
} from '@headless-tree/core';
import { useTree } from '@headless-tree/react';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Kind } from '../../kernel/service.ts';
import { isInDialog } from '../dialogs.ts';
import { placeOf } from '../listings.ts';
import { namespaceOf, rootOf } from '../namespaces.ts';
import { open } from '../panes.ts';
import { startDrag, takesPaths } from '../parts/drag.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { showFileMenu } from '../parts/filemenu.ts';
import { loadListing } from '../session.ts';
import { get, paneOf, set, useApp } from '../store.ts';
import { joinPath, nameOf, parentPath, showName, showSize } from '../text.ts';

interface Item {
  readonly path: string;
  readonly name: string;
  readonly kind: Kind;
  readonly size: number;
}

const ROW = 25;

function itemAt(path: string): Item {
  const entries = get().listings[parentPath(path)] ?? [];
  const entry = entries[placeOf(entries, nameOf(path))];
  return {
    path,
    name: path === '/' ? '/' : nameOf(path),
    kind: path === '/' ? 'dir' : (entry?.kind ?? 'file'),
    size: entry?.stat?.size ?? 0,
  };
}

/** A tree of its own for each namespace: what is expanded and where the cursor is belong to it. */
export function FileTree() {
  const root = useApp((s) => rootOf(namespaceOf(s)));
  return <Tree key={root} root={root} />;
}

function Tree({ root }: { root: string }) {
  'use no memo';
  const listings = useApp((s) => s.listings);
  const path = useApp((s) => paneOf(s).path);
  const scroller = useRef<HTMLDivElement>(null);
  const tree = useTree<Item>({
    rootItemId: root,
    initialState: { expandedItems: [root] },
    getItemName: (item) => item.getItemData().name,
    isItemFolder: (item) => item.getItemData().kind === 'dir',
    dataLoader: {
      getItem: itemAt,
      getChildren: (dir) => get().listings[dir]?.map(({ name }) => joinPath(dir, name)) ?? [],
    },
    onPrimaryAction: (item) => void open(item.getId()),
    scrollToItem: (item) => virtual.scrollToIndex(item.getItemMeta().index),
    features: [syncDataLoaderFeature, hotkeysCoreFeature],
  });
  const items = tree.getItems();
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    // The row with the focus is drawn wherever it is: without it the focus would be nowhere.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      if (items.length === 0) return shown;
      const { index } = tree.getFocusedItem().getItemMeta();
      // What had it may be gone since.
      if (index < 0 || index >= items.length || shown.includes(index)) return shown;
      return [...shown, index].sort((a, b) => a - b);
    },
  });
  const { expandedItems } = tree.getState();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the loader reads the listings from the store
  useEffect(() => {
    tree.rebuildTree();
    refocus(tree);
  }, [listings, tree]);
  useEffect(() => {
    for (const dir of expandedItems) if (!get().listings[dir]) void loadListing(dir);
  });

  return (
    <>
      <h2 className="section-title" id="files-title">
        Files
      </h2>
      <div className="tree" ref={scroller} data-region="files" {...passing}>
        <div
          {...tree.getContainerProps('Files')}
          style={{ height: virtual.getTotalSize(), position: 'relative' }}
        >
          {virtual.getVirtualItems().map(({ index, start }) => {
            const item = items[index];
            return (
              item && (
                <Row key={item.getId()} item={item} start={start} current={item.getId() === path} />
              )
            );
          })}
        </div>
      </div>
    </>
  );
}

/** The row that the focus came to from outside. */
let cameTo: string | undefined;

/** Who only passes through the tree has chosen nothing in it. */
const passing = {
  onFocus: (event: React.FocusEvent<HTMLElement>): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) cameTo = get().treeCursor;
  },
  onBlur: (event: React.FocusEvent<HTMLElement>): void => {
    const { treeCursor, menu } = get();
    // The row itself may have gone, or something is asked about it.
    if (!event.relatedTarget || event.currentTarget.contains(event.relatedTarget)) return;
    if (!menu && !isInDialog() && treeCursor === cameTo) set({ treeCursor: undefined });
  },
};

/** Where the row with the focus is gone, what it was in has it: without one Tab would pass the tree by. */
function refocus(tree: TreeInstance<Item>): void {
  const { focusedItem } = tree.getState();
  if (!focusedItem) return;
  const there = new Set(tree.getItems().map((item) => item.getId()));
  if (there.has(focusedItem)) return;
  let above = parentPath(focusedItem);
  while (above !== '/' && !there.has(above)) above = parentPath(above);
  const next = there.has(above) ? above : tree.getItems()[0]?.getId();
  if (next === undefined) return;
  tree.getItemInstance(next).setFocused();
  if (get().treeCursor !== undefined && document.activeElement === document.body)
    tree.updateDomFocus();
}

function Row({
  item,
  start,
  current,
}: {
  item: ItemInstance<Item>;
  start: number;
  current: boolean;
}) {
  'use no memo';
  const { path, name, kind, size } = item.getItemData();
  const dirty = useApp((s) => Object.hasOwn(s.drafts, path));
  const about = kind === 'file' && size > 0 ? showSize(size) : undefined;
  const label = about === undefined ? showName(name) : `${showName(name)} ${about}`;
  const Chevron = item.isExpanded() ? ChevronDown : ChevronRight;
  const toggle = (): void => {
    if (!item.isExpanded()) item.expand();
    else if (current) item.collapse();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role, treeitem, comes with the properties of the tree
    <div
      {...item.getProps()}
      className="tree-row"
      {...{ 'aria-label': label, 'aria-current': current }}
      style={{
        transform: `translateY(${start}px)`,
        paddingLeft: 10 + item.getItemMeta().level * 14,
      }}
      onClick={() => {
        item.setFocused();
        if (kind === 'dir') toggle();
        void open(path);
      }}
      onFocus={() => set({ treeCursor: path })}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
        if (event.key === 'Enter') void open(path);
        if (event.key === 'Backspace') void open(parentPath(path));
      }}
      draggable
      onDragStart={(event) => startDrag(event.dataTransfer, [path])}
      {...takesPaths(kind === 'dir' ? path : parentPath(path))}
      onContextMenu={(event) => {
        event.preventDefault();
        item.setFocused();
        set({ treeCursor: path });
        showFileMenu(event.clientX, event.clientY, true);
      }}
    >
      {kind === 'dir' ? <Chevron size={14} aria-hidden /> : <span style={{ width: 14 }} />}
      <FileIcon name={name} kind={kind} open={item.isExpanded()} />
      <span className="name">{showName(name)}</span>
      {dirty && <span className="dirty-dot" title="Unsaved" />}
      {about !== undefined && <span className="size">{about}</span>}
    </div>
  );
}
