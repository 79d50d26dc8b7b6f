/** Dragging names within the page: their paths travel as a type of their own, so that nothing outside takes them for text. */
import { put } from '../files/operations.ts';
import { shellQuoted } from '../text.ts';

const TYPE = 'application/x-oanix-paths';

const isDragOfPaths = (event: { dataTransfer: DataTransfer | null }): boolean =>
  event.dataTransfer?.types.includes(TYPE) ?? false;

/** What is dragged now: another page could put paths of its own on what it lets a person drag. */
let dragged: { readonly token: string; readonly paths: readonly string[] } | undefined;

export function startDrag(transfer: DataTransfer, paths: readonly string[]): void {
  dragged = { token: crypto.randomUUID(), paths };
  transfer.setData(TYPE, dragged.token);
  // A terminal, or another page, gets them as words.
  transfer.setData('text/plain', paths.map(shellQuoted).join(' '));
  transfer.effectAllowed = 'copyMove';
}

const draggedPaths = (transfer: DataTransfer): readonly string[] =>
  dragged && transfer.getData(TYPE) === dragged.token ? dragged.paths : [];

/** What makes an element take names into a directory: moved, or copied with Ctrl. */
export const takesPaths = (into: string) => ({
  onDragOver: (event: React.DragEvent<HTMLElement>): void => {
    if (!isDragOfPaths(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = event.ctrlKey || event.altKey ? 'copy' : 'move';
    event.currentTarget.classList.add('drop-here');
  },
  onDragLeave: (event: React.DragEvent<HTMLElement>): void =>
    event.currentTarget.classList.remove('drop-here'),
  onDrop: (event: React.DragEvent<HTMLElement>): void => {
    event.currentTarget.classList.remove('drop-here');
    if (!isDragOfPaths(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const how = event.ctrlKey || event.altKey ? 'copy' : 'move';
    void put(how, draggedPaths(event.dataTransfer), into);
  },
});
