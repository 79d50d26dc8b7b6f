/** A pager at work: draws, reads keys, moves (less(1)). */
import { bytesOf } from '../../kernel/rawtext.ts';
import type { Termios } from '../../kernel/termios.ts';
import type { Host, Source } from '../host.ts';
import { actions, toggles } from './bindings.ts';
import { printable } from './cells.ts';
import { Document } from './document.ts';
import { INTERRUPT, type Keys, pagerModes, RESIZED } from './keys.ts';
import type { PagerSettings } from './options.ts';
import { infoOf, promptOf } from './prompt.ts';
import { Search } from './search.ts';
import { View } from './view.ts';

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
  readonly #search: Search;
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
    this.#search = new Search(host, settings);
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
      this.#search.show(this.#view);
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

  get #place() {
    return {
      view: this.#view,
      flags: this.#settings.flags,
      names: this.#files.map(({ name }) => name),
      file: this.#file,
      size: this.#size,
      isNew: this.#isNew,
    };
  }

  async #draw(): Promise<boolean> {
    const view = this.#view;
    const { rows, next, last } = await view.screen();
    const blank = this.#has('~') ? '' : '\x1b[1m~\x1b[m';
    const lines = Array.from({ length: view.height }, (_, i) => rows[i] ?? blank);
    const isEnd = !next && view.document.hasEnded;
    const prompt = printable(this.#message ?? promptOf(this.#place, isEnd, last));
    this.#message = undefined;
    const shown = prompt === ':' ? prompt : `${REVERSE}${prompt}${PLAIN}`;
    await this.#write(
      `\x1b[H${lines.map((line) => `\x1b[2K${line}\x1b[m\n`).join('')}\x1b[2K${shown}`,
    );
    return isEnd;
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
        this.#message = await this.#search.again(action === 'again back', count ?? 1, view);
        break;
      case 'highlight':
        this.#search.toggle(view);
        break;
      case 'info':
        this.#message = await infoOf(this.#place);
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
    if (text === '') this.#message = await this.#search.repeat(mark === '?', count, this.#view);
    else await this.#find(text, mark === '?', count);
  }

  async #find(pattern: string, isBack: boolean, count: number): Promise<void> {
    this.#message = await this.#search.find(pattern, isBack, count, this.#view);
  }

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
    } else if (key === 'f') this.#message = await infoOf(this.#place);
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
