/**
 * Expansion of words in the shell's order: braces, tildes, parameters, commands, arithmetic; then fields
 * are split, names are matched, quotes go (bash(1) "EXPANSION").
 */
import type { NamespaceStat } from '../kernel/caller.ts';
import { type ArithHost, evaluate } from './arith.ts';
import { expandBraces } from './braces.ts';
import {
  ArithmeticError,
  ArithmeticExpansionError,
  ExpansionError,
  ShellError,
  SubscriptError,
} from './failure.ts';
import { append, joinPieces, type Piece, patternIn, splitFields } from './fields.ts';
import { glob } from './glob.ts';
import { Parameters } from './parameters.ts';
import { hasPattern, quotePattern } from './pattern.ts';
import type { State } from './state.ts';
import { parseQuoted, parseSubscript } from './syntax/parse.ts';
import type { Part, Script, Word } from './syntax/tree.ts';
import type { Sys } from './sys.ts';

export interface ExpandHost {
  readonly state: State;
  readonly sys: Sys;
  /** Runs a command substitution; gives what it printed without the last newlines. */
  substitute(script: Script): Promise<string>;
  /** Starts the commands of `<(…)` or `>(…)`; gives the name of the pipe. */
  processSubstitution(script: Script, direction: 'read' | 'write'): Promise<string>;
  /** Whether a descriptor is a person's terminal. */
  isTerminal(fd: number): boolean;
  /** What a path names, also where that is a descriptor; undefined for nothing. */
  stat(path: string, follow: boolean): Promise<NamespaceStat | undefined>;
  /** Whether a path names a descriptor that is a pipe. */
  isPipe(path: string): Promise<boolean>;
  /** A text as a prompt is shown. */
  prompt(text: string): Promise<string>;
  /** Writes a warning to standard error. */
  complain(message: string): Promise<void>;
  /** Whether a file is a program or a script. */
  isExecutable(path: string): Promise<boolean>;
}

const isList = (part: Part): boolean =>
  part.type === 'Parameter' && (part.name === '@' || part.subscript === '@');

export class Expander implements ArithHost {
  readonly host: ExpandHost;
  readonly #parameters: Parameters;
  isInHereDocument = false;
  /** What is expanded is the value of an assignment, or a here-string. */
  isAssigning = false;

  constructor(host: ExpandHost) {
    this.host = host;
    this.#parameters = new Parameters(this);
  }

  get state(): State {
    return this.host.state;
  }

  /** Words as the arguments that they become. */
  async fields(words: readonly Word[]): Promise<string[]> {
    const out: string[] = [];
    for (const word of words)
      for (const plain of this.braced(word)) append(out, await this.#wordFields(plain));
    return out;
  }

  /** The words that the braces of a word make, or the word itself. */
  braced(word: Word): readonly Word[] {
    return this.state.options.has('braceexpand') ? expandBraces(word) : [word];
  }

  /** One text, neither split nor matched: assignments, here-documents, redirections. */
  async text(word: Word): Promise<string> {
    return joinPieces(await this.pieces(word.parts, false));
  }

  /** The text of a value that is assigned, or of a here-string, in which bash joins some lists by IFS (Parameters). */
  async assignedText(word: Word, isQuoted = false): Promise<string> {
    const before = this.isAssigning;
    this.isAssigning = true;
    try {
      return joinPieces(await this.pieces(word.parts, isQuoted));
    } finally {
      this.isAssigning = before;
    }
  }

  /** The text of a here-document, in which the elements of a list are apart whatever IFS is. */
  async hereDocument(word: Word): Promise<string> {
    this.isInHereDocument = true;
    try {
      return await this.text(word);
    } finally {
      this.isInHereDocument = false;
    }
  }

  /** A word as a pattern: what is quoted in it stands for itself. */
  async pattern(word: Word): Promise<string> {
    return patternIn(await this.pieces(word.parts, false));
  }

  /** The value of an arithmetic expression: its parameters are expanded first. */
  async arithmetic(expression: Word): Promise<bigint> {
    return this.evaluate(await this.text(expression));
  }

  /** The value of an arithmetic expression without parameters to expand. */
  async evaluate(text: string): Promise<bigint> {
    try {
      return evaluate(text, this);
    } finally {
      await this.warn();
    }
  }

  /** Writes what was to be complained of without ending anything. */
  async warn(): Promise<void> {
    for (const message of this.state.warnings.splice(0)) await this.host.complain(message);
  }

  /** The same for a text, as of a subscript. */
  async arithmeticText(text: string): Promise<bigint> {
    return this.arithmetic(parseQuoted(text));
  }

  /** The key that a subscript's text stands for. */
  async subscript(name: string, text: string): Promise<string | number> {
    if (this.state.isAssoc(name)) return this.text(parseSubscript(text));
    try {
      return Number(await this.arithmeticText(text));
    } catch (error) {
      throw error instanceof ArithmeticError ? new SubscriptError(error.message) : error;
    }
  }

  /** The value of a parameter; undefined where it is unset. */
  value(name: string): string | undefined {
    return this.#parameters.value(name);
  }

  async #wordFields(word: Word): Promise<string[]> {
    const { options, shopt } = this.state;
    const pieces = await this.pieces(word.parts, false);
    const out: string[] = [];
    for (const field of splitFields(pieces, this.state.get('IFS') ?? ' \t\n')) {
      const globs = field.some(({ text, quoted }) => !quoted && /[*?[(]/.test(text));
      if (globs && !options.has('noglob')) {
        const pattern = field
          .map(({ text, quoted }) => (quoted ? quotePattern(text) : text))
          .join('');
        const isPattern = hasPattern(pattern, this.state.hasExtendedPatterns);
        const names = isPattern ? await glob(pattern, this.state, this.host.sys) : [];
        if (names.length > 0) {
          append(out, names);
          continue;
        }
        if (isPattern && shopt.has('failglob'))
          throw new ExpansionError(`no match: ${field.map(({ text }) => text).join('')}`);
        if (isPattern && shopt.has('nullglob')) continue;
      }
      out.push(field.map(({ text }) => text).join(''));
    }
    return out;
  }

  async pieces(parts: readonly Part[], quoted: boolean): Promise<Piece[]> {
    const out: Piece[] = [];
    for (const part of parts) append(out, await this.#part(part, quoted));
    return out;
  }

  async #part(part: Part, quoted: boolean): Promise<readonly Piece[]> {
    try {
      return await this.#expanded(part, quoted);
    } catch (error) {
      if (!(error instanceof ShellError) || error instanceof ExpansionError) throw error;
      const Ends = error instanceof ArithmeticError ? ArithmeticExpansionError : ExpansionError;
      throw new Ends(error.message, error.status);
    } finally {
      await this.warn();
    }
  }

  async #expanded(part: Part, quoted: boolean): Promise<readonly Piece[]> {
    switch (part.type) {
      case 'Literal':
        return [{ text: part.text, quoted }];
      case 'Quoted':
        return [{ text: part.text, quoted: true }];
      case 'DoubleQuoted': {
        if (part.parts.length === 0) return [{ text: '', quoted: true }];
        const inner: (readonly Piece[])[] = [];
        for (const each of part.parts) inner.push(await this.#part(each, true));
        // "$@" without arguments is no field, also where all that stands beside it is empty and no list.
        const isNone =
          inner.some((pieces) => pieces.length === 0) &&
          part.parts.every((each, i) => !isList(each) || inner[i]?.length === 0) &&
          inner.flat().every(({ text, isEmptied }) => text === '' && !isEmptied);
        return isNone ? [] : inner.flat();
      }
      case 'Tilde':
        return [{ text: this.#tilde(part.user), quoted: true }];
      case 'Parameter':
        return this.#parameters.pieces(part, quoted);
      case 'CommandSubstitution':
        return [{ text: await this.host.substitute(part.body), quoted, split: !quoted }];
      case 'Arithmetic':
        return [{ text: String(await this.arithmetic(part.expression)), quoted, split: !quoted }];
      case 'ProcessSubstitution':
        return [
          { text: await this.host.processSubstitution(part.body, part.direction), quoted: true },
        ];
    }
  }

  #tilde(user: string): string {
    if (user === '') return this.state.get('HOME') ?? '~';
    if (user === '+') return this.state.cwd;
    if (user === '-') return this.state.get('OLDPWD') ?? '~-';
    return `~${user}`;
  }
}
