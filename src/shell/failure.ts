/** What goes wrong in a command of the shell: a sentence on standard error, and its status. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** It ends the shell, unless that talks with a person. */
export class Fatal extends ShellError {
  constructor(message: string) {
    super(message, 127);
  }
}
