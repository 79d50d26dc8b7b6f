/** How a program of awk fails. */

/** Ends the program with a sentence and the status 2. */
export class AwkError extends Error {
  /** The word before the sentence. */
  readonly kind: 'fatal' | 'error';

  constructor(message: string, kind: 'fatal' | 'error' = 'fatal') {
    super(message);
    this.kind = kind;
  }
}

/** A mistake in the program's text, at an offset of it. */
export class SyntaxMistake extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}
