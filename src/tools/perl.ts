/** Translates Perl's regular expressions into JavaScript's. It refuses what JavaScript does not have. */
import { ToolError } from './host.ts';

const refuse = (): never => {
  throw new ToolError('this Perl pattern is not supported: use -E, or a simpler pattern', 2);
};

const word = '\\p{L}\\p{N}_';

const escapes: Readonly<Record<string, readonly [outside: string, inside: string]>> = {
  w: [`[${word}]`, word],
  W: [`[^${word}]`, ''],
  h: ['[\\t\\p{Zs}]', '\\t\\p{Zs}'],
  H: ['[^\\t\\p{Zs}]', ''],
  N: ['[^\\n]', ''],
  R: ['(?:\\r\\n|[\\n-\\r\\u0085\\u2028\\u2029])', ''],
  A: ['^', ''],
  Z: ['$', ''],
  z: ['$', ''],
  a: ['\\x07', '\\x07'],
  e: ['\\x1b', '\\x1b'],
};

const classes: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`{-~',
  cntrl: '\\0-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
  print: '\\x20-\\x7e\\u{a0}-\\u{10ffff}',
  graph: '\\x21-\\x7e\\u{a1}-\\u{10ffff}',
  word,
};

const CATEGORY = /^(C[cfnos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Any)$/;

/** What a property of characters is in JavaScript: a general category, or a script by its name. */
function property(name: string, isNegated: boolean): string {
  const letter = isNegated ? 'P' : 'p';
  return `\\${letter}{${CATEGORY.test(name) ? name : `Script=${name}`}}`;
}

/** Returns the translated pattern. Its group `kept` holds what matches after `\K`. */
export function perlPattern(
  source: string,
  ignoreCase: boolean,
  whole: 'line' | 'word' | undefined,
): RegExp {
  let flags = 'gu';
  let text = source;
  if (ignoreCase) flags += 'i';
  const [inline = '', letters = ''] = /^\(\?([ims]+)\)/.exec(text) ?? [];
  text = text.slice(inline.length);
  for (const letter of letters) if (!flags.includes(letter)) flags += letter;
  let body = new Translator(text).run();
  if (whole === 'line') body = `^(?:${body})$`;
  if (whole === 'word') body = `(?<![${word}])(?:${body})(?![${word}])`;
  try {
    return new RegExp(body, flags);
  } catch {
    return refuse();
  }
}

class Translator {
  readonly #source: string;
  #at = 0;
  #out = '';
  #depth = 0;
  #groups = 0;
  /** The highest group that a back-reference of one digit names. */
  #highest = 0;

  constructor(source: string) {
    this.#source = source;
  }

  run(): string {
    let isKept = false;
    while (this.#at < this.#source.length) {
      const rest = this.#source.slice(this.#at);
      const char = rest[0] as string;
      if (rest.startsWith('\\K')) {
        // Only the last part of the whole pattern can be kept in this way.
        if (isKept || this.#depth > 0) refuse();
        isKept = true;
        this.#add('(?<kept>', 2);
      } else if (char === '\\') this.#escape(false);
      else if (char === '[') this.#bracket();
      else if (char === '(') {
        if (/^\((?!\?|\*)|^\(\?P?<(?![=!])|^\(\?'/.test(rest)) this.#groups++;
        if (/^\((\?[>|&#+\-P\dRC(]|\*)/.test(rest)) this.#special(rest);
        else this.#add('(', 1);
        this.#depth++;
      } else if (char === ')') {
        this.#depth--;
        this.#add(')', 1);
      } else if (char === '|' && isKept && this.#depth === 0) refuse();
      else if (char === '{' && !/^\{\d+(,\d*)?\}/.test(rest)) this.#add('\\{', 1);
      else if (char === '{') {
        const [bounds] = /^\{[^}]*\}/.exec(rest) as RegExpExecArray;
        this.#add(bounds, bounds.length);
        if (this.#source[this.#at] === '+') refuse();
      } else if (char === '}' || char === ']') this.#add(`\\${char}`, 1);
      else if (/^[*+?]\+/.test(rest)) refuse();
      else this.#add(char, 1);
    }
    if (this.#depth > 0) throw new ToolError('missing closing parenthesis', 2);
    if (this.#depth < 0) throw new ToolError('unmatched closing parenthesis', 2);
    if (this.#highest > this.#groups)
      throw new ToolError('reference to non-existent subpattern', 2);
    return isKept ? `${this.#out})` : this.#out;
  }

  #add(text: string, length: number): void {
    this.#out += text;
    this.#at += length;
  }

  #special(rest: string): void {
    const named = /^\(\?P</.exec(rest);
    if (!named) refuse();
    this.#add('(?<', 4);
  }

  #escape(isInside: boolean): void {
    const rest = this.#source.slice(this.#at);
    const letter = rest[1];
    if (letter === undefined) throw new ToolError('\\ at end of pattern', 2);
    const hex = /^\\x\{([0-9A-Fa-f]+)\}/.exec(rest) ?? /^\\x([0-9A-Fa-f]{1,2})/.exec(rest);
    const quoted = /^\\Q(.*?)(\\E|$)/s.exec(rest);
    const octal = (isInside ? /^\\([0-7]{1,3})/ : /^\\(0[0-7]{0,2})/).exec(rest);
    const known = escapes[letter];
    const named = /^\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/.exec(rest);
    const digit = isInside ? undefined : /^\\([1-9])(?!\d)/.exec(rest)?.[1];
    if (digit !== undefined) this.#highest = Math.max(this.#highest, Number(digit));
    if (hex) this.#add(`\\u{${hex[1]}}`, hex[0].length);
    else if (octal)
      this.#add(`\\u{${Number.parseInt(octal[1] as string, 8).toString(16)}}`, octal[0].length);
    else if (named) {
      const [whole, kind, caret, long, short = ''] = named;
      this.#add(property(long ?? short, (kind === 'P') !== (caret === '^')), whole.length);
    } else if (quoted)
      this.#add(
        (quoted[1] ?? '').replace(/[\^$\\.*+?()[\]{}|/-]/g, (each) =>
          each === '-' && !isInside ? each : `\\${each}`,
        ),
        quoted[0].length,
      );
    else if (known) {
      const translated = known[isInside ? 1 : 0];
      if (translated === '') refuse();
      this.#add(translated, 2);
    } else if (/[A-Za-z0-9]/.test(letter)) {
      if (!/[dDsSbBnrtfvk1-9]/.test(letter)) refuse();
      this.#add(`\\${letter}`, 2);
    } else if (/[\^$\\.*+?()[\]{}|/]/.test(letter) || (isInside && letter === '-'))
      this.#add(`\\${letter}`, 2);
    else this.#add(letter, 2);
  }

  #bracket(): void {
    this.#add('[', 1);
    if (this.#source[this.#at] === '^') this.#add('^', 1);
    if (this.#source[this.#at] === ']') this.#add('\\]', 1);
    for (;;) {
      const rest = this.#source.slice(this.#at);
      const named = /^\[:(\^?)(\w+):\]/.exec(rest);
      if (rest === '') throw new ToolError('missing terminating ] for character class', 2);
      if (named) {
        const [all, negation, name = ''] = named;
        if (negation || !Object.hasOwn(classes, name)) refuse();
        this.#add(classes[name] as string, all.length);
      } else if (rest[0] === '\\') this.#escape(true);
      else if (rest[0] === '[') this.#add('\\[', 1);
      else if (rest[0] === ']') {
        this.#add(']', 1);
        return;
      } else this.#add(rest[0] as string, 1);
    }
  }
}
