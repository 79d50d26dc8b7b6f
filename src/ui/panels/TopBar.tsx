/** Where one is, and whether everything is saved. */
import {
  Check,
  CircleAlert,
  CircleQuestionMark,
  LoaderCircle,
  Lock,
  Menu as MenuIcon,
  PanelRight,
  Search,
} from 'lucide-react';
import { showKeys } from '../commands/keys.ts';
import { perform } from '../commands/table.ts';
import { Button } from '../parts/Button.tsx';
import { CommandButton } from '../parts/CommandButton.tsx';
import { Menu } from '../parts/Menu.tsx';
import { set, useApp } from '../store.ts';
import { showSize } from '../text.ts';
import { showUnsaved } from '../unsaved.ts';
import { BackForward } from './BackForward.tsx';
import { NamespaceButton } from './NamespaceButton.tsx';
import { PathBar } from './PathBar.tsx';

export function TopBar() {
  const sideOpen = useApp((s) => s.sideOpen);
  return (
    <header className="topbar">
      <span className="menu-button">
        <Button
          label={sideOpen ? 'Close files' : 'Open files'}
          icon={MenuIcon}
          iconOnly
          onClick={() => set({ sideOpen: !sideOpen })}
        />
      </span>
      <h1 className="brand">
        OANI<span>X</span>
      </h1>
      <NamespaceButton />
      <BackForward />
      <PathBar />
      <span className="spacer" />
      <button
        type="button"
        className="find"
        aria-label="Search commands, paths and mounts"
        onClick={() => perform('palette.open')}
      >
        <Search size={14} aria-hidden />
        <span className="long">Search commands, paths and mounts</span>
        <kbd className="long" aria-hidden>
          {showKeys('Mod+K')}
        </kbd>
      </button>
      <SaveState />
      <Button label="Help" icon={CircleQuestionMark} iconOnly look="plain" onClick={showHelp} />
      <CommandButton
        id="inspector.toggle"
        label="Inspector"
        icon={PanelRight}
        iconOnly
        look="plain"
      />
      {/* Shown above everything; here it belongs to a landmark. */}
      <Menu />
    </header>
  );
}

const HELP = [
  'help.tour',
  'help.demos',
  'help.docs',
  'help.keys',
  '',
  'view.copyLink',
  'settings.open',
  'storage.open',
  'help.diagnostics',
];

function showHelp(): void {
  set({ menu: { label: 'Help', x: innerWidth, y: 44, commands: HELP } });
}

const looks = {
  saved: { icon: Check, className: 'ok', text: 'Saved' },
  saving: { icon: LoaderCircle, className: '', text: 'Saving' },
  failed: { icon: CircleAlert, className: 'bad', text: 'Not saved' },
  'read-only': { icon: Lock, className: 'warn', text: 'Read-only' },
} as const;

function SaveState() {
  const store = useApp((s) => s.store);
  const drafts = useApp((s) => Object.keys(s.drafts).length);
  const atRisk = useApp((s) => s.draftsAtRisk);
  if (!store) return null;
  const { icon: Icon, className, text } = looks[store.state];
  return (
    <span className="save-state" role="status" aria-label="Storage" title={store.reason}>
      <Icon size={15} aria-hidden className={className} />
      <span>{text}</span>
      {store.unsaved > 0 && <span className="long">{showSize(store.unsaved)} to go</span>}
      {drafts > 0 && (
        <button
          type="button"
          className="button plain warn"
          aria-label={`${drafts} unsaved`}
          title={
            atRisk
              ? 'Which files are unsaved. Their text would be lost with the page.'
              : 'Which files are unsaved. Their text comes back after a reload.'
          }
          onClick={({ currentTarget }) => {
            const { left, bottom } = currentTarget.getBoundingClientRect();
            showUnsaved(left, bottom + 4);
          }}
        >
          <span className="dirty-dot" aria-hidden />
          {drafts}
          <span className="word"> unsaved</span>
        </button>
      )}
    </span>
  );
}
