/** What is wrong with the archive that is shown: it stands above the listing, wherever in the archive that is. */
import { TriangleAlert } from 'lucide-react';
import { useApp } from '../store.ts';
import { coveringMount } from '../viewing.ts';

export function ArchiveNote({ path }: { path: string }) {
  const note = useApp(() => noteAt(path));
  if (note === undefined) return null;
  return (
    <p className="archive-note" role="note">
      <TriangleAlert size={15} aria-hidden />
      <span>{note}</span>
    </p>
  );
}

const noteAt = (path: string): string | undefined =>
  coveringMount(path)?.members.find(({ service }) => service.kind === 'archive')?.about?.note;
