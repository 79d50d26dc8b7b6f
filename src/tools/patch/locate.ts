/** Finds where a hunk belongs in a file, and applies it there. */
import { contextOf, type Hunk } from './hunk.ts';

/** Text with a newline at its end or none counts the same, and so do runs of blanks. */
const bare = (text: string): string => text.replace(/[ \t\n\r\v\f]+/g, ' ').replace(/ $/, '');

export class Target {
  readonly lines: readonly string[];
  readonly #ignoresBlanks: boolean;
  readonly out: string[] = [];
  /** How many lines of the file were copied or replaced. */
  #frozen = 0;
  /** How far the last hunk was from where it should have been. */
  inOffset = 0;
  /** How many lines the hunks so far have added. */
  outOffset = 0;

  constructor(lines: readonly string[], ignoresBlanks: boolean) {
    this.lines = lines;
    this.#ignoresBlanks = ignoresBlanks;
  }

  /** The line that the hunk begins at, where at most `fuzz` lines of its context may differ; 0 where there is none. */
  locate(hunk: Hunk, fuzz: number): number {
    const guess = hunk.first + this.inOffset;
    const count = hunk.old.length;
    if (count === 0) return guess;
    const { prefix, suffix } = contextOf(hunk);
    const context = Math.max(prefix, suffix);
    const prefixFuzz = fuzz + prefix - context;
    const suffixFuzz = fuzz + suffix - context;
    const total = this.lines.length;
    const mostForward = total - (count - suffixFuzz) + 1 - guess;
    const mostBack = Math.min(guess - (this.#frozen + 1), guess - 1);
    if (prefixFuzz < 0) {
      if (suffixFuzz < 0 && (count !== total || prefix < this.#frozen)) return 0;
      const offset = 1 - guess;
      const fits =
        this.#frozen <= prefix &&
        offset <= mostForward &&
        this.#matches(hunk, 1, 0, Math.max(0, suffixFuzz));
      return fits ? this.#found(guess, offset) : 0;
    }
    if (suffixFuzz < 0) {
      const offset = guess - (total - count + 1);
      const fits = offset <= mostBack && this.#matches(hunk, guess - offset, prefixFuzz, 0);
      return fits ? this.#found(guess, -offset) : 0;
    }
    const most = Math.max(mostForward, mostBack);
    for (let offset = 0; offset <= most; offset++) {
      if (offset <= mostForward && this.#matches(hunk, guess + offset, prefixFuzz, suffixFuzz))
        return this.#found(guess, offset);
      if (
        offset > 0 &&
        offset <= mostBack &&
        this.#matches(hunk, guess - offset, prefixFuzz, suffixFuzz)
      )
        return this.#found(guess, -offset);
    }
    return 0;
  }

  #found(guess: number, offset: number): number {
    this.inOffset += offset;
    return guess + offset;
  }

  #matches(hunk: Hunk, at: number, prefixFuzz: number, suffixFuzz: number): boolean {
    const end = hunk.old.length - suffixFuzz;
    for (let i = prefixFuzz; i < end; i++) {
      const wanted = (hunk.old[i] as Hunk['old'][number]).text;
      const found = this.lines[at - 1 + i];
      if (found === undefined) return false;
      if (found !== wanted && !(this.#ignoresBlanks && bare(found) === bare(wanted))) return false;
    }
    return true;
  }

  /** Writes the file up to the end of the hunk, which begins at line `where`. */
  apply(hunk: Hunk, where: number): void {
    const { old, new: added } = hunk;
    let at = where;
    let i = 0;
    let j = 0;
    const isChange = (mark: string | undefined): boolean => mark !== undefined && mark !== ' ';
    this.#copyTo(Math.max(at, 1));
    while (i < old.length || j < added.length) {
      if (isChange(old[i]?.mark)) {
        this.#copyTo(at);
        this.#frozen++;
        this.outOffset--;
        at++;
        i++;
      } else if (isChange(added[j]?.mark)) {
        this.#copyTo(at);
        this.#write((added[j++] as Hunk['new'][number]).text);
        this.outOffset++;
      } else {
        i++;
        j++;
        at++;
      }
    }
  }

  /** Writes a line; the one before ends first, also where it had no newline. */
  #write(text: string): void {
    const last = this.out.at(-1);
    if (last !== undefined && !last.endsWith('\n')) this.out[this.out.length - 1] = `${last}\n`;
    this.out.push(text);
  }

  /** Copies the lines before `line` that were not written yet. */
  #copyTo(line: number): void {
    for (; this.#frozen < line - 1; this.#frozen++) {
      const text = this.lines[this.#frozen];
      if (text === undefined) return;
      this.#write(text);
    }
  }

  /** Copies the rest of the file. */
  finish(): void {
    this.#copyTo(this.lines.length + 1);
  }

  /** The end of the hunk's first line is another than that of the file's line there. */
  hasOtherEnds(hunk: Hunk, where: number): boolean {
    const [wanted, found] = [hunk.old[0]?.text, this.lines[where - 1]];
    if (wanted === undefined || found === undefined) return false;
    return wanted.endsWith('\r\n') !== found.endsWith('\r\n');
  }
}
