/** tput(1): shows what a terminal can do, by the names of terminfo(5), or sends it a string that does it (ncurses 6.4). */
import { hasCode } from '../kernel/errors.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import type { Host, Tool } from './host.ts';
import { clearing, resetStrings, resetTerminal } from './reset.ts';
import { readAll } from './stdio.ts';
import { expandString, parametersOf, withoutPadding } from './terminfo/expandstring.ts';
import { flagNames, numberNames, stringNames } from './terminfo/names.ts';
import { type Terminfo, terminfoOf } from './terminfo/terminfo.ts';

const [USAGE, UNKNOWN_TERMINAL, UNKNOWN_NAME, NO_TERMINAL] = [2, 3, 4, 10];

const usage = `Usage: tput [options] [command]

Options:
  -S <<       read commands from standard input
  -T TERM     use this instead of $TERM
  -V          print curses-version
  -x          do not try to clear scrollback

Commands:
  clear       clear the screen
  init        initialize the terminal
  reset       reinitialize the terminal
  capname     unlike clear/init/reset, print value for capability "capname"
`;

/** Ends with a status after a sentence on standard error. */
class Quit extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

interface Command {
  readonly terminal: string | undefined;
  readonly readsInput: boolean;
  readonly keepsScrollback: boolean;
  readonly showsVersion: boolean;
  readonly words: readonly string[];
}

function commandOf({ args, env }: Host): Command {
  let terminal = env['TERM'];
  let [readsInput, keepsScrollback, showsVersion] = [false, false, false];
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (letter === 'S') readsInput = true;
      else if (letter === 'x') keepsScrollback = true;
      else if (letter === 'V') showsVersion = true;
      else if (letter === 'T') {
        const rest = word.slice(i + 1);
        terminal = rest === '' ? args[++at] : rest;
        if (terminal === undefined)
          throw new Quit(`tput: option requires an argument -- 'T'\n${usage}`, USAGE);
        break;
      } else throw new Quit(`tput: invalid option -- '${letter}'\n${usage}`, USAGE);
    }
  }
  return { terminal, readsInput, keepsScrollback, showsVersion, words: args.slice(at) };
}

/** A number as strtol(3) reads it; 0 for what is none. */
function parameterOf(word: string): number {
  if (/^[ \t-\r]*[-+]?0[0-7]+$/.test(word)) return Number.parseInt(word, 8) | 0;
  const [, sign = '', digits = ''] = /^[ \t-\r]*([-+]?)(0[xX][\da-fA-F]+|\d+)$/.exec(word) ?? [];
  return digits === '' ? 0 : (sign === '-' ? -Number(digits) : Number(digits)) | 0;
}

/** Strings whose parameters are a key and texts. */
const withTexts: Readonly<Record<string, number>> = { pfkey: 2, pfloc: 2, pfx: 2, pln: 2, pfxl: 3 };

/** The size of the terminal; undefined without one. */
async function windowOf(host: Host): Promise<{ cols: number; rows: number } | undefined> {
  if (!([2, 1, 0] as const).some((fd) => host.isTerminal(fd))) return undefined;
  try {
    return await host.terminal();
  } catch (error) {
    if (hasCode(error, 'ENOTTY')) return undefined;
    throw error;
  }
}

class Capabilities {
  readonly #host: Host;
  readonly #terminfo: Terminfo;
  readonly #command: Command;

  constructor(host: Host, terminfo: Terminfo, command: Command) {
    this.#host = host;
    this.#terminfo = terminfo;
    this.#command = command;
  }

  /** Runs commands one after the other, and yields the status of each. */
  async *run(words: readonly string[]): AsyncGenerator<number> {
    for (let at = 0; at < words.length; ) {
      const { used, status } = await this.#one(words.slice(at));
      yield status;
      at += used;
    }
  }

  async #one([name = '', ...rest]: readonly string[]): Promise<{ used: number; status: number }> {
    const { flags, strings, title } = this.#terminfo;
    if (name === 'init' || name === 'reset') return { used: 1, status: await this.#reset(name) };
    if (name === 'longname') return this.#show(title);
    if (name === 'clear') return this.#clear();
    if (flags.has(name) || flagNames.has(name)) return { used: 1, status: flags.has(name) ? 0 : 1 };
    if (this.#terminfo.numbers.has(name) || numberNames.has(name))
      return this.#show(`${await this.#number(name)}\n`);
    const text = strings.get(name);
    if (text === undefined) {
      if (stringNames.has(name)) return { used: 1, status: 1 };
      throw new Quit(`tput: unknown terminfo capability '${name}'\n`, UNKNOWN_NAME);
    }
    if (rest.length === 0) return this.#show(withoutPadding(text));
    const isText = Object.hasOwn(withTexts, name);
    const count = isText ? (withTexts[name] ?? 0) : parametersOf(text);
    const given = rest
      .slice(0, count)
      .map((word, i) => (isText && i > 0 ? word : parameterOf(word)));
    return this.#show(withoutPadding(expandString(text, given)), 1 + given.length);
  }

  async #show(text: string, used = 1): Promise<{ used: number; status: number }> {
    await this.#host.stdout.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    return { used, status: 0 };
  }

  async #clear(): Promise<{ used: number; status: number }> {
    const text = clearing(this.#terminfo, this.#command.keepsScrollback);
    return text === undefined ? { used: 1, status: USAGE } : this.#show(text);
  }

  async #number(name: string): Promise<number> {
    const usual = name === 'lines' ? 24 : name === 'cols' ? 80 : -1;
    const known = this.#terminfo.numbers.get(name) ?? usual;
    if (name !== 'cols' && name !== 'lines') return known;
    // A terminal that is named by an option need not be this one.
    if (!this.#host.args.some((word) => word.startsWith('-T'))) {
      const given = Number(this.#host.env[name === 'cols' ? 'COLUMNS' : 'LINES']);
      if (Number.isInteger(given) && given > 0) return given;
    }
    const size = await windowOf(this.#host);
    return size === undefined ? known : name === 'cols' ? size.cols : size.rows;
  }

  async #reset(how: 'init' | 'reset'): Promise<number> {
    if (!(await windowOf(this.#host)))
      throw new Quit('tput: terminal attributes: No such device or address\n\n', NO_TERMINAL);
    await resetTerminal(this.#host);
    await this.#show(resetStrings(this.#terminfo, how));
    return 0;
  }
}

async function run(host: Host): Promise<number> {
  const command = commandOf(host);
  const { terminal, words } = command;
  if (command.showsVersion) {
    await host.stdout.write(bytesOf('ncurses 6.4.20221231\n'));
    return 0;
  }
  if (!terminal) throw new Quit('tput: No value for $TERM and no -T specified\n', USAGE);
  if (!command.readsInput && words.length === 0) throw new Quit(usage, USAGE);
  const terminfo = terminfoOf(terminal);
  if (!terminfo) throw new Quit(`tput: unknown terminal "${terminal}"\n`, UNKNOWN_TERMINAL);
  const capabilities = new Capabilities(host, terminfo, command);
  if (!command.readsInput) {
    for await (const status of capabilities.run(words)) if (status !== 0) return status;
    return 0;
  }
  let failed = 0;
  for (const line of new TextDecoder().decode(await readAll(host.stdin)).split('\n'))
    for await (const status of capabilities.run(line.split(/\s+/).filter((word) => word !== '')))
      if (status !== 0) failed++;
  // So many commands have failed.
  return failed === 0 ? 0 : UNKNOWN_NAME + failed;
}

export const tput: Tool = async (host) => {
  try {
    return await run(host);
  } catch (error) {
    if (!(error instanceof Quit)) throw error;
    await host.stderr.write(bytesOf(error.message));
    return error.status;
  }
};
