/** xterm.js, loaded when a program is first run: shows output; the keyboard passes through it. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Output } from '../runs.ts';

const themes = {
  night: {
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
  },
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

/** Shows a run's output in `parent`; returns the end. */
export function showTerminal(
  parent: HTMLElement,
  output: Output,
  theme: keyof typeof themes,
  label: string,
): () => void {
  const terminal = new Terminal({
    convertEol: true,
    disableStdin: true,
    scrollback: 20_000,
    fontFamily: "'JetBrains Mono Variable', monospace",
    fontSize: 12.5,
    lineHeight: 1.25,
    screenReaderMode: true,
    // What a program prints leads nowhere.
    linkHandler: { activate: () => undefined },
    theme: themes[theme],
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  // Tab must move on: this terminal takes no input.
  terminal.attachCustomKeyEventHandler(
    (event) => event.key !== 'Tab' && !(event.ctrlKey || event.metaKey),
  );
  terminal.open(parent);
  terminal.textarea?.setAttribute('aria-label', label);
  const resize = new ResizeObserver(() => fit.fit());
  resize.observe(parent);
  const stop = output.show((part) => new Promise((resolve) => terminal.write(part, resolve)));
  return () => {
    stop();
    resize.disconnect();
    terminal.dispose();
  };
}
