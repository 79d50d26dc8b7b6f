/** The records of the operands, one file after the other: `var=value` among them sets a variable when its turn comes. */

import { FsError } from '../../kernel/errors.ts';
import { reasonOf } from '../stdio.ts';
import { AwkError } from './errors.ts';
import type { Machine, Outcome } from './machine.ts';
import type { RecordReader, RecordSeparator } from './reader.ts';
import { InputText, toNumber, toText } from './values.ts';
import { setVariable, slotOf } from './variables.ts';

const ASSIGNMENT = /^([A-Za-z_]\w*)=([\s\S]*)$/;

export class MainInput {
  readonly #machine: Machine;
  separator: RecordSeparator = { type: 'character', character: '\n' };
  #reader: RecordReader | undefined;
  #operand = 0;
  #hasFile = false;
  #isEnded = false;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The next record; undefined where `more` has to be asked. */
  take(): string | undefined {
    const reader = this.#reader;
    const text = reader?.take(this.separator);
    if (text === undefined) return undefined;
    const machine = this.#machine;
    machine.nr++;
    machine.fnr++;
    machine.globals[RT] = reader?.terminator;
    return text;
  }

  /** Reads more, or opens the next file. False at the end of all. */
  async more(): Promise<boolean> {
    const machine = this.#machine;
    if (this.#isEnded) return false;
    if (!this.#reader) return this.#open();
    if (!this.#reader.isAhead) await machine.streams.flush();
    await machine.host.checkpoint();
    if (await this.#fill(this.#reader)) return true;
    await this.endFile();
    return true;
  }

  async #fill(reader: RecordReader): Promise<boolean> {
    try {
      return await reader.fill();
    } catch (error) {
      const name = toText(this.#machine.globals[FILENAME], '');
      throw new AwkError(`error reading input file \`${name}': ${reasonOf(error)}`);
    }
  }

  /** Leaves the file, as nextfile does. */
  async endFile(): Promise<Outcome> {
    const reader = this.#reader;
    if (!reader) return 'done';
    const outcome = await this.#hook(this.#machine.endFile);
    this.#reader = undefined;
    await reader.close();
    return outcome;
  }

  async #hook(entry: number): Promise<Outcome> {
    if (entry < 0) return 'done';
    const outcome = await this.#machine.run(entry);
    if (outcome === 'exit') {
      this.#isEnded = true;
      this.#machine.isExiting = true;
    }
    return outcome;
  }

  async #open(): Promise<boolean> {
    const machine = this.#machine;
    const args = machine.array('ARGV');
    for (;;) {
      const count = toNumber(machine.globals[ARGC]);
      if (++this.#operand >= count) break;
      const operand = machine.text(args.get(this.#operand));
      if (operand === '') continue;
      const [, name, value = ''] = ASSIGNMENT.exec(operand) ?? [];
      if (name !== undefined) {
        machine.assign(name, value);
        continue;
      }
      this.#hasFile = true;
      setVariable(machine, 'ARGIND', this.#operand);
      if (await this.#openFile(operand)) return true;
    }
    if (this.#hasFile) {
      this.#isEnded = true;
      return false;
    }
    this.#hasFile = true;
    return this.#openFile('-', '');
  }

  async #openFile(name: string, shown = name): Promise<boolean> {
    const machine = this.#machine;
    machine.globals[FILENAME] = new InputText(shown);
    machine.fnr = 0;
    setVariable(machine, 'ERRNO', '');
    let failure: string | undefined;
    try {
      this.#reader = await machine.streams.openFile(name);
    } catch (error) {
      const reason = reasonOf(error);
      setVariable(machine, 'ERRNO', reason);
      const isFolder = error instanceof FsError && error.code === 'EISDIR';
      failure = isFolder ? `read error (${reason})` : `cannot open ${name} (${reason})`;
    }
    const outcome = await this.#hook(machine.beginFile);
    if (outcome === 'nextfile' || outcome === 'exit') {
      await this.#reader?.close();
      this.#reader = undefined;
      return outcome === 'exit';
    }
    if (failure !== undefined) throw new AwkError(failure, 'plain');
    return true;
  }
}

const RT = slotOf('RT');
const FILENAME = slotOf('FILENAME');
const ARGC = slotOf('ARGC');
