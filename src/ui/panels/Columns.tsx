/** A directory in columns: what is above it, what is in it, and what the chosen entry holds. */
import { useEffect, useState } from 'react';
import { beginningOf } from '../editor/encodings.ts';
import { mediaTypeOf } from '../media.ts';
import { open } from '../panes.ts';
import { FileIcon } from '../parts/FileIcon.tsx';
import { client, loadListing, whileListed } from '../session.ts';
import { get, type Pane, useApp } from '../store.ts';
import { joinPath, nameOf, parentPath, showName, showSize, showTime } from '../text.ts';
import { useAddress } from '../viewers/bytes.ts';
import { Directory } from './Directory.tsx';

/** So many names of a directory above, and bytes of a file, are shown. */
const NAMES_MAX = 500;
const BYTES_MAX = 4096;

export function Columns({ pane }: { pane: Pane }) {
  const { path, selected } = pane;
  return (
    <div className="columns">
      <Above path={path} />
      <Directory key={path} pane={pane} look="columns" />
      <div className="column-preview">
        {selected !== undefined && <Preview key={selected} path={selected} />}
      </div>
    </div>
  );
}

function Above({ path }: { path: string }) {
  const above = parentPath(path);
  const entries = useApp((s) => s.listings[above]);
  useEffect(() => {
    if (path !== '/' && !get().listings[above]) void loadListing(above);
  }, [path, above]);
  if (path === '/') return <ul className="column-above" aria-label="Nothing is above" />;
  return (
    <ul className="column-above" aria-label={`Contents of ${showName(above)}`}>
      {entries?.slice(0, NAMES_MAX).map(({ name, kind }) => (
        <li key={name}>
          <button
            type="button"
            aria-current={joinPath(above, name) === path}
            onClick={() => void open(joinPath(above, name))}
          >
            <FileIcon name={name} kind={kind} />
            <span>{showName(name)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface Found {
  readonly facts: string;
  readonly text?: string | undefined;
  readonly names?: readonly string[];
  readonly isImage?: boolean;
}

function Preview({ path }: { path: string }) {
  const [found, setFound] = useState<Found>();
  useEffect(
    () =>
      whileListed(parentPath(path), () => {
        look(path).then(setFound, () => setFound(undefined));
      }),
    [path],
  );
  if (!found) return null;
  return (
    <>
      <p className="mono">{showName(nameOf(path))}</p>
      <p className="quiet">{found.facts}</p>
      {found.isImage && <Picture path={path} />}
      {found.names && <pre>{found.names.map(showName).join('\n')}</pre>}
      {found.text !== undefined && <pre>{found.text}</pre>}
    </>
  );
}

function Picture({ path }: { path: string }) {
  const { url } = useAddress(path, mediaTypeOf(path) ?? '');
  return url === undefined ? null : <img src={url} alt={showName(nameOf(path))} />;
}

async function look(path: string): Promise<Found> {
  const { fs } = client().oanix;
  const { kind, size, mtime } = await fs.stat(path);
  if (kind === 'dir') {
    const names = (await fs.readdir(path)).map(({ name }) => name);
    return { facts: `${names.length} entries`, names: names.slice(0, 100) };
  }
  const facts = [showSize(size), showTime(mtime)].filter(Boolean).join(', ');
  const type = mediaTypeOf(path);
  if (type?.startsWith('image/')) return { facts, isImage: true };
  // Control files and streams are not read for a look.
  if (size === 0) return { facts };
  const file = await fs.open(path);
  try {
    return { facts, text: beginningOf(await file.readAt(0, BYTES_MAX)) };
  } finally {
    await file.close();
  }
}
