/** The programs that were run: their output as it comes, how they ended, and what they changed. */
import {
  Activity,
  AppWindow,
  ChevronDown,
  ChevronUp,
  CircleStop,
  SquareTerminal,
  X,
} from 'lucide-react';
import type { ExitStatus } from '../../kernel/process.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { CommandButton } from '../parts/CommandButton.tsx';
import { intoView } from '../parts/intoview.ts';
import { Splitter } from '../parts/Splitter.tsx';
import { pathOfProcess } from '../processes.ts';
import { closeRun, openTerminal, stop } from '../runs.ts';
import { type RunRow, set, useApp } from '../store.ts';
import { showName } from '../text.ts';
import { Processes } from './Processes.tsx';
import { RunFacts, tone } from './RunFacts.tsx';
import { Screen } from './Screen.tsx';

export function Runs() {
  const runs = useApp((s) => s.runs);
  const activeId = useApp((s) => s.activeRun);
  const processes = useApp((s) => s.processesShown);
  const active = processes ? undefined : runs.find(({ id }) => id === activeId);
  const closed = useApp((s) => s.dockClosed);
  const inTab = useApp((s) => s.panes.some(({ path }) => path === pathOfProcess(active?.pid ?? 0)));
  if (!active && !processes) return null;
  return (
    <section className={closed ? 'runs closed' : 'runs'} aria-label="Programs">
      {!closed && <Splitter part="dock" label="Height of the programs" />}
      <div className="tabs">
        <div
          role="tablist"
          aria-label="Programs"
          style={{ display: 'flex' }}
          tabIndex={-1}
          onKeyDown={walkTabs}
        >
          {runs.map((run) => (
            <Tab key={run.id} run={run} active={run === active} />
          ))}
          {processes && (
            <button type="button" role="tab" className="tab" aria-selected tabIndex={0}>
              <Activity size={13} aria-hidden /> Processes
            </button>
          )}
        </div>
        <Button
          label="New terminal"
          icon={SquareTerminal}
          iconOnly
          look="plain"
          onClick={() => void openTerminal()}
        />
        {active && (
          <CommandButton
            id="program.tab"
            label="Show it in a tab"
            icon={AppWindow}
            iconOnly
            look="plain"
          />
        )}
        <Button
          label={closed ? 'Show the programs' : 'Put the programs away'}
          icon={closed ? ChevronUp : ChevronDown}
          iconOnly
          look="plain"
          onClick={() => set({ dockClosed: !closed })}
        />
        <div className="actions">{active ? <Actions run={active} /> : <CloseProcesses />}</div>
      </div>
      {closed ? null : active ? (
        <div
          className={active.kind === 'shell' && !active.status ? 'run whole' : 'run'}
          role="tabpanel"
          aria-label={`${showName(active.name)}, process ${active.pid}`}
        >
          {inTab ? (
            <div className="empty">
              <p>Its screen is in a tab.</p>
              <Button label="Show the tab" onClick={() => void open(pathOfProcess(active.pid))} />
            </div>
          ) : (
            <Screen key={active.id} run={active} />
          )}
          {(active.kind === 'run' || active.status) && <RunFacts run={active} />}
        </div>
      ) : (
        <div className="run whole" role="tabpanel" aria-label="Processes">
          <Processes />
        </div>
      )}
    </section>
  );
}

function CloseProcesses() {
  return (
    <Button
      label="Close processes"
      icon={X}
      iconOnly
      look="plain"
      onClick={() => set({ processesShown: false })}
    />
  );
}

function Actions({ run }: { run: RunRow }) {
  if (run.status === undefined && run.kind === 'run')
    return (
      <Button label="Stop" icon={CircleStop} look="danger" onClick={() => void stop(run.id)} />
    );
  return (
    <Button
      label={`Close ${showName(run.name)}`}
      icon={X}
      iconOnly
      look="plain"
      onClick={() => closeRun(run.id)}
    />
  );
}

function Tab({ run, active }: { run: RunRow; active: boolean }) {
  return (
    <button
      type="button"
      role="tab"
      className="tab"
      aria-selected={active}
      ref={active ? intoView : undefined}
      tabIndex={active ? 0 : -1}
      onClick={() => {
        if (active && !useApp.getState().dockClosed) focusScreen();
        else set({ activeRun: run.id, processesShown: false, dockClosed: false });
      }}
    >
      <span>
        {showName(run.name)} · {run.pid}
      </span>
      {(run.kind === 'run' || run.status) && (
        <span className={tone(run.status)}>{ending(run.status)}</span>
      )}
    </button>
  );
}

/** The tab that is walked to is shown; Enter goes on into what it shows. */
function walkTabs(event: React.KeyboardEvent<HTMLElement>): void {
  const tabs = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="tab"]')];
  const at = tabs.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  const tab = to === undefined ? undefined : tabs.at(to % tabs.length);
  if (!tab || tab === document.activeElement) return;
  tab.focus();
  tab.click();
}

const focusScreen = (): void =>
  document.querySelector<HTMLElement>('.runs .xterm-helper-textarea')?.focus();

function ending(status: ExitStatus | undefined): string {
  if (!status) return 'running';
  if (status.signal) return status.signal;
  return status.trap ? status.trap.kind : `exit ${status.exit_code}`;
}
