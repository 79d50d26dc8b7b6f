/** Images, sound and films of the namespace. */
import { useState } from 'react';
import { nameOf, showName } from '../text.ts';
import { useAddress, versionOf } from './bytes.ts';
import { extensionOf, mediaTypes, type Shown } from './table.ts';

export function Show({ path, view }: Shown) {
  const type = mediaTypes[extensionOf(path)] ?? 'application/octet-stream';
  const { url, error } = useAddress(path, versionOf(view), type);
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
      {/* biome-ignore lint/a11y/useMediaCaption: files of a person have none */}
      {type.startsWith('audio/') && <audio src={url} controls aria-label={name} onError={fail} />}
      {/* biome-ignore lint/a11y/useMediaCaption: files of a person have none */}
      {type.startsWith('video/') && <video src={url} controls aria-label={name} onError={fail} />}
      {size && <p className="quiet">{size}</p>}
    </div>
  );
}
