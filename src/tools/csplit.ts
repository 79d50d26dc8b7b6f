/** csplit(1): parts of a file, which end at numbers of lines or where a line matches. */
import { FsError } from '../kernel/errors.ts';
import { namesOf } from './csplitnames.ts';
import { CsplitParts, Incident } from './csplitparts.ts';
import { type Pattern, patternsOf, type RegexPattern } from './csplitpatterns.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Source, type Tool, ToolError } from './host.ts';
import { closeInput, openInput } from './inputs.ts';
import { numberOf } from './numbers.ts';
import { misuse } from './options.ts';
import { inQuotes } from './quote.ts';
import { type Regex, RegexError } from './regex/index.ts';
import { lineBlocks, reasonOf } from './stdio.ts';

const rules = {
  usage: '[OPTION]... FILE PATTERN...',
  options: [
    ...['b|suffix-format=', 'f|prefix=', 'k|keep-files', 'n|digits=', 's|quiet', 'q', 'silent'],
    ...['suppress-matched', 'z|elide-empty-files'],
  ],
};

const INT_MAX = 2 ** 31 - 1;

export const csplit: Tool = async (host) => {
  const { has, value, operands } = flagsOf(host, rules);
  const digits = digitsOf(value('digits'));
  const [input, ...words] = operands;
  if (input === undefined) misuse(host.name, 'missing operand');
  if (words.length === 0) misuse(host.name, `missing operand after ${inQuotes(input)}`);
  const nameOf = namesOf(value('prefix') ?? 'xx', value('suffix-format'), digits);
  const source = await openInput(host, input);
  if (!source) return 1;
  try {
    const patterns = await patternsOf(host, words);
    const parts = new CsplitParts(host, nameOf, {
      isQuiet: has('quiet') || has('q') || has('silent'),
      skipsEmpty: has('elide-empty-files'),
    });
    const work = new Csplit(host, source, parts, has('suppress-matched'));
    return await parts.whole(() => work.run(patterns), has('keep-files'));
  } finally {
    await closeInput(host, source);
  }
};

function digitsOf(text: string | undefined): number {
  if (text === undefined) return 2;
  if (/^\s*-\d+$/.test(text) && Number(text) < 0)
    throw new ToolError(`invalid number: ${inQuotes(text)}: Numerical result out of range`);
  return numberOf(text, { of: 'number', most: INT_MAX });
}

class Csplit {
  readonly #host: Host;
  readonly #parts: CsplitParts;
  readonly #isSuppressed: boolean;
  readonly #blocks: AsyncGenerator<Uint8Array>;
  /** The lines that were read and not yet taken, from `#at` on; the first of them has the number `#first`. */
  #lines: Uint8Array[] = [];
  #at = 0;
  #first = 1;
  /** The line that was looked at last. */
  #current = 0;

  constructor(host: Host, source: Source, parts: CsplitParts, isSuppressed: boolean) {
    this.#host = host;
    this.#parts = parts;
    this.#isSuppressed = isSuppressed;
    this.#blocks = lineBlocks(source);
  }

  async run(patterns: readonly Pattern[]): Promise<void> {
    for (const pattern of patterns)
      for (let round = 0; round <= pattern.repeat; round++) {
        if (pattern.kind === 'line') await this.#toLine(pattern.line, round);
        else if (!(await this.#toMatch(pattern, round))) return;
      }
    await this.#parts.open();
    await this.#rest();
    await this.#parts.close();
  }

  /** The line of that number; undefined behind the end. */
  async #line(number: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const line = this.#lines[this.#at + number - this.#first];
      if (line || !(await this.#load())) return line;
    }
  }

  /** Reads on; false at the end. */
  async #load(): Promise<boolean> {
    let block: IteratorResult<Uint8Array>;
    try {
      block = await this.#blocks.next();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new ToolError(`read error: ${reasonOf(error)}`);
    }
    if (block.done) return false;
    const data = block.value.slice();
    this.#lines = this.#lines.slice(this.#at);
    this.#at = 0;
    for (let from = 0; from < data.length; ) {
      const to = data.indexOf(10, from) + 1 || data.length;
      this.#lines.push(data.subarray(from, to));
      from = to;
    }
    await this.#host.checkpoint();
    return true;
  }

  /** Takes the first line that is left; undefined at the end. */
  async #take(): Promise<Uint8Array | undefined> {
    const line = this.#lines[this.#at] ?? (await this.#line(this.#first));
    if (!line) return undefined;
    this.#current = Math.max(this.#current, this.#first);
    this.#first++;
    this.#at++;
    return line;
  }

  async #rest(): Promise<void> {
    for (let line = await this.#take(); line; line = await this.#take()) await this.#put(line);
  }

  async #put(line: Uint8Array): Promise<void> {
    const writing = this.#parts.write(line);
    if (writing) await writing;
  }

  async #needInput(): Promise<void> {
    if (!(await this.#line(this.#first))) throw new Incident('input disappeared');
  }

  async #toLine(count: number, round: number): Promise<void> {
    const isAtEnd = async (): Promise<boolean> => !(await this.#line(this.#current + 1));
    const fail = (): never => {
      throw new ToolError(`${inQuotes(String(count))}: line number out of range${onRound(round)}`);
    };
    await this.#parts.open();
    if (this.#isSuppressed && (await isAtEnd())) fail();
    await this.#needInput();
    for (let number = this.#first; number < count * (round + 1); number++)
      await this.#put((await this.#take()) ?? fail());
    await this.#parts.close();
    if (this.#isSuppressed) await this.#take();
    else if (await isAtEnd()) fail();
  }

  /** Returns false where a pattern that repeats without end matches no more: everything is done then. */
  async #toMatch(pattern: RegexPattern, round: number): Promise<boolean> {
    const { regex, offset, isSkipped, text } = pattern;
    if (!isSkipped) await this.#parts.open();
    for (;;) {
      this.#current++;
      const line = await this.#line(this.#current);
      if (!line) return this.#unmatched(pattern, round);
      const end = line[line.length - 1] === 10 ? line.length - 1 : line.length;
      if (isMatch(regex, line.subarray(0, end))) break;
      // With a negative offset, the lines before the match may belong to the next part.
      if (offset < 0) continue;
      const first = await this.#take();
      if (!isSkipped && first) await this.#put(first);
    }
    const end = this.#current + offset;
    await this.#takeUntil(end, isSkipped, text);
    if (!isSkipped) await this.#parts.close();
    // The next search goes on behind the line that the offset leads to.
    if (offset > 0) this.#current = end;
    if (this.#isSuppressed) await this.#take();
    return true;
  }

  async #takeUntil(end: number, isSkipped: boolean, text: string): Promise<void> {
    const fail = (): never => {
      throw new ToolError(`${inQuotes(text)}: line number out of range`);
    };
    await this.#needInput();
    if (this.#first > end) fail();
    while (this.#first < end) {
      const line = (await this.#take()) ?? fail();
      if (!isSkipped) await this.#put(line);
    }
  }

  async #unmatched(pattern: RegexPattern, round: number): Promise<false> {
    if (!pattern.isSkipped) {
      await this.#rest();
      await this.#parts.close();
    }
    if (pattern.repeat === Number.POSITIVE_INFINITY) return false;
    throw new ToolError(`${inQuotes(pattern.text)}: match not found${onRound(round)}`);
  }
}

function isMatch(regex: Regex, line: Uint8Array): boolean {
  try {
    return regex.endOfAny(line) >= 0;
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new ToolError('error in regular expression search');
  }
}

const onRound = (round: number): string => (round > 0 ? ` on repetition ${round}` : '');
