/** Dragging names within the page: their paths travel as a type of their own, so that nothing outside takes them for text. */
import { put } from '../files/operations.ts';

const TYPE = 'application/x-oanix-paths';

export const isDragOfPaths = (event: { dataTransfer: DataTransfer | null }): boolean =>
  event.dataTransfer?.types.includes(TYPE) ?? false;

export function startDrag(transfer: DataTransfer, paths: readonly string[]): void {
  transfer.setData(TYPE, JSON.stringify(paths));
  // A terminal, or another page, gets them as words.
  transfer.setData('text/plain', paths.map(quoted).join(' '));
  transfer.effectAllowed = 'copyMove';
}

const quoted = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

export function draggedPaths(transfer: DataTransfer): readonly string[] {
  const paths: unknown = JSON.parse(transfer.getData(TYPE) || '[]');
  return Array.isArray(paths) ? paths.map(String) : [];
}

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
