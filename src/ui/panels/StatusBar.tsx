/** The line at the bottom: what this page stands on. */
import {
  Activity,
  FlaskConical,
  GitCompare,
  Globe,
  History,
  Moon,
  Package,
  Settings,
  ShieldCheck,
  SquareTerminal,
  Sun,
} from 'lucide-react';
import { openDialog } from '../dialogs.ts';
import { keepFiles } from '../mountactions.ts';
import { openNetwork } from '../networkactions.ts';
import { open } from '../panes.ts';
import { pathOfReview } from '../review.ts';
import { openTerminal } from '../runs.ts';
import { change } from '../settings.ts';
import { get, set, useApp } from '../store.ts';
import { TIMELINE } from '../timeline.ts';
import { workPaths } from '../work.ts';
import { Rung } from './Rung.tsx';
import { TextStatus } from './TextStatus.tsx';

/** Programs whose changes wait to be decided. */
function Waiting() {
  const waiting = useApp((s) => s.waiting);
  const [pid] = Object.keys(waiting);
  if (pid === undefined) return null;
  const count = Object.keys(waiting).length;
  const words = count === 1 ? '1 review' : `${count} reviews`;
  return (
    <button
      type="button"
      className="button plain warn"
      aria-label={`${words} waiting`}
      title="What programs changed waits for you to keep or discard it"
      onClick={() => void open(pathOfReview(Number(pid)))}
    >
      <GitCompare size={13} aria-hidden /> {words}
    </button>
  );
}

export function StatusBar() {
  const running = useApp(
    (s) => s.runs.filter(({ status, kind }) => !status && kind === 'run').length,
  );
  const theme = useApp((s) => s.theme);
  const isOnline = useApp((s) => s.isOnline);
  const asked = useApp((s) => s.asked);
  const mounts = useApp((s) => s.mounts.length);
  const Icon = theme === 'light' ? Moon : Sun;
  return (
    <footer className="statusbar">
      <Rung />
      {!isOnline && (
        <span className="warn" title="Files, programs and editing work; requests wait or fail.">
          Offline
        </span>
      )}
      <span className="long">{mounts} mounts</span>
      <button
        type="button"
        className="button plain"
        aria-label={running === 0 ? 'Processes' : `Processes, ${running} running`}
        onClick={() => set({ processesShown: !get().processesShown, dockClosed: false })}
      >
        <Activity size={13} aria-hidden />
        <span>
          <span className="long">{running === 0 ? 'Processes' : 'Processes, '}</span>
          {running > 0 && `${running} running`}
        </span>
      </button>
      <button
        type="button"
        className="button plain"
        aria-label="New terminal"
        title="New terminal (Alt+T)"
        onClick={() => void openTerminal()}
      >
        <SquareTerminal size={13} aria-hidden /> <span className="long">Terminal</span>
      </button>
      <button
        type="button"
        className="button plain"
        aria-label="Programs to install"
        onClick={() => openDialog({ kind: 'catalogue' })}
      >
        <Package size={13} aria-hidden /> <span className="long">Install</span>
      </button>
      <button
        type="button"
        className="button plain"
        aria-label="Snapshots"
        title="Snapshots of /home"
        onClick={() => void open(TIMELINE)}
      >
        <History size={13} aria-hidden /> <span className="long">Snapshots</span>
      </button>
      <button
        type="button"
        className="button plain"
        aria-label="Work"
        title="Graded tasks, environments and jobs"
        onClick={() => void open(workPaths.tasks)}
      >
        <FlaskConical size={13} aria-hidden /> <span className="long">Work</span>
      </button>
      <button
        type="button"
        className={asked > 0 ? 'button plain warn' : 'button plain'}
        aria-label={asked > 0 ? `Network, ${asked} questions` : 'Network'}
        title="What of the network is granted, and what it did"
        onClick={() => void openNetwork()}
      >
        <Globe size={13} aria-hidden />{' '}
        {asked > 0 ? <span>{asked}?</span> : <span className="long">Network</span>}
      </button>
      <Waiting />
      <span className="spacer" />
      <TextStatus />
      <button
        type="button"
        className="button plain"
        aria-label="Keep my files"
        title="Asks the browser never to remove them when it runs out of room"
        onClick={() => void keepFiles()}
      >
        <ShieldCheck size={13} aria-hidden /> <span className="long">Keep my files</span>
      </button>
      <button
        type="button"
        className="button plain"
        aria-label="Settings"
        onClick={() => openDialog({ kind: 'settings' })}
      >
        <Settings size={13} aria-hidden /> <span className="long">Settings</span>
      </button>
      <button
        type="button"
        className="button plain theme"
        aria-label={theme === 'light' ? 'Night' : 'Light'}
        onClick={() => change({ theme: theme === 'light' ? 'night' : 'light' })}
      >
        <Icon size={13} aria-hidden />{' '}
        <span className="long">{theme === 'light' ? 'Night' : 'Light'}</span>
      </button>
    </footer>
  );
}
