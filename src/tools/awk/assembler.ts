/** The list of operations that a program becomes, and its names. */
import type { ArrayNames } from './arrays.ts';
import { AwkError } from './errors.ts';
import type { Machine, Operation } from './machine.ts';
import type { Program } from './syntax.ts';
import type { AwkArray } from './values.ts';
import { specialNames } from './variables.ts';

/** A place that is jumped to before it is known. */
export interface Label {
  at: number;
}

export interface CompiledFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly label: Label;
}

export type ArrayOf = (machine: Machine) => AwkArray;

/** Where a name is: a slot of the frame, or of the machine's list. */
export interface Slot {
  readonly isLocal: boolean;
  readonly index: number;
}

export class Assembler {
  readonly code: Operation[] = [];
  readonly functions = new Map<string, CompiledFunction>();
  readonly #slots = new Map<string, number>(specialNames.map((name, i) => [name, i]));
  readonly #arrays: ArrayNames;
  /** The function that is being compiled. */
  scope: CompiledFunction | undefined;
  /** The offset of the program's text that is being compiled. */
  position = 0;

  constructor(program: Program, arrays: ArrayNames) {
    this.#arrays = arrays;
    for (const { name, parameters } of program.functions.values())
      this.functions.set(name, { name, parameters, label: { at: -1 } });
  }

  emit(operation: Operation): void {
    this.code.push(operation);
  }

  mark(label: Label): void {
    label.at = this.code.length;
  }

  jump(label: Label): void {
    const from = this.code.length;
    this.emit((m) => {
      m.pc = label.at;
      if (label.at <= from) m.jumped();
    });
  }

  /** A name that is a function's is no variable. */
  #check(name: string): void {
    if (this.functions.has(name))
      throw new AwkError(
        `function \`${name}' called with space between name and \`('\nor used as a variable or an array`,
      );
  }

  slot(name: string): Slot {
    const local = this.scope?.parameters.indexOf(name) ?? -1;
    if (local >= 0) return { isLocal: true, index: local };
    this.#check(name);
    const index = this.#slots.get(name) ?? this.#slots.size;
    this.#slots.set(name, index);
    return { isLocal: false, index };
  }

  isArray(name: string): boolean {
    const isLocal = this.scope?.parameters.includes(name);
    return this.#arrays.has(name, isLocal ? this.scope?.name : undefined);
  }

  /** What gives the array of a name. One of a function's own comes to be when it is first used. */
  array(name: string, arrays: (name: string) => AwkArray): ArrayOf {
    const { isLocal, index } = this.slot(name);
    if (!isLocal) {
      if (specialNames.includes(name))
        throw new AwkError(`attempt to use scalar \`${name}' as an array`);
      const array = arrays(name);
      return () => array;
    }
    return (m) => {
      const known = m.stack[m.base + index];
      if (known instanceof Map) return known;
      if (known !== undefined)
        throw new AwkError(`attempt to use scalar parameter \`${name}' as an array`);
      const created: AwkArray = new Map();
      m.stack[m.base + index] = created;
      return created;
    };
  }
}
