/** Reads the program of bc(1) line by line and runs each. */
import type { Host } from '../host.ts';
import type { Output } from '../stdio.ts';
import { Lexer, type Messages, NeedMore, OpenComment } from './lexer.ts';
import { Halt, Machine } from './machine.ts';
import { Names } from './names.ts';
import { TooLarge } from './number.ts';
import { type Item, Parser, Quit } from './parser.ts';
import { Printer } from './print.ts';
import { type Sources, Unavailable } from './sources.ts';
import { limits, warranty } from './texts.ts';

export interface SessionRules {
  readonly isStandard: boolean;
  readonly isWarned: boolean;
  readonly hasLibrary: boolean;
  /** Characters of a line; 0 where lines are not broken. */
  readonly width: number;
}

const latin1Bytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0));

export class Session {
  readonly #host: Host;
  readonly #sources: Sources;
  readonly #out: Output;
  readonly #rules: SessionRules;
  readonly #lexer: Lexer;
  readonly #parser: Parser;
  readonly #machine: Machine;
  /** What is said about the line that is read; it is written when the line is complete. */
  #said: { readonly text: string; readonly isError: boolean }[] = [];
  #isWrong = false;
  #name = '(standard_in)';

  constructor(host: Host, sources: Sources, out: Output, rules: SessionRules) {
    this.#host = host;
    this.#sources = sources;
    this.#out = out;
    this.#rules = rules;
    const messages = this.#messages();
    const names = new Names();
    this.#lexer = new Lexer(messages, rules.isStandard);
    this.#parser = new Parser(this.#lexer, messages, names, new Set());
    this.#parser.texts = {
      show: (what) => this.#say(what === 'limits' ? limits : warranty, false),
    };
    this.#machine = new Machine({
      host,
      names,
      printer: new Printer(out, rules.width, !rules.isStandard),
      isStandard: rules.isStandard,
      readLine: () => this.#dataLine(),
      warn: (message) => this.#say(`${message}\n`, true),
      flush: () => this.#flush(),
    });
    if (rules.hasLibrary) this.#machine.loadLibrary();
  }

  #messages(): Messages {
    const { isStandard, isWarned } = this.#rules;
    const place = (): string => `${this.#name} ${this.#lexer.line}: `;
    return {
      error: (message) => {
        this.#isWrong = true;
        this.#say(`${place()}${message}\n`, true);
      },
      nonStandard: (message) => {
        if (isStandard) this.#isWrong = true;
        if (isStandard) this.#say(`${place()}Error: ${message}\n`, true);
        else if (isWarned) this.#say(`${place()}(Warning) ${message}\n`, true);
      },
    };
  }

  #say(text: string, isError: boolean): void {
    this.#said.push({ text, isError });
  }

  /** Returns the status. */
  async run(): Promise<number> {
    try {
      while (await this.#item());
      return 0;
    } catch (error) {
      return this.#statusOf(error);
    } finally {
      await this.#flush();
    }
  }

  #statusOf(error: unknown): number {
    if (error instanceof Quit || error instanceof Halt) return 0;
    if (error instanceof OpenComment) {
      this.#say('EOF encountered in a comment.\n', true);
      return 0;
    }
    if (error instanceof Unavailable) {
      this.#say(error.message, true);
      return 1;
    }
    if (error instanceof TooLarge || error instanceof RangeError) {
      this.#say('Fatal error: Out of memory for malloc.\n', true);
      return 1;
    }
    throw error;
  }

  /** Returns false at the end. */
  async #item(): Promise<boolean> {
    const item = await this.#read();
    if (item.kind === 'end') return false;
    if (this.#said.length > 0) await this.#flush();
    if (this.#isWrong) return true;
    if (item.kind === 'function') this.#machine.define(item.definition);
    else await this.#machine.run(item.code.ops);
    return true;
  }

  /** Reads until there is a whole line. What was read of it so far is read again with more text. */
  async #read(): Promise<Item> {
    for (;;) {
      const { place } = this.#lexer;
      const before = this.#said.length;
      this.#isWrong = false;
      try {
        return this.#parser.item();
      } catch (error) {
        if (!(error instanceof NeedMore)) throw error;
        this.#lexer.place = place;
        this.#said.length = before;
        await this.#more();
      }
    }
  }

  async #more(): Promise<void> {
    await this.#flush();
    const piece = await this.#sources.next();
    if (!piece) {
      this.#lexer.isComplete = true;
      return;
    }
    if (piece.isNew) {
      this.#name = piece.name;
      this.#lexer.line = 1;
    }
    this.#lexer.feed(piece.text);
    await this.#host.checkpoint();
  }

  /** A program that comes from standard input is followed there by what it reads. */
  async #dataLine(): Promise<string | undefined> {
    if (!this.#sources.isInput) return this.#sources.dataLine();
    for (;;) {
      const line = this.#lexer.takeLine();
      if (line !== undefined) return line;
      const piece = await this.#sources.next();
      if (!piece) return undefined;
      this.#lexer.feed(piece.text);
    }
  }

  async #flush(): Promise<void> {
    const said = this.#said;
    this.#said = [];
    for (const { text, isError } of said) if (!isError) this.#out.bytes(latin1Bytes(text));
    await this.#out.flush();
    const errors = said.map(({ text, isError }) => (isError ? text : '')).join('');
    if (errors !== '') await this.#host.stderr.write(latin1Bytes(errors));
  }
}
