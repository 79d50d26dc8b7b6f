/** The list of the lines that were typed, and its file (bash(1) "HISTORY"). */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { matches } from './pattern.ts';
import type { State } from './state.ts';
import { absolute, type Sys } from './sys.ts';

/** How many lines are kept where HISTSIZE says nothing. */
const SIZE = 2000;

export class History {
  /** The oldest first. */
  readonly lines: string[] = [];
  /** The number of the first. */
  base = 1;
  /** How many of the last ones are not in the file yet. */
  unsaved = 0;
  /** How many lines of the file have been read. */
  read = 0;

  add(line: string): void {
    this.lines.push(line);
    this.unsaved++;
  }

  clear(): void {
    this.lines.length = 0;
    this.base = 1;
    this.unsaved = 0;
  }

  delete(at: number, count = 1): void {
    this.lines.splice(at, count);
    this.unsaved = Math.min(this.unsaved, this.lines.length);
  }

  /** Drops the oldest lines beyond what HISTSIZE allows. */
  shrink({ variables }: State): void {
    const text = variables.get('HISTSIZE')?.value;
    const size = typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : SIZE;
    const excess = this.lines.length - size;
    if (text === '' || excess <= 0) return;
    this.lines.splice(0, excess);
    this.base += excess;
    this.unsaved = Math.min(this.unsaved, this.lines.length);
  }
}

/** Adds a line that was typed, by the rules of HISTCONTROL and HISTIGNORE; false where it is not kept. */
export function remember(line: string, state: State): boolean {
  const { history } = state;
  if (!state.options.has('history')) return false;
  const control = (state.get('HISTCONTROL') ?? '').split(':');
  const isBoth = control.includes('ignoreboth');
  if ((isBoth || control.includes('ignorespace')) && /^\s/.test(line)) return false;
  if ((isBoth || control.includes('ignoredups')) && history.lines.at(-1) === line) return false;
  const ignored = (state.get('HISTIGNORE') ?? '').split(':').filter((each) => each !== '');
  if (ignored.some((pattern) => matches(pattern, line, { isExtended: state.hasExtendedPatterns })))
    return false;
  if (control.includes('erasedups'))
    for (let at = history.lines.length - 1; at >= 0; at--)
      if (history.lines[at] === line) history.delete(at);
  history.add(line);
  history.shrink(state);
  state.historyNumber = history.base + history.lines.length;
  return true;
}

/** The lines of a file. Throws FsError. */
export async function linesOf(path: string, state: State, sys: Sys): Promise<string[]> {
  const text = textOf(await sys.readFile(absolute(state.cwd, path)));
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Writes lines to a file, behind what it has or in its place. Throws FsError. */
export async function writeLines(
  path: string,
  lines: readonly string[],
  appends: boolean,
  state: State,
  sys: Sys,
): Promise<void> {
  const text = lines.map((line) => `${line}\n`).join('');
  await sys.writeFile(absolute(state.cwd, path), bytesOf(text), appends);
}

/** Reads the file that HISTFILE names, where there is one. */
export async function loadHistory(state: State, sys: Sys): Promise<void> {
  const path = state.get('HISTFILE');
  if (!path) return;
  const lines = await linesOf(path, state, sys).catch(() => []);
  const { history } = state;
  for (const line of lines) history.lines.push(line);
  history.read = lines.length;
  history.shrink(state);
  state.historyNumber = history.base + history.lines.length;
}

/** Adds what is new to the file that HISTFILE names, or with fewer lines kept than are new writes all in its place. */
export async function saveHistory(state: State, sys: Sys): Promise<void> {
  const path = state.get('HISTFILE');
  const { history } = state;
  if (!path || history.unsaved === 0) return;
  const isWhole = history.unsaved >= history.lines.length && !state.shopt.has('histappend');
  const lines = isWhole ? history.lines : history.lines.slice(-history.unsaved);
  await writeLines(path, lines, !isWhole, state, sys).catch(() => undefined);
  history.unsaved = 0;
}
