/** Whom the keys signal, and who may read what is typed. */
import { describe, expect, it } from 'vitest';
import { codeOf } from '../testing/kernel.ts';
import type { Process } from './process.ts';
import { never } from './service.ts';
import type { Terminal } from './terminal.ts';
import { Terminals } from './terminals.ts';

function family() {
  const terminal = {} as Terminal;
  const all: Process[] = [];
  const make = (pid: number, ppid: number): Process => {
    const process = { pid, ppid, terminal, status: undefined } as unknown as Process;
    all.push(process);
    return process;
  };
  const terminals = new Terminals({
    processes: () => all,
    signal: () => undefined,
    after: () => () => undefined,
  });
  const shell = make(2, 1);
  terminals.joined(shell);
  const end = (process: Process): void => {
    Object.assign(process, { status: { exit_code: 0 } });
    terminals.ended();
  };
  return { terminals, terminal, make, shell, end };
}

describe('the foreground', () => {
  it('is whoever was brought forward, with what they start; the shell always', () => {
    const { terminals, terminal, make, shell } = family();
    const [front, behind] = [make(3, 2), make(4, 2)];
    const child = make(5, 3);
    expect(terminals.isInBackground(behind)).toBe(false);
    terminals.setForeground(shell, terminal, [shell, front]);
    expect([shell, front, child, behind].map((each) => terminals.isInBackground(each))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('of a script stands beside what runs with the script, and in the place of who waits for it', () => {
    const { terminals, terminal, make, shell } = family();
    const [script, pager] = [make(3, 2), make(4, 2)];
    terminals.setForeground(shell, terminal, [shell, script, pager]);
    const [first, second] = [make(5, 3), make(6, 3)];
    terminals.setForeground(script, terminal, [script, first]);
    terminals.setForeground(script, terminal, [script, second]);
    expect([pager, script, second].some((each) => terminals.isInBackground(each))).toBe(false);
  });

  it('is not taken by who is behind', async () => {
    const { terminals, terminal, make, shell } = family();
    const [front, behind] = [make(3, 2), make(4, 2)];
    terminals.setForeground(shell, terminal, [shell, front]);
    const take = async (): Promise<void> =>
      terminals.setForeground(behind, terminal, [behind, make(5, 4)]);
    expect(await codeOf(take)).toBe('EPERM');
  });

  it('is waited for until it is given, or until nobody has it', async () => {
    const { terminals, terminal, make, shell, end } = family();
    const [front, behind] = [make(3, 2), make(4, 2)];
    terminals.setForeground(shell, terminal, [shell, front]);
    let turns = 0;
    const wait = (): Promise<number> => terminals.untilInFront(behind, never).then(() => ++turns);
    const first = wait();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(turns).toBe(0);
    terminals.setForeground(shell, terminal, [shell, behind]);
    await first;
    terminals.setForeground(shell, terminal, [shell]);
    const second = wait();
    end(shell);
    expect(await second).toBe(2);
  });
});
