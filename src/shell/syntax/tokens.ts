/** What stands between the commands of a script: blanks, line ends with their here-documents, reserved words. */
import type { Aliases } from './aliases.ts';
import { type HereDocument, readHereDocument } from './heredocuments.ts';
import { type Scanner, SyntaxError_ } from './scanner.ts';
import type { Words } from './words.ts';

/** Words that are commands of the grammar where a command begins. */
const reserved: ReadonlySet<string> = new Set(
  '! { } [[ if then elif else fi for while until do done case esac select function time coproc in'.split(
    ' ',
  ),
);
/** A token for an error. */
const TOKEN =
  /;;&|;;|;&|;|&&|&|\|\||\|&|\||\(|\)|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>|\n|[^ \t\n;&|<>()]+/y;

export class Tokens {
  readonly scanner: Scanner;
  readonly words: Words;
  readonly aliases: Aliases;
  /** A here-document that the text ended in. */
  missing: HereDocument | undefined;
  /** Here-documents that the line has announced. */
  #pending: HereDocument[] = [];
  /** How deep in `$(…)`. */
  #substitutions = 0;

  constructor(scanner: Scanner, words: Words, aliases: Aliases) {
    this.scanner = scanner;
    this.words = words;
    this.aliases = aliases;
  }

  announce(document: HereDocument): void {
    this.#pending.push(document);
  }

  /** Parses what has its own lines: its here-documents do not wait for those of the line around it. */
  apart<T>(parse: () => T): T {
    const outer = this.#pending;
    this.#pending = [];
    this.#substitutions++;
    try {
      return parse();
    } finally {
      this.#substitutions--;
      this.#pending = [...outer, ...this.#pending];
    }
  }

  blanks(): void {
    const scanner = this.scanner;
    for (;;) {
      scanner.skipContinuations();
      if (scanner.match(/[ \t]+/y)) continue;
      if (scanner.peek() === '#') scanner.match(/[^\n]*/y);
      else if (!scanner.startsWith('\\\n')) break;
    }
    scanner.join();
  }

  newlines(): void {
    this.blanks();
    while (this.scanner.peek() === '\n') {
      this.lineEnd();
      this.blanks();
    }
  }

  /** The end of a line: here-documents that it announced come now. */
  lineEnd(): void {
    const scanner = this.scanner;
    if (!scanner.isAtEnd) scanner.at++;
    const pending = this.#pending;
    this.#pending = [];
    for (const each of pending)
      if (!readHereDocument(each, scanner, this.words, this.#substitutions > 0))
        this.missing = each;
  }

  /** Passes blanks, and puts the text of an alias in its place where it follows one that ends in a blank. */
  aliased(): void {
    do this.blanks();
    while (this.aliases.expand(this.scanner, false));
  }

  unexpected(): never {
    const scanner = this.scanner;
    const { line } = scanner;
    if (scanner.isAtEnd)
      throw new SyntaxError_('syntax error: unexpected end of file', scanner.lineAfter, {
        incomplete: true,
      });
    const shown = scanner.lineText();
    const [token = ''] = scanner.match(TOKEN) ?? [];
    const name = token === '\n' ? 'newline' : token;
    throw new SyntaxError_(`syntax error near unexpected token \`${name}'`, line, { shown });
  }

  /** Passes what may stand before a command, and puts the text of aliases in their place. */
  commandStart(): void {
    do this.newlines();
    while (this.expandCommand());
  }

  /** Puts the text of an alias in its place where a command begins; gives whether it did. */
  expandCommand(): boolean {
    if (this.aliases.isPosix && this.reservedHere() !== '') return false;
    return this.aliases.expand(this.scanner, true);
  }

  /** The reserved word that stands here; '' for none. */
  reservedHere(): string {
    const scanner = this.scanner;
    const start = scanner.at;
    const [word = ''] = scanner.match(/(?:[a-z]+|[!{}]|\[\[)(?=[ \t\n;&|<>()]|$)/y) ?? [];
    scanner.at = start;
    return reserved.has(word) ? word : '';
  }

  takeReserved(word: string): boolean {
    if (this.reservedHere() !== word) return false;
    this.scanner.at += word.length;
    return true;
  }

  expect(word: string): void {
    this.newlines();
    if (!this.takeReserved(word)) this.unexpected();
  }

  isCommandEnd(): boolean {
    this.blanks();
    return this.scanner.isAtEnd || /[\n;&|)]/.test(this.scanner.peek());
  }
}
