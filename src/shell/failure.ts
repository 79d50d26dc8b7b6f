/** What goes wrong in a command of the shell: a sentence on standard error, and its status. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** A mistake in an arithmetic expression. */
export class ArithmeticError extends ShellError {}

/** A mistake in an expansion: the rest of the line is not run. */
export class ExpansionError extends ShellError {}

/** A mistake in the expression of an expansion, which ends no more than the line with `set -e` either. */
export class ArithmeticExpansionError extends ExpansionError {}

/** A mistake in the expression of a subscript: it ends the line, or all of a command string. */
export class SubscriptError extends ExpansionError {}

/** A mistake in the value of an integer variable, which ends as much. The builtin that assigns it is named. */
export class IntegerError extends SubscriptError {}

/** A negative index that reaches before the first element of an array. */
export class ElementError extends ShellError {
  constructor(shown: string) {
    super(`${shown}: bad array subscript`);
  }
}

/** It ends the shell, unless that talks with a person. */
export class Fatal extends ExpansionError {
  constructor(message: string) {
    super(message, 127);
  }
}

/** A variable that cannot be changed. */
export class ReadonlyError extends ShellError {
  constructor(name: string) {
    super(`${name}: readonly variable`);
  }
}
