/** The sets of tr(1): characters, escapes, ranges, classes and repeats. */
import { bytesOf, textOf } from '../kernel/rawtext.ts';
import { type Host, ToolError } from './host.ts';
import { inQuotes, shownByte } from './quote.ts';
import { warn } from './stdio.ts';

export interface SetPart {
  readonly kind: 'range' | 'class' | 'equivalence' | 'repeat';
  readonly from: number;
  readonly to: number;
  /** Of a repeat; 0 for as many as are needed. */
  readonly count: number;
  /** Of a class. */
  readonly name: string;
}

export type ByteSet = readonly SetPart[];

/** One byte of a set. */
export interface SetEntry {
  readonly byte: number;
  /** It is the first of its part. */
  readonly begins: boolean;
  readonly caseClass: '' | 'lower' | 'upper';
}

const within =
  (...ranges: readonly (readonly [number, number])[]) =>
  (byte: number): boolean =>
    ranges.some(([from, to]) => byte >= from && byte <= to);

const classes: Readonly<Record<string, (byte: number) => boolean>> = {
  alnum: within([48, 57], [65, 90], [97, 122]),
  alpha: within([65, 90], [97, 122]),
  blank: within([9, 9], [32, 32]),
  cntrl: within([0, 31], [127, 127]),
  digit: within([48, 57]),
  graph: within([33, 126]),
  lower: within([97, 122]),
  print: within([32, 126]),
  punct: within([33, 47], [58, 64], [91, 96], [123, 126]),
  space: within([9, 13], [32, 32]),
  upper: within([65, 90]),
  xdigit: within([48, 57], [65, 70], [97, 102]),
};

const all = Array.from({ length: 256 }, (_, byte) => byte);

const bytesOfPart = (part: SetPart, fill: number): readonly number[] => {
  switch (part.kind) {
    case 'range':
      return all.slice(part.from, part.to + 1);
    case 'class':
      return all.filter(classes[part.name] as (byte: number) => boolean);
    case 'equivalence':
      return [part.from];
    case 'repeat':
      return Array.from({ length: part.count || fill }, () => part.from);
  }
};

export const setLength = (set: ByteSet): number =>
  set.reduce((sum, part) => sum + bytesOfPart(part, 0).length, 0);

/** The bytes of a set; a repeat without a count has `fill` of them. */
export const expandSet = (set: ByteSet, fill = 0): readonly SetEntry[] =>
  set.flatMap((part) => {
    const caseClass = part.name === 'lower' || part.name === 'upper' ? part.name : '';
    return bytesOfPart(part, fill).map((byte, i) => ({ byte, begins: i === 0, caseClass }));
  });

interface Char {
  readonly byte: number;
  readonly isEscaped: boolean;
}

const simple: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };

async function unescaped(host: Host, bytes: Uint8Array): Promise<Char[]> {
  const out: Char[] = [];
  const isOctal = (byte: number | undefined): byte is number =>
    byte !== undefined && byte >= 48 && byte < 56;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte !== 92) {
      out.push({ byte, isEscaped: false });
      continue;
    }
    const next = bytes[++at];
    if (next === undefined) {
      await warn(host, 'warning: an unescaped backslash at end of string is not portable');
      out.push({ byte: 92, isEscaped: false });
    } else if (isOctal(next)) {
      let value = next - 48;
      let count = 1;
      for (; count < 3 && isOctal(bytes[at + 1]); count++) {
        const more = value * 8 + (bytes[at + 1] as number) - 48;
        if (more > 255) {
          const [a, b, c] = [...bytes.subarray(at - 1, at + 2)].map((each) => each - 48);
          await warn(
            host,
            `warning: the ambiguous octal escape \\${a}${b}${c} is being\n\tinterpreted as the 2-byte sequence \\0${a}${b}, ${c}`,
          );
          break;
        }
        value = more;
        at++;
      }
      out.push({ byte: value, isEscaped: true });
    } else out.push({ byte: simple[String.fromCharCode(next)] ?? next, isEscaped: true });
  }
  return out;
}

export async function parseSet(host: Host, text: string): Promise<ByteSet> {
  return new SetParser(await unescaped(host, bytesOf(text))).run();
}

class SetParser {
  readonly #chars: readonly Char[];
  readonly #parts: SetPart[] = [];
  #at = 0;

  constructor(chars: readonly Char[]) {
    this.#chars = chars;
  }

  run(): ByteSet {
    while (this.#at + 2 < this.#chars.length) {
      if (this.#is(this.#at, '[') && (this.#named() || this.#repeated())) continue;
      const from = this.#byte(this.#at);
      if (this.#is(this.#at + 1, '-')) {
        const to = this.#byte(this.#at + 2);
        if (to < from)
          throw new ToolError(
            `range-endpoints of '${shownByte(from)}-${shownByte(to)}' are in reverse collating sequence order`,
          );
        this.#parts.push(part('range', from, { to }));
        this.#at += 3;
      } else {
        this.#parts.push(part('range', from));
        this.#at++;
      }
    }
    for (; this.#at < this.#chars.length; this.#at++)
      this.#parts.push(part('range', this.#byte(this.#at)));
    return this.#parts;
  }

  #byte(at: number): number {
    return this.#chars[at]?.byte ?? -1;
  }

  #is(at: number, char: string): boolean {
    return this.#byte(at) === char.charCodeAt(0) && !this.#chars[at]?.isEscaped;
  }

  #text(from: number, to: number): string {
    return textOf(Uint8Array.from(this.#chars.slice(from, to), ({ byte }) => byte));
  }

  /** `[:name:]` and `[=c=]`. */
  #named(): boolean {
    const from = this.#at + 2;
    const mark = [':', '='].find((each) => this.#is(this.#at + 1, each));
    if (mark === undefined) return false;
    let to = from;
    while (to < this.#chars.length - 1 && !(this.#is(to, mark) && this.#is(to + 1, ']'))) to++;
    if (to >= this.#chars.length - 1) return false;
    if (to === from)
      throw new ToolError(
        mark === ':'
          ? "missing character class name '[::]'"
          : "missing equivalence class character '[==]'",
      );
    const name = this.#text(from, to);
    const isKnown = mark === ':' ? Object.hasOwn(classes, name) : to - from === 1;
    if (!isKnown) {
      if (this.#isRepeat(from)) return false;
      throw new ToolError(
        mark === ':'
          ? `invalid character class ${inQuotes(name)}`
          : `${name}: equivalence class operand must be a single character`,
      );
    }
    this.#parts.push(
      mark === ':' ? part('class', 0, { name }) : part('equivalence', this.#byte(from)),
    );
    this.#at = to + 2;
    return true;
  }

  /** `*DIGITS]` stands there. */
  #isRepeat(at: number): boolean {
    if (!this.#is(at, '*')) return false;
    let end = at + 1;
    while (this.#byte(end) >= 48 && this.#byte(end) < 58) end++;
    return this.#is(end, ']');
  }

  /** `[c*]` and `[c*n]`. */
  #repeated(): boolean {
    const at = this.#at + 1;
    if (!this.#is(at + 1, '*')) return false;
    let end = at + 2;
    while (end < this.#chars.length && !this.#chars[end]?.isEscaped && !this.#is(end, ']')) end++;
    if (!this.#is(end, ']')) return false;
    const digits = this.#text(at + 2, end);
    const isOctal = digits.startsWith('0');
    const count = digits === '' ? 0 : isOctal ? Number.parseInt(digits, 8) : Number(digits);
    if (!(isOctal ? /^[0-7]*$/ : /^\d*$/).test(digits) || count > 2 ** 31)
      throw new ToolError(`invalid repeat count ${inQuotes(digits)} in [c*n] construct`);
    this.#parts.push(part('repeat', this.#byte(at), { count }));
    this.#at = end + 1;
    return true;
  }
}

const part = (kind: SetPart['kind'], from: number, more: Partial<SetPart> = {}): SetPart => ({
  kind,
  from,
  to: from,
  count: 0,
  name: '',
  ...more,
});
