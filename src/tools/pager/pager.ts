/** A pager at work: draws, reads keys, moves (less(1)). */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Termios } from '../../kernel/termios.ts';
import type { Host, Source } from '../host.ts';
import { compile, type Regex, RegexError } from '../regex/index.ts';
import { actions, toggles } from './bindings.ts';
import { printable } from './cells.ts';
import { Document } from './document.ts';
import { INTERRUPT, type Keys, pagerModes, RESIZED } from './keys.ts';
import type { PagerSettings } from './options.ts';
import { START, View } from './view.ts';

export interface PagedFile {
  readonly name: string;
  /** Opens it; a text says why it cannot be. */
  open(): Promise<{ source: Source; size: number | undefined; close(): Promise<void> } | string>;
}

const [REVERSE, PLAIN] = ['\x1b[7m', '\x1b[27m'];
const [ENTER_SCREEN, LEAVE_SCREEN] = ['\x1b[?1049h\x1b[22;0;0t', '\x1b[?1049l\x1b[23;0;0t'];
const [KEYPAD_ON, KEYPAD_OFF] = ['\x1b[?1h\x1b=', '\x1b[?1l\x1b>'];

export class Pager {
  readonly #host: Host;
  readonly #keys: Keys;
  readonly #settings: PagerSettings;
  readonly #files: readonly PagedFile[];
  readonly #before: Termios;
  #file = 0;
  #view!: View;
  #size: number | undefined;
  #close: () => Promise<void> = async () => undefined;
  /** What is shown in place of the prompt, once. */
  #message: string | undefined;
  /** Nothing was done with this file yet: its name is shown. */
  #isNew = true;
  #isShown = false;
  #half: number | undefined;
  #search: { regex: Regex; isBack: boolean } | undefined;
  #isHighlighted = true;
  #endsSeen = 0;

  constructor(
    host: Host,
    keys: Keys,
    settings: PagerSettings,
    files: readonly PagedFile[],
    before: Termios,
  ) {
    this.#host = host;
    this.#keys = keys;
    this.#settings = settings;
    this.#files = files;
    this.#before = before;
  }

  #has(letter: string): boolean {
    return this.#settings.flags.has(letter);
  }

  #write(text: string): Promise<void> {
    return this.#host.stdout.write(bytesOf(text));
  }

  async run(): Promise<number> {
    await this.#host.setTerminal({ modes: pagerModes(this.#before) });
    try {
      await this.#resize();
      if (!(await this.#open(0, 1))) return 1;
      if (this.#has('F') && (await this.#isShort())) return 0;
      await this.#enter();
      await this.#begin();
      return await this.#commands();
    } finally {
      await this.#close();
      if (this.#isShown) await this.#leave();
      await this.#host.setTerminal({ modes: this.#before });
    }
  }

  async #enter(): Promise<void> {
    this.#isShown = true;
    if (!this.#has('X')) await this.#write(ENTER_SCREEN + KEYPAD_ON);
    // What was on the screen scrolls out of it.
    else await this.#write('\n'.repeat(this.#view.height));
  }

  async #leave(): Promise<void> {
    await this.#write(`\r\x1b[K${this.#has('X') ? '' : KEYPAD_OFF + LEAVE_SCREEN}`);
  }

  /** Opens the first file from one on that can be; false where none can. */
  async #open(from: number, step: 1 | -1): Promise<boolean> {
    for (let at = from; at >= 0 && at < this.#files.length; at += step) {
      const file = this.#files[at] as PagedFile;
      const opened = await file.open();
      if (typeof opened === 'string') {
        if (!this.#isShown) await this.#write(`${printable(opened)}\n`);
        else this.#message = opened;
        continue;
      }
      await this.#close();
      const { columns, height } = this.#view ?? { columns: 80, height: 23 };
      const document = new Document(opened.source);
      this.#view = new View(document, this.#settings, (line) => this.#reach(document, line));
      Object.assign(this.#view, { columns, height });
      this.#showMatches();
      this.#size = opened.size;
      this.#close = () => opened.close();
      this.#file = at;
      this.#isNew = true;
      await this.#fit();
      return true;
    }
    return false;
  }

  async #reach(document: Document, line: number): Promise<void> {
    while (!document.knows(line)) {
      const data = await this.#keys.unlessInterrupted(document.more());
      if (data === undefined) return;
      document.take(data);
      await this.#host.checkpoint();
    }
  }

  async #resize(): Promise<void> {
    if (this.#view) await this.#fit();
  }

  async #fit(): Promise<void> {
    const { cols, rows } = await this.#host.terminal();
    this.#view.columns = cols;
    this.#view.height = Math.max(1, rows - 1);
    this.#view.settle();
  }

  /** Shows a document that has room on the screen, and no prompt; false where it has not. */
  async #isShort(): Promise<boolean> {
    if (this.#files.length > 1) return false;
    const { rows, next } = await this.#view.screen();
    if (next || !this.#view.document.hasEnded) return false;
    await this.#write(rows.map((row) => `${row}\n`).join(''));
    return true;
  }

  /** What `+` and -p ask for. */
  async #begin(): Promise<void> {
    const { first, pattern } = this.#settings;
    if (pattern !== undefined) await this.#find(pattern, false, 1);
    if (first === undefined) return;
    if (/^[/?]/.test(first)) await this.#find(first.slice(1), first.startsWith('?'), 1);
    else if (/^\d+$/.test(first)) await this.#view.toLine(Math.max(0, Number(first) - 1));
    else for (const key of [...first].reverse()) this.#keys.back(key);
  }

  async #draw(): Promise<boolean> {
    const view = this.#view;
    const { rows, next, last } = await view.screen();
    const blank = this.#has('~') ? '' : '\x1b[1m~\x1b[m';
    const lines = Array.from({ length: view.height }, (_, i) => rows[i] ?? blank);
    const isEnd = !next && view.document.hasEnded;
    const prompt = printable(this.#message ?? this.#prompt(isEnd, last));
    this.#message = undefined;
    const shown = prompt === ':' ? prompt : `${REVERSE}${prompt}${PLAIN}`;
    await this.#write(
      `\x1b[H${lines.map((line) => `\x1b[2K${line}\x1b[m\n`).join('')}\x1b[2K${shown}`,
    );
    return isEnd;
  }

  #prompt(isEnd: boolean, last: number): string {
    const { name } = this.#files[this.#file] as PagedFile;
    const many = this.#files.length;
    const place = many > 1 ? ` (file ${this.#file + 1} of ${many})` : '';
    const following = this.#files[this.#file + 1];
    const end = isEnd ? `(END)${following ? ` - Next: ${following.name}` : ''}` : '';
    const isNamed = this.#has('M') || (this.#isNew && name !== '-');
    const title = isNamed ? `${name === '-' ? '' : name}${place}` : '';
    const parts = [title];
    if (this.#has('M')) {
      const { line } = this.#view.top;
      const { document } = this.#view;
      const count = document.hasEnded ? `/${document.count}` : '';
      parts.push(`lines ${line + 1}-${last + 1}${count}`);
    }
    if (isEnd) parts.push(end);
    else if (this.#has('m') || this.#has('M')) {
      const percent = this.#percent(last + 1);
      if (percent !== undefined) parts.push(`${percent}%`);
      else parts.push(`byte ${this.#view.document.startOf(last + 1)}`);
    }
    return parts.filter((part) => part !== '').join(' ') || ':';
  }

  #percent(line: number): number | undefined {
    const { document } = this.#view;
    const size = document.hasEnded ? document.size : this.#size;
    return size ? Math.floor((100 * document.startOf(line)) / size) : undefined;
  }

  async #commands(): Promise<number> {
    for (;;) {
      const isEnd = await this.#draw();
      if (isEnd && this.#has('E')) return 0;
      const { count, key } = await this.#command();
      if (key === '') return 0;
      if (key === INTERRUPT && this.#has('K')) return 2;
      if (key === RESIZED) {
        await this.#resize();
        continue;
      }
      const action = actions[key];
      if (action === 'quit') return 0;
      if (key === 'Z' && (await this.#keys.next()) === 'Z') return 0;
      this.#isNew = false;
      if (action === undefined) await this.#bell();
      else if (await this.#act(action, count, isEnd)) return 0;
    }
  }

  async #bell(): Promise<void> {
    if (!this.#has('q') && !this.#has('Q')) await this.#write('\x07');
  }

  /** A key, and the number before it. */
  async #command(): Promise<{ count: number | undefined; key: string }> {
    let digits = '';
    for (;;) {
      const key = await this.#keys.next();
      if (/^\d$/.test(key)) digits += key;
      else return { count: digits === '' ? undefined : Number(digits), key };
      await this.#write(`\r\x1b[K:${digits}`);
    }
  }

  /** Does what a key asks for; true where that ends the pager. */
  async #act(action: string, count: number | undefined, isEnd: boolean): Promise<boolean> {
    const view = this.#view;
    const page = this.#settings.window ?? view.height;
    const half = this.#half ?? Math.max(1, Math.floor(view.height / 2));
    const isForward = ['down', 'page down', 'window down', 'half down'].includes(action);
    if (isForward && isEnd) {
      if (this.#has('e') && this.#endsSeen++ > 0) return true;
      if (this.#has('e')) return false;
    }
    switch (action) {
      case 'down':
      case 'page down':
      case 'window down':
      case 'half down': {
        if (action === 'half down' && count !== undefined) this.#half = count;
        if (action === 'window down' && count !== undefined) this.#settings.window = count;
        const rows = { down: 1, 'half down': half }[action as string] ?? page;
        if (!(await view.forward(count ?? rows))) await this.#bell();
        break;
      }
      case 'up':
      case 'page up':
      case 'window up':
      case 'half up': {
        if (action === 'half up' && count !== undefined) this.#half = count;
        const rows = { up: 1, 'half up': half }[action as string] ?? page;
        if (!view.backward(count ?? rows)) await this.#bell();
        break;
      }
      case 'start':
        if (!(await view.toLine(Math.max(0, (count ?? 1) - 1))))
          this.#message = `Cannot seek to line number ${count}`;
        break;
      case 'end':
        if (count === undefined) await view.toEnd();
        else if (!(await view.toLine(Math.max(0, count - 1))))
          this.#message = `Cannot seek to line number ${count}`;
        break;
      case 'percent': {
        await view.toEnd();
        const at = (view.document.size * Math.min(100, count ?? 0)) / 100;
        let line = 0;
        while (line + 1 < view.document.count && view.document.startOf(line + 1) <= at) line++;
        if ((count ?? 0) < 100) view.top = { line, row: 0 };
        break;
      }
      case 'right':
      case 'left': {
        const step = count ?? Math.max(1, Math.floor(view.columns / 2));
        view.shift = Math.max(0, view.shift + (action === 'right' ? step : -step));
        view.forget();
        break;
      }
      case 'repaint':
        await this.#resize();
        break;
      case 'search':
      case 'search back':
        await this.#ask(action === 'search' ? '/' : '?', count ?? 1);
        break;
      case 'again':
      case 'again back':
        await this.#again(action === 'again back', count ?? 1);
        break;
      case 'highlight':
        this.#isHighlighted = !this.#isHighlighted;
        this.#showMatches();
        break;
      case 'info':
        this.#message = await this.#info();
        break;
      case 'version':
        this.#message = 'less 590 (the pager of OANIX)';
        break;
      case 'option':
        await this.#toggle();
        break;
      case 'colon':
        return this.#colon(count ?? 1);
      case 'suspend':
        await this.#suspend();
        break;
    }
    return false;
  }

  #showMatches(): void {
    this.#view.pattern = this.#isHighlighted ? this.#search?.regex : undefined;
    this.#view.forget();
  }

  async #info(): Promise<string> {
    const { name } = this.#files[this.#file] as PagedFile;
    const { top, document } = this.#view;
    const { last } = await this.#view.screen();
    const total = document.hasEnded ? `/${document.count}` : '';
    const end = document.startOf(last + 1);
    const size = document.hasEnded ? document.size : this.#size;
    const percent = this.#percent(last + 1);
    return `${name === '-' ? '(standard input)' : name} lines ${top.line + 1}-${last + 1}${total} byte ${end}${size === undefined ? '' : `/${size}`}${percent === undefined ? '' : ` ${percent}%`}`;
  }

  /** Reads a line at the prompt; undefined where it is given up. */
  async #line(mark: string): Promise<string | undefined> {
    let text = '';
    for (;;) {
      await this.#write(`\r\x1b[K${mark}${text}`);
      const key = await this.#keys.next();
      if (key === '\n' || key === '\r') return text;
      if (key === '' || key === INTERRUPT || key === '\x07' || key === '\x1b') return undefined;
      if (key === '\x7f' || key === '\b') {
        if (text === '') return undefined;
        text = [...text].slice(0, -1).join('');
      } else if (key === '\x15') text = '';
      else if (key === RESIZED) await this.#resize();
      else if (key >= ' ' && !key.startsWith('\x1b')) text += key;
    }
  }

  async #ask(mark: '/' | '?', count: number): Promise<void> {
    const text = await this.#line(mark);
    if (text === undefined) return;
    if (text !== '') return this.#find(text, mark === '?', count);
    if (this.#search) this.#search = { ...this.#search, isBack: mark === '?' };
    await this.#again(false, count);
  }

  async #find(pattern: string, isBack: boolean, count: number): Promise<void> {
    const isSmall = pattern === pattern.toLowerCase();
    const ignoreCase = this.#has('I') || (this.#has('i') && isSmall);
    try {
      const regex = compile(pattern, { syntax: 'ere', lenient: true, ignoreCase });
      this.#search = { regex, isBack };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      this.#message = error.message;
      return;
    }
    this.#isHighlighted = true;
    this.#showMatches();
    await this.#again(false, count);
  }

  /** To the next line with a match, after the first of the screen or before it. */
  async #again(isReverse: boolean, count: number): Promise<void> {
    const search = this.#search;
    if (!search) {
      this.#message = 'No previous regular expression';
      return;
    }
    if (!this.#isHighlighted) {
      this.#isHighlighted = true;
      this.#showMatches();
    }
    const step = search.isBack === isReverse ? 1 : -1;
    const { top } = this.#view;
    // A search from the very beginning may find the first line.
    let line = step > 0 && top === START && this.#isFirstSearch ? 0 : top.line + step;
    this.#isFirstSearch = false;
    let left = count;
    for (; line >= 0 && (await this.#view.has(line)); line += step) {
      if ((line & 255) === 0) await this.#host.checkpoint();
      const { plain } = this.#view.cells(line);
      if (search.regex.endOfAny(plain) < 0 || --left > 0) continue;
      this.#view.top = { line, row: 0 };
      return;
    }
    this.#message = 'Pattern not found  (press RETURN)';
  }

  #isFirstSearch = true;

  async #toggle(): Promise<void> {
    await this.#write('\r\x1b[K-');
    const letter = await this.#keys.next();
    const words = Object.hasOwn(toggles, letter) ? toggles[letter] : undefined;
    if (!words) {
      this.#message = `There is no -${letter} option to change here`;
      return;
    }
    const { flags } = this.#settings;
    const isOn = !flags.delete(letter);
    if (isOn) flags.add(letter);
    this.#message = `${words[isOn ? 0 : 1]}  (press RETURN)`;
    this.#view.settle();
  }

  async #colon(count: number): Promise<boolean> {
    await this.#write('\r\x1b[K:');
    const key = await this.#keys.next();
    if (key === 'q' || key === 'Q') return true;
    if (key === 'n' || key === 'p') {
      const step = key === 'n' ? 1 : -1;
      const at = this.#file + step * count;
      if (!(await this.#open(at, step)))
        this.#message = `No ${key === 'n' ? 'next' : 'previous'} file  (press RETURN)`;
    } else if (key === 'f') this.#message = await this.#info();
    else await this.#bell();
    return false;
  }

  async #suspend(): Promise<void> {
    await this.#leave();
    await this.#host.setTerminal({ modes: this.#before });
    const isStopped = await this.#host.stop();
    await this.#host.setTerminal({ modes: pagerModes(this.#before) });
    await this.#enter();
    await this.#resize();
    if (!isStopped) await this.#bell();
  }
}
