/** What goes wrong in a command of the shell: a sentence on standard error, and its status. */
export class ShellError extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}
