/** What a shell is told at its start. */
export interface ShellStart {
  readonly pid: number;
  /** Of the process that has started it. */
  readonly ppid: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Which of descriptors 0, 1, 2 are terminals. */
  readonly terminals: readonly number[];
}

/** The script that it runs: none where it reads its lines from its standard input. */
export function scriptOf({ args: [, first] }: Pick<ShellStart, 'args'>): string | undefined {
  return first === '-i' || first === '-' || first === '-s' ? undefined : first;
}

/** Whether it talks with a person, and so hears their keys itself. */
export const interacts = (start: ShellStart): boolean =>
  scriptOf(start) === undefined && start.terminals.includes(0);
