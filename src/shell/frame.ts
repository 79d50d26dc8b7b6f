/** What a shell is in: a text that it runs, a function, a file. */
import type { Variable } from './variable.ts';

/** A text that is run, so that errors tell its lines. */
export interface Text {
  /** The path that `source` was given; undefined in the script itself. */
  readonly file: string | undefined;
  /** Lines of the file before the text, where it is a part: of `eval`. */
  readonly linesBefore: number;
  /** It is what `eval` was given. */
  readonly isEval?: boolean;
}

/** What a function, a file that is sourced, or assignments before a command change until their end. */
export interface Frame {
  readonly kind: 'function' | 'source' | 'assignments';
  /** Of the function, or of the command that the assignments are before. */
  readonly name: string;
  readonly hidden: Map<string, Variable | undefined>;
  /** $1… of outside. */
  readonly args: string[];
  /** Those that it began with, where it was given some. */
  readonly ownArgs: string[] | undefined;
  /** Where it was left. */
  readonly text: Text;
  readonly line: number;
}
