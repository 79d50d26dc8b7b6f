/** What a shell is told at its start. */
export interface ShellStart {
  readonly pid: number;
  /** Of the process that has started it. */
  readonly ppid: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly umask: number;
  /** Which of descriptors 0, 1, 2 are terminals. */
  readonly terminals: readonly number[];
  /** Another shell started it, so its environment is complete. */
  readonly isNested: boolean;
}
