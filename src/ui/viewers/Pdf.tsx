/**
 * A PDF in the browser's own viewer, which runs apart from the page. A document may run scripts there that ask
 * things, so it is shown when a person wants it, and never again by itself after a reload.
 */
import { useState } from 'react';
import { Button } from '../parts/Button.tsx';
import { CommandButton } from '../parts/CommandButton.tsx';
import { nameOf, showName, showSize } from '../text.ts';
import { useAddress, versionOf } from './bytes.ts';
import type { Shown } from './table.ts';

/** Another version of the file is looked at anew. */
export const Show = ({ path, view }: Shown) => {
  const size = view.kind === 'bytes' ? view.size : undefined;
  return <Pdf key={versionOf(view)} path={path} size={size} />;
};

function Pdf({ path, size }: { path: string; size: number | undefined }) {
  const [isWanted, setWanted] = useState(false);
  if (isWanted) return <Document path={path} />;
  return (
    <div className="empty">
      <p>
        This is a PDF document{size !== undefined && ` of ${showSize(size)}`}.{' '}
        {navigator.pdfViewerEnabled
          ? 'The viewer of this browser shows it, apart from this page and its files.'
          : 'This browser has no viewer for PDF, or it is turned off. Download the file to open it.'}
      </p>
      {navigator.pdfViewerEnabled ? (
        <Button label="Show the document" look="primary" onClick={() => setWanted(true)} />
      ) : (
        <CommandButton id="file.download" label="Download the document" look="primary" />
      )}
    </div>
  );
}

function Document({ path }: { path: string }) {
  const { url, error } = useAddress(path, 'application/pdf');
  if (error !== undefined)
    return (
      <div className="empty" role="alert">
        {error}
      </div>
    );
  if (url === undefined) return <div className="empty">Loading…</div>;
  return <iframe className="pdf" src={url} title={`Document ${showName(nameOf(path))}`} />;
}
