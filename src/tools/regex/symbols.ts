/** Symbols: characters that an automaton cannot tell apart. They are numbered in the order in which they are met. */
import type { Assertion } from './ast.ts';
import { isInvalid, isWord } from './chars.ts';
import type { Nfa } from './nfa.ts';

/** The kind of a neighbour, which assertions test. The start and the end of the text are EDGE. */
export const EDGE = 0;
const NEWLINE = 1;
const OTHER = 2;
const WORD = 3;
/** A byte that is not UTF-8 and is a letter in Latin-1: glibc's `\b` takes it for a part of a word, and `grep -w` does not. */
const BYTE_OF_WORD = 4;

const wordAssertions: readonly Assertion[] = [
  'wordStart',
  'wordEnd',
  'wordEdge',
  'notWordEdge',
  'noWordBefore',
  'noWordAfter',
];

export function holds(assertion: Assertion, before: number, after: number): boolean {
  switch (assertion) {
    case 'lineStart':
      return before <= NEWLINE;
    case 'lineEnd':
      return after <= NEWLINE;
    case 'textStart':
      return before === EDGE;
    case 'textEnd':
      return after === EDGE;
    case 'wordStart':
      return before < WORD && after >= WORD;
    case 'wordEnd':
      return before >= WORD && after < WORD;
    case 'wordEdge':
      return before >= WORD !== after >= WORD;
    case 'notWordEdge':
      return before >= WORD === after >= WORD;
    case 'noWordBefore':
      return before !== WORD;
    case 'noWordAfter':
      return after !== WORD;
  }
}

function wordKind(char: number): number {
  if (isInvalid(char)) return isWord(char - 0xdc00) ? BYTE_OF_WORD : OTHER;
  return isWord(char) ? WORD : OTHER;
}

export class Symbols {
  /** The kind of each symbol, and the sets that contain it. Symbol 0 is the edge of the text. */
  readonly kinds: number[] = [EDGE];
  readonly members: (readonly boolean[])[] = [[]];
  readonly ascii = new Int32Array(128);
  readonly #nfa: Nfa;
  readonly #newline: number | undefined;
  readonly #knowsWords: boolean;
  readonly #byKey = new Map<string, number>();
  readonly #byChar = new Map<number, number>();

  /** `newline` is the character that ends a line, if any. */
  constructor(nfa: Nfa, newline: number | undefined) {
    this.#nfa = nfa;
    this.#newline = newline;
    this.#knowsWords = wordAssertions.some((each) => nfa.assertions.has(each));
    for (let char = 0; char < 128; char++) this.ascii[char] = this.#make(char);
  }

  of(char: number): number {
    if (char < 128) return this.ascii[char] as number;
    let symbol = this.#byChar.get(char);
    if (symbol === undefined) {
      symbol = this.#make(char);
      if (this.#byChar.size > 1 << 16) this.#byChar.clear();
      this.#byChar.set(char, symbol);
    }
    return symbol;
  }

  #make(char: number): number {
    const kind = char === this.#newline ? NEWLINE : this.#knowsWords ? wordKind(char) : OTHER;
    const members = this.#nfa.sets.map((has) => has(char));
    const key = `${kind}${members.map(Number).join('')}`;
    let symbol = this.#byKey.get(key);
    if (symbol === undefined) {
      symbol = this.kinds.push(kind) - 1;
      this.members.push(members);
      this.#byKey.set(key, symbol);
    }
    return symbol;
  }
}
