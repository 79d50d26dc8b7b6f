/** The parser of simple commands: their assignments, words and redirections (bash(1) "Simple Commands"). */
import { bracketed } from './brackets.ts';
import { announcedBy, type HereDocument } from './heredocuments.ts';
import type { Tokens } from './tokens.ts';
import type {
  Assignment,
  Element,
  Redirection,
  RedirectionOperator,
  SimpleCommand,
  Word,
} from './tree.ts';

/** Builtins whose arguments may be assignments. */
const declaring: ReadonlySet<string> = new Set([
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
]);

const OPERATOR = /&>>|&>|<<<|<<-|<<|<&|<>|<|>>|>&|>\||>/y;

export class SimpleCommands {
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /**
   * A simple command. Its line is that where its second token ends, which bash reads before it knows that the first one
   * begins no function; an assignment or a redirection in front is enough by itself.
   */
  command(start: number): SimpleCommand {
    const scanner = this.#tokens.scanner;
    let line = start;
    let isSettled = false;
    const settle = (): void => {
      if (!isSettled) line = scanner.line;
      isSettled = true;
    };
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      this.#tokens.blanks();
      if (words.length > 0 && !isSettled) ({ line } = scanner);
      const redirection = this.redirection();
      if (redirection) {
        settle();
        redirections.push(redirection);
        continue;
      }
      const isFirst = words.length === 0 && assignments.length === 0 && redirections.length === 0;
      if (isFirst && this.#tokens.expandCommand()) continue;
      if (!isFirst && this.#tokens.aliases.expand(scanner, words.length === 0)) continue;
      if (scanner.isAtEnd || /[\n;&|()]/.test(scanner.peek())) break;
      const command = words.find(({ source }) => source !== 'command')?.source ?? '';
      const at = scanner.at;
      const isDeclaring = declaring.has(command);
      const takesArrays = words.length === 0 || words[0]?.source === command;
      const assignment =
        words.length === 0 || isDeclaring
          ? this.assignment(takesArrays, words.length === 0)
          : undefined;
      if (assignment && words.length === 0) {
        settle();
        assignments.push(assignment);
        continue;
      }
      if (assignment)
        words.push({ parts: [], source: scanner.text.slice(at, scanner.at), assignment });
      else words.push(this.#tokens.words.word(scanner));
      if (words.length > 1) settle();
    }
    const isEmpty = words.length === 0 && assignments.length === 0 && redirections.length === 0;
    if (isEmpty || scanner.peek() === '(') this.#tokens.unexpected();
    return { type: 'SimpleCommand', assignments, words, redirections, line };
  }

  /**
   * An assignment that begins here; undefined, and nothing passed, where none does. Before a command a bracket behind a name
   * must be closed.
   */
  assignment(takesArrays: boolean, isFirst = false): Assignment | undefined {
    const scanner = this.#tokens.scanner;
    const start = scanner.at;
    const [name] = scanner.match(/[A-Za-z_]\w*/y) ?? [];
    if (name === undefined) return undefined;
    const isOpen = scanner.peek() === '[';
    const subscript = isOpen ? bracketed(scanner) : undefined;
    if (isFirst && isOpen && subscript === undefined) scanner.unclosed(']', scanner.line);
    const [equals] = scanner.match(/\+?=/y) ?? [];
    if (equals === undefined) {
      scanner.at = start;
      return undefined;
    }
    const append = equals === '+=';
    if (takesArrays && scanner.peek() === '(' && subscript === undefined)
      return { name, subscript, append, value: this.#array() };
    return { name, subscript, append, value: this.#tokens.words.value(scanner) };
  }

  #array(): Element[] {
    const scanner = this.#tokens.scanner;
    const { line } = scanner;
    scanner.at++;
    const elements: Element[] = [];
    for (;;) {
      this.#tokens.newlines();
      if (scanner.take(')')) return elements;
      if (scanner.isAtEnd) scanner.unclosed(')', line, 'one');
      elements.push(this.#element());
    }
  }

  #element(): Element {
    const scanner = this.#tokens.scanner;
    const start = scanner.at;
    if (scanner.peek() === '[') {
      const key = bracketed(scanner);
      const [equals] = (key !== undefined && scanner.match(/\+?=/y)) || [];
      if (equals !== undefined)
        return { key, append: equals === '+=', value: this.#tokens.words.value(scanner) };
      scanner.at = start;
    }
    const value = this.#tokens.words.word(scanner);
    if (value.source === '') this.#tokens.unexpected();
    return { key: undefined, append: false, value };
  }

  redirection(): Redirection | undefined {
    this.#tokens.blanks();
    const scanner = this.#tokens.scanner;
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
    this.#tokens.aliased();
    if (written === '<<' || written === '<<-')
      return { operator: '<<', fd, ...this.#announced(written === '<<-') };
    const target = this.#tokens.words.word(scanner);
    if (target.source === '') this.#tokens.unexpected();
    return { operator: written as RedirectionOperator, fd, target };
  }

  /** The delimiter of a here-document; the text comes when the line has ended. */
  #announced(stripsTabs: boolean): Pick<HereDocument, 'target' | 'delimiter'> {
    const { line } = this.#tokens.scanner;
    const word = this.#tokens.words.word(this.#tokens.scanner);
    if (word.source === '') this.#tokens.unexpected();
    const announced = announcedBy(word, stripsTabs, line);
    this.#tokens.announce(announced);
    return { target: announced.target, delimiter: announced.delimiter };
  }
}
