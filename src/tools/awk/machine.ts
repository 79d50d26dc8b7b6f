/**
 * The machine that a program runs on: a stack of values and a list of operations. An operation that has to wait suspends
 * the machine, so that everything else runs without waiting.
 */
import type { Host } from '../host.ts';
import { AwkError } from './errors.ts';
import { MainInput } from './input.ts';
import { RecordFields } from './record.ts';
import { Regex, regexOf } from './regex.ts';
import { Streams } from './streams.ts';
import {
  type AwkArray,
  InputText,
  type Key,
  keyOf,
  toNumber,
  toText,
  type Value,
} from './values.ts';

/** The keys of a loop that are still to come. */
export interface Keys {
  readonly keys: readonly Key[];
  at: number;
}

/** What the stack holds. */
export type Cell = Value | AwkArray | Regex | Keys;

export type Operation = (machine: Machine) => void;

export type Outcome = 'done' | 'next' | 'nextfile' | 'exit';

export interface Frame {
  readonly returnTo: number;
  readonly base: number;
}

const MOST_FRAMES = 1_000_000;
/** Jumps back between two turns for what else runs. */
const TURN = 10_000;

export class Machine {
  readonly host: Host;
  readonly streams: Streams;
  readonly input: MainInput;
  readonly record = new RecordFields('blanks');
  /** The operations of the program. */
  code: readonly Operation[] = [];
  pc = 0;
  readonly stack: Cell[] = [];
  top = 0;
  base = 0;
  readonly frames: Frame[] = [];
  readonly globals: Value[] = [];
  readonly arrays = new Map<string, AwkArray>();
  isRunning = false;
  outcome: Outcome = 'done';
  status = 0;
  /** exit was run: only END is still to come. */
  isExiting = false;
  #pending: Promise<void> | undefined;
  #jumps = 0;
  /** Variables that the operations use all the time. */
  convfmt = '%.6g';
  ofmt = '%.6g';
  ofs = ' ';
  ors = '\n';
  subsep = '\x1c';
  ignoreCase = false;
  /** What was set last says how records are split. */
  fieldsBy: 'FS' | 'FIELDWIDTHS' | 'FPAT' = 'FS';
  /** Sets a variable by its name, as an operand does. */
  assign: (name: string, text: string) => void = () => {};
  beginFile = -1;
  endFile = -1;
  nr = 0;
  fnr = 0;
  random = { seed: 0, state: 0 };

  constructor(host: Host) {
    this.host = host;
    this.streams = new Streams(host);
    this.input = new MainInput(this);
  }

  push(cell: Cell): void {
    this.stack[this.top++] = cell;
  }

  pop(): Cell {
    return this.stack[--this.top];
  }

  popValue(): Value {
    return this.stack[--this.top] as Value;
  }

  popText(): string {
    return toText(this.stack[--this.top] as Value, this.convfmt);
  }

  popNumber(): number {
    return toNumber(this.stack[--this.top] as Value);
  }

  text(value: Cell): string {
    return toText(value as Value, this.convfmt);
  }

  key(value: Value): Key {
    return keyOf(value, this.convfmt);
  }

  regex(cell: Cell): Regex {
    return cell instanceof Regex && cell.ignoreCase === this.ignoreCase
      ? cell
      : regexOf(cell instanceof Regex ? cell.source : this.text(cell), this.ignoreCase);
  }

  array(name: string): AwkArray {
    const known = this.arrays.get(name) ?? new Map<Key, Value>();
    this.arrays.set(name, known);
    return known;
  }

  /** Stops until `work` is done, and goes on with the next operation. */
  suspend(work: Promise<void>): void {
    this.#pending = work;
    this.isRunning = false;
  }

  halt(outcome: Outcome): void {
    this.outcome = outcome;
    this.isRunning = false;
  }

  /** To be called by every jump back and every call: what else runs gets its turn. */
  jumped(): void {
    if (++this.#jumps < TURN) return;
    this.#jumps = 0;
    this.suspend(this.host.checkpoint());
  }

  call(entry: number, count: number, size: number): void {
    if (this.frames.length >= MOST_FRAMES) throw new AwkError('functions are called too deep');
    this.frames.push({ returnTo: this.pc, base: this.base });
    this.base = this.top - count;
    for (let i = count; i < size; i++) this.push(undefined);
    this.pc = entry;
  }

  return(value: Cell): void {
    const frame = this.frames.pop() as Frame;
    this.top = this.base;
    this.base = frame.base;
    this.pc = frame.returnTo;
    this.push(value);
  }

  /** Runs from `entry` until it halts or has to wait; whether it halted. */
  start(entry: number): boolean {
    this.pc = entry;
    this.outcome = 'done';
    return this.#go();
  }

  #go(): boolean {
    const { code } = this;
    this.isRunning = true;
    while (this.isRunning) (code[this.pc++] as Operation)(this);
    return this.#pending === undefined;
  }

  /** Waits for what it was suspended for, and runs to the end. */
  async finish(): Promise<void> {
    while (this.#pending) {
      const pending = this.#pending;
      this.#pending = undefined;
      await pending;
      this.#go();
    }
  }

  /** Runs from `entry` to the end, within whatever runs. */
  async run(entry: number): Promise<Outcome> {
    const { pc, top, base, outcome } = this;
    const frames = this.frames.length;
    if (!this.start(entry)) await this.finish();
    const result = this.outcome;
    Object.assign(this, { pc, top, base, outcome });
    this.frames.length = frames;
    return result;
  }

  /** Calls a function of the program at once, as a sort does: it must not wait. */
  callNow(entry: number, args: readonly Cell[], size: number): Value {
    const { pc, isRunning } = this;
    // Those of other calls do not count.
    this.#jumps = 0;
    for (const each of args.slice(0, size)) this.push(each);
    const depth = this.frames.length;
    this.call(entry, Math.min(args.length, size), size);
    this.isRunning = true;
    while (this.isRunning && this.frames.length > depth) (this.code[this.pc++] as Operation)(this);
    if (!this.isRunning) {
      if (this.outcome !== 'done' || this.frames.length > depth)
        throw new AwkError('a function that compares must only compute');
    }
    this.pc = pc;
    this.isRunning = isRunning;
    return this.popValue();
  }

  setRecord(text: string): void {
    this.record.set(text);
  }

  inputText(text: string): Value {
    return new InputText(text);
  }
}
