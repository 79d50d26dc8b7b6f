/** Reads addresses, and the text between delimiters that `s`, `y` and addresses have. */
import { compile, RegexError } from '../regex/index.ts';
import { unescaped } from './escapes.ts';
import type { Fragments } from './fragments.ts';
import type { Address, Conformance, Pattern } from './script.ts';

/** Expressions that glibc matches character by character, not byte by byte: words, and brackets with more than ASCII characters. */
const NEEDS_CHARACTERS = /\\[bB<>wWsS]|\[\^|\[[^\]]*(?:[^\0-\x7f]|\[[:=.]|-[^\]])/;

/** How expressions are read. */
interface PatternRules {
  readonly isExtended: boolean;
  /** The byte that ends lines. */
  readonly delimiter: number;
  /** A command of the script may change it. */
  conformance(): Conformance;
}

export class Patterns {
  readonly #in: Fragments;
  readonly #rules: PatternRules;

  constructor(input: Fragments, rules: PatternRules) {
    this.#in = input;
    this.#rules = rules;
  }

  get #isPosix(): boolean {
    return this.#rules.conformance() === 'posix';
  }

  /** Reads an address; undefined where none begins. */
  address(isSecond: boolean): Address | undefined {
    const input = this.#in;
    const digits = input.takeWhile(/[0-9]/);
    if (digits !== '') {
      const line = Number(digits);
      input.blanks();
      if (this.#isPosix || !input.takeIf('~')) return { kind: 'line', line };
      input.blanks();
      const step = Number(input.takeWhile(/[0-9]/));
      return step === 0 ? { kind: 'line', line } : { kind: 'step', first: line, step };
    }
    if (input.takeIf('$')) return { kind: 'last' };
    if (!this.#isPosix && input.takeIf('+~')) return this.#relative(isSecond);
    if (input.takeIf('/')) return this.#patternAddress('/');
    if (!input.takeIf('\\')) return undefined;
    return this.#patternAddress(input.take() ?? input.fail('unterminated address regex'));
  }

  #relative(isSecond: boolean): Address {
    // The sign is taken already.
    const sign = this.#in.last;
    const count = Number(this.#in.takeWhile(/[0-9]/));
    if (!isSecond) this.#in.fail('invalid usage of +N or ~N as first address');
    return sign === '+' ? { kind: 'more', count } : { kind: 'multiple', of: count };
  }

  #patternAddress(end: string): Address {
    const source = this.until(end, true) ?? this.#in.fail('unterminated address regex');
    let flags = '';
    this.#in.blanks();
    for (; !this.#isPosix && this.#in.takeIf('IM'); this.#in.blanks()) flags += this.#in.last;
    return { kind: 'pattern', pattern: this.compile(source, flags) };
  }

  /** The text up to the delimiter; undefined where it does not come. */
  until(end: string, isPattern: boolean): string | undefined {
    const input = this.#in;
    if (!isOneByte(end)) input.fail('delimiter character is not a single-byte character');
    let text = '';
    for (;;) {
      const char = input.peek();
      if (char === undefined || char === '\n') return undefined;
      input.take();
      if (char === end) return text;
      if (char === '[' && isPattern) {
        const rest = this.#bracket();
        if (rest === undefined) return undefined;
        text += char + rest;
        continue;
      }
      if (char !== '\\') {
        text += char;
        continue;
      }
      const next = input.take();
      if (next === undefined) return undefined;
      if (next === 'n' && isPattern && end !== 'n') text += '\n';
      else if (next === '\n') text += isPattern ? '\n' : '\\\n';
      else if (next === end && (isPattern || next !== '&')) text += next;
      else text += `\\${next}`;
    }
  }

  /** The rest of a bracket expression, in which the delimiter is a character; undefined where it has no end. */
  #bracket(): string | undefined {
    const rest = /^\^?\]?(?:\[[.:=].*?[.:=]\]|[^\]\n])*\]/.exec(this.#in.ahead)?.[0];
    this.#in.skip(rest?.length ?? this.#in.ahead.split('\n', 1).join('').length);
    return this.#rules.conformance() === 'gnu' ? rest?.replaceAll('\\n', '\n') : rest;
  }

  compile(source: string, flags: string): Pattern {
    if (source === '') {
      if (flags !== '') this.#in.fail('cannot specify modifiers on empty regexp');
      return null;
    }
    const { delimiter } = this.#rules;
    const ignoreCase = /I/i.test(flags);
    try {
      const rules = {
        syntax: this.#rules.isExtended ? 'ere' : 'bre',
        strict: true,
        ignoreCase,
        posix: this.#isPosix,
        closesAlone: this.#rules.conformance() !== 'gnu',
      } as const;
      const text = this.#characters(source);
      const isMultiline = /M/i.test(flags);
      const regex = compile(text, {
        ...rules,
        ...(isMultiline && { newline: delimiter, lineEnds: [10, delimiter] }),
      });
      const isOfLine = !isMultiline && !/\\[`'1-9]/.test(text);
      return {
        ...regex,
        isLineStart: text === '^' && !isMultiline,
        isByBytes: !ignoreCase && !NEEDS_CHARACTERS.test(source),
        inLines: isOfLine
          ? compile(text, { ...rules, newline: delimiter, except: delimiter })
          : undefined,
      };
    } catch (error) {
      if (error instanceof RegexError) this.#in.fail(error.message);
      throw error;
    }
  }

  /** An expression with the characters that its escapes stand for. In brackets POSIX has no escapes. */
  #characters(source: string): string {
    const parts = this.#rules.conformance() === 'gnu' ? [source] : splitBrackets(source);
    return parts
      .map((part, i) => (i % 2 === 0 ? this.unescaped(part, 'nbB', '\\') : part))
      .join('');
  }

  /** The text with the characters that its escapes stand for. See escapes.ts. */
  unescaped(text: string, keep: string, guard: string): string {
    try {
      return unescaped(text, keep, guard);
    } catch (error) {
      return this.#in.fail((error as Error).message);
    }
  }
}

/** A byte that is no character by itself separates too, unless a character could begin with it. */
function isOneByte(char: string): boolean {
  const code = char.charCodeAt(0);
  return code < 128 || (code >= 0xdc80 && code < 0xdcc2) || code > 0xdcf4;
}

/** The text outside of bracket expressions and these expressions, by turns. A `]` ends one wherever it stands, as in GNU sed. */
function splitBrackets(source: string): string[] {
  const parts: string[] = [''];
  /** In brackets `[`, in a class its mark. */
  let state = '';
  for (let at = 0; at < source.length; at++) {
    const char = source[at] as string;
    const before = source[at - 1];
    if (state === '' && char === '[') parts.push('');
    parts[parts.length - 1] += char;
    if (state === '' && char === '\\') parts[parts.length - 1] += source[++at] ?? '';
    else if (state === '' && char === '[') state = '[';
    else if (state === '[' && char === ']') {
      parts.push('');
      state = '';
    } else if (state === '[' && before === '[' && ':.='.includes(char)) state = char;
    else if (char === ']' && before === state && source[at - 2] !== state) state = '[';
  }
  return parts;
}
