/** Parses a POSIX extended regular expression, with GNU's escapes, as awk reads it: a backslash escapes in brackets too. */
import { textOfByte } from '../../kernel/rawtext.ts';

export type Assertion = 'start' | 'end' | 'word start' | 'word end' | 'boundary' | 'no boundary';

/** Characters: the source of a class of JavaScript's without its brackets. */
export interface Characters {
  readonly type: 'characters';
  readonly negated: boolean;
  readonly source: string;
  /** The one character, where there is no other. */
  readonly literal?: string;
}

export type Node =
  | Characters
  | { readonly type: 'assertion'; readonly what: Assertion }
  | { readonly type: 'sequence'; readonly items: readonly Node[] }
  | { readonly type: 'choice'; readonly items: readonly Node[] }
  | { readonly type: 'group'; readonly body: Node }
  /** `most` may be infinite. */
  | { readonly type: 'repeat'; readonly body: Node; readonly least: number; readonly most: number };

/** A mistake in a regular expression, in the words of regcomp(3). */
export class PatternError extends Error {}

const classes: { readonly [name: string]: string } = {
  alpha: '\\p{Alphabetic}',
  digit: '0-9',
  alnum: '\\p{Alphabetic}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: ' \\t\\n\\r\\f\\v\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000',
  blank: ' \\t\\u1680\\u2000-\\u2006\\u2008-\\u200a\\u205f\\u3000',
  punct: '!-\\/:-@\\[-`\\{-~\\u00a1-\\u00bf\\u2010-\\u2027\\u2030-\\u205e',
  print: ' -~\\u00a0-\\ud7ff\\ue000-\\u{10ffff}',
  graph: '!-~\\u00a1-\\ud7ff\\ue000-\\u{10ffff}',
  cntrl: '\\x00-\\x1f\\x7f-\\x9f',
  xdigit: '0-9A-Fa-f',
};

const WORD = `${classes['alnum']}_`;

const letters: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const assertions: { readonly [letter: string]: Assertion } = {
  '<': 'word start',
  '>': 'word end',
  y: 'boundary',
  B: 'no boundary',
  '`': 'start',
  "'": 'end',
};

const sets: { readonly [letter: string]: readonly [negated: boolean, source: string] } = {
  w: [false, WORD],
  W: [true, WORD],
  s: [false, classes['space'] as string],
  S: [true, classes['space'] as string],
};

/** A character as it stands in a class of JavaScript's. */
const quoted = (char: string): string =>
  /[\w ]/.test(char) ? char : `\\u{${(char.codePointAt(0) as number).toString(16)}}`;

const only = (char: string): Characters => ({
  type: 'characters',
  negated: false,
  source: quoted(char),
  literal: char,
});

export const parsePattern = (source: string): Node => new Parser(source).parse();

class Parser {
  readonly #chars: readonly string[];
  #at = 0;

  constructor(source: string) {
    this.#chars = [...source];
  }

  parse(): Node {
    const items = [this.#choice()];
    // A bracket that closes nothing stands for itself.
    while (this.#at < this.#chars.length) {
      this.#at++;
      items.push(only(')'), this.#choice());
    }
    return items.length === 1 ? (items[0] as Node) : { type: 'sequence', items };
  }

  #choice(): Node {
    const items = [this.#sequence()];
    while (this.#chars[this.#at] === '|') {
      this.#at++;
      items.push(this.#sequence());
    }
    return items.length === 1 ? (items[0] as Node) : { type: 'choice', items };
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || char === '|' || char === ')') break;
      const before = items.at(-1);
      const isFirst =
        before === undefined || (before.type === 'assertion' && before.what === 'start');
      const repeat = isFirst ? undefined : this.#repeat();
      if (repeat && before) {
        items.pop();
        if (before.type !== 'assertion') items.push({ type: 'repeat', body: before, ...repeat });
      } else items.push(this.#atom());
    }
    return items.length === 1 ? (items[0] as Node) : { type: 'sequence', items };
  }

  #repeat(): { least: number; most: number } | undefined {
    const char = this.#chars[this.#at];
    const simple = {
      '*': { least: 0, most: Number.POSITIVE_INFINITY },
      '+': { least: 1, most: Number.POSITIVE_INFINITY },
      '?': { least: 0, most: 1 },
    }[char ?? ''];
    if (simple) this.#at++;
    if (simple || char !== '{') return simple;
    const rest = this.#chars.slice(this.#at, this.#at + 20).join('');
    const [whole, least = '', comma, most = ''] = /^\{(\d*)(,?)(\d*)\}/.exec(rest) ?? [];
    if (whole === undefined || (least === '' && most === '')) return undefined;
    this.#at += whole.length;
    const found = {
      least: Number(least),
      most: comma ? (most === '' ? Number.POSITIVE_INFINITY : Number(most)) : Number(least),
    };
    if (found.least > found.most) throw new PatternError('Invalid content of \\{\\}');
    if (found.least > 32_767 || (found.most > 32_767 && found.most !== Number.POSITIVE_INFINITY))
      throw new PatternError('Regular expression too big');
    return found;
  }

  #atom(): Node {
    const char = this.#chars[this.#at++] as string;
    if (char === '^') return { type: 'assertion', what: 'start' };
    if (char === '$') return { type: 'assertion', what: 'end' };
    if (char === '.') return { type: 'characters', negated: true, source: '' };
    if (char === '[') return this.#bracket();
    if (char === '\\') return this.#escape();
    if (char !== '(') return only(char);
    const body = this.#choice();
    if (this.#chars[this.#at] !== ')') throw new PatternError('Unmatched ( or \\(');
    this.#at++;
    return { type: 'group', body };
  }

  #escape(): Node {
    const char = this.#chars[this.#at];
    if (char === undefined) return only('\\');
    const what = assertions[char];
    const set = sets[char];
    if (!what && !set) return only(this.#escaped());
    this.#at++;
    if (what) return { type: 'assertion', what };
    const [negated, source] = set as readonly [boolean, string];
    return { type: 'characters', negated, source };
  }

  /** The character that follows a backslash. */
  #escaped(): string {
    const rest = this.#chars.slice(this.#at, this.#at + 3).join('');
    const [code, hex] = /^(?:[0-7]{1,3}|x([\da-fA-F]{1,2}))/.exec(rest) ?? [];
    if (code !== undefined) {
      this.#at += code.length;
      return textOfByte((hex ? Number.parseInt(hex, 16) : Number.parseInt(code, 8)) & 0xff);
    }
    const char = this.#chars[this.#at++] as string;
    return letters[char] ?? char;
  }

  #bracket(): Node {
    const negated = this.#chars[this.#at] === '^';
    if (negated) this.#at++;
    let source = '';
    let literal: string | undefined;
    let count = 0;
    for (let isFirst = true; ; isFirst = false) {
      const char = this.#chars[this.#at];
      if (char === undefined) throw new PatternError('Unmatched [, [^, [:, [., or [=');
      if (char === ']' && !isFirst) break;
      count++;
      const named = this.#named();
      if (named !== undefined) {
        source += named;
        count++;
        continue;
      }
      const from = this.#member();
      literal = from;
      if (this.#chars[this.#at] !== '-' || [undefined, ']'].includes(this.#chars[this.#at + 1])) {
        source += quoted(from);
        continue;
      }
      this.#at++;
      const to = this.#member();
      if ((from.codePointAt(0) as number) > (to.codePointAt(0) as number))
        throw new PatternError('Invalid range end');
      source += `${quoted(from)}-${quoted(to)}`;
      count++;
    }
    this.#at++;
    const isOne = count === 1 && !negated && literal !== undefined;
    return { type: 'characters', negated, source, ...(isOne ? { literal } : {}) } as Characters;
  }

  /** `[:alpha:]`. */
  #named(): string | undefined {
    const rest = this.#chars.slice(this.#at, this.#at + 12).join('');
    const [whole, name = ''] = /^\[:(\w*):\]/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    this.#at += whole.length;
    const found = classes[name];
    if (found === undefined) throw new PatternError('Invalid character class name');
    return found;
  }

  /** A character of a bracket: `[.x.]` and `[=x=]` stand for x. */
  #member(): string {
    const rest = this.#chars.slice(this.#at, this.#at + 5);
    const [first = '', mark = '', char, closing, end] = rest;
    if (first === '[' && (mark === '.' || mark === '=') && closing === mark && end === ']') {
      this.#at += 5;
      return char as string;
    }
    this.#at++;
    if (first !== '\\' || this.#chars[this.#at] === undefined) return first;
    return this.#escaped();
  }
}

/** A set of characters as JavaScript writes it. */
export const characterSource = ({ negated, source, literal }: Characters): string =>
  literal !== undefined ? source : `[${negated ? '^' : ''}${source}]`;
