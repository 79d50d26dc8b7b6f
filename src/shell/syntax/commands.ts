/**
 * The parser of commands (bash(1) "SHELL GRAMMAR"), by recursive descent over the characters: what a word means depends on
 * where it stands. A script is read a line of commands at a time, so that what stands before a mistake runs.
 */
import { Aliases } from './aliases.ts';
import { arithmeticText, bracketed } from './brackets.ts';
import { parseCondition } from './conditions.ts';
import { type Dialect, plainDialect } from './dialect.ts';
import { announcedBy, type HereDocument, readHereDocument } from './heredocuments.ts';
import { Scanner, SyntaxError_ } from './scanner.ts';
import type {
  Assignment,
  Body,
  CaseItem,
  Command,
  Compound,
  CompoundBody,
  Element,
  FunctionDefinition,
  Pipeline,
  Redirection,
  RedirectionOperator,
  Script,
  SimpleCommand,
  Statement,
  Word,
} from './tree.ts';
import { Words } from './words.ts';

/** Words that are commands of the grammar where a command begins. */
const reserved: ReadonlySet<string> = new Set(
  '! { } [[ if then elif else fi for while until do done case esac select function time coproc in'.split(
    ' ',
  ),
);
/** They end a list, whatever it belongs to. */
const enders: ReadonlySet<string> = new Set('then elif else fi do done esac }'.split(' '));

/** Builtins whose arguments may be assignments. */
const declaring: ReadonlySet<string> = new Set([
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
]);

const OPERATOR = /&>>|&>|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>/y;
/** A token for an error. */
const TOKEN =
  /;;&|;;|;&|;|&&|&|\|\||\|&|\||\(|\)|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>|\n|[^ \t\n;&|<>()]+/y;

export class Parser {
  readonly #scanner: Scanner;
  readonly #words: Words;
  readonly #aliases: Aliases;
  #pending: HereDocument[] = [];

  constructor(source: string | Scanner, line = 1, dialect: Dialect = plainDialect) {
    this.#aliases = new Aliases(dialect);
    this.#scanner = typeof source === 'string' ? new Scanner(source, line) : source;
    this.#words = new Words(dialect, {
      untilParenthesis: (scanner) =>
        scanner === this.#scanner ? this.#within() : new Parser(scanner, 1, dialect).#within(),
      whole: (inner, at) => new Parser(inner, at, dialect).script(),
    });
  }

  #told = 0;

  /** The text that was read since this was last asked. */
  taken(): string {
    const text = this.#scanner.text.slice(this.#told, this.#scanner.at);
    this.#told = this.#scanner.at;
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  }

  /** All that is there. Throws SyntaxError_. */
  script(): Script {
    const statements: Statement[] = [];
    for (let line = this.line(); line; line = this.line()) statements.push(...line);
    return { statements };
  }

  /** The statements of the next line that has any; undefined at the end. Throws SyntaxError_. */
  line(): readonly Statement[] | undefined {
    try {
      return this.#line();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new SyntaxError_(
        'syntax error: the commands are nested too deeply',
        this.#scanner.line,
      );
    }
  }

  #line(): readonly Statement[] | undefined {
    this.#newlines();
    if (this.#scanner.isAtEnd) return undefined;
    const statements: Statement[] = [];
    do {
      statements.push(this.#statement());
      this.#blanks();
    } while (!this.#scanner.isAtEnd && this.#scanner.peek() !== '\n');
    // What stands in the line's here-documents follows it.
    this.#lineEnd();
    return statements;
  }

  /** An assignment that is all of the text; undefined where it is none. */
  static assignment(text: string): Assignment | undefined {
    const parser = new Parser(text);
    return parser.#assignment(true);
  }

  /** The text between the brackets of an associative array's element. */
  static subscript(text: string): Word {
    return new Parser(text).#words.whole(new Scanner(text));
  }

  /** Text as in double quotes. */
  static quoted(text: string, quotes: 'kept' | 'dropped' = 'dropped'): Word {
    return new Parser('').#words.quotedText(text, 1, quotes);
  }

  /** Words that the characters of `separators` part. */
  static words(text: string, separators: string): Word[] {
    const scanner = new Scanner(text);
    const parser = new Parser(scanner);
    const isEnd = (each: Scanner): boolean => separators.includes(each.peek());
    const words: Word[] = [];
    while (!scanner.isAtEnd)
      if (isEnd(scanner)) scanner.at++;
      else words.push(parser.#words.text(scanner, { isDouble: false, isEnd }));
    return words;
  }

  // Blanks and lines

  #blanks(): void {
    const scanner = this.#scanner;
    for (;;) {
      scanner.skipContinuations();
      if (scanner.match(/[ \t]+/y)) continue;
      if (scanner.peek() === '#') scanner.match(/[^\n]*/y);
      else if (!scanner.startsWith('\\\n')) return;
    }
  }

  #newlines(): void {
    this.#blanks();
    while (this.#scanner.peek() === '\n') {
      this.#lineEnd();
      this.#blanks();
    }
  }

  /** The end of a line: here-documents that it announced come now. */
  #lineEnd(): void {
    const scanner = this.#scanner;
    if (!scanner.isAtEnd) scanner.at++;
    const pending = this.#pending;
    this.#pending = [];
    for (const each of pending)
      if (!readHereDocument(each, scanner, this.#words)) this.missing = each;
  }

  /** A here-document that the text ended in. */
  missing: HereDocument | undefined;

  /** Passes blanks, and puts the text of an alias in its place where it follows one that ends in a blank. */
  #aliased(): void {
    do this.#blanks();
    while (this.#aliases.expand(this.#scanner, false));
  }

  // Errors

  #unexpected(): never {
    const scanner = this.#scanner;
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

  // Lists

  /** Statements up to what ends the list of a compound command. EBNF: compound_list. */
  #list(isEnd: () => boolean): Body {
    const statements: Statement[] = [];
    for (;;) {
      this.#commandStart();
      if (isEnd()) return statements;
      if (this.#scanner.isAtEnd) this.#unexpected();
      statements.push(this.#statement());
    }
  }

  /** Passes what may stand before a command, and puts the text of aliases in their place. */
  #commandStart(): void {
    do this.#newlines();
    while (this.#aliases.expand(this.#scanner, true));
  }

  /** A list that has at least one statement and ends at one of these words, which is passed. */
  #until(...words: readonly string[]): { readonly body: Body; readonly ended: string } {
    const body = this.#list(() => this.#reservedHere() !== '' && enders.has(this.#reservedHere()));
    const ended = this.#reservedHere();
    if (body.length === 0 || !words.includes(ended)) this.#unexpected();
    this.#scanner.at += ended.length;
    return { body, ended };
  }

  /** Up to the parenthesis of `$(…)`, which is passed. */
  #within(): Script {
    const scanner = this.#scanner;
    const outer = this.#pending;
    this.#pending = [];
    try {
      const statements = this.#list(() => scanner.peek() === ')');
      scanner.at++;
      return { statements };
    } catch (error) {
      if (error instanceof SyntaxError_ && error.incomplete && scanner.isAtEnd)
        scanner.unclosed(')', scanner.lineAfter);
      throw error;
    } finally {
      this.#pending = [...outer, ...this.#pending];
    }
  }

  /** The reserved word that stands here; '' for none. */
  #reservedHere(): string {
    const scanner = this.#scanner;
    const start = scanner.at;
    const [word = ''] = scanner.match(/(?:[a-z]+|[!{}]|\[\[)(?=[ \t\n;&|<>()]|$)/y) ?? [];
    scanner.at = start;
    return reserved.has(word) ? word : '';
  }

  #takeReserved(word: string): boolean {
    if (this.#reservedHere() !== word) return false;
    this.#scanner.at += word.length;
    return true;
  }

  #expect(word: string): void {
    this.#newlines();
    if (!this.#takeReserved(word)) this.#unexpected();
  }

  #statement(): Statement {
    const scanner = this.#scanner;
    this.#blanks();
    const start = scanner.at;
    const pipelines = [this.#pipeline()];
    const operators: ('&&' | '||')[] = [];
    for (;;) {
      this.#blanks();
      const operator = scanner.take('&&') ? '&&' : scanner.take('||') ? '||' : undefined;
      if (!operator) break;
      this.#newlines();
      operators.push(operator);
      pipelines.push(this.#pipeline());
    }
    const source = scanner.text.slice(start, scanner.at).trimEnd();
    const background = scanner.peek() === '&';
    if (background) scanner.at++;
    else if (
      scanner.peek() === ';' &&
      !/^;[;&]/.test(scanner.text.slice(scanner.at, scanner.at + 2))
    )
      scanner.at++;
    else this.#needsEnd();
    return { pipelines, operators, background, source };
  }

  /** Without a `;` only the end of a line or of a list may follow. */
  #needsEnd(): void {
    const scanner = this.#scanner;
    if (scanner.isAtEnd || /[\n)]/.test(scanner.peek()) || scanner.startsWith(';')) return;
    this.#unexpected();
  }

  #pipeline(): Pipeline {
    let negated = false;
    let timed: Pipeline['timed'] = 'no';
    for (;;) {
      this.#blanks();
      if (this.#aliases.expand(this.#scanner, true)) continue;
      if (this.#takeReserved('!')) negated = !negated;
      else if (timed === 'no' && this.#takeReserved('time')) {
        this.#blanks();
        timed = this.#scanner.match(/-p(?=[ \t\n])/y) ? 'posix' : 'yes';
        this.#blanks();
        this.#scanner.match(/--(?=[ \t\n])/y);
      } else break;
    }
    const isBare = (negated || timed !== 'no') && this.#isCommandEnd();
    const commands: Command[] = isBare ? [] : [this.#command()];
    const joinsErrors: boolean[] = [];
    for (;;) {
      this.#blanks();
      if (this.#scanner.startsWith('||')) break;
      if (this.#scanner.take('|&')) joinsErrors.push(true);
      else if (this.#scanner.take('|')) joinsErrors.push(false);
      else break;
      this.#newlines();
      commands.push(this.#command());
    }
    return { commands, negated, timed, joinsErrors };
  }

  #isCommandEnd(): boolean {
    this.#blanks();
    return this.#scanner.isAtEnd || /[\n;&|)]/.test(this.#scanner.peek());
  }

  // Commands

  #command(): Command {
    const scanner = this.#scanner;
    do this.#blanks();
    while (this.#aliases.expand(scanner, true));
    const { line } = scanner;
    const word = this.#reservedHere();
    if (word === 'function') return this.#functionWord(line);
    if (word === 'coproc') return this.#coproc(line);
    const compound = this.#compound(word, line);
    if (compound) return compound;
    if (enders.has(word)) this.#unexpected();
    return this.#functionParentheses(line) ?? this.#simple(line);
  }

  /** A compound command with its redirections; undefined where none begins here. */
  #compound(word: string, line: number): Compound | undefined {
    const made = this.#compoundBody(word);
    if (!made) return undefined;
    const redirections: Redirection[] = [];
    for (let next = this.#redirection(); next; next = this.#redirection()) redirections.push(next);
    return { ...made, redirections, line };
  }

  #compoundBody(word: string): CompoundBody | undefined {
    const scanner = this.#scanner;
    if (scanner.peek() === '(') return this.#parenthesized();
    if (word === '') return undefined;
    const start = scanner.at;
    scanner.at += word.length;
    switch (word) {
      case '{': {
        const { body } = this.#until('}');
        return { type: 'Group', body };
      }
      case 'if':
        return this.#if();
      case 'while':
      case 'until': {
        const { body: condition } = this.#until('do');
        const { body } = this.#until('done');
        return { type: word === 'while' ? 'While' : 'Until', condition, body };
      }
      case 'for':
        return this.#for();
      case 'select':
        return this.#each('Select');
      case 'case':
        return this.#case();
      case '[[':
        return {
          type: 'Conditional',
          condition: parseCondition(
            scanner,
            this.#words,
            () => this.#newlines(),
            () => this.#blanks(),
          ),
        };
      default:
        scanner.at = start;
        return undefined;
    }
  }

  /** `((…))`, or a subshell where the parentheses close apart. */
  #parenthesized(): CompoundBody {
    const scanner = this.#scanner;
    const start = scanner.at;
    const { line } = scanner;
    if (scanner.peek(1) === '(') {
      const text = arithmeticText(scanner, start + 2);
      if (text !== undefined)
        return { type: 'Arithmetic', expression: this.#words.quotedText(text, line, 'dropped') };
      scanner.at = start;
    }
    scanner.at++;
    const body = this.#list(() => scanner.peek() === ')');
    if (body.length === 0) this.#unexpected();
    scanner.at++;
    return { type: 'Subshell', body };
  }

  #if(): CompoundBody {
    const clauses: { condition: Body; body: Body }[] = [];
    let otherwise: Body | undefined;
    for (let next = 'if'; next !== 'fi'; ) {
      if (next === 'else') {
        ({ body: otherwise, ended: next } = this.#until('fi'));
        continue;
      }
      const { body: condition } = this.#until('then');
      const { body, ended } = this.#until('elif', 'else', 'fi');
      clauses.push({ condition, body });
      next = ended;
    }
    return { type: 'If', clauses, otherwise };
  }

  #for(): CompoundBody {
    this.#blanks();
    const scanner = this.#scanner;
    if (!scanner.startsWith('((')) return this.#each('For');
    const { line } = scanner;
    const text = arithmeticText(scanner, scanner.at + 2);
    if (text === undefined) return scanner.unclosed(')', line);
    const parts = text.split(';');
    if (parts.length !== 3) this.#unexpected();
    const [init, condition, update] = parts.map((part) =>
      this.#words.quotedText(part, line, 'dropped'),
    ) as [Word, Word, Word];
    this.#blanks();
    if (scanner.peek() === ';') scanner.at++;
    return { type: 'CStyleFor', init, condition, update, body: this.#doOrGroup() };
  }

  /** `for NAME in WORDS`, `select NAME`. */
  #each(type: 'For' | 'Select'): CompoundBody {
    this.#aliased();
    const scanner = this.#scanner;
    const [variable] = scanner.match(/[^ \t\n;&|<>()]+/y) ?? [];
    if (variable === undefined) return this.#unexpected();
    if (!/^[A-Za-z_]\w*$/.test(variable))
      throw new SyntaxError_(`\`${variable}': not a valid identifier`, scanner.line);
    this.#newlines();
    this.#aliased();
    let words: Word[] | undefined;
    if (this.#takeReserved('in')) {
      words = [];
      for (this.#aliased(); !this.#isCommandEnd(); this.#aliased()) {
        const word = this.#words.word(scanner);
        if (word.source === '') this.#unexpected();
        words.push(word);
      }
      if (scanner.peek() !== '\n' && scanner.peek() !== ';') this.#unexpected();
      if (scanner.peek() === ';') scanner.at++;
    } else if (scanner.peek() === ';') scanner.at++;
    return { type, variable, words, body: this.#doOrGroup() };
  }

  #doOrGroup(): Body {
    this.#newlines();
    if (this.#takeReserved('{')) return this.#until('}').body;
    this.#expect('do');
    return this.#until('done').body;
  }

  #case(): CompoundBody {
    const scanner = this.#scanner;
    this.#blanks();
    const word = this.#words.word(scanner);
    if (word.source === '') this.#unexpected();
    this.#expect('in');
    const items: CaseItem[] = [];
    for (;;) {
      this.#newlines();
      if (this.#takeReserved('esac')) return { type: 'Case', word, items };
      items.push(this.#caseItem());
    }
  }

  #caseItem(): CaseItem {
    const scanner = this.#scanner;
    scanner.take('(');
    const patterns: Word[] = [];
    for (;;) {
      this.#blanks();
      const pattern = this.#words.word(scanner);
      if (pattern.source === '') this.#unexpected();
      patterns.push(pattern);
      this.#blanks();
      if (!scanner.take('|')) break;
    }
    if (!scanner.take(')')) this.#unexpected();
    const isEnd = (): boolean =>
      scanner.startsWith(';;') || scanner.startsWith(';&') || this.#reservedHere() === 'esac';
    const body = this.#list(isEnd);
    const [terminator = ';;'] = scanner.match(/;;&|;;|;&/y) ?? [];
    return { patterns, body, terminator: terminator as CaseItem['terminator'] };
  }

  /** `name () compound`; undefined where it is none. */
  #functionParentheses(line: number): FunctionDefinition | undefined {
    const found = this.#scanner.match(/([^ \t\n;&|<>()$`"'\\=]+)[ \t]*\([ \t]*\)/y);
    return found && this.#functionBody(found[1] as string, line);
  }

  /** `function name [()] compound`. */
  #functionWord(line: number): FunctionDefinition {
    const scanner = this.#scanner;
    scanner.at += 'function'.length;
    this.#blanks();
    const [name] = scanner.match(/[^ \t\n;&|<>()]+/y) ?? [];
    if (name === undefined) return this.#unexpected();
    scanner.match(/[ \t]*\([ \t]*\)/y);
    return this.#functionBody(name, line);
  }

  #functionBody(name: string, line: number): FunctionDefinition {
    this.#newlines();
    const body = this.#compound(this.#reservedHere(), this.#scanner.line);
    if (!body) return this.#unexpected();
    return { type: 'FunctionDefinition', name, body, line };
  }

  /** `coproc command`, `coproc NAME compound`. */
  #coproc(line: number): Command {
    const scanner = this.#scanner;
    scanner.at += 'coproc'.length;
    this.#blanks();
    const first = this.#compound(this.#reservedHere(), line);
    if (first) return { type: 'Coproc', name: 'COPROC', body: first, line };
    const start = scanner.at;
    const [name] = scanner.match(/[A-Za-z_]\w*(?=[ \t])/y) ?? [];
    this.#blanks();
    const body = name === undefined ? undefined : this.#compound(this.#reservedHere(), line);
    if (body) return { type: 'Coproc', name: name as string, body, line };
    scanner.at = start;
    return { type: 'Coproc', name: 'COPROC', body: this.#simple(line), line };
  }

  // Simple commands

  #simple(line: number): SimpleCommand {
    const scanner = this.#scanner;
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      this.#blanks();
      const redirection = this.#redirection();
      if (redirection) {
        redirections.push(redirection);
        continue;
      }
      if (this.#aliases.expand(scanner, words.length === 0)) continue;
      if (scanner.isAtEnd || /[\n;&|()]/.test(scanner.peek())) break;
      const command = words[0]?.source ?? '';
      const start = scanner.at;
      const isDeclaring = declaring.has(command);
      const assignment = words.length === 0 || isDeclaring ? this.#assignment(true) : undefined;
      if (assignment && words.length === 0) {
        assignments.push(assignment);
        continue;
      }
      if (assignment)
        words.push({ parts: [], source: scanner.text.slice(start, scanner.at), assignment });
      else words.push(this.#words.word(scanner));
    }
    const isEmpty = words.length === 0 && assignments.length === 0 && redirections.length === 0;
    if (isEmpty || scanner.peek() === '(') this.#unexpected();
    return { type: 'SimpleCommand', assignments, words, redirections, line };
  }

  /** An assignment that begins here; undefined, and nothing passed, where none does. */
  #assignment(takesArrays: boolean): Assignment | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    const [name] = scanner.match(/[A-Za-z_]\w*/y) ?? [];
    if (name === undefined) return undefined;
    const subscript = scanner.peek() === '[' ? bracketed(scanner) : undefined;
    const [equals] = scanner.match(/\+?=/y) ?? [];
    if (equals === undefined) {
      scanner.at = start;
      return undefined;
    }
    const append = equals === '+=';
    if (takesArrays && scanner.peek() === '(' && subscript === undefined)
      return { name, subscript, append, value: this.#array() };
    return { name, subscript, append, value: this.#words.value(scanner) };
  }

  #array(): Element[] {
    const scanner = this.#scanner;
    const { line } = scanner;
    scanner.at++;
    const elements: Element[] = [];
    for (;;) {
      this.#newlines();
      if (scanner.take(')')) return elements;
      if (scanner.isAtEnd) scanner.unclosed(')', line);
      elements.push(this.#element());
    }
  }

  #element(): Element {
    const scanner = this.#scanner;
    const start = scanner.at;
    if (scanner.peek() === '[') {
      const key = bracketed(scanner);
      const [equals] = (key !== undefined && scanner.match(/\+?=/y)) || [];
      if (equals !== undefined)
        return { key, append: equals === '+=', value: this.#words.value(scanner) };
      scanner.at = start;
    }
    const value = this.#words.word(scanner);
    if (value.source === '') this.#unexpected();
    return { key: undefined, append: false, value };
  }

  // Redirections

  #redirection(): Redirection | undefined {
    this.#blanks();
    const scanner = this.#scanner;
    const start = scanner.at;
    const [, digits, name] =
      scanner.match(/(?:(\d+)|\{([A-Za-z_]\w*(?:\[[^\]\s]+\])?)\})?(?=[<>]|&>)/y) ?? [];
    const isProcess =
      digits === undefined &&
      name === undefined &&
      /^[<>]\(/.test(scanner.text.slice(scanner.at, scanner.at + 2));
    const [written] = isProcess ? [] : (scanner.match(OPERATOR) ?? []);
    if (written === undefined || (written.startsWith('&') && scanner.at - written.length > start)) {
      scanner.at = start;
      return undefined;
    }
    const fd = name ?? (digits === undefined ? undefined : Number(digits));
    this.#blanks();
    if (written === '<<' || written === '<<-')
      return { operator: '<<', fd, target: this.#announced(written === '<<-') };
    const target = this.#words.word(scanner);
    if (target.source === '') this.#unexpected();
    return { operator: written as RedirectionOperator, fd, target };
  }

  /** The delimiter of a here-document; the text comes when the line has ended. */
  #announced(stripsTabs: boolean): Word {
    const { line } = this.#scanner;
    const word = this.#words.word(this.#scanner);
    if (word.source === '') this.#unexpected();
    const announced = announcedBy(word, stripsTabs, line);
    this.#pending.push(announced);
    return announced.target;
  }
}
