/** How a program of awk fails. */

/** Ends the program with a sentence and the status 2. */
export class AwkError extends Error {
  /** `plain` for a sentence that says everything without a place. */
  readonly kind: 'placed' | 'plain';

  constructor(message: string, kind: AwkError['kind'] = 'placed') {
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
