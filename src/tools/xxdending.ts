/** How xxd(1) ends when it cannot go on. */

/** Ends xxd with a status and a message that holds its own newline. */
export class Ending extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export const say = (message: string): string => `xxd: ${message}\n`;
