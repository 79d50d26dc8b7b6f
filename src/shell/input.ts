/** Runs what comes on standard input, a command at a time: what stands behind it may be for the command to read. */

import { concat } from '../kernel/bytes.ts';
import { textOf } from '../kernel/rawtext.ts';
import type { Context } from './context.ts';
import type { Interpreter } from './interpreter.ts';
import type { Stream } from './io.ts';
import { failSyntax, runLines } from './runtext.ts';
import { firstCommands, SyntaxError_ } from './syntax/parse.ts';
import type { Sys } from './sys.ts';

const NEWLINE = 10;
const CHUNK = 4096;

/** Lines that were read from a stream, and are not run yet. */
class Lines {
  readonly #input: Stream | undefined;
  readonly #sys: Sys;
  #parts: Uint8Array[] = [];
  #size = 0;
  hasEnded = false;

  constructor(input: Stream | undefined, sys: Sys) {
    this.#input = input;
    this.#sys = sys;
    this.hasEnded = input === undefined;
  }

  /**
   * Reads at least one more line, and waits for it. What is there without waiting is read, too, up to twice the size of
   * before: a command is parsed anew with every call, and so in linear time altogether.
   */
  async more(): Promise<void> {
    const wanted = 2 * this.#size;
    do await this.#line(Math.max(CHUNK, wanted));
    while (!this.hasEnded && this.#size < wanted && (await this.#isReady()));
  }

  async #line(chunk: number): Promise<void> {
    for (;;) {
      const data = (await this.#input?.read(chunk)) ?? new Uint8Array(0);
      const end = data.indexOf(NEWLINE) + 1;
      if (data.length === 0) this.hasEnded = true;
      else this.#add(end > 0 ? data.subarray(0, end) : data);
      if (end > 0) this.#input?.pushBack(data.subarray(end));
      if (end > 0 || this.hasEnded) return;
    }
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part);
    this.#size += part.length;
  }

  async #isReady(): Promise<boolean> {
    const { fd, hasAhead = false } = this.#input ?? {};
    if (hasAhead || fd === undefined) return true;
    const { ready } = await this.#sys.call('poll', { wanted: [{ fd, what: 'read' }], timeout: 0 });
    return (ready as readonly unknown[]).length > 0;
  }

  /** A script holds no NUL. */
  get text(): string {
    const whole = concat(this.#parts);
    this.#parts = [whole];
    return textOf(whole).replaceAll('\0', '');
  }

  /** Gives back all that follows so many lines. */
  keep(lines: number): void {
    const whole = concat(this.#parts);
    let at = 0;
    for (let i = 0; i < lines; i++) at = whole.indexOf(NEWLINE, at) + 1;
    this.#input?.pushBack(whole.subarray(at));
    this.hasEnded &&= at === whole.length;
  }
}

/** A script whose last line ends in a backslash goes on, though nothing follows. */
export const withLineEnd = (text: string): string => (text.endsWith('\\') ? `${text}\n` : text);

const linesIn = (text: string): number => text.split('\n').length - 1;

/** The next line of commands; the last one tells that the input has ended. */
async function nextCommands(
  { io, state }: Context,
  sys: Sys,
): Promise<{ readonly text: string; readonly isLast: boolean }> {
  const lines = new Lines(io.get(0), sys);
  for (;;) {
    await lines.more();
    const text = lines.hasEnded ? withLineEnd(lines.text) : lines.text;
    const length = firstCommands(text, state);
    if (length === undefined && !lines.hasEnded) continue;
    const taken = text.slice(0, length);
    if (taken !== text) lines.keep(linesIn(taken));
    return { text: taken, isLast: lines.hasEnded && taken === text };
  }
}

export async function runInput(shell: Interpreter, context: Context): Promise<number> {
  const { state } = context;
  let status = 0;
  let linesBefore = 0;
  for (;;) {
    const { text, isLast } = await nextCommands(context, shell.sys);
    state.text = { file: undefined, linesBefore };
    linesBefore += linesIn(text);
    try {
      if (text.trim() !== '') status = await runLines(text, context, shell, status);
    } catch (error) {
      if (!(error instanceof SyntaxError_)) throw error;
      return failSyntax(error, context);
    }
    if (isLast) return status;
  }
}
