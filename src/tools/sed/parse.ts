/** Reads the script of sed(1), as GNU sed 4.9 does. */
import { bytesOf } from '../../kernel/rawtext.ts';
import { ToolError } from '../host.ts';
import { readFlags } from './flags.ts';
import { type Fragment, Fragments } from './fragments.ts';
import { Patterns } from './patterns.ts';
import { highestGroup, partsOf } from './replacement.ts';
import type { Address, Command, Conformance, Script } from './script.ts';
import { tableOf } from './translation.ts';

export interface Rules {
  readonly isExtended: boolean;
  /** The byte that ends lines. */
  readonly delimiter: number;
  /** How closely POSIX is followed. */
  readonly conformance: Conformance;
  /** No command runs programs, reads or writes files. */
  readonly isSandboxed: boolean;
}

/** Throws ToolError. */
export function parseScript(fragments: readonly Fragment[], rules: Rules): Script {
  return new Parser(fragments, rules).run();
}

type Draft = { -readonly [K in keyof Command]: Command[K] };

/** What follows the name of a command. */
type Rest = (parser: Parser, command: Draft) => void;

/** A label ends where another command or a comment begins. */
const LABEL = /[^\s;}#]/;

class Parser {
  readonly #in: Fragments;
  readonly #fragments: readonly Fragment[];
  readonly #rules: Rules;
  #conformance: Conformance;
  readonly #patterns: Patterns;
  readonly #commands: Draft[] = [];
  /** The commands `{` that are open, and where they are in the script. */
  readonly #blocks: { readonly at: number; readonly mark: string }[] = [];
  readonly #labels = new Map<string, number>();
  readonly #jumps: { readonly command: Draft; readonly label: string }[] = [];

  constructor(fragments: readonly Fragment[], rules: Rules) {
    this.#fragments = fragments;
    this.#in = new Fragments(fragments);
    this.#rules = rules;
    this.#conformance = rules.conformance;
    this.#patterns = new Patterns(this.#in, { ...rules, conformance: () => this.#conformance });
  }

  get isPosix(): boolean {
    return this.#conformance === 'posix';
  }

  run(): Script {
    const isQuiet = this.#fragments[0]?.text.startsWith('#n') ?? false;
    do {
      while (this.#command());
    } while (this.#in.nextFragment());
    const open = this.#blocks.at(-1);
    if (open) throw new ToolError(`${open.mark}: unmatched \`{'`);
    for (const { command, label } of this.#jumps) command.target = this.#targetOf(label);
    return { commands: this.#commands, isQuiet, conformance: this.#conformance };
  }

  #targetOf(label: string): number {
    if (label === '') return this.#commands.length;
    const target = this.#labels.get(label);
    if (target === undefined) throw new ToolError(`can't find label for jump to \`${label}'`, 4);
    return target;
  }

  /** Reads a command; false at the end of the fragment. */
  #command(): boolean {
    const input = this.#in;
    input.takeWhile(/[\s;]/);
    if (input.peek() === undefined) return false;
    const first = this.#patterns.address(false);
    let second: Address | undefined;
    input.blanks();
    if (first && input.takeIf(',')) {
      input.blanks();
      second = this.#patterns.address(true) ?? input.failBehindNext("unexpected `,'");
      input.blanks();
    }
    if (first?.kind === 'line' && first.line === 0 && !this.#mayBeZero(second))
      input.failBehindNext('invalid usage of line address 0');
    const isNegated = input.takeIf('!');
    if (isNegated) {
      input.blanks();
      if (input.takeIf('!')) input.fail("multiple `!'s");
    }
    const name = input.take() ?? input.fail('missing command');
    const rest = Object.hasOwn(rests, name) ? rests[name] : undefined;
    if (!rest) return input.fail(`unknown command: \`${name === '\n' ? '' : name}'`);
    if (this.isPosix && 'eFvzQTRW'.includes(name)) input.fail(`unknown command: \`${name}'`);
    if (this.isPosix && second && 'ail=r'.includes(name))
      input.fail('command only uses one address');
    const command: Draft = { name, first, second, isNegated };
    rest(this, command);
    return true;
  }

  /** Line 0 begins a range that ends at a pattern, and `r` reads a file before the first line. */
  #mayBeZero(second: Address | undefined): boolean {
    if (this.isPosix) return false;
    return second ? second.kind === 'pattern' : this.#in.peek() === 'r';
  }

  add(command: Draft): void {
    this.#commands.push(command);
  }

  /** A command ends at a semicolon, at the end of the line, before `}` and before a comment. */
  end(): void {
    const input = this.#in;
    input.blanks();
    const char = input.peek();
    if (char === undefined || char === '}' || char === '#') return;
    input.take();
    if (char !== ';' && char !== '\n') input.fail('extra characters after command');
  }

  refuseSecond({ second }: Draft): void {
    if (second) this.#in.fail('command only uses one address');
  }

  refuseAddresses({ first }: Draft, message: string): void {
    if (first) this.#in.fail(message);
  }

  refuseInSandbox(): void {
    if (this.#rules.isSandboxed) this.#in.fail('e/r/w commands disabled in sandbox mode');
  }

  comment(): void {
    this.#in.restOfLine();
  }

  open(command: Draft): void {
    this.#blocks.push({ at: this.#commands.length, mark: this.#in.markAt(0) });
    this.add(command);
  }

  close(command: Draft): void {
    const { at } = this.#blocks.pop() ?? this.#in.fail("unexpected `}'");
    this.refuseAddresses(command, "`}' doesn't want any addresses");
    (this.#commands[at] as Draft).target = this.#commands.length;
    this.end();
  }

  label(command: Draft): void {
    this.refuseAddresses(command, ": doesn't want any addresses");
    this.#in.blanks();
    const label = this.#in.takeWhile(LABEL);
    if (label === '') this.#in.fail('":" lacks a label');
    this.#labels.set(label, this.#commands.length);
  }

  jump(command: Draft): void {
    this.#in.blanks();
    this.#jumps.push({ command, label: this.#in.takeWhile(LABEL) });
    this.add(command);
    this.end();
  }

  version(): void {
    this.#in.blanks();
    const [, major = '0', minor = '0'] =
      /^(\d+)(?:\.(\d+))?/.exec(this.#in.takeWhile(/[^\s;}]/)) ?? [];
    if (Number(major) > 4 || (Number(major) === 4 && Number(minor) > 9))
      this.#in.fail('expected newer version of sed');
    this.#conformance = 'gnu';
    this.end();
  }

  number(command: Draft): void {
    this.#in.blanks();
    const digits = this.isPosix ? '' : this.#in.takeWhile(/[0-9]/);
    if (digits !== '') command.number = Number(digits);
    this.add(command);
    this.end();
  }

  file(command: Draft): void {
    command.file = this.#fileName();
    if (command.name === 'r' && !command.second && isLineZero(command.first)) {
      command.first = { kind: 'line', line: 1 };
      command.isBefore = true;
    }
    this.add(command);
  }

  #fileName(): string {
    this.refuseInSandbox();
    this.#in.blanks();
    const name = this.#in.restOfLine();
    this.#in.takeIf('\n');
    return name === '' ? this.#in.fail('missing filename in r/R/w/W commands') : name;
  }

  program(command: Draft): void {
    this.refuseInSandbox();
    this.#in.blanks();
    command.text = bytesOf(this.#in.restOfLine());
    this.add(command);
  }

  text(command: Draft): void {
    const input = this.#in;
    input.blanks();
    if (input.peek() === undefined) input.fail("expected \\ after `a', `c' or `i'");
    let isThere = true;
    if (input.takeIf('\\')) {
      if (input.peek() === undefined) isThere = this.#goesOnInNext();
      else input.takeIf('\n');
    } else if (this.isPosix) {
      input.take();
      input.fail("expected \\ after `a', `c' or `i'");
    }
    // The text of `a` ends with a newline whatever ends the lines.
    const end = command.name === 'a' ? '\n' : String.fromCharCode(this.#rules.delimiter);
    command.text = isThere ? bytesOf(this.#textLines() + end) : new Uint8Array(0);
    this.add(command);
  }

  /** Goes on in the next part of the script, as POSIX does not allow; false where there is none. */
  #goesOnInNext(): boolean {
    if (this.isPosix) this.#in.fail('incomplete command');
    return this.#in.nextFragment();
  }

  /** Lines up to one that does not end with a backslash. */
  #textLines(): string {
    const input = this.#in;
    let text = '';
    for (;;) {
      text += input.takeWhile(/[^\\\n]/);
      if (!input.takeIf('\\')) break;
      const char = input.take();
      if (char !== undefined) text += `\\${char}`;
      else if (this.#goesOnInNext()) text += '\\\n';
      else break;
    }
    input.takeIf('\n');
    return this.#patterns.unescaped(text, '', '\\').replace(/\\(.)/gs, '$1');
  }

  /** Takes the character that separates the parts of `s` and `y`; undefined where it can be none. */
  #delimiter(): string | undefined {
    const end = this.#in.take();
    return end === '\n' || end === '\\' ? undefined : end;
  }

  substitute(command: Draft): void {
    const input = this.#in;
    const unterminated = (): never => input.fail("unterminated `s' command");
    const end = this.#delimiter() ?? unterminated();
    const source = this.#patterns.until(end, true) ?? unterminated();
    const replacement = this.#patterns.until(end, false) ?? unterminated();
    const flags = readFlags(this.#in, {
      isPosix: this.isPosix,
      fileName: () => this.#fileName(),
      refuseInSandbox: () => this.refuseInSandbox(),
    });
    const pattern = this.#patterns.compile(source, flags.letters);
    const parts = partsOf(this.#patterns.unescaped(replacement, '', '&\\'), this.isPosix);
    const highest = highestGroup(parts);
    if (pattern && highest > pattern.groups && this.#conformance === 'gnu')
      input.fail(`invalid reference \\${highest} on \`s' command's RHS`);
    command.substitution = { pattern, parts, highest, ...flags.rest };
    this.add(command);
  }

  translate(command: Draft): void {
    const input = this.#in;
    const unterminated = (): never => input.fail("unterminated `y' command");
    const end = this.#delimiter() ?? unterminated();
    const [from, to] = [0, 1].map(() => {
      const text = this.#patterns.until(end, false) ?? unterminated();
      return [...this.#patterns.unescaped(text, '', '\\').replace(/\\(.?)/gs, '$1')];
    }) as [string[], string[]];
    if (from.length !== to.length) input.fail("strings for `y' command are different lengths");
    const map = new Map<string, string>();
    for (const [at, char] of from.entries()) if (!map.has(char)) map.set(char, to[at] as string);
    command.map = map;
    command.table = tableOf(map);
    this.add(command);
    this.end();
  }
}

const isLineZero = (address: Address | undefined): boolean =>
  address?.kind === 'line' && address.line === 0;

const plain: Rest = (parser, command) => {
  parser.add(command);
  parser.end();
};

const numbered: Rest = (parser, command) => {
  if (command.name !== 'l') parser.refuseSecond(command);
  parser.number(command);
};

const rests: Readonly<Record<string, Rest>> = {
  ...Object.fromEntries([...'=dDFgGhHnNpPxz'].map((name) => [name, plain])),
  ...Object.fromEntries([...'aic'].map((name) => [name, (p: Parser, c: Draft) => p.text(c)])),
  ...Object.fromEntries([...'btT'].map((name) => [name, (p: Parser, c: Draft) => p.jump(c)])),
  ...Object.fromEntries([...'rRwW'].map((name) => [name, (p: Parser, c: Draft) => p.file(c)])),
  ...Object.fromEntries([...'lqQ'].map((name) => [name, numbered])),
  '#': (parser, command) => {
    parser.refuseAddresses(command, "comments don't accept any addresses");
    parser.comment();
  },
  ':': (parser, command) => parser.label(command),
  '{': (parser, command) => parser.open(command),
  '}': (parser, command) => parser.close(command),
  e: (parser, command) => parser.program(command),
  s: (parser, command) => parser.substitute(command),
  v: (parser) => parser.version(),
  y: (parser, command) => parser.translate(command),
};
