/** nl(1): lines with numbers, in the headers, bodies and footers of pages. */
import { bytesOf } from '../kernel/rawtext.ts';
import { flagsOf } from './flags.ts';
import { type Host, type Tool, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { numberOf } from './numbers.ts';
import { inQuotes } from './quote.ts';
import { eachInput, Output } from './stdio.ts';

type Style = 'a' | 't' | 'n';
const sections = ['header', 'body', 'footer'] as const;

interface Rules {
  readonly styles: Record<(typeof sections)[number], Style>;
  delimiter: Uint8Array;
  increment: bigint;
  blanks: number;
  format: 'ln' | 'rn' | 'rz';
  isRenumbered: boolean;
  separator: Uint8Array;
  first: bigint;
  width: number;
}

const MOST = (1n << 63n) - 1n;

export const nl: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... [FILE]...',
    options: [
      'b|body-numbering=',
      'd|section-delimiter=',
      'f|footer-numbering=',
      'h|header-numbering=',
      'i|line-increment=',
      'l|join-blank-lines=',
      'n|number-format=',
      'p|no-renumber',
      's|number-separator=',
      'v|starting-line-number=',
      'w|number-width=',
    ],
  });
  const rules: Rules = {
    styles: { header: 'n', body: 't', footer: 'n' },
    delimiter: bytesOf('\\:'),
    increment: 1n,
    blanks: 1,
    format: 'rn',
    isRenumbered: true,
    separator: bytesOf('\t'),
    first: 1n,
    width: 6,
  };
  for (const { name, value = '' } of flags.options) setRule(rules, name, value);
  const numberer = new Numberer(host, rules);
  return eachInput(host, flags.operands, (source) => numberer.take(new Lines(source)));
};

function setRule(rules: Rules, name: string, value: string): void {
  const section = sections.find((each) => name === `${each}-numbering`);
  if (section) rules.styles[section] = styleOf(value, section);
  else if (name === 'section-delimiter') {
    const bytes = bytesOf(value);
    rules.delimiter = bytes.length === 1 ? Uint8Array.of(bytes[0] as number, 58) : bytes;
  } else if (name === 'line-increment') rules.increment = wholeOf(value, 'line number increment');
  else if (name === 'join-blank-lines')
    rules.blanks = numberOf(value, { of: 'line number of blank lines', least: 1 });
  else if (name === 'number-format') {
    if (value !== 'ln' && value !== 'rn' && value !== 'rz')
      throw new ToolError(
        `invalid line numbering format: ${inQuotes(value)}\nTry 'nl --help' for more information.`,
      );
    rules.format = value;
  } else if (name === 'no-renumber') rules.isRenumbered = false;
  else if (name === 'number-separator') rules.separator = bytesOf(value);
  else if (name === 'starting-line-number') rules.first = wholeOf(value, 'starting line number');
  else
    rules.width = numberOf(value, {
      of: 'line number field width',
      least: 1,
      most: 2 ** 31 - 1,
      range: 'Numerical result out of range',
    });
}

function styleOf(value: string, section: string): Style {
  const letter = value[0];
  if (letter === 'p')
    throw new ToolError('numbering by a pattern is not supported here: use awk', 2);
  if (letter === 'a' || letter === 't' || letter === 'n') return letter;
  throw new ToolError(
    `invalid ${section} numbering style: ${inQuotes(value)}\nTry 'nl --help' for more information.`,
  );
}

function wholeOf(text: string, of: string): bigint {
  if (!/^[ \t-\r]*[+-]?\d+$/.test(text)) throw new ToolError(`invalid ${of}: ${inQuotes(text)}`);
  const value = BigInt(text.trim().replace(/^\+/, ''));
  if (value > MOST || value < -MOST - 1n)
    throw new ToolError(`invalid ${of}: ${inQuotes(text)}: Value too large for defined data type`);
  return value;
}

class Numberer {
  readonly #host: Host;
  readonly #rules: Rules;
  readonly #out: Output;
  readonly #marks: readonly Uint8Array[];
  readonly #blank: Uint8Array;
  #style: Style;
  #number: bigint;
  #blanks = 0;
  #isOver = false;

  constructor(host: Host, rules: Rules) {
    this.#host = host;
    this.#rules = rules;
    this.#out = new Output(host.stdout);
    this.#style = rules.styles.body;
    this.#number = rules.first;
    const [one, two, three] = [1, 2, 3].map((count) =>
      Uint8Array.from(Array.from({ length: count }, () => [...rules.delimiter]).flat()),
    );
    this.#marks = [three, two, one] as Uint8Array[];
    this.#blank = new Uint8Array(rules.width + rules.separator.length).fill(32);
  }

  async take(lines: Lines): Promise<void> {
    for (;;) {
      if (!lines.step()) {
        await this.#out.flush();
        await this.#host.checkpoint();
        if (!(await lines.next())) return;
      }
      if (!(await this.#mark(lines.line))) await this.#line(lines.line);
    }
  }

  /** A line that begins a part of a page. */
  async #mark(line: Uint8Array): Promise<boolean> {
    if (line.length < 1 || this.#rules.delimiter.length === 0) return false;
    const at = this.#marks.findIndex(
      (mark) => mark.length === line.length && mark.every((byte, i) => byte === line[i]),
    );
    if (at < 0) return false;
    this.#style = this.#rules.styles[sections[at] as (typeof sections)[number]];
    if (this.#rules.isRenumbered) {
      this.#number = this.#rules.first;
      this.#isOver = false;
    }
    this.#out.byte(10);
    return true;
  }

  async #line(line: Uint8Array): Promise<void> {
    const { blanks } = this.#rules;
    let isNumbered = this.#style === 'a' || (this.#style === 't' && line.length > 0);
    if (this.#style === 'a' && blanks > 1) {
      isNumbered = line.length > 0 || ++this.#blanks === blanks;
      if (isNumbered) this.#blanks = 0;
    }
    if (isNumbered) await this.#writeNumber();
    else this.#out.bytes(this.#blank);
    this.#out.bytes(line);
    this.#out.byte(10);
  }

  async #writeNumber(): Promise<void> {
    if (this.#isOver) {
      await this.#out.flush();
      throw new ToolError('line number overflow');
    }
    const { width, format, separator, increment } = this.#rules;
    const digits = String(this.#number);
    const isNegative = digits.startsWith('-');
    this.#out.text(
      format === 'ln'
        ? digits.padEnd(width)
        : format === 'rn'
          ? digits.padStart(width)
          : isNegative
            ? `-${digits.slice(1).padStart(width - 1, '0')}`
            : digits.padStart(width, '0'),
    );
    this.#out.bytes(separator);
    this.#number += increment;
    this.#isOver = this.#number > MOST || this.#number < -MOST - 1n;
  }
}
