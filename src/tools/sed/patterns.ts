/** Reads addresses, and the text between delimiters that `s`, `y` and addresses have. */
import { compile, RegexError } from '../regex/index.ts';
import { unescaped } from './escapes.ts';
import type { Fragments } from './fragments.ts';
import type { Rules } from './parse.ts';
import type { Address, Pattern } from './script.ts';

/** Expressions that glibc matches character by character, not byte by byte: words, and brackets with more than ASCII characters. */
const NEEDS_CHARACTERS = /\\[bB<>wWsS]|\[\^|\[[^\]]*(?:[^\0-\x7f]|\[[:=.]|-[^\]])/;

export class Patterns {
  readonly #in: Fragments;
  readonly #rules: Rules;

  constructor(input: Fragments, rules: Rules) {
    this.#in = input;
    this.#rules = rules;
  }

  /** Reads an address; undefined where none begins. */
  address(isSecond: boolean): Address | undefined {
    const input = this.#in;
    const digits = input.takeWhile(/[0-9]/);
    if (digits !== '') {
      const line = Number(digits);
      input.blanks();
      if (!input.takeIf('~')) return { kind: 'line', line };
      input.blanks();
      const step = Number(input.takeWhile(/[0-9]/));
      return step === 0 ? { kind: 'line', line } : { kind: 'step', first: line, step };
    }
    if (input.takeIf('$')) return { kind: 'last' };
    if (input.takeIf('+~')) return this.#relative(isSecond);
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
    for (; this.#in.takeIf('IM'); this.#in.blanks()) flags += this.#in.last;
    return { kind: 'pattern', pattern: this.compile(source, flags) };
  }

  /** The text up to the delimiter; undefined where it does not come. */
  until(end: string, isPattern: boolean): string | undefined {
    const input = this.#in;
    if (end.charCodeAt(0) > 127) input.fail('delimiter character is not a single-byte character');
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
    return rest?.replaceAll('\\n', '\n');
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
      } as const;
      const text = this.unescaped(source, 'nbB', '\\');
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

  /** The text with the characters that its escapes stand for. See escapes.ts. */
  unescaped(text: string, keep: string, guard: string): string {
    try {
      return unescaped(text, keep, guard);
    } catch (error) {
      return this.#in.fail((error as Error).message);
    }
  }
}
