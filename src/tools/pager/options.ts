/** The options of `less`, from the variable LESS and from the command line (less(1), version 590). */
import type { Host } from '../host.ts';

type Kind = 'flag' | 'number' | 'text';

interface Known {
  readonly letter: string;
  readonly name: string;
  readonly kind: Kind;
}

/** Letter and long name; `#` takes a number, `=` a text. */
const known: readonly Known[] =
  'a:search-skip-screen A:SEARCH-SKIP-SCREEN b#:buffers B:auto-buffers c:clear-screen C:CLEAR-SCREEN d:dumb D=:color e:quit-at-eof E:QUIT-AT-EOF f:force F:quit-if-one-screen g:hilite-search G:HILITE-SEARCH h#:max-back-scroll i:ignore-case I:IGNORE-CASE j=:jump-target J:status-column k=:lesskey-file K:quit-on-intr L:no-lessopen m:long-prompt M:LONG-PROMPT n:line-numbers N:LINE-NUMBERS o=:log-file O=:LOG-FILE p=:pattern P=:prompt q:quiet Q:QUIET r:raw-control-chars R:RAW-CONTROL-CHARS s:squeeze-blank-lines S:chop-long-lines t=:tag T=:tag-file u:underline-special U:UNDERLINE-SPECIAL V:version w:hilite-unread W:HILITE-UNREAD x=:tabs X:no-init y#:max-forw-scroll z#:window ~:tilde ?:help'
    .split(' ')
    .map((word) => {
      const [head = '', name = ''] = word.split(':');
      const kind = head[1] === '#' ? 'number' : head[1] === '=' ? 'text' : 'flag';
      return { letter: head[0] as string, name, kind };
    });

/** Those that this pager follows; the rest changes nothing where nothing is shown on a terminal. */
const followed = new Set('bBcCdeEfFGiIKLmMnNpqQrRsSVxXzU~?');

export interface PagerSettings {
  /** The letters of flags that are on. */
  readonly flags: Set<string>;
  tab: number;
  pattern: string | undefined;
  /** Commands that run at first, after `+`. */
  first: string | undefined;
  /** The lines of a window, where they are given. */
  window: number | undefined;
}

export interface PagerCommand {
  readonly settings: PagerSettings;
  readonly files: readonly string[];
  /** What is wrong with the options: each is told, and the rest counts. */
  readonly mistakes: readonly string[];
  /** Nothing is shown. */
  readonly isFatal: boolean;
  /** An option that only a terminal would show and that is not followed here. */
  readonly refused: string | undefined;
}

class Reader {
  readonly settings: PagerSettings = {
    flags: new Set(),
    tab: 8,
    pattern: undefined,
    first: undefined,
    window: undefined,
  };
  readonly mistakes: string[] = [];
  isFatal = false;
  refused: string | undefined;

  /** Reads one word of options, and returns how many words it has taken. */
  word(word: string, next: string | undefined): number {
    if (word.startsWith('+')) {
      this.settings.first = word.slice(1);
      return 1;
    }
    return word.startsWith('--') ? this.#long(word.slice(2), next) : this.#letters(word, next);
  }

  #long(text: string, next: string | undefined): number {
    const [name = '', value] = text.split(/[= ](.*)/s);
    const exact = known.find((each) => each.name === name);
    const found = exact ? [exact] : known.filter((each) => each.name.startsWith(name));
    const [only] = found;
    if (!only || found.length > 1) {
      const why = only ? `${name} is an ambiguous abbreviation` : `There is no ${name} option`;
      this.mistakes.push(`${why} ("less --help" for help)`);
      return 1;
    }
    if (only.kind === 'flag') {
      this.#flag(only.letter);
      return 1;
    }
    this.#value(only, value ?? next);
    return value === undefined ? 2 : 1;
  }

  #letters(word: string, next: string | undefined): number {
    for (let at = 1; at < word.length; at++) {
      const letter = word[at] as string;
      if (/\d/.test(letter)) {
        const [digits = ''] = /^\d+/.exec(word.slice(at)) ?? [];
        this.settings.window = Number(digits);
        at += digits.length - 1;
        continue;
      }
      const option = known.find((each) => each.letter === letter);
      if (!option) {
        this.mistakes.push(`There is no -${letter} option ("less --help" for help)`);
        continue;
      }
      if (option.kind === 'flag') {
        // `-+X` and `-X-` are not read here.
        this.#flag(letter);
        continue;
      }
      const rest = word.slice(at + 1);
      if (option.kind === 'number') {
        const [digits = ''] = /^\s*-?\d+/.exec(rest) ?? [];
        if (rest !== '' && digits !== '') {
          this.#value(option, digits);
          at += digits.length;
          continue;
        }
      }
      this.#value(option, rest === '' ? next : rest);
      return rest === '' ? 2 : 1;
    }
    return 1;
  }

  #flag(letter: string): void {
    if (!followed.has(letter)) this.refused ??= `-${letter}`;
    this.settings.flags.add(letter);
  }

  #value({ letter, name, kind }: Known, value: string | undefined): void {
    const what = kind === 'number' ? 'Number' : 'Value';
    if (value === undefined || (kind === 'number' && !/^\s*-?\d/.test(value))) {
      this.mistakes.push(`${what} is required after -${letter} (--${name})`);
      this.isFatal = true;
      return;
    }
    if (!followed.has(letter)) this.refused ??= `-${letter}`;
    if (letter === 'x') this.settings.tab = Math.max(1, Number.parseInt(value, 10) || 8);
    if (letter === 'p') this.settings.pattern = value;
    if (letter === 'z') this.settings.window = Number.parseInt(value, 10);
  }
}

export function pagerCommandOf({ args, env }: Host): PagerCommand {
  const reader = new Reader();
  const variable = (env['LESS'] ?? '').trim();
  if (variable !== '')
    for (const word of variable.split(/\s+/))
      reader.word(/^[-+]/.test(word) ? word : `-${word}`, undefined);
  let at = 0;
  while (at < args.length) {
    const word = args[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    at += reader.word(word, args[at + 1]);
  }
  const { settings, mistakes, isFatal, refused } = reader;
  return { settings, files: args.slice(at), mistakes, isFatal, refused };
}
