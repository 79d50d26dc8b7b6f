/** stty(1): shows and sets the modes of a terminal. */
import { FsError } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { CC, CC_COUNT } from '../kernel/termios.ts';
import { type Host, type TerminalState, type Tool, ToolError } from './host.ts';
import { Help, misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { reasonOf } from './stdio.ts';
import { CC_SAVED, showAll, showChanged, showSaved, speedOf } from './sttyprint.ts';
import { characters, combinations, type Flags, SPEED_MASK, settings, speeds } from './sttytable.ts';

const NOT_A_TERMINAL = 'Inappropriate ioctl for device';

interface Command {
  readonly shows: 'all' | 'changed' | 'saved' | undefined;
  readonly device: string | undefined;
  readonly words: readonly string[];
}

/** Options may stand anywhere among the settings, which may begin with a dash themselves. */
function commandOf(args: readonly string[]): Command {
  const words: string[] = [];
  let [isAll, isSaved] = [false, false];
  let device: string | undefined;
  const setDevice = (name: string): void => {
    if (device !== undefined) throw new ToolError('only one device may be specified');
    device = name;
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    const [, attached] = /^--file=(.*)$/s.exec(word) ?? /^-F(.+)$/s.exec(word) ?? [];
    const next = args[i + 1];
    if (word === '--help') throw new Help('Usage: stty [-F DEVICE | --file=DEVICE] [SETTING]...\n');
    if (word === '-a' || word === '--all') isAll = true;
    else if (word === '-g' || word === '--save') isSaved = true;
    else if (attached !== undefined) setDevice(attached);
    else if ((word === '-F' || word === '--file') && next !== undefined) {
      setDevice(next);
      i++;
    } else words.push(word);
  }
  if (isAll && isSaved)
    throw new ToolError(
      'the options for verbose and stty-readable output styles are\nmutually exclusive',
    );
  if (words.length > 0 && (isAll || isSaved))
    throw new ToolError('when specifying an output style, modes may not be set');
  const shows = isAll ? 'all' : isSaved ? 'saved' : words.length === 0 ? 'changed' : undefined;
  return { shows, device, words };
}

/** Decimal, octal and hexadecimal numbers with the multipliers b and B, as stty reads them. */
function wholeNumber(text: string, most: number): number {
  const [, sign = '', digits = '', suffix = ''] =
    /^[ \t-\r]*([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)([bB]?)$/.exec(text) ?? [];
  if (digits === '' || sign === '-')
    throw new ToolError(`invalid integer argument: ${inQuotes(text)}`);
  const value = /^0[0-7]/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  const total = value * (suffix === 'b' ? 512 : suffix === 'B' ? 1024 : 1);
  if (total > most)
    throw new ToolError(
      `invalid integer argument: ${inQuotes(text)}: Numerical result out of range`,
    );
  return total;
}

/** A special character as it is written on the command line: itself, `^C`, `^-`, `undef`, or its number. */
function characterOf(text: string): number {
  const [first = 0, ...more] = bytesOf(text);
  if (more.length === 0) return first;
  if (text === '^-' || text === 'undef') return 0;
  if (text.startsWith('^')) return text[1] === '?' ? 127 : text.charCodeAt(1) & ~0o140;
  return wholeNumber(text, 255);
}

/** Settings that take a word; those that only show something take none. */
const withWord = new Set<string>([
  ...characters.map(({ name }) => name),
  ...['min', 'time', 'ispeed', 'ospeed', 'rows', 'cols', 'columns', 'line'],
]);
const alone = new Set(['size', 'speed', 'drain', '-drain']);

const unknown = (word: string): never => misuse('stty', `invalid argument ${inQuotes(word)}`);

function savedModes(word: string): Flags | undefined {
  const parts = word.split(':');
  if (parts.length !== CC_SAVED + 4 || !parts.every((each) => /^[\da-f]{1,8}$/i.test(each)))
    return undefined;
  const [iflag = 0, oflag = 0, cflag = 0, lflag = 0, ...cc] = parts.map((each) =>
    Number.parseInt(each, 16),
  );
  return { iflag, oflag, cflag, lflag, cc: cc.slice(0, CC_COUNT) };
}

const speedNamed = (word: string): number | undefined => {
  const baud = word === 'exta' ? 19_200 : word === 'extb' ? 38_400 : Number(word);
  return /^(\d+|ext[ab])$/.test(word)
    ? [...speeds].find(([, each]) => each === baud)?.[0]
    : undefined;
};

/** Changes flags as a word says that needs no other; false where there is no such word. */
function applyWord(word: string, flags: Flags): boolean {
  const isOff = word.startsWith('-');
  const name = isOff ? word.slice(1) : word;
  const setting = settings.find((each) => each.name === name);
  if (setting && (setting.isSwitch || !isOff)) {
    const { field, bits, mask } = setting;
    flags[field] = ((flags[field] & ~mask) | (isOff ? 0 : bits)) >>> 0;
    return true;
  }
  const combination = Object.hasOwn(combinations, name) ? combinations[name] : undefined;
  const apply = isOff ? combination?.off : combination?.on;
  if (apply) {
    apply(flags);
    return true;
  }
  const speed = speedNamed(word);
  const saved = savedModes(word);
  if (speed !== undefined) flags.cflag = (flags.cflag & ~SPEED_MASK) | speed;
  else if (saved) Object.assign(flags, saved);
  return speed !== undefined || saved !== undefined;
}

/** Checks the words before the terminal is touched. */
function check(words: readonly string[]): void {
  const scratch: Flags = { cflag: 0, iflag: 0, oflag: 0, lflag: 0, cc: [] };
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (alone.has(word)) continue;
    if (!withWord.has(word)) {
      if (!applyWord(word, scratch)) unknown(word);
    } else if (++i === words.length) misuse('stty', `missing argument to ${inQuotes(word)}`);
  }
}

class Settings {
  readonly #host: Host;
  readonly #name: string;
  readonly #flags: Flags;
  readonly #before: TerminalState;
  #isChanged = false;
  #inputSpeed: number;

  constructor(host: Host, name: string, before: TerminalState) {
    this.#host = host;
    this.#name = name;
    this.#before = before;
    this.#inputSpeed = before.modes.cflag & SPEED_MASK;
    this.#flags = { ...before.modes, cc: [...before.modes.cc] };
  }

  async apply(words: readonly string[]): Promise<void> {
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as string;
      if (word === 'size' || word === 'speed') await this.#show(word);
      else if (withWord.has(word)) await this.#set(word, words[++i] as string);
      else if (!alone.has(word)) {
        this.#apply(word);
      }
    }
    if (this.#isChanged) await this.#finish();
  }

  #apply(word: string): void {
    const { cflag } = this.#flags;
    applyWord(word, this.#flags);
    this.#isChanged = true;
    if (((cflag ^ this.#flags.cflag) & SPEED_MASK) !== 0)
      this.#inputSpeed = this.#flags.cflag & SPEED_MASK;
  }

  async #show(what: 'size' | 'speed'): Promise<void> {
    const { cols, rows } = await this.#host.terminal();
    const text = what === 'size' ? `${rows} ${cols}` : String(speedOf(this.#flags.cflag));
    await this.#host.stdout.write(bytesOf(`${text}\n`));
  }

  async #set(name: string, word: string): Promise<void> {
    if (name === 'rows' || name === 'cols' || name === 'columns') {
      const { cols, rows } = await this.#host.terminal();
      const value = wholeNumber(word, 2 ** 31 - 1);
      const size = name === 'rows' ? { cols, rows: value } : { cols: value, rows };
      await this.#try(() => this.#host.setTerminal({ size }));
      return;
    }
    this.#isChanged = true;
    if (name === 'ispeed' || name === 'ospeed') {
      const speed = speedNamed(word);
      // What is no speed changes nothing.
      if (speed === undefined) return;
      if (name === 'ispeed') this.#inputSpeed = speed;
      else this.#flags.cflag = (this.#flags.cflag & ~SPEED_MASK) | speed;
    } else if (name === 'line') {
      if (wholeNumber(word, 2 ** 31 - 1) !== 0) this.#inputSpeed = -1;
    } else
      this.#flags.cc[CC[name as keyof typeof CC]] =
        name === 'min' || name === 'time' ? wholeNumber(word, 255) : characterOf(word);
  }

  async #finish(): Promise<void> {
    const wanted = this.#flags;
    await this.#try(() => this.#host.setTerminal({ modes: wanted }));
    const { modes } = await this.#host.terminal();
    const isSame = (a: Flags, b: TerminalState['modes']): boolean =>
      JSON.stringify([a.cflag, a.iflag, a.oflag, a.lflag, a.cc]) ===
      JSON.stringify([b.cflag, b.iflag, b.oflag, b.lflag, b.cc]);
    // One line has one speed.
    const isFast = this.#inputSpeed === (modes.cflag & SPEED_MASK);
    if (isSame(wanted, modes) && isFast) return;
    // What could not be done at all is an error of the call, as tcsetattr(3) has it.
    const isNothing = isSame({ ...modes, cc: [...modes.cc] }, this.#before.modes);
    throw new ToolError(
      `${this.#name}: ${isNothing && isFast ? 'Invalid argument' : 'unable to perform all requested operations'}`,
    );
  }

  async #try(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      throw new ToolError(`${this.#name}: Invalid argument`);
    }
  }
}

/** The columns of standard output's terminal. */
async function widthOf(host: Host, cols: number): Promise<number> {
  if (host.isTerminal(1)) return cols;
  const given = Number(host.env['COLUMNS']);
  return Number.isInteger(given) && given > 0 ? given : 80;
}

/** Whether what was named is a terminal. Ends the tool where it cannot be opened. */
async function isTerminal(host: Host, device: string | undefined): Promise<boolean> {
  if (device === undefined) return host.isTerminal(0);
  try {
    const file = await host.open(device, OPEN.read);
    await file.close();
    return file.isTerminal;
  } catch (error) {
    throw new ToolError(`${quotedIfNeeded(device)}: ${reasonOf(error)}`);
  }
}

export const stty: Tool = async (host) => {
  const { shows, device, words } = commandOf(host.args);
  check(words);
  const name = device === undefined ? "'standard input'" : quotedIfNeeded(device);
  if (!(await isTerminal(host, device))) throw new ToolError(`${name}: ${NOT_A_TERMINAL}`);
  const state = await host.terminal();
  if (shows === undefined) {
    await new Settings(host, name, state).apply(words);
    return 0;
  }
  const width = await widthOf(host, state.cols);
  const text =
    shows === 'saved'
      ? showSaved(state)
      : shows === 'all'
        ? showAll(state, width)
        : showChanged(state, width);
  await host.stdout.write(bytesOf(text));
  return 0;
};
