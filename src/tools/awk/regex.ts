/**
 * Regular expressions of awk: the engine of the other tools (tools/regex) on text with a character for each byte. Awk's own
 * escapes are written as that engine reads them.
 */
import { cEscapes } from '../cescapes.ts';
import { compile, type Regex as Engine, RegexError } from '../regex/index.ts';
import { AwkError } from './errors.ts';
import { putBytes, toShell } from './octets.ts';

export interface Match {
  readonly start: number;
  readonly end: number;
}

const letters: { readonly [letter: string]: string } = {
  ...cEscapes,
  y: '\\b',
};

/** A character that stands for itself. */
const literally = (char: string): string =>
  /[\x21-\x2f:-@[-`{-~]/.test(char) ? `\\${char}` : char;

/** The source without the escapes that only awk has. */
function withoutAwkEscapes(source: string): string {
  return source.replace(
    /\\(?:([0-7]{1,3})|x([\da-fA-F]{1,2})|([\s\S]))/g,
    (whole, octal?: string, hex?: string, char = '') => {
      if (octal !== undefined) return literally(String.fromCharCode(parseInt(octal, 8) & 0xff));
      if (hex !== undefined) return literally(String.fromCharCode(parseInt(hex, 16)));
      if (Object.hasOwn(letters, char)) return letters[char] as string;
      return /["/89]/.test(char) ? char : whole;
    },
  );
}

/** What matches only itself. */
const PLAIN = /^[^\\.*+?()[\]{}|^$\x80-\xff]+$/;

/** A set of characters of ASCII, alone or repeated with `+`. What JavaScript finds for it is what it matches. */
const ROW =
  /^(?:\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[\w ,;:=<>!"'%&@#~\t])+\]\+?|[\w ,;:=<>!"'%&@#~\t]\+)$/;

/** The text that was matched last, and its bytes. */
const scratch = { text: '', bytes: new Uint8Array(1 << 12), length: 0 };

function bytesFor(text: string): Uint8Array {
  if (text !== scratch.text || scratch.length !== text.length) {
    if (text.length > scratch.bytes.length) scratch.bytes = new Uint8Array(text.length * 2);
    scratch.length = putBytes(text, scratch.bytes);
    scratch.text = text;
  }
  return scratch.bytes;
}

export class Regex {
  readonly source: string;
  readonly ignoreCase: boolean;
  readonly #engine: Engine;
  /** A text without anything special. */
  readonly literal: string | undefined;
  /** What divides a text at each match; undefined where JavaScript would not find the same matches. */
  readonly divider: string | RegExp | undefined;

  constructor(source: string, ignoreCase = false) {
    this.source = source;
    this.ignoreCase = ignoreCase;
    this.literal = !ignoreCase && PLAIN.test(source) ? source : undefined;
    try {
      const text = toShell(withoutAwkEscapes(source));
      this.#engine = compile(text, { syntax: 'ere', awk: true, ignoreCase });
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      throw new AwkError(`invalid regexp: ${error.message}: /${source}/`);
    }
    const isRow = !ignoreCase && ROW.test(source);
    this.divider = this.literal ?? (isRow ? new RegExp(source) : undefined);
  }

  test(text: string): boolean {
    if (this.literal !== undefined) return text.includes(this.literal);
    return this.#engine.endOfAny(bytesFor(text), 0, text.length) >= 0;
  }

  /** The leftmost match from `from` on, and of those the longest. */
  find(text: string, from = 0): Match | undefined {
    if (this.literal !== undefined) {
      const start = text.indexOf(this.literal, from);
      return start < 0 ? undefined : { start, end: start + this.literal.length };
    }
    return this.findIn(bytesFor(text), from, text.length);
  }

  /** The same in bytes, which end at `to`. */
  findIn(bytes: Uint8Array, from: number, to: number): Match | undefined {
    const found = this.#engine.find(bytes, from, to);
    return found && { start: found[0] as number, end: found[1] as number };
  }

  /** The match and its groups. */
  groups(text: string, from: number): readonly (Match | undefined)[] {
    const found = this.#engine.search(bytesFor(text), from, text.length) ?? [];
    const groups: (Match | undefined)[] = [];
    for (let i = 0; i < found.length; i += 2) {
      const start = found[i] as number;
      groups.push(start < 0 ? undefined : { start, end: found[i + 1] as number });
    }
    return groups;
  }
}

const compiled = new Map<string, Regex>();

/** Compiles a pattern, which is kept: programs use the same few. */
export function regexOf(source: string, ignoreCase = false): Regex {
  const key = ignoreCase ? `i${source}` : `-${source}`;
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size > 500) compiled.clear();
  const regex = new Regex(source, ignoreCase);
  compiled.set(key, regex);
  return regex;
}
