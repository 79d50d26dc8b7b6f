/** Keys from the terminal of a pager, one by one, and changes of the terminal's size. */
import { FsError } from '../../kernel/errors.ts';
import { OPEN } from '../../kernel/operations.ts';
import { LFLAG, type Termios } from '../../kernel/termios.ts';
import type { Host, OpenFile } from '../host.ts';
import { keyByKey } from '../terminalmodes.ts';

/** No key is a signal: a pager does more at its end than to end. */
export const pagerModes = (modes: Termios): Termios => {
  const keys = keyByKey(modes);
  return { ...keys, lflag: keys.lflag & ~(LFLAG.isig | LFLAG.echo | LFLAG.echonl | LFLAG.iexten) };
};

const ESC = '\u001b';
const KEY = new RegExp(`${ESC}(?:\\[[0-?]*[ -/]*[@-~]|O[A-Za-z]|[\\s\\S])|[\\s\\S]`, 'gu');

export const INTERRUPT = '\x03';
export const RESIZED = 'resized';

export class Keys {
  readonly #host: Host;
  readonly #terminal: OpenFile;
  #size: OpenFile | undefined;
  readonly #decoder = new TextDecoder();
  #queue: string[] = [];
  /** A wait for a key that has not come yet. */
  #waiting: Promise<'key' | 'size'> | undefined;

  private constructor(host: Host, terminal: OpenFile) {
    this.#host = host;
    this.#terminal = terminal;
  }

  /** Of the terminal of the process; undefined where there is none. */
  static async open(host: Host): Promise<Keys | undefined> {
    try {
      const terminal = await host.open('/dev/tty', OPEN.read);
      const keys = new Keys(host, terminal);
      await keys.#watchSize();
      return keys;
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }

  async #watchSize(): Promise<void> {
    await this.#size?.close();
    this.#size = undefined;
    try {
      this.#size = await this.#host.open('/dev/winsize', OPEN.read);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
  }

  /** The next key; '' when the terminal has gone, RESIZED when it has another size. */
  async next(): Promise<string> {
    while (this.#queue.length === 0) {
      if ((await this.#wait()) === 'size') {
        await this.#watchSize();
        return RESIZED;
      }
      if (!(await this.#read())) return '';
    }
    return this.#queue.shift() as string;
  }

  /** What follows is to be read again. */
  back(key: string): void {
    this.#queue.unshift(key);
  }

  /** Waits for something, unless Ctrl-C or the end of the terminal comes first: undefined then. */
  async unlessInterrupted<T>(wait: Promise<T>): Promise<T | undefined> {
    const done = wait.then((value) => ({ value }));
    // Nobody may be there any more when it fails.
    done.catch(() => undefined);
    for (;;) {
      const at = this.#queue.indexOf(INTERRUPT);
      if (at >= 0) {
        this.#queue = this.#queue.slice(at + 1);
        return undefined;
      }
      const first = await Promise.race([done, this.#wait()]);
      if (typeof first === 'object') return first.value;
      if (first === 'size') await this.#watchSize();
      else if (!(await this.#read())) return undefined;
    }
  }

  #wait(): Promise<'key' | 'size'> {
    if (!this.#waiting) {
      this.#waiting = this.#poll().finally(() => {
        this.#waiting = undefined;
      });
      this.#waiting.catch(() => undefined);
    }
    return this.#waiting;
  }

  async #poll(): Promise<'key' | 'size'> {
    const files = [this.#terminal, ...(this.#size ? [this.#size] : [])];
    const wanted = files.map(({ fd }) => ({ fd, what: 'read' }));
    const { ready } = await this.#host.call('poll', { wanted, timeout: -1 });
    return (ready as { index: number }[]).some(({ index }) => index === 0) ? 'key' : 'size';
  }

  async #read(): Promise<boolean> {
    const data = await this.#terminal.read(4096);
    this.#queue.push(...(this.#decoder.decode(data, { stream: true }).match(KEY) ?? []));
    return data.length > 0;
  }

  async close(): Promise<void> {
    await this.#size?.close();
    await this.#terminal.close();
  }
}
