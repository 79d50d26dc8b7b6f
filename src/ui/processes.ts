/** Processes as the page looks at them, and what it sends them. */
import { useEffect, useRef, useState } from 'react';
import type { ProcessInfo } from '../kernel/process.ts';
import { attempt, type Undone } from './notices.ts';
import { client } from './session.ts';
import { showName } from './text.ts';

/** Looked at again this often, in ms, while they are shown. */
const EVERY_MS = 500;

export type Sent = 'start' | 'stop' | 'killed';

export const sendSignal = (pid: number, signal: Sent): Promise<Undone | undefined> =>
  attempt('Not done', () => client().call('kill', { pid, signal }));

/** The process whose directory a path is. */
export function processAt(path: string): number | undefined {
  const found = /^\/proc\/([1-9]\d*)$/.exec(path);
  return found ? Number(found[1]) : undefined;
}

/** Whether a path is a process's, or in its directory: it means another one in the next visit. */
export const isOfProcess = (path: string): boolean => /^\/proc\/\d/.test(path);

export const pathOfProcess = (pid: number): string => `/proc/${pid}`;

export function useProcesses(): readonly ProcessInfo[] {
  const [rows, setRows] = useState<readonly ProcessInfo[]>([]);
  useEffect(() => {
    let gone = false;
    const look = async (): Promise<void> => {
      const processes = await client().oanix.processes();
      if (!gone) setRows(processes);
    };
    const again = (): void => void look().catch(() => undefined);
    again();
    const timer = setInterval(again, EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  return rows;
}

/** A text file of a process, read again whenever the process is looked at; as it was last, once the process is over. */
export function useRead(path: string, looked: ProcessInfo): string {
  const [text, setText] = useState('');
  const wasRead = useRef(false);
  useEffect(() => {
    if (looked.ended !== null && wasRead.current) return;
    let gone = false;
    const read = async (): Promise<void> => {
      const now = await client().oanix.fs.readFile(path, 'utf8');
      if (gone) return;
      wasRead.current = true;
      setText(now.split('\n').map(showName).join('\n'));
    };
    void read().catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [path, looked]);
  return text;
}
