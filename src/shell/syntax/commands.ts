/**
 * The parser of commands (bash(1) "SHELL GRAMMAR"), by recursive descent over the characters: what a word means depends on
 * where it stands. A script is read a line of commands at a time, so that what stands before a mistake runs.
 */
import { isOverflow } from '../overflow.ts';
import { Aliases } from './aliases.ts';
import { arithmeticText, nestedParentheses } from './brackets.ts';
import { parseCondition } from './conditions.ts';
import { type Dialect, plainDialect } from './dialect.ts';
import type { HereDocument } from './heredocuments.ts';
import { Scanner, SyntaxError_ } from './scanner.ts';
import { SimpleCommands } from './simplecommands.ts';
import { Tokens } from './tokens.ts';
import type {
  Assignment,
  Body,
  CaseItem,
  Command,
  Compound,
  CompoundBody,
  FunctionDefinition,
  Pipeline,
  Redirection,
  Script,
  Statement,
  Word,
} from './tree.ts';
import { Words } from './words.ts';

/** They end a list, whatever it belongs to. */
const enders: ReadonlySet<string> = new Set('then elif else fi do done esac }'.split(' '));

export class Parser {
  readonly #scanner: Scanner;
  readonly #words: Words;
  readonly #tokens: Tokens;
  readonly #simple: SimpleCommands;

  constructor(source: string | Scanner, line = 1, dialect: Dialect = plainDialect) {
    this.#scanner = typeof source === 'string' ? new Scanner(source, line) : source;
    this.#words = new Words(dialect, {
      untilParenthesis: (scanner) =>
        scanner === this.#scanner ? this.#within() : new Parser(scanner, 1, dialect).#within(),
      whole: (inner, at) => new Parser(inner, at, dialect).script(),
    });
    this.#tokens = new Tokens(this.#scanner, this.#words, new Aliases(dialect));
    this.#simple = new SimpleCommands(this.#tokens);
  }

  #told = 0;

  /** The text that was read since this was last asked. */
  taken(): string {
    const text = this.#scanner.text.slice(this.#told, this.#scanner.at);
    this.#told = this.#scanner.at;
    return text === '' || text.endsWith('\n') ? text : `${text}\n`;
  }

  /** A here-document that the text ended in. */
  get missing(): HereDocument | undefined {
    return this.#tokens.missing;
  }

  /** How many characters follow. */
  get left(): number {
    return this.#scanner.left;
  }

  /** It has not come to the end of a text that an alias stands for. */
  get isInAlias(): boolean {
    return this.#tokens.aliases.isWithin(this.#scanner);
  }

  /** The text with that of aliases in their places. */
  get text(): string {
    return this.#scanner.text;
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
      if (!isOverflow(error)) throw error;
      throw new SyntaxError_(
        'syntax error: the commands are nested too deeply',
        this.#scanner.line,
      );
    }
  }

  #line(): readonly Statement[] | undefined {
    this.#tokens.commandStart();
    if (this.#scanner.isAtEnd) return undefined;
    const statements: Statement[] = [];
    do {
      statements.push(this.#statement());
      this.#tokens.blanks();
    } while (!this.#scanner.isAtEnd && this.#scanner.peek() !== '\n');
    // What stands in the line's here-documents follows it.
    this.#tokens.lineEnd();
    return statements;
  }

  /** An assignment that is all of the text; undefined where it is none. */
  static assignment(text: string): Assignment | undefined {
    const parser = new Parser(text);
    return parser.#simple.assignment(true);
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

  // Errors

  // Lists

  /** Statements up to what ends the list of a compound command. EBNF: compound_list. */
  #list(isEnd: () => boolean): Body {
    const statements: Statement[] = [];
    for (;;) {
      this.#tokens.commandStart();
      if (isEnd()) return statements;
      if (this.#scanner.isAtEnd) this.#tokens.unexpected();
      statements.push(this.#statement());
    }
  }

  /** A list that has at least one statement and ends at one of these words, which is passed. */
  #until(...words: readonly string[]): { readonly body: Body; readonly ended: string } {
    const body = this.#list(
      () => this.#tokens.reservedHere() !== '' && enders.has(this.#tokens.reservedHere()),
    );
    const ended = this.#tokens.reservedHere();
    if (body.length === 0 || !words.includes(ended)) this.#tokens.unexpected();
    this.#scanner.at += ended.length;
    return { body, ended };
  }

  /** Up to the parenthesis of `$(…)`, which is passed. */
  #within(): Script {
    const scanner = this.#scanner;
    return this.#tokens.apart(() => {
      try {
        const statements = this.#list(() => scanner.peek() === ')');
        scanner.at++;
        return { statements };
      } catch (error) {
        if (error instanceof SyntaxError_ && error.incomplete && scanner.isAtEnd)
          scanner.unclosed(')', scanner.lineAfter, 'two');
        throw error;
      }
    });
  }

  #statement(): Statement {
    const scanner = this.#scanner;
    this.#tokens.blanks();
    const start = scanner.at;
    const pipelines = [this.#pipeline()];
    const operators: ('&&' | '||')[] = [];
    for (;;) {
      this.#tokens.blanks();
      const operator = scanner.take('&&') ? '&&' : scanner.take('||') ? '||' : undefined;
      if (!operator) break;
      this.#tokens.commandStart();
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
    else this.#needsEnd(pipelines.at(-1)?.commands.at(-1));
    return { pipelines, operators, background, source };
  }

  /** Without a `;` only the end of a line or of a list may follow; behind a compound command also a word that ends a list. */
  #needsEnd(last: Command | undefined): void {
    const scanner = this.#scanner;
    if (scanner.isAtEnd || /[\n)]/.test(scanner.peek()) || scanner.startsWith(';')) return;
    const isCompound =
      last &&
      last.type !== 'SimpleCommand' &&
      (!('redirections' in last) || last.redirections.length === 0);
    if (isCompound && enders.has(this.#tokens.reservedHere())) return;
    this.#tokens.unexpected();
  }

  #pipeline(): Pipeline {
    let negated = false;
    let timed: Pipeline['timed'] = 'no';
    for (;;) {
      this.#tokens.blanks();
      if (this.#tokens.expandCommand()) continue;
      if (this.#tokens.takeReserved('!')) negated = !negated;
      else if (timed === 'no' && this.#tokens.takeReserved('time')) {
        this.#tokens.blanks();
        timed = this.#scanner.match(/-p(?=[ \t\n;&|)]|$)/y) ? 'posix' : 'yes';
        this.#tokens.blanks();
        this.#scanner.match(/--(?=[ \t\n])/y);
      } else break;
    }
    const isBare = (negated || timed !== 'no') && this.#tokens.isCommandEnd();
    const commands: Command[] = isBare ? [] : [this.#command()];
    const joinsErrors: boolean[] = [];
    for (;;) {
      this.#tokens.blanks();
      if (this.#scanner.startsWith('||')) break;
      if (this.#scanner.take('|&')) joinsErrors.push(true);
      else if (this.#scanner.take('|')) joinsErrors.push(false);
      else break;
      this.#tokens.commandStart();
      commands.push(this.#command());
    }
    return { commands, negated, timed, joinsErrors };
  }

  // Commands

  #command(): Command {
    return this.#scanner.within(() => this.#nestedCommand());
  }

  #nestedCommand(): Command {
    const scanner = this.#scanner;
    do this.#tokens.blanks();
    while (this.#tokens.expandCommand());
    const { line } = scanner;
    const word = this.#tokens.reservedHere();
    if (word === 'function') return this.#functionWord(line);
    if (word === 'coproc') return this.#coproc(line);
    const compound = this.#compound(word, line);
    if (compound) return compound;
    if (enders.has(word)) this.#tokens.unexpected();
    return this.#functionParentheses(line) ?? this.#simple.command(line);
  }

  /** A compound command with its redirections; undefined where none begins here. */
  #compound(word: string, line: number): Compound | undefined {
    const made = this.#compoundBody(word);
    if (!made) return undefined;
    const redirections: Redirection[] = [];
    for (let next = this.#simple.redirection(); next; next = this.#simple.redirection())
      redirections.push(next);
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
            () => this.#tokens.newlines(),
            () => this.#tokens.blanks(),
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
      return nestedParentheses(scanner, start + 1, line, () => this.#subshell());
    }
    return this.#subshell();
  }

  #subshell(): CompoundBody {
    const scanner = this.#scanner;
    scanner.at++;
    const body = this.#list(() => scanner.peek() === ')');
    if (body.length === 0) this.#tokens.unexpected();
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
    this.#tokens.blanks();
    const scanner = this.#scanner;
    if (!scanner.startsWith('((')) return this.#each('For');
    const { line } = scanner;
    const text = arithmeticText(scanner, scanner.at + 2);
    if (text === undefined) return scanner.unclosed(')', line);
    const parts = text.split(';');
    if (parts.length !== 3) this.#tokens.unexpected();
    const [init, condition, update] = parts.map((part) =>
      this.#words.quotedText(part, line, 'dropped'),
    ) as [Word, Word, Word];
    this.#tokens.blanks();
    if (scanner.peek() === ';') scanner.at++;
    return { type: 'CStyleFor', init, condition, update, body: this.#doOrGroup() };
  }

  /** `for NAME in WORDS`, `select NAME`. */
  #each(type: 'For' | 'Select'): CompoundBody {
    this.#tokens.aliased();
    const scanner = this.#scanner;
    const { source: variable } = this.#words.word(scanner);
    if (variable === '') return this.#tokens.unexpected();
    let words: Word[] | undefined;
    if (this.#takeIn()) {
      words = [];
      for (this.#tokens.aliased(); !this.#tokens.isCommandEnd(); this.#tokens.aliased()) {
        const word = this.#words.word(scanner);
        if (word.source === '') this.#tokens.unexpected();
        words.push(word);
      }
      if (scanner.peek() !== '\n' && scanner.peek() !== ';') this.#tokens.unexpected();
      if (scanner.peek() === ';') scanner.at++;
    } else if (scanner.peek() === ';') scanner.at++;
    return { type, variable, words, body: this.#doOrGroup() };
  }

  /** The `in` that may follow a word, which is never an alias itself; nor is a `do` there. */
  #takeIn(): boolean {
    const { aliases } = this.#tokens;
    do {
      this.#tokens.newlines();
      const isNext = aliases.expandsNext(this.#scanner);
      if (this.#tokens.takeReserved('in')) {
        if (isNext) aliases.expandNextHere(this.#scanner);
        return true;
      }
    } while (this.#tokens.reservedHere() !== 'do' && aliases.expand(this.#scanner, false));
    return false;
  }

  #doOrGroup(): Body {
    do this.#tokens.newlines();
    while (this.#tokens.reservedHere() !== 'do' && this.#tokens.expandCommand());
    if (this.#tokens.takeReserved('{')) return this.#until('}').body;
    this.#tokens.expect('do');
    return this.#until('done').body;
  }

  #case(): CompoundBody {
    const scanner = this.#scanner;
    this.#tokens.aliased();
    const word = this.#words.word(scanner);
    if (word.source === '') this.#tokens.unexpected();
    if (!this.#takeIn()) this.#tokens.unexpected();
    const items: CaseItem[] = [];
    for (;;) {
      do this.#tokens.newlines();
      while (this.#tokens.reservedHere() !== 'esac' && this.#tokens.aliases.expand(scanner, false));
      if (this.#tokens.takeReserved('esac')) return { type: 'Case', word, items };
      items.push(this.#caseItem());
    }
  }

  #caseItem(): CaseItem {
    const scanner = this.#scanner;
    this.#takeInPattern('(');
    const patterns: Word[] = [];
    for (;;) {
      this.#tokens.aliased();
      const pattern = this.#words.word(scanner);
      if (pattern.source === '') this.#tokens.unexpected();
      patterns.push(pattern);
      this.#tokens.aliased();
      if (!this.#takeInPattern('|')) break;
    }
    if (!scanner.take(')')) this.#tokens.unexpected();
    const isEnd = (): boolean =>
      scanner.startsWith(';;') ||
      scanner.startsWith(';&') ||
      this.#tokens.reservedHere() === 'esac';
    const body = this.#list(isEnd);
    const [terminator = ';;'] = scanner.match(/;;&|;;|;&/y) ?? [];
    return { patterns, body, terminator: terminator as CaseItem['terminator'] };
  }

  /** Behind an operator of a pattern a word may be an alias where the operator followed one that ends in a blank. */
  #takeInPattern(operator: string): boolean {
    const isNext = this.#tokens.aliases.expandsNext(this.#scanner);
    const isHere = this.#scanner.take(operator);
    if (isHere && isNext) this.#tokens.aliases.expandNextHere(this.#scanner);
    return isHere;
  }

  /** `name () compound`; undefined where it is none. */
  #functionParentheses(line: number): FunctionDefinition | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    const [name] = scanner.match(/[^ \t\n;&|<>()$`"'\\=]+/y) ?? [];
    if (name === undefined) return undefined;
    this.#tokens.aliased();
    if (scanner.take('(')) {
      do this.#tokens.blanks();
      while (this.#tokens.aliases.expand(scanner, true));
      if (scanner.take(')')) return this.#functionBody(name, line);
    }
    scanner.at = start;
    return undefined;
  }

  /** `function name [()] compound`. */
  #functionWord(line: number): FunctionDefinition {
    const scanner = this.#scanner;
    scanner.at += 'function'.length;
    this.#tokens.blanks();
    const [name] = scanner.match(/[^ \t\n;&|<>()]+/y) ?? [];
    if (name === undefined) return this.#tokens.unexpected();
    scanner.match(/[ \t]*\([ \t]*\)/y);
    return this.#functionBody(name, line);
  }

  #functionBody(name: string, line: number): FunctionDefinition {
    this.#tokens.commandStart();
    const body = this.#compound(this.#tokens.reservedHere(), this.#scanner.line);
    if (!body) return this.#tokens.unexpected();
    return { type: 'FunctionDefinition', name, body, line };
  }

  /** `coproc command`, `coproc NAME compound`. */
  #coproc(line: number): Command {
    const scanner = this.#scanner;
    scanner.at += 'coproc'.length;
    this.#tokens.blanks();
    const first = this.#compound(this.#tokens.reservedHere(), line);
    if (first) return { type: 'Coproc', name: 'COPROC', body: first, line };
    const start = scanner.at;
    const [name] = scanner.match(/[A-Za-z_]\w*(?=[ \t])/y) ?? [];
    this.#tokens.blanks();
    const body = name === undefined ? undefined : this.#compound(this.#tokens.reservedHere(), line);
    if (body) return { type: 'Coproc', name: name as string, body, line };
    scanner.at = start;
    return { type: 'Coproc', name: 'COPROC', body: this.#simple.command(line), line };
  }

  // Redirections
}
