/** One entry of a directory: a row of a list, or a cell of a grid with a small picture where it is one. */
import { memo, useEffect, useState } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { mediaTypeOf } from '../media.ts';
import { takesPaths } from '../parts/drag.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { showName, showSize, showTime } from '../text.ts';
import { useAddress } from '../viewers/bytes.ts';

/** Larger pictures are shown when they are opened. */
const PICTURE_MAX = 1024 * 1024;

/** Told all that it shows, so that one that stays as it was is not drawn again; events are heard by the directory. */
export const DirectoryEntry = memo(function DirectoryEntry({
  id,
  at,
  path,
  entry,
  isCell,
  isSelected,
  isMarked,
  isCut,
  hasCursor,
  left,
  top,
  width,
  height,
}: {
  id: string;
  /** Its place in the directory, from 0. */
  at: number;
  path: string;
  entry: Entry;
  isCell: boolean;
  isSelected: boolean;
  isMarked: boolean;
  isCut: boolean;
  hasCursor: boolean;
  /** In px; a row is as wide as its list. */
  left: number;
  top: number;
  width: number | undefined;
  height: number;
}) {
  const { name, kind, stat } = entry;
  const classes = [
    isCell ? 'tile' : 'row',
    isMarked && 'marked',
    isCut && 'cut',
    hasCursor && 'cursor',
  ];
  return (
    <div
      id={id}
      data-at={at}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      aria-label={showName(name)}
      title={isCell ? showName(name) : undefined}
      className={classes.filter(Boolean).join(' ')}
      style={{ width, height, transform: `translate(${left}px, ${top}px)` }}
      draggable
      {...(kind === 'dir' ? takesPaths(path) : {})}
    >
      {isCell ? <Picture path={path} entry={entry} /> : <FileIcon name={name} kind={kind} />}
      <span className="name">{showName(name)}</span>
      {!isCell && (
        <>
          <span className="quiet">{kind === 'file' && stat ? showSize(stat.size) : ''}</span>
          <span className="quiet when">{stat ? showTime(stat.mtime) : ''}</span>
        </>
      )}
    </div>
  );
});

function Picture({ path, entry: { name, kind, stat } }: { path: string; entry: Entry }) {
  const type = mediaTypeOf(name) ?? '';
  if (kind === 'file' && type.startsWith('image/') && stat && stat.size <= PICTURE_MAX)
    return <Small key={String(stat.mtime)} path={path} type={type} name={name} />;
  return <FileIcon name={name} kind={kind} />;
}

/** Whoever scrolls past it is not waited for. */
const PATIENCE_MS = 150;

function Small({ path, type, name }: { path: string; type: string; name: string }) {
  const [stays, setStays] = useState(false);
  useEffect(() => {
    const soon = setTimeout(() => setStays(true), PATIENCE_MS);
    return () => clearTimeout(soon);
  }, []);
  return stays ? (
    <Image path={path} type={type} name={name} />
  ) : (
    <FileIcon name={name} kind="file" />
  );
}

function Image({ path, type, name }: { path: string; type: string; name: string }) {
  const { url } = useAddress(path, type);
  const [fails, setFails] = useState(false);
  if (url === undefined || fails) return <FileIcon name={name} kind="file" />;
  return <img src={url} alt="" draggable={false} onError={() => setFails(true)} />;
}
