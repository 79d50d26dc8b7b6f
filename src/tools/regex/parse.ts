/** Reads a regular expression of POSIX with GNU's operators, as glibc's regcomp(3) reads it. */
import { type Assertion, type Ast, RegexError } from './ast.ts';
import { Bracket } from './bracket.ts';
import { caseVariants, isInvalid, isSpace, isWord } from './chars.ts';

export interface Syntax {
  readonly syntax: 'bre' | 'ere';
  readonly ignoreCase?: boolean;
  /** Reads as grep does: an operator with nothing to repeat is not a mistake. */
  readonly lenient?: boolean;
  /** Is told of an operator with nothing to repeat that is no mistake. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Reads as regcomp(3) does: a `)` without its `(` is a character. */
  readonly closesAlone?: boolean;
  /** Reads as awk does: an operator with nothing to repeat is a character, and a backslash escapes in brackets too. */
  readonly awk?: boolean;
  /** Has the operators of POSIX only, and none of GNU's. */
  readonly posix?: boolean | undefined;
  /** Reads as sed does: no anchor is repeated, and in a basic expression neither `*` nor an interval repeats a repetition. */
  readonly strict?: boolean;
  /** Characters that neither `.` nor a negated bracket expression matches. */
  readonly lineEnds?: readonly number[];
  /** A character that no set matches, such as the end of a line. */
  readonly except?: number;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const [BACKSLASH, COMMA, CLOSE, CARET] = [0x5c, 0x2c, 0x7d, 0x5e];

const MAX_REPEAT = 32767;
const MAX_DEPTH = 1000;

const assertions: Readonly<Record<string, Assertion>> = {
  '<': 'wordStart',
  '>': 'wordEnd',
  b: 'wordEdge',
  B: 'notWordEdge',
  '`': 'textStart',
  "'": 'textEnd',
};

const sets: Readonly<Record<string, (char: number) => boolean>> = {
  w: isWord,
  W: (char) => !isInvalid(char) && !isWord(char),
  s: isSpace,
  S: (char) => !isInvalid(char) && !isSpace(char),
};

/** A token: an operator by its name, or a character. */
interface Token {
  readonly operator?: string;
  readonly char: number;
  /** The index after it. */
  readonly next: number;
}

const operators = {
  bre: { plain: '*[.^$', escaped: '(){|+?}' },
  ere: { plain: '*[.^$(){|+?', escaped: '' },
} as const;
const POSIX_ESCAPED = { bre: '(){}', ere: '' } as const;

export class Parser {
  readonly #chars: readonly number[];
  readonly #syntax: Syntax;
  #at = 0;
  #groups: number;
  #closed = new Set<number>();
  #depth = 0;
  readonly #first: number;

  /** `groups` is the number of groups in the patterns before this one. */
  constructor(source: string, syntax: Syntax, groups = 0) {
    // A lone half of a pair is a byte (kernel/rawtext.ts).
    this.#chars = Array.from(source, (char) => char.codePointAt(0) as number);
    this.#syntax = syntax;
    this.#groups = groups;
    this.#first = groups;
  }

  get groups(): number {
    return this.#groups;
  }

  parse(): Ast {
    const ast = this.#either();
    if (this.#at < this.#chars.length) throw new RegexError('Unmatched ) or \\)');
    return ast;
  }

  get #isBasic(): boolean {
    return this.#syntax.syntax === 'bre';
  }

  #peek(at = this.#at): Token | undefined {
    const char = this.#chars[at];
    if (char === undefined) return undefined;
    const { syntax, posix = false } = this.#syntax;
    const { plain } = operators[syntax];
    const escaped = posix ? POSIX_ESCAPED[syntax] : operators[syntax].escaped;
    const text = String.fromCodePoint(char);
    if (text !== '\\')
      return plain.includes(text) ? { operator: text, char, next: at + 1 } : { char, next: at + 1 };
    const after = this.#chars[at + 1];
    if (after === undefined) throw new RegexError('Trailing backslash');
    const next = at + 2;
    const name = String.fromCodePoint(after);
    const isOperator = escaped.includes(name);
    if (isOperator) return { operator: name, char: after, next };
    const isGnu = !posix && (Object.hasOwn(assertions, name) || Object.hasOwn(sets, name));
    if (/[1-9]/.test(name) || isGnu) return { operator: `\\${name}`, char: after, next };
    return { char: after, next };
  }

  #either(): Ast {
    const items = [this.#all()];
    while (this.#peek()?.operator === '|') {
      this.#at = (this.#peek() as Token).next;
      items.push(this.#all());
    }
    return items.length === 1 ? (items[0] as Ast) : { kind: 'either', items };
  }

  #all(): Ast {
    const items: Ast[] = [];
    for (;;) {
      const token = this.#peek();
      if (!token || token.operator === '|') break;
      if (token.operator === ')' && (this.#depth > 0 || !this.#isOrdinaryClose())) break;
      const isStart = items.every(({ kind }) => kind === 'assert' || kind === 'empty');
      items.push(this.#repeated(this.#one(token, items.length === 0), isStart));
    }
    return items.length === 1 ? (items[0] as Ast) : { kind: 'all', items };
  }

  #isOrdinaryClose(): boolean {
    const { lenient, closesAlone, awk } = this.#syntax;
    return !this.#isBasic && (lenient === true || closesAlone === true || awk === true);
  }

  #one(token: Token, isStart: boolean): Ast {
    const { operator, char, next } = token;
    const from = this.#at;
    this.#at = next;
    if (operator === undefined) return this.#literal(char);
    if (operator.startsWith('\\')) return this.#escaped(operator.slice(1));
    switch (operator) {
      case '.':
        return this.#set((other) => !isInvalid(other) && !this.#isLineEnd(other));
      case '[': {
        const bracket = new Bracket(this.#chars, next, this.#syntax);
        const { set, next: end } = bracket.read(this.#syntax.except);
        this.#at = end;
        if (this.#chars[next] !== CARET || set.kind !== 'set') return set;
        return this.#set((other) => set.has(other) && !this.#isLineEnd(other));
      }
      case '(':
        return this.#group();
      case '^':
        return !this.#isBasic || isStart
          ? { kind: 'assert', assertion: 'lineStart' }
          : this.#literal(char);
      case '$':
        return !this.#isBasic || this.#isEnd()
          ? { kind: 'assert', assertion: 'lineEnd' }
          : this.#literal(char);
      case ')':
      case '}':
        return this.#literal(char);
      default:
        return this.#misplaced(operator, char, from);
    }
  }

  /** A repetition with nothing before it. */
  #misplaced(operator: string, char: number, from: number): Ast {
    const { lenient, awk } = this.#syntax;
    if (awk || (this.#isBasic && (operator !== '{' || lenient))) return this.#literal(char);
    if (!lenient) throw new RegexError('Invalid preceding regular expression');
    this.#at = from;
    const bounds = this.#bounds();
    if (bounds) {
      this.#warnOf(operator);
      return { kind: 'empty' };
    }
    this.#at = from + 1;
    return this.#literal(char);
  }

  #warnOf(operator: string): void {
    this.#syntax.warn?.(`${operator === '{' ? '{...}' : operator} at start of expression`);
  }

  #isEnd(): boolean {
    const token = this.#peek();
    return !token || token.operator === '|' || token.operator === ')';
  }

  #literal(char: number): Ast {
    const { ignoreCase, except } = this.#syntax;
    const others = ignoreCase ? caseVariants(char) : [];
    if (others.length === 0 && char !== except)
      return { kind: 'set', has: (other) => other === char, literal: char };
    return this.#set((other) => other === char || others.includes(other));
  }

  #isLineEnd(char: number): boolean {
    return this.#syntax.lineEnds?.includes(char) ?? false;
  }

  #set(has: (char: number) => boolean): Ast {
    const { except } = this.#syntax;
    return { kind: 'set', has: (char) => char !== except && has(char) };
  }

  #escaped(name: string): Ast {
    if (!/[1-9]/.test(name)) {
      const assertion = assertions[name];
      if (assertion) return { kind: 'assert', assertion };
      return this.#set(sets[name] as (char: number) => boolean);
    }
    const group = this.#first + Number(name);
    if (!this.#closed.has(group)) throw new RegexError('Invalid back reference');
    return { kind: 'reference', group };
  }

  #group(): Ast {
    if (++this.#depth > MAX_DEPTH) throw new RegexError('Regular expression too big');
    const group = ++this.#groups;
    const body = this.#either();
    const close = this.#peek();
    if (close?.operator !== ')') throw new RegexError('Unmatched ( or \\(');
    this.#at = close.next;
    this.#depth--;
    this.#closed.add(group);
    return { kind: 'group', group, body };
  }

  /** `isStart` tells that nothing stands before it that takes a character. */
  #repeated(first: Ast, isStart: boolean): Ast {
    let body = first;
    const { lenient, strict } = this.#syntax;
    if (first.kind === 'assert' && (this.#isBasic || !lenient))
      if (strict || first.assertion === 'lineStart' || first.assertion === 'lineEnd') return first;
    for (;;) {
      const from = this.#at;
      const operator = this.#peek()?.operator ?? '';
      const bounds = this.#bounds();
      if (!bounds) {
        this.#at = from;
        return body;
      }
      const isOdd = isStart && (first.kind === 'assert' || first.kind === 'empty');
      if (isOdd && !this.#isBasic) this.#warnOf(operator);
      body = repeated(body, bounds);
      if (strict && this.#isBasic && /^[*{]$/.test(this.#peek()?.operator ?? ''))
        throw new RegexError('Invalid preceding regular expression');
    }
  }

  /** Reads an operator that repeats. Returns undefined where there is none. */
  #bounds(): Bounds | undefined {
    const token = this.#peek();
    const operator = token?.operator;
    if (!token || !operator || !'*+?{'.includes(operator)) return undefined;
    this.#at = token.next;
    if (operator === '{') return this.#interval();
    return {
      min: operator === '+' ? 1 : 0,
      max: operator === '?' ? 1 : Number.POSITIVE_INFINITY,
    };
  }

  #interval(): Bounds | undefined {
    const end = this.#isBasic ? [BACKSLASH, CLOSE] : [CLOSE];
    let stop = this.#at;
    while (isDigitOrComma(this.#chars[stop])) stop++;
    const isClosed = end.every((char, i) => this.#chars[stop + i] === char);
    const text = this.#chars.slice(this.#at, stop).map((char) => String.fromCharCode(char));
    const [whole, low = '', comma = '', high = ''] = /^(\d*)(,?)(\d*)$/.exec(text.join('')) ?? [];
    if (!isClosed || !whole) {
      const { lenient, awk } = this.#syntax;
      if (((lenient && !this.#isBasic) || awk) && !(isClosed && text.length === 0 && !awk))
        return undefined;
      const isUnmatched = !this.#chars.includes(CLOSE, stop);
      throw new RegexError(isUnmatched ? 'Unmatched \\{' : 'Invalid content of \\{\\}');
    }
    const min = Number(low);
    const max = comma === '' ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (max < min) throw new RegexError('Invalid content of \\{\\}');
    if (min > MAX_REPEAT || (Number.isFinite(max) && max > MAX_REPEAT))
      throw new RegexError('Regular expression too big');
    this.#at = stop + end.length;
    return { min, max };
  }
}

const isDigitOrComma = (char: number | undefined): boolean =>
  char === COMMA || (char !== undefined && char >= 0x30 && char <= 0x39);

/**
 * Repeats a body. It joins a repetition of a repetition where the meaning stays the same, so that a long row of operators
 * makes neither a deep nor a large tree.
 */
function repeated(body: Ast, { min, max }: Bounds): Ast {
  if (body.kind === 'empty') return body;
  if (body.kind !== 'repeat') return { kind: 'repeat', body, min, max };
  if (max === 0 || body.max === 0) return { ...body, min: 0, max: 0 };
  const isSimple = [min, max, body.min, body.max].every(
    (count) => count <= 1 || count === Infinity,
  );
  if (!isSimple) return { kind: 'repeat', body, min, max };
  return { ...body, min: min * body.min, max: max * body.max };
}
