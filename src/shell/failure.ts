/** What goes wrong in a command of the shell: a sentence on standard error, and its status. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** A mistake in an expansion: the rest of the line is not run. */
export class ExpansionError extends ShellError {}

/** A mistake in the expression of `$((…))`: `set -e` does not end the shell for it. */
export class ArithmeticError extends ExpansionError {}

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
