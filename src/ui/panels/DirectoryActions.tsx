/** What can be done in a directory that is listed: how it is shown, and what is made in it, or taken out of the trash. */
import {
  ArchiveRestore,
  Columns3,
  FilePlus,
  FolderPlus,
  FolderUp,
  LayoutGrid,
  List,
  ListX,
  PackageCheck,
  Upload,
} from 'lucide-react';
import { TRASHED } from '../files/trash.ts';
import { CommandButton } from '../parts/CommandButton.tsx';
import { set, useApp } from '../store.ts';
import { isReadOnly } from '../viewing.ts';

/** `target` is the entry that is chosen. */
export function DirectoryActions({ path, target }: { path: string; target: string | undefined }) {
  return (
    <>
      <DirectoryLooks />
      <CommandButton id="file.export" label="Export" icon={PackageCheck} />
      {path === TRASHED ? <OfTrash hasTarget={target !== undefined} /> : <OfFolder path={path} />}
    </>
  );
}

function OfFolder({ path }: { path: string }) {
  if (isReadOnly(`${path}/`)) return null;
  return (
    <>
      <CommandButton id="file.new" label="New file" icon={FilePlus} />
      <CommandButton id="file.newFolder" label="New folder" icon={FolderPlus} />
      <CommandButton id="file.upload" label="Upload files" icon={Upload} />
      <CommandButton id="file.uploadFolder" label="Upload folder" icon={FolderUp} />
    </>
  );
}

function OfTrash({ hasTarget }: { hasTarget: boolean }) {
  return (
    <>
      {hasTarget && <CommandButton id="trash.restore" label="Put back" icon={ArchiveRestore} />}
      <CommandButton id="trash.empty" label="Empty the trash…" icon={ListX} look="danger" />
    </>
  );
}

const directoryLooks = [
  { look: 'list', label: 'List', icon: List },
  { look: 'grid', label: 'Grid', icon: LayoutGrid },
  { look: 'columns', label: 'Columns', icon: Columns3 },
] as const;

/** How directories are shown, all of them. */
function DirectoryLooks() {
  const now = useApp((s) => s.directories);
  return (
    <fieldset className="looks">
      <legend className="sr-only">Show directories as</legend>
      {directoryLooks.map(({ look, label, icon: Icon }) => (
        <button
          key={look}
          type="button"
          className="button icon"
          aria-label={label}
          title={label}
          aria-pressed={look === now}
          onClick={() => set({ directories: look })}
        >
          <Icon size={15} aria-hidden />
        </button>
      ))}
    </fieldset>
  );
}
