/** xterm.js, loaded when a program is first run: shows what it prints and, where it reads, takes what is typed. */
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { attempt, toast } from '../notices.ts';
import { openOutside } from '../outside.ts';
import type { Output } from '../runs.ts';

const night = {
  background: '#16161e',
  foreground: '#c0caf5',
  cursor: '#c0caf5',
  selectionBackground: '#283457',
  black: '#414868',
  red: '#f7768e',
  green: '#9ece6a',
  yellow: '#e0af68',
  blue: '#7aa2f7',
  magenta: '#bb9af7',
  cyan: '#7dcfff',
  white: '#a9b1d6',
  brightBlack: '#8c94bd',
  brightRed: '#f7768e',
  brightGreen: '#9ece6a',
  brightYellow: '#e0af68',
  brightBlue: '#7aa2f7',
  brightMagenta: '#bb9af7',
  brightCyan: '#7dcfff',
  brightWhite: '#c0caf5',
} as const;

const themes = {
  night,
  storm: { ...night, background: '#1f2335', selectionBackground: '#2e3c64' },
  light: {
    background: '#eeeff4',
    foreground: '#343b59',
    cursor: '#343b59',
    selectionBackground: '#c8d3f2',
    black: '#343b59',
    red: '#8c4351',
    green: '#33570c',
    yellow: '#744b0d',
    blue: '#2959aa',
    magenta: '#65359d',
    cyan: '#00596f',
    white: '#565b70',
    brightBlack: '#565b70',
    brightRed: '#8c4351',
    brightGreen: '#33570c',
    brightYellow: '#744b0d',
    brightBlue: '#2959aa',
    brightMagenta: '#65359d',
    brightCyan: '#00596f',
    brightWhite: '#343b59',
  },
} as const;

export interface TerminalView {
  readonly output: Output;
  readonly theme: keyof typeof themes;
  readonly label: string;
  /** Ctrl+Shift+F. */
  find(): void;
  /** Where keys go; absent for a program that has ended or reads no terminal. */
  readonly input?: {
    type(data: string): void;
    resize(cols: number, rows: number): void;
    open(path: string): void;
  };
}

/** The number of our own sequence "show this path in the page" (shell/namespace.ts `open`). */
const OPEN_SEQUENCE = 7777;
const OPEN_EVERY_MS = 1000;
let opened = Number.NEGATIVE_INFINITY;

export interface ShownTerminal {
  search(text: string, back: boolean): boolean;
  focus(): void;
  end(): void;
}

/** Shows a terminal in `parent`. */
export function showTerminal(
  parent: HTMLElement,
  { output, theme, label, find, input }: TerminalView,
): ShownTerminal {
  const terminal = new Terminal({
    convertEol: true,
    disableStdin: !input,
    cursorBlink: input !== undefined && !matchMedia('(prefers-reduced-motion: reduce)').matches,
    cursorInactiveStyle: input ? 'outline' : 'none',
    scrollback: 20_000,
    fontFamily: "'JetBrains Mono Variable', monospace",
    fontSize: 12.5,
    lineHeight: 1.25,
    screenReaderMode: true,
    // What a program prints leads nowhere but by a person's click, and then in a tab of its own.
    linkHandler: { activate: (_event, uri) => openLink(uri) },
    theme: themes[theme],
    allowProposedApi: true,
    // Programs may print anything; what is no sequence is not worth a line in the console.
    logLevel: 'off',
  });
  // What was printed before is shown, not done again: no path is opened, no question answered.
  let isLive = false;
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon((_event, uri) => openLink(uri)));
  terminal.attachCustomKeyEventHandler((event) =>
    keyGoesIn(event, terminal, find, input !== undefined),
  );
  terminal.parser.registerOscHandler(OPEN_SEQUENCE, (text) => {
    if (!text.startsWith('open;')) return false;
    const path = decoded(text.slice('open;'.length));
    // A person's view is not a program's to keep changing.
    if (isLive && path?.startsWith('/') && performance.now() - opened > OPEN_EVERY_MS) {
      opened = performance.now();
      input?.open(path);
    }
    return true;
  });
  terminal.open(parent);
  terminal.textarea?.setAttribute('aria-label', label);
  if (input) {
    const type = (data: string): void => {
      if (isLive) input.type(data);
    };
    terminal.onData(type);
    terminal.onBinary(type);
    terminal.onResize(({ cols, rows }) => input.resize(cols, rows));
  }
  const observer = new ResizeObserver(() => {
    fit.fit();
    input?.resize(terminal.cols, terminal.rows);
  });
  observer.observe(parent);
  const { replayed, stop } = output.show(
    (part) => new Promise((resolve) => terminal.write(part, resolve)),
  );
  void replayed.then(() => {
    isLive = true;
  });
  return {
    search: (text, back) => (back ? search.findPrevious(text) : search.findNext(text)),
    focus: () => terminal.focus(),
    end: () => {
      stop();
      observer.disconnect();
      terminal.dispose();
    },
  };
}

/** Any program may print the sequence, with anything in it. */
function decoded(text: string): string | undefined {
  try {
    return decodeURI(text);
  } catch {
    return undefined;
  }
}

/** Programs write these links, and their text need not say where they lead. */
const openLink = (uri: string): void => void attempt('Not opened', () => openOutside(uri));

/** Copy is Ctrl+C while text is selected, or Ctrl+Shift+C; paste is Ctrl+V; F6 leaves the terminal. */
function keyGoesIn(
  event: KeyboardEvent,
  terminal: Terminal,
  find: () => void,
  typed: boolean,
): boolean {
  const control = event.ctrlKey || event.metaKey;
  const letter = event.key.toLowerCase();
  if (control && event.shiftKey && letter === 'f') {
    event.preventDefault();
    if (event.type === 'keydown') find();
    return false;
  }
  // Tab must move on where nothing is typed.
  if (!typed) return event.key !== 'Tab' && !control;
  if (event.key === 'F6') return false;
  if (control && letter === 'c' && (event.shiftKey || terminal.hasSelection())) {
    if (event.type === 'keydown') copy(terminal.getSelection());
    terminal.clearSelection();
    event.preventDefault();
    return false;
  }
  // The browser pastes into the terminal's own field.
  if (control && letter === 'v') return false;
  return true;
}

/**
 * The clipboard holds the text when this returns: what is typed next may be the paste. The asynchronous
 * clipboard asks for a permission first, may come too late, and is missing on plain HTTP.
 */
function copy(text: string): void {
  const give = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener('copy', give, { capture: true, once: true });
  try {
    if (!document.execCommand('copy')) toast('Not copied: the browser refused it.', { bad: true });
  } finally {
    document.removeEventListener('copy', give, { capture: true });
  }
}
