/** Signals by their names and numbers, as Linux has them (signal(7)), and what each does to who does not handle it. */

const named: readonly string[] = [
  ...'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT'.split(' '),
  ...'CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(' '),
];

const numbers: ReadonlyMap<string, number> = new Map([
  ...named.map((name, i) => [name, i + 1] as const),
  ...Array.from({ length: 16 }, (_, i) => [i === 0 ? 'RTMIN' : `RTMIN+${i}`, 34 + i] as const),
  ...Array.from(
    { length: 15 },
    (_, i) => [i === 14 ? 'RTMAX' : `RTMAX-${14 - i}`, 50 + i] as const,
  ),
]);
const names: ReadonlyMap<number, string> = new Map([...numbers].map(([name, at]) => [at, name]));

/** What the shell calls the end of a process by a signal, where that is not the signal's name. */
const descriptions: Readonly<Record<string, string>> = {
  HUP: 'Hangup',
  INT: 'Interrupt',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  PIPE: 'Broken pipe',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};

const ignored: ReadonlySet<string> = new Set(['CHLD', 'URG', 'WINCH', 'CONT']);
const stopping: ReadonlySet<string> = new Set(['STOP', 'TSTP', 'TTIN', 'TTOU']);

/** The signal of a word: a number, or a name in any case, with or without SIG. */
export function signalOf(word: string): string | undefined {
  if (/^\d+$/.test(word)) return names.get(Number(word));
  const name = word.toUpperCase().replace(/^SIG/, '');
  return numbers.has(name) ? name : undefined;
}

export const numberOf = (signal: string): number => numbers.get(signal) ?? 0;

export const signalNamed = (number: number): string | undefined => names.get(number);

/** The status of a command that a signal ended. */
export const statusOf = (signal: string): number => 128 + numberOf(signal);

export const describe = (signal: string): string =>
  descriptions[signal] ?? `Signal ${numberOf(signal)}`;

/** What a signal does where it is neither trapped nor ignored. */
export const defaultOf = (signal: string): 'end' | 'ignore' | 'stop' | 'go on' =>
  signal === 'CONT'
    ? 'go on'
    : ignored.has(signal)
      ? 'ignore'
      : stopping.has(signal)
        ? 'stop'
        : 'end';

const kernelNames: Readonly<Record<string, string>> = {
  HUP: 'hangup',
  INT: 'interrupt',
  TERM: 'terminated',
};

/** The kernel's name of what a signal does by default; undefined where it does nothing. */
export function kernelName(signal: string): string | undefined {
  const does = defaultOf(signal);
  if (does === 'ignore') return undefined;
  if (does === 'stop') return 'stop';
  return does === 'go on' ? 'start' : (kernelNames[signal] ?? 'killed');
}

/** What a signal is called from one process to another: the kernel's name, or its own where the kernel has none. */
export const nameAmongProcesses = (signal: string): string =>
  signal === 'KILL' ? 'killed' : (kernelNames[signal] ?? signal);

/** The signal of such a name; what else ends a process does so as KILL does. */
export const fromKernel = (name: string): string =>
  Object.keys(kernelNames).find((signal) => kernelNames[signal] === name) ??
  signalOf(name) ??
  'KILL';

/** In the order of their numbers. */
export const signalNames: readonly string[] = [...names.values()];

/** All of them in five columns, as `kill -l` and `trap -l` print them. */
/** All of their names, as POSIX has them. */
export const signalLine = (): string => `${[...names.values()].join(' ')}\n`;

export function signalTable(): string {
  const cells = [...names].map(([number, name]) => `${String(number).padStart(2)}) SIG${name}`);
  let text = '';
  for (const [i, cell] of cells.entries()) text += i % 5 === 4 ? `${cell}\n` : `${cell}\t`;
  return `${text}\n`;
}
