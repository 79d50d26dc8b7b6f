/** Above an embedded page: where one is, what it stands on, and the way to the page itself. */
import { ExternalLink, Menu as MenuIcon } from 'lucide-react';
import { addressOutside } from '../embed.ts';
import { Button } from '../parts/Button.tsx';
import { Menu } from '../parts/Menu.tsx';
import { paneOf, set, useApp } from '../store.ts';
import { BackForward } from './BackForward.tsx';
import { PathBar } from './PathBar.tsx';
import { Rung } from './Rung.tsx';

export function EmbedBar() {
  const sideOpen = useApp((s) => s.sideOpen);
  const path = useApp((s) => paneOf(s).path);
  return (
    <header className="topbar">
      <Button
        label={sideOpen ? 'Close files' : 'Open files'}
        icon={MenuIcon}
        iconOnly
        look="plain"
        onClick={() => set({ sideOpen: !sideOpen })}
      />
      <h1 className="brand">
        OANI<span>X</span>
      </h1>
      <BackForward />
      <PathBar />
      <span className="spacer" />
      <Rung />
      <span className="quiet long" title="It is gone with the page around this one.">
        Nothing is kept here
      </span>
      <a
        className="button"
        href={addressOutside(path)}
        target="_blank"
        rel="noopener"
        aria-label="Open in a tab of its own"
        title="Open in a tab of its own"
      >
        <ExternalLink size={15} aria-hidden /> <span className="label">Open in a tab</span>
      </a>
      {/* Shown above everything; here it belongs to a landmark. */}
      <Menu />
    </header>
  );
}
