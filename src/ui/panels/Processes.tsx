/** The process table: who runs, below whom, what each has used; to stop, go on, end, or look into. */
import { CircleStop, FolderOpen, Pause, Play, ScanSearch } from 'lucide-react';
import type { ProcessInfo } from '../../kernel/process.ts';
import { open } from '../panes.ts';
import { Button } from '../parts/Button.tsx';
import { ACTIONS, Head } from '../parts/Head.tsx';
import { type Sent, sendSignal, useProcesses } from '../processes.ts';
import { showDuration, showName, showSize } from '../text.ts';
import { pathOfTrace } from '../tracecall.ts';

const tones: Readonly<Record<string, string>> = {
  running: 'ok',
  blocked: 'quiet',
  starting: 'warn',
  stopped: 'warn',
  killed: 'bad',
};

const columns = [
  { words: 'PID' },
  { words: 'Command' },
  { words: 'State' },
  { words: 'CPU' },
  { words: 'Memory' },
  { words: 'Read', isLong: true },
  { words: 'Written', isLong: true },
  { words: 'Calls', isLong: true },
  ACTIONS,
];

export function Processes() {
  const rows = useProcesses();
  return (
    <section className="processes" aria-label="Processes">
      <table aria-label="Processes">
        <Head columns={columns} />
        <tbody>
          {ordered(rows).map(({ row, depth }) => (
            <Row key={row.pid} row={row} depth={depth} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row, depth }: { row: ProcessInfo; depth: number }) {
  const alive = row.exit_code === null;
  const command = row.args.join(' ') || row.name;
  const send = (signal: Sent) => () => void sendSignal(row.pid, signal);
  return (
    <tr className={alive ? undefined : 'over'}>
      <td>{row.pid}</td>
      <td style={{ paddingLeft: 8 + depth * 16 }} title={showName(command)}>
        {showName(command)}
      </td>
      <td className={tones[row.state] ?? 'quiet'}>
        {alive ? row.state : (row.signal ?? `exit ${row.exit_code}`)}
      </td>
      <td>{showDuration(row.cpu_ms)}</td>
      <td>{row.memory > 0 ? showSize(row.memory) : '–'}</td>
      <td className="long">{showSize(row.bytes_read)}</td>
      <td className="long">{showSize(row.bytes_written)}</td>
      <td className="long">{row.calls}</td>
      <td className="buttons">
        <Button
          label={`Show /proc/${row.pid}`}
          icon={FolderOpen}
          iconOnly
          look="plain"
          onClick={() => void open(`/proc/${row.pid}`)}
        />
        {row.ppid > 0 && (
          <Button
            label={`Trace ${row.pid}`}
            icon={ScanSearch}
            iconOnly
            look="plain"
            onClick={() => void open(pathOfTrace(row.pid), { pinned: true })}
          />
        )}
        {alive && row.ppid > 0 && (
          <>
            {row.state === 'stopped' ? (
              <Button
                label={`Continue ${row.pid}`}
                icon={Play}
                iconOnly
                look="plain"
                onClick={send('start')}
              />
            ) : (
              <Button
                label={`Pause ${row.pid}`}
                icon={Pause}
                iconOnly
                look="plain"
                onClick={send('stop')}
              />
            )}
            <Button
              label={`End ${row.pid}`}
              icon={CircleStop}
              iconOnly
              look="danger"
              onClick={send('killed')}
            />
          </>
        )}
      </td>
    </tr>
  );
}

/** Children below their parents; of those that have ended the latest twenty. */
function ordered(rows: readonly ProcessInfo[]): { row: ProcessInfo; depth: number }[] {
  const over = rows.filter(({ exit_code }) => exit_code !== null).slice(-20);
  const shown = rows.filter((row) => row.exit_code === null || over.includes(row));
  const known = new Set(shown.map(({ pid }) => pid));
  const below = (parent: number, depth: number): { row: ProcessInfo; depth: number }[] =>
    shown
      .filter(
        ({ pid, ppid }) => ppid === parent || (depth === 0 && !known.has(ppid) && pid !== parent),
      )
      .flatMap((row) => [{ row, depth }, ...below(row.pid, depth + 1)]);
  return below(0, 0);
}
