/** What `stty` shows of a terminal: all, what is not as `sane` would have it, or one word that sets it again. */
import { CC, LFLAG } from '../kernel/termios.ts';
import type { TerminalState } from './host.ts';
import { characters, type Setting, SPEED_MASK, settings, speeds } from './sttytable.ts';

/** Places of special characters that Linux has, of which a terminal here uses the first. */
export const CC_SAVED = 32;

/** Words in lines that are not longer than the terminal. */
class Lines {
  readonly #width: number;
  #column = 0;
  text = '';

  constructor(width: number) {
    this.#width = width;
  }

  word(word: string): void {
    if (this.#column > 0 && this.#width - this.#column < word.length) this.end();
    if (this.#column > 0) {
      this.text += ' ';
      this.#column++;
    }
    this.text += word;
    this.#column += word.length;
  }

  end(): void {
    this.text += '\n';
    this.#column = 0;
  }

  get isEmpty(): boolean {
    return this.#column === 0;
  }
}

/** A special character as it is written: `^C`, `M-a`, `<undef>`. */
function visible(byte: number): string {
  if (byte === 0) return '<undef>';
  const low = byte & 0x7f;
  const plain = low < 32 ? `^${String.fromCharCode(low + 64)}` : String.fromCharCode(low);
  return `${byte >= 128 ? 'M-' : ''}${low === 127 ? '^?' : plain}`;
}

export const speedOf = (cflag: number): number => speeds.get(cflag & SPEED_MASK) ?? 0;

const isOn = (modes: TerminalState['modes'], { field, bits, mask }: Setting): boolean =>
  (modes[field] & mask) >>> 0 === bits;

const rate = ({ cc }: TerminalState['modes']): string =>
  `min = ${cc[CC.min]}; time = ${cc[CC.time]};`;

export function showAll({ modes, cols, rows }: TerminalState, width: number): string {
  const lines = new Lines(width);
  lines.word(`speed ${speedOf(modes.cflag)} baud;`);
  lines.word(`rows ${rows}; columns ${cols};`);
  lines.word('line = 0;');
  lines.end();
  for (const { name } of characters) lines.word(`${name} = ${visible(modes.cc[CC[name]] ?? 0)};`);
  lines.word(rate(modes));
  lines.end();
  let field = 'cflag';
  for (const setting of settings) {
    if (setting.isHidden) continue;
    if (setting.field !== field) lines.end();
    field = setting.field;
    if (isOn(modes, setting)) lines.word(setting.name);
    else if (setting.isSwitch) lines.word(`-${setting.name}`);
  }
  lines.end();
  return lines.text;
}

export function showChanged({ modes }: TerminalState, width: number): string {
  const lines = new Lines(width);
  lines.word(`speed ${speedOf(modes.cflag)} baud;`);
  lines.word('line = 0;');
  lines.end();
  for (const { name, usual } of characters) {
    const byte = modes.cc[CC[name]] ?? 0;
    if (byte !== usual) lines.word(`${name} = ${visible(byte)};`);
  }
  if ((modes.lflag & LFLAG.icanon) === 0) lines.word(rate(modes));
  if (!lines.isEmpty) lines.end();
  let field = 'cflag';
  for (const setting of settings) {
    if (setting.isHidden) continue;
    if (setting.field !== field && !lines.isEmpty) lines.end();
    field = setting.field;
    const on = isOn(modes, setting);
    if (on && setting.sane === false) lines.word(setting.name);
    else if (!on && setting.sane === true && setting.isSwitch) lines.word(`-${setting.name}`);
  }
  if (!lines.isEmpty) lines.end();
  return lines.text;
}

export function showSaved({ modes }: TerminalState): string {
  const { iflag, oflag, cflag, lflag, cc } = modes;
  const unused = Array.from({ length: CC_SAVED - cc.length }, () => 0);
  return `${[iflag, oflag, cflag, lflag, ...cc, ...unused].map((each) => each.toString(16)).join(':')}\n`;
}
