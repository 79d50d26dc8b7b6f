/** One entry of a directory: a row of a list, or a cell of a grid with a small picture where it is one. */
import type { CSSProperties } from 'react';
import type { Entry } from '../../kernel/service.ts';
import { mediaTypeOf } from '../media.ts';
import { open } from '../panes.ts';
import { takesPaths } from '../parts/drag.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { showName, showSize, showTime } from '../text.ts';
import { useAddress } from '../viewers/bytes.ts';

/** Larger pictures are shown when they are opened. */
const PICTURE_MAX = 1024 * 1024;

interface Handlers {
  readonly onDragStart: (event: React.DragEvent) => void;
  readonly onMouseDown: (event: React.MouseEvent) => void;
  readonly onClick: (event: React.MouseEvent) => void;
  readonly onContextMenu: (event: React.MouseEvent) => void;
}

export function DirectoryEntry({
  id,
  path,
  entry,
  isCell,
  isSelected,
  isMarked,
  isCut,
  hasCursor,
  style,
  ...handlers
}: Handlers & {
  id: string;
  path: string;
  entry: Entry;
  isCell: boolean;
  isSelected: boolean;
  isMarked: boolean;
  isCut: boolean;
  hasCursor: boolean;
  style: CSSProperties;
}) {
  const { name, kind, stat } = entry;
  const classes = [
    isCell ? 'cell' : 'row',
    isMarked && 'marked',
    isCut && 'cut',
    hasCursor && 'cursor',
  ];
  return (
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      aria-label={showName(name)}
      title={isCell ? showName(name) : undefined}
      className={classes.filter(Boolean).join(' ')}
      style={style}
      draggable
      {...(kind === 'dir' ? takesPaths(path) : {})}
      {...handlers}
      onDoubleClick={() => void open(path)}
      onKeyDown={() => undefined}
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
}

function Picture({ path, entry: { name, kind, stat } }: { path: string; entry: Entry }) {
  const type = mediaTypeOf(name) ?? '';
  if (kind === 'file' && type.startsWith('image/') && stat && stat.size <= PICTURE_MAX)
    return <Small path={path} type={type} />;
  return <FileIcon name={name} kind={kind} />;
}

function Small({ path, type }: { path: string; type: string }) {
  const { url } = useAddress(path, type);
  return url === undefined ? null : <img src={url} alt="" draggable={false} />;
}
