/** comm(1): lines of two sorted files in three columns. */
import { OPEN } from '../kernel/operations.ts';
import { bytesOf } from '../kernel/rawtext.ts';
import { atMost, flagsOf, needOperands } from './flags.ts';
import { type Host, type OpenFile, type Tool, ToolError } from './host.ts';
import { Lines } from './linereader.ts';
import { misuse } from './options.ts';
import { inQuotes, quotedIfNeeded } from './quote.ts';
import { compareBytes } from './sortkey.ts';
import { Output, reasonOf, warn } from './stdio.ts';

export const comm: Tool = async (host) => {
  const flags = flagsOf(host, {
    usage: '[OPTION]... FILE1 FILE2',
    options: [
      '1',
      '2',
      '3',
      'check-order',
      'nocheck-order',
      'output-delimiter=',
      'total',
      'z|zero-terminated',
    ],
  });
  const delimiters = flags.options.filter(({ name }) => name === 'output-delimiter');
  if (new Set(delimiters.map(({ value }) => value)).size > 1)
    throw new ToolError('multiple output delimiters specified');
  const { operands } = flags;
  needOperands(host, flags);
  if (operands.length === 1)
    misuse(host.name, `missing operand after ${inQuotes(operands[0] as string)}`);
  atMost(host, flags, 2);
  const order = flags.last('check-order', 'nocheck-order');
  const work = new Comm(host, {
    shown: ['1', '2', '3'].map((name) => !flags.has(name)),
    // An empty one stands for NUL.
    delimiter: bytesOf(delimiters.length > 0 ? delimiters[0]?.value || '\0' : '\t'),
    end: flags.has('zero-terminated') ? 0 : 10,
    isTotal: flags.has('total'),
    order: order === undefined ? 'usual' : order === 'check-order' ? 'checked' : 'any',
  });
  return work.run(operands);
};

interface Rules {
  readonly shown: readonly boolean[];
  readonly delimiter: Uint8Array;
  readonly end: number;
  readonly isTotal: boolean;
  readonly order: 'usual' | 'checked' | 'any';
}

/** One of the two files, with the lines that its order is checked by. */
class Side {
  readonly lines: Lines;
  line: Uint8Array | undefined;
  before: Uint8Array | undefined;
  beforeThat: Uint8Array | undefined;
  isWarned = false;

  constructor(lines: Lines) {
    this.lines = lines;
  }
}

class Comm {
  readonly #host: Host;
  readonly #rules: Rules;
  readonly #out: Output;
  #isUnpaired = false;
  readonly #counts = [0, 0, 0];

  constructor(host: Host, rules: Rules) {
    this.#host = host;
    this.#rules = rules;
    this.#out = new Output(host.stdout);
  }

  async run(names: readonly string[]): Promise<number> {
    const files: OpenFile[] = [];
    try {
      const sides: Side[] = [];
      for (const name of names) {
        if (name === '-') {
          sides.push(new Side(new Lines(this.#host.stdin, this.#rules.end)));
          continue;
        }
        const file = await this.#host.open(name, OPEN.read).catch((error: unknown) => {
          throw new ToolError(`${quotedIfNeeded(name)}: ${reasonOf(error)}`);
        });
        files.push(file);
        sides.push(new Side(new Lines(file, this.#rules.end)));
      }
      const [one, two] = sides as [Side, Side];
      await this.#compare(one, two);
      await this.#out.flush();
      if (!one.isWarned && !two.isWarned) return 0;
      throw new ToolError('input is not in sorted order');
    } finally {
      for (const file of files) await file.close();
    }
  }

  async #compare(one: Side, two: Side): Promise<void> {
    await this.#step(one, 1);
    await this.#step(two, 2);
    while (one.line || two.line) {
      const order = !one.line
        ? 1
        : !two.line
          ? -1
          : compareBytes(one.line, 0, one.line.length, two.line, 0, two.line.length);
      if (order !== 0) this.#isUnpaired = true;
      const column = order === 0 ? 2 : order < 0 ? 0 : 1;
      this.#write((order > 0 ? two.line : one.line) as Uint8Array, column);
      if (order <= 0) await this.#step(one, 1);
      if (order >= 0) await this.#step(two, 2);
      if (this.#out.isFull) await this.#out.flush();
    }
    if (!this.#rules.isTotal) return;
    const { delimiter, end } = this.#rules;
    for (const count of this.#counts) {
      this.#out.text(String(count));
      this.#out.bytes(delimiter);
    }
    this.#out.text('total');
    this.#out.byte(end);
  }

  #write(line: Uint8Array, column: number): void {
    (this.#counts[column] as number)++;
    const { shown, delimiter, end } = this.#rules;
    if (!shown[column]) return;
    for (let before = 0; before < column; before++) if (shown[before]) this.#out.bytes(delimiter);
    this.#out.bytes(line);
    this.#out.byte(end);
  }

  async #step(side: Side, number: number): Promise<void> {
    const { lines } = side;
    side.beforeThat = side.before;
    side.before = side.line;
    if (lines.step()) side.line = lines.line;
    else {
      await this.#host.checkpoint();
      side.line = (await lines.next()) ? lines.line : undefined;
    }
    if (side.line) await this.#check(side, side.before, side.line, number);
    // At the end the last two are looked at again: an unpaired line may have come since.
    else await this.#check(side, side.beforeThat, side.before, number);
  }

  async #check(
    side: Side,
    a: Uint8Array | undefined,
    b: Uint8Array | undefined,
    number: number,
  ): Promise<void> {
    const { order } = this.#rules;
    if (order === 'any' || (order === 'usual' && !this.#isUnpaired)) return;
    if (side.isWarned || !a || !b || compareBytes(a, 0, a.length, b, 0, b.length) <= 0) return;
    const message = `file ${number} is not in sorted order`;
    if (order === 'checked') {
      await this.#out.flush();
      throw new ToolError(message);
    }
    side.isWarned = true;
    await warn(this.#host, message);
  }
}
