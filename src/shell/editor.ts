/** The line that is being typed: keys, history, completion; on a terminal in raw mode. */
import { KeyReader } from './keys.ts';
import { END_HIDDEN, START_HIDDEN } from './prompt.ts';

export interface EditorHost {
  /** Keys as they come; empty when the terminal has gone. */
  read(): Promise<Uint8Array>;
  write(text: string): Promise<void>;
  columns(): Promise<number>;
  /** What could stand at the end of this text: where it begins, and the choices. */
  complete(text: string): Promise<{ from: number; choices: readonly string[] }>;
}

export type Entered =
  | { readonly line: string }
  /** Ctrl-C */
  | { readonly cancelled: true }
  /** Ctrl-D on an empty line, or the terminal has gone. */
  | { readonly ended: true };

const ESC = '\u001b';
/** What takes no cells: colours, and what a prompt hides. */
const HIDDEN = new RegExp(`${START_HIDDEN}[^${END_HIDDEN}]*${END_HIDDEN}|${ESC}\\[[0-9;]*m`, 'g');
const MARKS = new RegExp(`[${START_HIDDEN}${END_HIDDEN}]`, 'g');

/** Cells that a text takes: East Asian wide characters and emoji take two (UAX 11). */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width += /\p{Mn}|\u200d/u.test(char)
      ? 0
      : /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
            char,
          )
        ? 2
        : 1;
  return width;
}

export class LineEditor {
  readonly history: string[];
  readonly #host: EditorHost;
  readonly #reader = new KeyReader();
  #keys: string[] = [];
  /** Characters of the line, and where the cursor is among them. */
  #chars: string[] = [];
  #cursor = 0;
  #prompt = '';
  /** Row of the cursor below the prompt's first, as drawn. */
  #row = 0;
  #killed = '';

  constructor(host: EditorHost, history: string[]) {
    this.#host = host;
    this.history = history;
  }

  async read(prompt: string): Promise<Entered> {
    // Of several lines only the last is drawn again with what is typed.
    const start = prompt.lastIndexOf('\n') + 1;
    this.#prompt = prompt.slice(start);
    if (start > 0) await this.#host.write(prompt.slice(0, start).replace(MARKS, ''));
    this.#chars = [];
    this.#cursor = 0;
    this.#row = 0;
    let at = this.history.length;
    let draft = '';
    const recall = (to: number): void => {
      if (to < 0 || to > this.history.length) return;
      if (at === this.history.length) draft = this.#line;
      at = to;
      this.#set(at === this.history.length ? draft : (this.history[at] as string));
    };
    await this.#draw();
    for (;;) {
      const key = await this.#next();
      if (key === undefined) return { ended: true };
      switch (key) {
        case '\r':
        case '\n':
          this.#cursor = this.#chars.length;
          await this.#draw();
          await this.#host.write('\n');
          return { line: this.#line };
        case '\x03':
          await this.#host.write('^C\n');
          return { cancelled: true };
        case '\x04':
          if (this.#chars.length === 0) return { ended: true };
          this.#chars.splice(this.#cursor, 1);
          break;
        case '\x1b[A':
        case '\x1bOA':
        case '\x10':
          recall(at - 1);
          break;
        case '\x1b[B':
        case '\x1bOB':
        case '\x0e':
          recall(at + 1);
          break;
        case '\x12': {
          const found = await this.#search();
          if (found !== undefined) this.#set(found);
          break;
        }
        case '\t':
          await this.#complete();
          break;
        case '\x0c':
          await this.#host.write('\x1b[H\x1b[2J');
          this.#row = 0;
          break;
        default:
          this.#edit(key);
      }
      // A paste is drawn once.
      if (this.#keys.length === 0) await this.#draw();
    }
  }

  /** Keys that came after the line. */
  takeRest(): string {
    return this.#keys.splice(0).join('');
  }

  get #line(): string {
    return this.#chars.join('');
  }

  #set(text: string): void {
    this.#chars = [...text];
    this.#cursor = this.#chars.length;
  }

  #edit(key: string): void {
    const chars = this.#chars;
    switch (key) {
      case '\x7f':
      case '\b':
        if (this.#cursor > 0) chars.splice(--this.#cursor, 1);
        break;
      case '\x1b[3~':
        chars.splice(this.#cursor, 1);
        break;
      case '\x1b[D':
      case '\x1bOD':
      case '\x02':
        this.#cursor = Math.max(0, this.#cursor - 1);
        break;
      case '\x1b[C':
      case '\x1bOC':
      case '\x06':
        this.#cursor = Math.min(chars.length, this.#cursor + 1);
        break;
      case '\x1b[H':
      case '\x1bOH':
      case '\x1b[1~':
      case '\x01':
        this.#cursor = 0;
        break;
      case '\x1b[F':
      case '\x1bOF':
      case '\x1b[4~':
      case '\x05':
        this.#cursor = chars.length;
        break;
      case '\x1b[1;5D':
      case '\x1bb':
        this.#cursor = this.#wordStart();
        break;
      case '\x1b[1;5C':
      case '\x1bf':
        this.#cursor = this.#wordEnd();
        break;
      case '\x17':
      case '\x1b\x7f': {
        const start = this.#wordStart();
        this.#killed = chars.splice(start, this.#cursor - start).join('');
        this.#cursor = start;
        break;
      }
      case '\x15':
        this.#killed = chars.splice(0, this.#cursor).join('');
        this.#cursor = 0;
        break;
      case '\x0b':
        this.#killed = chars.splice(this.#cursor).join('');
        break;
      case '\x19':
        chars.splice(this.#cursor, 0, ...this.#killed);
        this.#cursor += [...this.#killed].length;
        break;
      default:
        if (key >= ' ' && !key.startsWith('\x1b')) chars.splice(this.#cursor++, 0, key);
    }
  }

  #wordStart(): number {
    let at = this.#cursor;
    while (at > 0 && this.#chars[at - 1] === ' ') at--;
    while (at > 0 && this.#chars[at - 1] !== ' ') at--;
    return at;
  }

  #wordEnd(): number {
    let at = this.#cursor;
    while (at < this.#chars.length && this.#chars[at] === ' ') at++;
    while (at < this.#chars.length && this.#chars[at] !== ' ') at++;
    return at;
  }

  async #next(): Promise<string | undefined> {
    while (this.#keys.length === 0) {
      const data = await this.#host.read();
      if (data.length === 0) return undefined;
      this.#keys = this.#reader.keysOf(data);
    }
    return this.#keys.shift();
  }

  /** Draws prompt and line anew, over as many rows as they take. */
  async #draw(): Promise<void> {
    const columns = Math.max(1, await this.#host.columns());
    const prompt = widthOf(this.#prompt.replace(HIDDEN, ''));
    const before = prompt + widthOf(this.#chars.slice(0, this.#cursor).join(''));
    const total = prompt + widthOf(this.#line);
    const up = this.#row > 0 ? `\x1b[${this.#row}A` : '';
    let text = `${up}\r\x1b[J${this.#prompt.replace(MARKS, '')}${this.#line}`;
    // At the right edge a terminal waits for the next character before it goes on below.
    if (total > 0 && total % columns === 0) text += '\n\r';
    const back = Math.floor(total / columns) - Math.floor(before / columns);
    if (back > 0) text += `\x1b[${back}A`;
    const column = before % columns;
    text += `\r${column > 0 ? `\x1b[${column}C` : ''}`;
    this.#row = Math.floor(before / columns);
    await this.#host.write(text);
  }

  /** Ctrl-R: the last line of the history that has the typed text in it. */
  async #search(): Promise<string | undefined> {
    let text = '';
    let skip = 0;
    for (;;) {
      const found = this.history.filter((line) => text !== '' && line.includes(text)).at(-1 - skip);
      await this.#host.write(`\r\x1b[J(search) '${text}': ${found ?? ''}`);
      this.#row = 0;
      const key = await this.#next();
      if (key === undefined || key === '\x03' || key === '\x07' || key === '\x1b') return undefined;
      if (key === '\x12') skip++;
      else if (key === '\x7f' || key === '\b') text = text.slice(0, -1);
      else if (key >= ' ' && !key.startsWith('\x1b')) {
        text += key;
        skip = 0;
      } else {
        if (key === '\r' || key === '\n') this.#keys.unshift(key);
        return found;
      }
    }
  }

  async #complete(): Promise<void> {
    const before = this.#chars.slice(0, this.#cursor).join('');
    const { from, choices } = await this.#host.complete(before);
    if (choices.length === 0) return this.#host.write('\x07');
    const typed = before.slice(from);
    const shared = choices.length === 1 ? (choices[0] as string) : commonStart(choices);
    if (shared.length > typed.length) {
      const head = [...before.slice(0, from), ...shared];
      this.#chars = [...head, ...this.#chars.slice(this.#cursor)];
      this.#cursor = head.length;
      return;
    }
    const names = choices.map(
      (choice) =>
        choice.replace(/\/$/, '').replace(/^.*\//, '') + (choice.endsWith('/') ? '/' : ''),
    );
    const columns = await this.#host.columns();
    const shown = names.slice(0, 200);
    const width = Math.max(...shown.map(widthOf)) + 2;
    const per = Math.max(1, Math.floor(columns / width));
    const rows = Array.from({ length: Math.ceil(shown.length / per) }, (_, row) =>
      shown
        .slice(row * per, row * per + per)
        .map((name) => name.trim() + ' '.repeat(Math.max(0, width - widthOf(name.trim()))))
        .join('')
        .trimEnd(),
    );
    const more = names.length > shown.length ? `\n… and ${names.length - shown.length} more` : '';
    await this.#host.write(`\n${rows.join('\n')}${more}\n`);
    this.#row = 0;
  }
}

function commonStart(texts: readonly string[]): string {
  let [common = ''] = texts;
  for (const text of texts) while (!text.startsWith(common)) common = common.slice(0, -1);
  return common;
}
