/** fmt(1): fills paragraphs anew. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOfOctets, fromShell, octetsOf } from './awk/octets.ts';
import { type Flags, flagsOf } from './flags.ts';
import { breakLines, type FmtWord, fmtWord } from './fmtparagraph.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { numberOf } from './numbers.ts';
import { misuse } from './options.ts';
import { quoted } from './quote.ts';
import { lineBlocks, linesOf, Output, reasonOf, warn } from './stdio.ts';

const WIDTH = 75;
const MOST_WIDTH = 2500;
/** How much less than the width lines aim at: 7 of 100. */
const goalOf = (width: number): number => Math.floor((width * (2 * (100 - 7) + 1)) / 200);
const MOST_WORDS = 998;
const MOST_CHARS = 5000;
const TAB = 8;
const TAGGED_INDENT = 3;
/** Each word in a row makes a break there less wanted. */
const LINE_CREDIT = 9;

interface FmtRules {
  readonly most: number;
  readonly goal: number;
  readonly mode: 'plain' | 'crown' | 'tagged';
  readonly isSplit: boolean;
  readonly isUniform: boolean;
  /** Without the spaces around it. */
  readonly prefix: string;
  readonly prefixIndent: number;
  /** With the spaces after it. */
  readonly prefixLength: number;
}

export const fmt: Tool = async (host) => {
  const [first = '', ...rest] = host.args;
  const isWidth = /^-\d/.test(first);
  const flags = flagsIn(isWidth ? { ...host, args: rest } : host);
  const rules = rulesOf(flags, isWidth ? first.slice(1) : undefined);
  const out = new Output(host.stdout);
  let status = 0;
  for (const name of flags.operands.length > 0 ? flags.operands : ['-']) {
    const isRead = await format(host, name, rules, out);
    if (!isRead) status = 1;
    await out.flush();
  }
  return status;
};

function flagsIn(host: Host): Flags {
  const digit = host.args
    .find((each, i) => /^-[cstu]*\d/.test(each) && !/^-[cstu]*[pwg]$/.test(host.args[i - 1] ?? ''))
    ?.replace(/^-[cstu]*/, '');
  if (digit !== undefined)
    misuse(
      host.name,
      `invalid option -- ${digit[0]}; -WIDTH is recognized only when it is the first\noption; use -w N instead`,
    );
  return flagsOf(host, {
    usage: '[-WIDTH] [OPTION]... [FILE]...',
    options: [
      ...['c|crown-margin', 'p|prefix=', 's|split-only', 't|tagged-paragraph'],
      ...['u|uniform-spacing', 'w|width=', 'g|goal='],
    ],
  });
}

function rulesOf({ has, value, last }: Flags, leading: string | undefined): FmtRules {
  const range = 'Numerical result out of range';
  const widthOf = (text: string, most: number): number => {
    const tooLarge = /^\d+$/.test(text) && BigInt(text) >= 1n << 64n;
    return numberOf(text, { of: 'width', most, ...(tooLarge ? {} : { range }) });
  };
  const width = value('width') ?? leading;
  const goal = value('goal');
  let most = width === undefined ? WIDTH : widthOf(width, MOST_WIDTH);
  const aimed = goal === undefined ? goalOf(most) : widthOf(goal, most);
  if (goal !== undefined && width === undefined) most = aimed + 10;
  const prefix = fromShell(value('prefix') ?? '');
  const bare = prefix.replace(/^ +/, '');
  const mode = last('crown-margin', 'tagged-paragraph');
  return {
    most,
    goal: aimed,
    mode: has('crown-margin') ? 'crown' : mode === undefined ? 'plain' : 'tagged',
    isSplit: has('split-only'),
    isUniform: has('uniform-spacing'),
    prefix: bare.replace(/ +$/, ''),
    prefixIndent: prefix.length - bare.length,
    prefixLength: bare.length,
  };
}

/** Returns whether the file could be read. */
async function format(host: Host, name: string, rules: FmtRules, out: Output): Promise<boolean> {
  let file: OpenFile | undefined;
  try {
    if (name !== '-') file = await host.open(name, OPEN.read);
    await new Formatter(host, file ?? host.stdin, rules, out).run();
    return true;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    const reason = reasonOf(error);
    if (hasCode(error, 'EISDIR') || file) await warn(host, 'read error');
    else await warn(host, `cannot open ${quoted(name)} for reading: ${reason}`);
    return false;
  } finally {
    await file?.close();
  }
}

const [NEWLINE, END] = ['\n', ''];

class Formatter {
  readonly #host: Host;
  readonly #rules: FmtRules;
  readonly #out: Output;
  readonly #lines: AsyncGenerator<{ readonly text: string; readonly isWhole: boolean }>;
  #text = '';
  #isWhole = false;
  #at = 0;
  /** The column of the next character. */
  #column = 0;
  #lineIndent = 0;
  /** The indents of the paragraph. */
  #prefixIndent = 0;
  #firstIndent = 0;
  #otherIndent = 0;
  #words: FmtWord[] = [];
  #chars = 0;
  #outColumn = 0;
  #lastLength = 0;
  #hasTabs = false;

  constructor(host: Host, source: Source, rules: FmtRules, out: Output) {
    this.#host = host;
    this.#rules = rules;
    this.#out = out;
    this.#lines = textLines(source);
  }

  async run(): Promise<void> {
    await this.#nextLine();
    while (await this.#paragraph()) {
      this.#break();
      this.#put(this.#words.length);
      if (this.#out.isFull) await this.#out.flush();
      await this.#host.checkpoint();
    }
  }

  /** The next character; empty at the end of the file. */
  get #char(): string {
    return this.#text[this.#at] ?? (this.#isWhole ? NEWLINE : END);
  }

  /** Begins the next line, and passes over its indent and the prefix. */
  async #nextLine(): Promise<void> {
    const { value } = await this.#lines.next();
    this.#text = value?.text ?? '';
    this.#isWhole = value?.isWhole ?? false;
    this.#at = 0;
    this.#column = 0;
    this.#passSpace();
    const { prefix, prefixIndent } = this.#rules;
    if (prefix === '') {
      this.#lineIndent = Math.min(prefixIndent, this.#column);
      return;
    }
    this.#lineIndent = this.#column;
    for (const char of prefix) {
      if (this.#char !== char) return;
      this.#column++;
      this.#at++;
    }
    this.#passSpace();
  }

  #passSpace(): void {
    for (; ; this.#at++) {
      const char = this.#text[this.#at];
      if (char === ' ') this.#column++;
      else if (char === '\t') {
        this.#hasTabs = true;
        this.#column = (Math.floor(this.#column / TAB) + 1) * TAB;
      } else return;
    }
  }

  get #isText(): boolean {
    const char = this.#char;
    return (
      char !== NEWLINE &&
      char !== END &&
      this.#column >= this.#lineIndent + this.#rules.prefixLength
    );
  }

  get #isSame(): boolean {
    return this.#isText && this.#lineIndent === this.#prefixIndent;
  }

  /** Reads a paragraph, and copies what is before it. Returns false at the end. */
  async #paragraph(): Promise<boolean> {
    this.#lastLength = 0;
    while (!this.#isText || this.#lineIndent < this.#rules.prefixIndent) {
      const isEnd = this.#copyRest();
      if (isEnd) return false;
      this.#out.text('\n');
      await this.#nextLine();
      if (this.#out.isFull) await this.#out.flush();
    }
    this.#prefixIndent = this.#lineIndent;
    this.#firstIndent = this.#column;
    this.#words = [];
    this.#chars = 0;
    await this.#line();
    this.#setOther(this.#isSame);
    const { mode, isSplit } = this.#rules;
    if (!isSplit) {
      const mayGoOn =
        mode === 'plain' || (mode === 'tagged' ? this.#column !== this.#firstIndent : true);
      if (mayGoOn) while (this.#isSame && this.#column === this.#otherIndent) await this.#line();
    }
    const last = this.#words.at(-1) as FmtWord;
    last.isSentenceMark = true;
    last.isFinal = true;
    return true;
  }

  #setOther(isSame: boolean): void {
    const { mode, isSplit } = this.#rules;
    if (isSplit || mode === 'plain') this.#otherIndent = this.#firstIndent;
    else if (mode === 'crown') this.#otherIndent = isSame ? this.#column : this.#firstIndent;
    else if (isSame && this.#column !== this.#firstIndent) this.#otherIndent = this.#column;
    else if (this.#otherIndent === this.#firstIndent)
      this.#otherIndent = this.#firstIndent === 0 ? TAGGED_INDENT : 0;
  }

  /** Reads the words of a line. */
  async #line(): Promise<void> {
    do {
      const from = this.#at;
      let end = from + 1;
      while (end < this.#text.length && !/[ \t\v\f\r]/.test(this.#text[end] as string)) end++;
      this.#room(end - from);
      const word = fmtWord(this.#text.slice(this.#at, end));
      this.#column += word.text.length;
      this.#chars += word.text.length;
      this.#at = end;
      const start = this.#column;
      this.#passSpace();
      word.space = this.#column - start;
      const char = this.#char;
      word.isFinal = char === END || (word.isSentenceMark && (char === NEWLINE || word.space > 1));
      if (char === NEWLINE || char === END || this.#rules.isUniform)
        word.space = word.isFinal ? 2 : 1;
      if (this.#words.length === MOST_WORDS) this.#shorten();
      this.#words.push(word);
    } while (this.#char !== NEWLINE && this.#char !== END);
    await this.#nextLine();
  }

  /** Writes what does not fit before a word of this length. A word that is too long by itself is written in parts. */
  #room(length: number): void {
    let left = length;
    while (this.#chars + left > MOST_CHARS) {
      if (this.#words.length > 0) {
        this.#shorten();
        continue;
      }
      const part = this.#text.slice(this.#at, this.#at + MOST_CHARS);
      this.#out.bytes(bytesOfOctets(part));
      this.#at += part.length;
      this.#column += part.length;
      left -= part.length;
    }
  }

  /** Writes the part of a long paragraph up to a line whose end costs little. */
  #shorten(): void {
    this.#setOther(true);
    this.#break();
    const count = this.#words.length;
    let split = count;
    let best = Number.POSITIVE_INFINITY;
    for (let at = (this.#words[0] as FmtWord).next; at !== count; ) {
      const word = this.#words[at] as FmtWord;
      const cost = word.cost - (this.#words[word.next]?.cost ?? 0);
      if (cost < best) {
        split = at;
        best = cost;
      }
      best += LINE_CREDIT;
      at = word.next;
    }
    this.#put(split);
    this.#words = this.#words.slice(split);
    this.#chars = this.#words.reduce((sum, { text }) => sum + text.length, 0);
  }

  #break(): void {
    breakLines(this.#words, {
      most: this.#rules.most,
      goal: this.#rules.goal,
      firstIndent: this.#firstIndent,
      otherIndent: this.#otherIndent,
      before: this.#lastLength,
    });
  }

  /** Writes the lines before the word at `end`. */
  #put(end: number): void {
    for (let at = 0; at < end; ) {
      const { next } = this.#words[at] as FmtWord;
      this.#putLine(at, next, at === 0 ? this.#firstIndent : this.#otherIndent);
      at = next;
    }
  }

  #putLine(from: number, to: number, indent: number): void {
    const { prefix } = this.#rules;
    this.#outColumn = 0;
    this.#putSpace(this.#prefixIndent);
    this.#putText(prefix);
    this.#putSpace(indent - this.#outColumn);
    for (let at = from; at < to; at++) {
      const word = this.#words[at] as FmtWord;
      this.#putText(word.text);
      if (at < to - 1) this.#putSpace(word.space);
    }
    this.#lastLength = this.#outColumn;
    this.#out.text('\n');
  }

  #putText(text: string): void {
    this.#out.bytes(bytesOfOctets(text));
    this.#outColumn += text.length;
  }

  /** Spaces, or tabs where the file has some. */
  #putSpace(count: number): void {
    const target = this.#outColumn + count;
    if (this.#hasTabs) {
      const stop = Math.floor(target / TAB) * TAB;
      if (this.#outColumn + 1 < stop)
        while (this.#outColumn < stop) {
          this.#out.byte(9);
          this.#outColumn = (Math.floor(this.#outColumn / TAB) + 1) * TAB;
        }
    }
    for (; this.#outColumn < target; this.#outColumn++) this.#out.byte(32);
  }

  /** Copies the rest of a line that belongs to no paragraph. Returns whether the file ends there. */
  #copyRest(): boolean {
    const { prefix } = this.#rules;
    const char = this.#char;
    this.#outColumn = 0;
    if (this.#column > this.#lineIndent || (char !== NEWLINE && char !== END)) {
      this.#putSpace(this.#lineIndent);
      for (let at = 0; this.#outColumn !== this.#column && at < prefix.length; at++)
        this.#putText(prefix[at] as string);
      if (char !== END && char !== NEWLINE) this.#putSpace(this.#column - this.#outColumn);
      if (char === END && this.#column >= this.#lineIndent + prefix.length) this.#out.text('\n');
    }
    this.#out.bytes(bytesOfOctets(this.#text.slice(this.#at)));
    return !this.#isWhole;
  }
}

async function* textLines(
  source: Source,
): AsyncGenerator<{ readonly text: string; readonly isWhole: boolean }> {
  for await (const block of lineBlocks(source))
    for (const { line, isWhole } of linesOf(block)) yield { text: octetsOf(line), isWhole };
}
