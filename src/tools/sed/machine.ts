/** Runs a script of sed(1) over the lines of its input. */
import { type Host, type Sink, ToolError } from '../host.ts';
import { RegexError } from '../regex/index.ts';
import { actions } from './actions.ts';
import { type Place, Selection } from './addresses.ts';
import { type BlockEdit, blockEditOf } from './blocks.ts';
import type { Input } from './input.ts';
import type { Outputs, Writer } from './outputs.ts';
import { Queue } from './queue.ts';
import type { Address, Command, Conformance, Expression, Pattern, Script } from './script.ts';
import { Skimmer } from './skim.ts';
import { Space } from './space.ts';

export interface Settings {
  readonly isQuiet: boolean;
  readonly conformance: Conformance;
  readonly delimiter: number;
  /** Where `l` breaks lines; 0 for never. */
  readonly width: number;
  /** Each line is handed on before the next is read. */
  readonly isUnbuffered: boolean;
  /** Where the pattern space is written: not standard output where files are edited in place. */
  output(): Writer;
}

/** The end of a script before the end of the input. */
export interface Quit {
  readonly status: number;
  readonly isPrinted: boolean;
}

/** What follows a command: the next one, one with another index, or the end of the cycle. */
export type Step = undefined | number | 'print' | 'drop' | 'restart' | Quit;

export type Action = (machine: Machine, command: Command) => Step | Promise<Step>;

type Ending = Exclude<Step, number | undefined>;

/** A command that must be waited for, and its index. */
class Waiting {
  readonly step: Promise<Step>;
  readonly at: number;

  constructor(step: Promise<Step>, at: number) {
    this.step = step;
    this.at = at;
  }
}

interface Line {
  readonly command: Command;
  readonly selection: Selection;
  readonly action: Action;
}

export class Machine implements Place {
  pattern = new Space();
  hold = new Space();
  /** Where the result of a substitution is written before it becomes the pattern space. */
  spare = new Space();
  readonly host: Host;
  readonly input: Input;
  readonly outputs: Outputs;
  readonly settings: Settings;
  readonly queue: Queue;
  readonly #lines: readonly Line[];
  readonly #skimmer: Skimmer | undefined;
  readonly #blocks: BlockEdit | undefined;
  readonly #looksAhead: boolean;
  isLast = false;
  /** A substitution was made since the last line was read, or the last `t`. */
  isReplaced = false;
  /** The regular expression that was used last belongs to an address. */
  isOfAddress = false;
  #lastRegex: Expression | undefined;

  constructor(host: Host, script: Script, input: Input, outputs: Outputs, settings: Settings) {
    this.host = host;
    this.input = input;
    this.outputs = outputs;
    this.settings = settings;
    this.queue = new Queue(host, settings.delimiter);
    this.#lines = script.commands.map((command) => ({
      command,
      selection: new Selection(command),
      action: actions[command.name] as Action,
    }));
    this.#blocks = blockEditOf(script, settings, this.#lines[0]?.selection);
    if (!this.#blocks) this.#skimmer = Skimmer.of(script, settings.delimiter);
    this.#looksAhead =
      !this.#blocks &&
      script.commands.some(
        ({ first, second }) => first?.kind === 'last' || second?.kind === 'last',
      );
  }

  get line(): number {
    return this.input.lineNumber;
  }

  get writer(): Writer {
    return this.settings.output();
  }

  /** Files that are separate begin anew. */
  async restart(): Promise<void> {
    for (const { selection } of this.#lines) selection.restart();
    this.hold.clear();
    await this.queue.rewind();
  }

  /** Returns the exit status. */
  async run(): Promise<number> {
    let isRead = await this.read();
    while (isRead) {
      const cycle = this.#cycle(0);
      const step = cycle instanceof Waiting ? await this.#finish(cycle) : cycle;
      if (step === 'print' && !this.settings.isQuiet) this.writer.space(this.pattern);
      if (typeof step === 'object') return this.#quit(step);
      if (this.queue.isWaiting) await this.#append();
      if (step === 'restart') {
        await this.host.checkpoint();
        continue;
      }
      isRead = this.#readAtOnce() || (await this.read());
    }
    return this.input.status;
  }

  async #quit({ status, isPrinted }: Quit): Promise<number> {
    if (isPrinted) {
      if (!this.settings.isQuiet) this.writer.space(this.pattern);
      this.writer.raw(new Uint8Array(0));
      await this.#append();
    }
    await this.input.giveBack(this.settings.isUnbuffered);
    return status || this.input.status;
  }

  /** Runs commands from the one at `at` on, up to the end of the cycle or to one that must be waited for. */
  #cycle(at: number): Ending | Waiting {
    const lines = this.#lines;
    for (let next = at; next < lines.length; ) {
      const { command, selection, action } = lines[next] as Line;
      if (!selection.selects(this)) {
        next = command.name === '{' ? (command.target ?? lines.length) : next + 1;
        continue;
      }
      const step = action(this, command);
      if (step === undefined) next++;
      else if (step instanceof Promise) return new Waiting(step, next);
      else if (typeof step !== 'number') return step;
      else if (step > next) next = step;
      else
        return new Waiting(
          this.host.checkpoint().then(() => step),
          next,
        );
    }
    return 'print';
  }

  async #finish(first: Waiting): Promise<Ending> {
    let now: Ending | Waiting = first;
    while (now instanceof Waiting) {
      const step: Step = await now.step;
      if (step !== undefined && typeof step !== 'number') return step;
      now = this.#cycle(step ?? now.at + 1);
    }
    return now;
  }

  /** Reads the next line into the pattern space, where that needs no waiting. */
  #readAtOnce(): boolean {
    if (this.settings.isUnbuffered || this.writer.isFull) return false;
    if (this.#blocks) this.#editBlock(this.#blocks);
    if (this.writer.isFull) return false;
    const passed = this.#skimmer && this.input.skim(this.#skimmer);
    if (passed && !this.settings.isQuiet) this.writer.raw(passed);
    if (this.#looksAhead && !this.input.hasTwo) return false;
    if (!this.input.step()) return false;
    this.pattern.clear();
    this.#take();
    this.isLast = false;
    return true;
  }

  /** Edits lines that were read already, many at once, until there is enough output. */
  #editBlock(blocks: BlockEdit): void {
    const { input, writer } = this;
    while (!writer.isFull) {
      const whole = input.takeWhole();
      if (!whole) return;
      const { data, from, to } = whole;
      input.lineNumber = blocks.edit(data, from, to, writer, input.lineNumber);
    }
  }

  /** Reads the next line: into the pattern space, or behind what is there. False where there is none. */
  async read(isAdded = false): Promise<boolean> {
    await this.#append();
    await this.outputs.flush();
    await this.host.checkpoint();
    if (!(await this.input.next())) return false;
    if (!isAdded) this.pattern.clear();
    this.#take();
    if (this.#looksAhead) this.isLast = await this.input.isLast();
    return true;
  }

  #take(): void {
    this.pattern.append(this.input.line);
    this.pattern.isWhole = this.input.isWhole;
    this.isReplaced = false;
  }

  async #append(): Promise<void> {
    if (!this.queue.isWaiting) return;
    await this.outputs.flush();
    await this.queue.write(this.writer);
  }

  matches({ pattern }: Address & { readonly kind: 'pattern' }): boolean {
    try {
      const regex = this.regexOf(pattern);
      if (pattern) this.isOfAddress = true;
      return regex.endOfAny(this.pattern.bytes) >= 0;
    } catch (error) {
      throw ofPattern(error);
    }
  }

  /** The regular expression, or the one that was used last. */
  regexOf(pattern: Pattern): Expression {
    const regex = pattern ?? this.#lastRegex;
    if (pattern) this.isOfAddress = false;
    if (!regex) return this.fail('no previous regular expression');
    this.#lastRegex = regex;
    return regex;
  }

  /** A mistake of the script that shows only when it runs. */
  fail(message: string): never {
    throw new ToolError(`-e expression #1, char 0: ${message}`);
  }

  selectionOf(command: Command): Selection {
    return (this.#lines.find((each) => each.command === command) as Line).selection;
  }

  /** Runs a command of the shell; its output. */
  async shell(command: string): Promise<Uint8Array> {
    await this.outputs.flush();
    const output = new Space();
    const stdout: Sink = {
      write: async (data) => output.append(data),
    };
    await this.host.run(['sh', '-c', command], { stdout });
    return output.bytes.slice();
  }
}

const ofPattern = (error: unknown): unknown =>
  error instanceof RegexError ? new ToolError(error.message, 4) : error;
