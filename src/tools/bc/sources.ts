/** Where bc(1) reads its program: its files, and then standard input. Each byte is a character. */
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { type Host, ToolError } from '../host.ts';
import { BLOCK, readAll } from '../stdio.ts';

const latin1 = (data: Uint8Array): string => {
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
};

/** Text of a file, or of standard input; `isNew` where it is the first of its source. */
interface Piece {
  readonly text: string;
  readonly name: string;
  readonly isNew: boolean;
}

/** A file of the program cannot be read. */
export class Unavailable extends Error {}

export class Sources {
  readonly #host: Host;
  readonly #files: string[];
  /** Lines are given one by one, and shown where no terminal shows them (-i). */
  readonly #echo: ((line: string) => Promise<void>) | undefined;
  #isInput = false;
  #pending = '';
  #isEnded = false;

  constructor(
    host: Host,
    files: readonly string[],
    echo: ((line: string) => Promise<void>) | undefined,
  ) {
    this.#host = host;
    this.#files = [...files];
    this.#echo = echo;
  }

  /** The program comes from standard input. */
  get isInput(): boolean {
    return this.#isInput;
  }

  /** Undefined at the end of all. */
  async next(): Promise<Piece | undefined> {
    const file = this.#files.shift();
    if (file !== undefined) return { text: await this.#file(file), name: file, isNew: true };
    const isNew = !this.#isInput;
    this.#isInput = true;
    const text = this.#echo ? await this.#line(this.#echo) : await this.#chunk();
    return text === '' ? undefined : { text, name: '(standard_in)', isNew };
  }

  async #file(name: string): Promise<string> {
    try {
      const file = await this.#host.open(name, OPEN.read);
      try {
        return latin1(await readAll(file));
      } finally {
        await file.close();
      }
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code === 'EISDIR') throw new ToolError(`read() in flex scanner failed`, 2);
      throw new Unavailable(`File ${name} is unavailable.\n`);
    }
  }

  async #chunk(): Promise<string> {
    const kept = this.#pending;
    this.#pending = '';
    if (kept !== '' || this.#isEnded) return kept;
    const data = await this.#host.stdin.read(BLOCK);
    this.#isEnded = data.length === 0;
    return latin1(data);
  }

  async #line(echo: (line: string) => Promise<void>): Promise<string> {
    let text = await this.#chunk();
    while (!text.includes('\n')) {
      const more = await this.#chunk();
      if (more === '') break;
      text += more;
    }
    if (text === '') return '';
    const end = text.indexOf('\n');
    this.#pending = end < 0 ? '' : text.slice(end + 1);
    const line = end < 0 ? `${text}\n` : text.slice(0, end + 1);
    await echo(line);
    return line;
  }

  /** A line of standard input that is no part of the program; undefined at the end. */
  async dataLine(): Promise<string | undefined> {
    let text = '';
    while (!text.includes('\n')) {
      const more = await this.#chunk();
      if (more === '') break;
      text += more;
    }
    if (text === '') return undefined;
    const end = text.indexOf('\n');
    this.#pending = end < 0 ? '' : text.slice(end + 1);
    return end < 0 ? text : text.slice(0, end);
  }
}
