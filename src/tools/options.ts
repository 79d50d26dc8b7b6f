/**
 * Options as getopt_long(3) reads them: letters together, long names by what is unambiguous, operands between them.
 * What a tool does not know ends it with GNU's sentence.
 */
import { ToolError } from './host.ts';
import { inQuotes } from './quote.ts';

/**
 * `letter|name`, either of which may lack; with `=` at the end where a value follows, with `=?` where one may be attached.
 * As `d|delimiter=`, `complement`, `n`.
 */
export type OptionSpec = string;

/** An option that was given, by its long name where it has one. */
export interface Given {
  readonly name: string;
  /** Empty where it takes none; undefined where one may be and is not. */
  readonly value: string | undefined;
}

export interface Parsed {
  readonly options: readonly Given[];
  readonly operands: readonly string[];
}

export interface Rules {
  readonly options: readonly OptionSpec[];
  /** What `--help` prints after "Usage: NAME ". */
  readonly usage: string;
  /** Lines between the sentence about a mistake and the line that names `--help`; they begin with a newline. */
  readonly afterMistake?: string;
  /** The status of a mistake; 1 where it is left out. */
  readonly status?: number;
  /** Operands end the options, as where the rest is another command. */
  readonly inOrder?: boolean;
  /** Operands stand among the options too, under an empty name, for tools where their order counts. */
  readonly keepsPlaces?: boolean;
}

interface Known {
  readonly letter: string;
  readonly name: string;
  readonly value: 'none' | 'required' | 'optional';
}

function knownOf(spec: OptionSpec): Known {
  const [, body = '', mark = ''] = /^(.*?)(=\??)?$/.exec(spec) ?? [];
  const [first = '', second = ''] = body.split('|');
  const value = mark === '' ? 'none' : mark === '=' ? 'required' : 'optional';
  return first.length === 1 && second === ''
    ? { letter: first, name: first, value }
    : second === ''
      ? { letter: '', name: first, value }
      : { letter: first, name: second, value };
}

/** Ends a tool that was asked for its usage. */
export class Help extends Error {}

export function parseOptions(name: string, args: readonly string[], rules: Rules): Parsed {
  return new Parser(name, args, rules).run();
}

/** Ends a tool with a sentence about its arguments, and where to read on. */
export function misuse(name: string, message: string, status = 1): never {
  throw new ToolError(`${message}\nTry '${name} --help' for more information.`, status);
}

/** One of a few words, or its unambiguous beginning, as GNU's tools take them (gnulib's argmatch). */
export const choiceOf = <T extends string>(
  tool: string,
  option: string,
  text: string,
  choices: readonly T[],
  status = 1,
): T =>
  meaningOf(
    tool,
    option,
    text,
    Object.fromEntries(choices.map((each) => [each, each])) as Record<T, T>,
    status,
  );

/** What a word of a table means, or its beginning where all words that begin so mean the same. */
export function meaningOf<T>(
  tool: string,
  option: string,
  text: string,
  table: Readonly<Record<string, T>>,
  status = 1,
): T {
  if (Object.hasOwn(table, text)) return table[text] as T;
  const words = Object.keys(table);
  const found = new Set(words.filter((each) => each.startsWith(text)).map((each) => table[each]));
  if (found.size === 1) return [...found][0] as T;
  const kind = found.size > 1 ? 'ambiguous' : 'invalid';
  const list = [...new Set(Object.values(table))].map((meaning) => {
    const same = words.filter((each) => table[each] === meaning);
    return `\n  - ${same.map((each) => inQuotes(each)).join(', ')}`;
  });
  return misuse(
    tool,
    `${kind} argument ${inQuotes(text)} for ‘${option}’\nValid arguments are:${list.join('')}`,
    status,
  );
}

class Parser {
  readonly #tool: string;
  readonly #rules: Rules;
  readonly #known: readonly Known[];
  readonly #args: readonly string[];
  readonly #given: Given[] = [];
  readonly #operands: string[] = [];
  #at = 0;

  constructor(tool: string, args: readonly string[], rules: Rules) {
    this.#tool = tool;
    this.#rules = rules;
    this.#args = args;
    this.#known = [...rules.options, 'help'].map(knownOf);
  }

  run(): Parsed {
    for (; this.#at < this.#args.length; this.#at++) {
      const word = this.#args[this.#at] as string;
      if (word === '--') {
        for (const rest of this.#args.slice(this.#at + 1)) this.#operand(rest);
        break;
      }
      if (word.startsWith('--')) this.#long(word.slice(2));
      else if (word.length > 1 && word.startsWith('-')) this.#letters(word);
      else if (this.#rules.inOrder) {
        this.#operands.push(...this.#args.slice(this.#at));
        break;
      } else this.#operand(word);
    }
    return { options: this.#given, operands: this.#operands };
  }

  #operand(word: string): void {
    this.#operands.push(word);
    if (this.#rules.keepsPlaces) this.#given.push({ name: '', value: word });
  }

  #long(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const attached = equals < 0 ? undefined : text.slice(equals + 1);
    const option = this.#named(name);
    if (attached !== undefined && option.value === 'none')
      this.#fail(`option '--${option.name}' doesn't allow an argument`);
    if (option.name === 'help') throw new Help(`Usage: ${this.#tool} ${this.#rules.usage}\n`);
    let value = attached ?? (option.value === 'optional' ? undefined : '');
    if (attached === undefined && option.value === 'required') {
      value = this.#args[++this.#at];
      if (value === undefined) this.#fail(`option '--${option.name}' requires an argument`);
    }
    this.#given.push({ name: option.name, value });
  }

  /** By its whole name, or by a beginning that no other has. */
  #named(name: string): Known {
    const long = this.#known.filter((each) => each.name.length > 1);
    const exact = long.find((each) => each.name === name);
    if (exact) return exact;
    const found = long.filter((each) => each.name.startsWith(name));
    const [only] = found;
    if (only && found.length === 1) return only;
    if (!only) return this.#fail(`unrecognized option '--${name}'`);
    const names = found.map((each) => `'--${each.name}'`).join(' ');
    return this.#fail(`option '--${name}' is ambiguous; possibilities: ${names}`);
  }

  #letters(word: string): void {
    const letters = [...word];
    for (let i = 1; i < letters.length; i++) {
      const letter = letters[i] as string;
      const option =
        this.#known.find((each) => each.letter === letter) ??
        this.#fail(`invalid option -- '${letter}'`);
      if (option.value === 'none') {
        this.#given.push({ name: option.name, value: '' });
        continue;
      }
      const attached = letters.slice(i + 1).join('');
      let value: string | undefined = attached === '' ? undefined : attached;
      if (value === undefined && option.value === 'required') {
        value = this.#args[++this.#at];
        if (value === undefined) this.#fail(`option requires an argument -- '${letter}'`);
      }
      this.#given.push({ name: option.name, value });
      return;
    }
  }

  #fail(message: string): never {
    misuse(this.#tool, `${message}${this.#rules.afterMistake ?? ''}`, this.#rules.status);
  }
}
