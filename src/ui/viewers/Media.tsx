/** Images, sound and films of the namespace; a film has the captions that lie beside it (WebVTT). */
import { useState } from 'react';
import { mediaTypeOf } from '../media.ts';
import type { View } from '../store.ts';
import { nameOf, showName } from '../text.ts';
import { useAddress, versionOf } from './bytes.ts';
import { mediaOf, type Shown } from './table.ts';

/** Another version of the file is looked at anew. */
export const Show = ({ path, view }: Shown) => (
  <Media key={versionOf(view)} path={path} type={typeOf(path, view)} />
);

/** A picture of text (SVG) is known by its name alone. */
const typeOf = (path: string, view: View): string =>
  (view.kind === 'bytes' ? mediaOf(path, view) : mediaTypeOf(path)) ?? 'application/octet-stream';

function Media({ path, type }: { path: string; type: string }) {
  const { url, error } = useAddress(path, type);
  const captions = useAddress(path.replace(/\.[^./]+$/, '.vtt'), 'text/vtt').url;
  const [broken, setBroken] = useState(false);
  const [size, setSize] = useState('');
  const name = showName(nameOf(path));
  if (error !== undefined || broken)
    return (
      <div className="empty" role="alert">
        {error ?? 'This browser cannot show it: it is damaged, or of a kind that it does not know.'}
      </div>
    );
  if (url === undefined) return <div className="empty">Loading…</div>;
  const fail = (): void => setBroken(true);
  return (
    <div className="media">
      {type.startsWith('image/') && (
        <img
          src={url}
          alt={name}
          onError={fail}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setSize(`${naturalWidth} × ${naturalHeight}`)
          }
        />
      )}
      {type.startsWith('audio/') && (
        <audio src={url} controls aria-label={name} onError={fail}>
          <track kind="captions" src={captions} />
        </audio>
      )}
      {type.startsWith('video/') && (
        <video src={url} controls aria-label={name} onError={fail}>
          <track kind="captions" src={captions} default={captions !== undefined} />
        </video>
      )}
      {size && <p className="quiet">{size}</p>}
    </div>
  );
}
