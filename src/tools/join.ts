/** join(1). Both files are read once, and only the lines of one join field are held. */

import { hasCode } from '../kernel/errors.ts';
import { OPEN } from '../kernel/operations.ts';
import { textOf } from '../kernel/rawtext.ts';
import { type Host, type OpenFile, type Source, type Tool, ToolError } from './host.ts';
import { type JoinRules, joinRules } from './joinoptions.ts';
import { Lines } from './linereader.ts';
import { quotedIfNeeded } from './quote.ts';
import { Output, reasonOf, warn } from './stdio.ts';

/** A line with the places of its fields: the begin and the end of each. */
interface Row {
  readonly bytes: Uint8Array;
  readonly fields: readonly number[];
}

const NO_ROW: Row = { bytes: new Uint8Array(0), fields: [] };

export const join: Tool = async (host) => {
  const rules = joinRules(host);
  const sources: Source[] = [];
  try {
    for (const name of rules.names) sources.push(await opened(host, name));
    const sides = sources.map((source, i) => new Side(host, source, rules, i as 0 | 1));
    return await new Join(host, rules, sides as [Side, Side]).run();
  } finally {
    for (const source of sources) if ('close' in source) await (source as OpenFile).close();
  }
};

async function opened(host: Host, name: string): Promise<Source> {
  if (name === '-') return host.stdin;
  try {
    return await host.open(name, OPEN.read);
  } catch (error) {
    if (hasCode(error, 'EISDIR')) return { read: () => Promise.reject(error) };
    throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
  }
}

class Side {
  /** The rows that may be joined now; the first of them is the current one. */
  rows: Row[] = [];
  isUnsorted = false;
  readonly #host: Host;
  readonly #lines: Lines;
  readonly #rules: JoinRules;
  readonly #index: 0 | 1;
  #number = 0;
  #before: Row | undefined;

  constructor(host: Host, source: Source, rules: JoinRules, index: 0 | 1) {
    this.#host = host;
    this.#lines = new Lines(source, rules.end);
    this.#rules = rules;
    this.#index = index;
  }

  get field(): number {
    return this.#rules.fields[this.#index];
  }

  /** Reads a row; undefined at the end. `isChecked` says whether its order matters. */
  async read(isChecked: boolean): Promise<Row | undefined> {
    const { order } = this.#rules;
    try {
      if (!(this.#lines.step() || (await this.#lines.next()))) return undefined;
    } catch (error) {
      throw new ToolError(`read error: ${reasonOf(error)}`);
    }
    const bytes = this.#lines.line.slice();
    const row = { bytes, fields: fieldsOf(bytes, this.#rules.separator) };
    this.#number++;
    const before = this.#before;
    this.#before = row;
    if (before && !this.isUnsorted && (order === 'check' || (order === 'warn' && isChecked)))
      if (compare(before, this.field, row, this.field, this.#rules.ignoreCase) > 0)
        await this.#complain(bytes);
    return row;
  }

  /** A header is not compared with the first line. */
  forget(): void {
    this.#before = undefined;
  }

  async #complain(bytes: Uint8Array): Promise<void> {
    this.isUnsorted = true;
    const name = this.#rules.names[this.#index];
    const message = `${name}:${this.#number}: is not sorted: ${textOf(bytes)}`;
    if (this.#rules.order === 'check') throw new ToolError(message);
    await warn(this.#host, message);
  }
}

class Join {
  readonly #host: Host;
  readonly #rules: JoinRules;
  readonly #sides: readonly [Side, Side];
  readonly #out: Output;
  readonly #separator: number;
  /** How many fields the first lines have, for the format `auto`. */
  #counts: readonly [number | undefined, number | undefined] = [undefined, undefined];
  #hasUnpaired = false;

  constructor(host: Host, rules: JoinRules, sides: readonly [Side, Side]) {
    this.#host = host;
    this.#rules = rules;
    this.#sides = sides;
    this.#out = new Output(host.stdout);
    this.#separator = (rules.separator ?? -1) < 0 ? 32 : (rules.separator as number);
  }

  async run(): Promise<number> {
    try {
      await this.#begin();
      const [a, b] = this.#sides;
      while (a.rows.length > 0 && b.rows.length > 0) await this.#step(a, b);
      const isBehind = [b.rows.length > 0, a.rows.length > 0];
      await this.#tail(a, 0, isBehind[0] as boolean);
      await this.#tail(b, 1, isBehind[1] as boolean);
    } finally {
      await this.#out.flush();
    }
    if (!this.#sides.some(({ isUnsorted }) => isUnsorted)) return 0;
    await warn(this.#host, 'input is not in sorted order');
    return 1;
  }

  async #begin(): Promise<void> {
    for (const side of this.#sides) await this.#advance(side);
    const [a, b] = this.#sides;
    const firsts = [a.rows[0], b.rows[0]] as const;
    const countOf = (row: Row | undefined): number => (row ? row.fields.length / 2 : 0);
    if (this.#rules.format === 'auto') this.#counts = [countOf(firsts[0]), countOf(firsts[1])];
    if (!this.#rules.hasHeader || (!firsts[0] && !firsts[1])) return;
    this.#write(firsts[0] ?? NO_ROW, firsts[1] ?? NO_ROW);
    for (const side of this.#sides) {
      side.forget();
      if (side.rows.length > 0) await this.#advance(side);
    }
  }

  /** Puts the next row in the place of those that are held. */
  async #advance(side: Side): Promise<void> {
    const row = await side.read(this.#hasUnpaired);
    side.rows = row ? [row] : [];
  }

  /** Takes the rows of the lower join field from their side, or those of an equal one from both sides. */
  async #step(a: Side, b: Side): Promise<void> {
    if (this.#out.isFull) {
      await this.#out.flush();
      await this.#host.checkpoint();
    }
    const [first, second] = [a.rows[0] as Row, b.rows[0] as Row];
    const order = compare(first, a.field, second, b.field, this.#rules.ignoreCase);
    if (order !== 0) {
      const isFirst = order < 0;
      if (this.#rules.showsUnpaired[isFirst ? 0 : 1])
        this.#write(isFirst ? first : NO_ROW, isFirst ? NO_ROW : second);
      await this.#advance(isFirst ? a : b);
      this.#hasUnpaired = true;
      return;
    }
    const nextA = await this.#collect(a, second, b.field);
    const nextB = await this.#collect(b, first, a.field);
    if (this.#rules.showsPairs)
      for (const each of a.rows) {
        for (const other of b.rows) this.#write(each, other);
        if (this.#out.isFull) await this.#out.flush();
      }
    a.rows = nextA ? [nextA] : [];
    b.rows = nextB ? [nextB] : [];
  }

  /** Reads the rows with the join field of another row; returns the first without it. */
  async #collect(side: Side, other: Row, field: number): Promise<Row | undefined> {
    for (;;) {
      const row = await side.read(this.#hasUnpaired);
      if (!row || compare(row, side.field, other, field, this.#rules.ignoreCase) !== 0) return row;
      side.rows.push(row);
    }
  }

  /** Writes what is left of a file, or reads it only to see that it is sorted. */
  async #tail(side: Side, index: 0 | 1, isUnpaired: boolean): Promise<void> {
    const isShown = this.#rules.showsUnpaired[index];
    const isChecked =
      this.#rules.order !== 'ignore' && !this.#sides.every((each) => each.isUnsorted);
    let [row] = side.rows;
    if (!row || (!isShown && !isChecked)) return;
    if (isUnpaired) this.#hasUnpaired = true;
    while (row) {
      if (isShown) this.#write(index === 0 ? row : NO_ROW, index === 0 ? NO_ROW : row);
      if (this.#out.isFull) await this.#out.flush();
      await this.#host.checkpoint();
      row = await side.read(this.#hasUnpaired);
      if (side.isUnsorted && !isShown) return;
    }
  }

  #write(first: Row, second: Row): void {
    const { format, fields } = this.#rules;
    const out = this.#out;
    const isSecond = first === NO_ROW;
    if (format !== undefined && format !== 'auto') {
      for (const [i, { file, field }] of format.entries()) {
        if (i > 0) out.byte(this.#separator);
        if (file === 0) this.#field(isSecond ? second : first, fields[isSecond ? 1 : 0]);
        else this.#field(file === 1 ? first : second, field);
      }
    } else {
      this.#field(isSecond ? second : first, fields[isSecond ? 1 : 0]);
      this.#others(first, fields[0], this.#counts[0]);
      this.#others(second, fields[1], this.#counts[1]);
    }
    out.byte(this.#rules.end);
  }

  #others(row: Row, but: number, count = row.fields.length / 2): void {
    for (let i = 0; i < count; i++) {
      if (i === but) continue;
      this.#out.byte(this.#separator);
      this.#field(row, i);
    }
  }

  #field(row: Row, index: number): void {
    const from = row.fields[2 * index] ?? 0;
    const to = row.fields[2 * index + 1] ?? 0;
    if (to > from) this.#out.range(row.bytes, from, to);
    else if (this.#rules.empty) this.#out.bytes(this.#rules.empty);
  }
}

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9 || byte === 10;

function fieldsOf(bytes: Uint8Array, separator: number | undefined): number[] {
  const { length } = bytes;
  if (length === 0) return [];
  const fields: number[] = [];
  if (separator !== undefined) {
    let at = 0;
    for (
      let end = bytes.indexOf(separator);
      separator >= 0 && end >= 0;
      end = bytes.indexOf(separator, at)
    ) {
      fields.push(at, end);
      at = end + 1;
    }
    fields.push(at, length);
    return fields;
  }
  let at = 0;
  while (at < length && isBlank(bytes[at])) at++;
  while (at < length) {
    const from = at;
    while (at < length && !isBlank(bytes[at])) at++;
    fields.push(from, at);
    if (at === length) return fields;
    while (at < length && isBlank(bytes[at])) at++;
    // Behind blanks at the end of the line stands an empty field.
    if (at === length) fields.push(at, at);
  }
  return fields;
}

/** Compares fields by their bytes; one that is missing is empty. */
function compare(a: Row, i: number, b: Row, j: number, ignoreCase: boolean): number {
  const [fromA, toA] = [a.fields[2 * i] ?? 0, a.fields[2 * i + 1] ?? 0];
  const [fromB, toB] = [b.fields[2 * j] ?? 0, b.fields[2 * j + 1] ?? 0];
  const count = Math.min(toA - fromA, toB - fromB);
  for (let k = 0; k < count; k++) {
    let x = a.bytes[fromA + k] as number;
    let y = b.bytes[fromB + k] as number;
    if (ignoreCase) [x, y] = [upper(x), upper(y)];
    if (x !== y) return x - y;
  }
  return toA - fromA - (toB - fromB);
}

const upper = (byte: number): number => (byte >= 97 && byte <= 122 ? byte - 32 : byte);
