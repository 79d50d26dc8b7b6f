/** What zip(1) says: why it ends without having changed the archive, and how much it has saved. */

/** What each status means. */
const meanings: Readonly<Record<number, string>> = {
  2: 'Unexpected end of zip file',
  3: 'Zip file structure invalid',
  6: 'Entry too big to split, read, or write',
  12: 'Nothing to do!',
  14: 'Error writing to a file',
  15: 'Could not create output file',
  16: 'Invalid command arguments',
  18: 'File not found or no read permission',
};

export class ZipError extends Error {
  readonly status: number;
  readonly text: string;

  /** `reason` is that of the system, where it refused something. */
  constructor(status: number, detail: string, reason?: string) {
    const what = `zip error: ${meanings[status]} (${detail})`;
    super(what);
    this.status = status;
    this.text = `${reason === undefined ? '' : `zip I/O error: ${reason}`}\n${what}\n`;
  }
}

export const badArguments = (detail: string): ZipError => new ZipError(16, detail);

/** The share that is saved, in percent, rounded as zip rounds it. */
export const percent = (size: number, packed: number): number =>
  size === 0 ? 0 : Math.trunc((Math.trunc((200 * (size - packed)) / size) + 1) / 2);

export const totalsLine = (size: number, packed: number): string =>
  `total bytes=${size}, compressed=${packed} -> ${percent(size, packed)}% savings\n`;
