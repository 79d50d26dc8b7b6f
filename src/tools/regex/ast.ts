/** The syntax tree of a regular expression. */
import type { Has } from './chars.ts';

/** A condition on the characters before and after a position. */
export type Assertion =
  | 'lineStart'
  | 'lineEnd'
  | 'textStart'
  | 'textEnd'
  | 'wordStart'
  | 'wordEnd'
  | 'wordEdge'
  | 'notWordEdge'
  | 'noWordBefore'
  | 'noWordAfter';

export type Ast =
  | { readonly kind: 'empty' }
  /** `literal` is set where the set has this character alone, and `isAscii` where it has only characters of ASCII. */
  | {
      readonly kind: 'set';
      readonly has: Has;
      readonly literal?: number;
      readonly isAscii?: boolean;
    }
  | { readonly kind: 'all'; readonly items: readonly Ast[] }
  | { readonly kind: 'either'; readonly items: readonly Ast[] }
  | { readonly kind: 'group'; readonly group: number; readonly body: Ast }
  | { readonly kind: 'repeat'; readonly body: Ast; readonly min: number; readonly max: number }
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'reference'; readonly group: number };

/** A mistake in a regular expression, in the words of regerror(3). */
export class RegexError extends Error {}

/** The automaton of an expression would be too big. */
export class RegexTooBig extends RegexError {
  constructor() {
    super('Regular expression too big');
  }
}
