/** What a line of bc(1) is compiled to. Each operation knows where GNU bc has it, since messages name that place. */

export interface Op {
  /** The letter that GNU bc has for it. */
  readonly op: string;
  /** The number of a variable, an array, a function or, once it is known, the operation to go to. */
  n: number;
  /** A constant, a string, or the kinds of arguments. */
  readonly text: string;
  /** The address after it. */
  readonly end: number;
}

/** A place in the code, and the jumps to it while it is not known. */
export interface Label {
  target: number;
  readonly users: Op[];
}

/** A parameter or a variable of a function's own. */
export interface Local {
  readonly name: string;
  readonly id: number;
  readonly isArray: boolean;
  /** The caller's array itself. */
  readonly isReference: boolean;
}

export interface Definition {
  readonly id: number;
  readonly parameters: readonly Local[];
  readonly autos: readonly Local[];
  readonly code: readonly Op[];
  readonly isVoid: boolean;
}

const idSize = (id: number): number => (id < 128 ? 1 : 2);

const jumps = 'BJZ';
const named = 'dilsAMLS';

function sizeOf(op: string, n: number, text: string): number {
  if (jumps.includes(op)) return 3;
  if (named.includes(op)) return 1 + idSize(n);
  if (op === 'K') return text.length + 2;
  if (op === 'w' || op === 'O') return text.length + 2;
  if (op === 'C') return 2 + idSize(n) + text.length;
  return op.length;
}

/** Operations in the order in which they are written. */
export class Code {
  readonly ops: Op[] = [];
  #end = 0;

  add(op: string, n = 0, text = ''): Op {
    this.#end += sizeOf(op, n, text);
    const made = { op, n, text, end: this.#end };
    this.ops.push(made);
    return made;
  }

  label(): Label {
    return { target: -1, users: [] };
  }

  jump(op: string, label: Label): void {
    const made = this.add(op, label.target);
    // The size of a jump does not depend on where it goes.
    label.users.push(made);
  }

  /** Puts a label here. */
  place(label: Label): void {
    label.target = this.ops.length;
    for (const user of label.users) user.n = label.target;
    label.users.length = 0;
  }
}

/** The address of the argument at `index` of a call: how far a call has been read when it is found wrong. */
export const argumentEnd = (call: Op, index: number): number =>
  call.end - 1 - call.text.length + index;
