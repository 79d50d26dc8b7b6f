/** Paths with the reasons why they are left out. Of a very long list the beginning is shown. */
import type { LeftOut } from '../../boot/capsules.ts';
import { showName } from '../text.ts';

const SHOWN_MAX = 500;

export function LeftOutList({ items }: { items: readonly LeftOut[] }) {
  if (items.length === 0) return null;
  const more = items.length - SHOWN_MAX;
  return (
    <div className="report" role="region" aria-label="Left out" tabIndex={0}>
      <ul>
        {items.slice(0, SHOWN_MAX).map(({ path, reason }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a path may stand in it twice
          <li key={at}>
            <span className="name">{showName(path)}</span>
            <span className="quiet">{showName(reason)}</span>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">And {more} more.</p>}
    </div>
  );
}
