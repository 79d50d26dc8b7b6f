/** Parts of one panel, of which one is shown. */
import type { ReactNode } from 'react';
import { intoView } from './intoview.ts';

export interface TabOf<Name> {
  readonly tab: Name;
  readonly words: ReactNode;
}

export function Tabs<Name extends string>({
  label,
  tabs,
  shown,
  onShow,
}: {
  label: string;
  tabs: readonly TabOf<Name>[];
  shown: Name;
  onShow: (tab: Name) => void;
}) {
  return (
    <nav className="work-tabs" aria-label={label}>
      {tabs.map(({ tab, words }) => (
        <button
          key={tab}
          type="button"
          className="tab"
          aria-current={tab === shown ? 'page' : undefined}
          ref={tab === shown ? intoView : undefined}
          onClick={() => onShow(tab)}
        >
          {words}
        </button>
      ))}
    </nav>
  );
}
