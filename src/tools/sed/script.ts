/** What a script of sed(1) is made of. */
import type { Regex } from '../regex/index.ts';

/** GNU's sed as it is; as it is with POSIXLY_CORRECT; or without what GNU adds to POSIX (--posix). */
export type Conformance = 'gnu' | 'correct' | 'posix';

export interface Expression extends Regex {
  /** Behind an empty match the search goes on at the next byte, also within a character; otherwise at the next character. */
  readonly isByBytes: boolean;
  /** It is `^` alone, which matches the beginning of each line and nothing else. */
  readonly isLineStart: boolean;
  /** Finds the same lines in a text of several lines; undefined where the expression can look at more than its line. */
  readonly inLines: Regex | undefined;
}

/** A regular expression of the script; `null` stands for the one that was used last. */
export type Pattern = Expression | null;

export type Address =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'pattern'; readonly pattern: Pattern }
  /** As the second address: so many lines more. */
  | { readonly kind: 'more'; readonly count: number }
  /** As the second address: up to a line whose number is a multiple. */
  | { readonly kind: 'multiple'; readonly of: number };

/** A part of what replaces a match. */
export type Part =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'group'; readonly group: number }
  /** `\U`, `\L`, `\E`: the case of what follows; `\u`, `\l`: the case of the next character. */
  | { readonly kind: 'case'; readonly letter: 'U' | 'L' | 'E' | 'u' | 'l' };

export interface Substitution {
  readonly pattern: Pattern;
  readonly parts: readonly Part[];
  /** The highest group that the parts name. */
  readonly highest: number;
  /** The match that is replaced, from 1. */
  readonly number: number;
  readonly isGlobal: boolean;
  readonly isPrinted: boolean;
  /** It is printed before it is run: `p` stands before `e`. */
  readonly isPrintedFirst: boolean;
  readonly isRun: boolean;
  readonly file: string | undefined;
}

export interface Command {
  readonly name: string;
  readonly first: Address | undefined;
  readonly second: Address | undefined;
  readonly isNegated: boolean;
  /** The text of `a`, `i`, `c` and `e`. */
  readonly text?: Uint8Array | undefined;
  /** The file of `r`, `R`, `w` and `W`. */
  readonly file?: string | undefined;
  /** `r` reads its file before the line is written, not behind it. */
  readonly isBefore?: boolean | undefined;
  /** The number of `l`, `q` and `Q`. */
  readonly number?: number | undefined;
  readonly substitution?: Substitution | undefined;
  /** What `y` makes of each character. */
  readonly map?: ReadonlyMap<string, string> | undefined;
  /** The same for each byte, where `y` has only ASCII characters: no byte of another character is one of these. */
  readonly table?: Uint8Array | undefined;
  /** The index of the command that `b`, `t`, `T` go to, and `{` where its addresses do not match. */
  target?: number;
}

export interface Script {
  readonly commands: readonly Command[];
  /** The script begins with a line of `#n`. */
  readonly isQuiet: boolean;
  readonly conformance: Conformance;
}
