/** A directory as a list, a grid or columns, as the person likes to see them. */
import { paneOf, useApp } from '../store.ts';
import { Columns } from './Columns.tsx';
import { Directory } from './Directory.tsx';

export function DirectoryView({ id }: { id: number }) {
  const pane = useApp((s) => paneOf(s, id));
  const look = useApp((s) => s.directories);
  return look === 'columns' ? <Columns pane={pane} /> : <Directory pane={pane} look={look} />;
}
