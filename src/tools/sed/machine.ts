/** Runs a script of sed(1) over the lines of its input. */
import { type Host, type Sink, ToolError } from '../host.ts';
import { RegexError } from '../regex/index.ts';
import { actions } from './actions.ts';
import { type Place, Selection } from './addresses.ts';
import type { Input } from './input.ts';
import type { Outputs, Writer } from './outputs.ts';
import { Queue } from './queue.ts';
import type { Address, Command, Expression, Pattern, Script } from './script.ts';
import { Space } from './space.ts';

export interface Settings {
  readonly isQuiet: boolean;
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

interface Line {
  readonly command: Command;
  readonly selection: Selection;
  readonly action: Action;
}

export class Machine implements Place {
  pattern = new Space();
  hold = new Space();
  readonly host: Host;
  readonly input: Input;
  readonly outputs: Outputs;
  readonly settings: Settings;
  readonly queue: Queue;
  readonly #lines: readonly Line[];
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
    this.#looksAhead = script.commands.some(
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
      const step = await this.#cycle();
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
    return status || this.input.status;
  }

  async #cycle(): Promise<Exclude<Step, number | undefined>> {
    const lines = this.#lines;
    for (let at = 0; at < lines.length; ) {
      const { command, selection, action } = lines[at] as Line;
      if (!selection.selects(this)) {
        at = command.name === '{' ? (command.target ?? lines.length) : at + 1;
        continue;
      }
      const result = action(this, command);
      const step = result instanceof Promise ? await result : result;
      if (step === undefined) at++;
      else if (typeof step === 'number') {
        if (step <= at) await this.host.checkpoint();
        at = step;
      } else return step;
    }
    return 'print';
  }

  /** Reads the next line into the pattern space, where that needs no waiting. */
  #readAtOnce(): boolean {
    if (this.#looksAhead || this.settings.isUnbuffered || this.writer.isFull) return false;
    if (!this.input.step()) return false;
    this.pattern.clear();
    this.#take();
    return true;
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
