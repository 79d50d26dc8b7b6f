/**
 * The parts that expressions are compiled to. One that cannot wait is a closure, and is evaluated at once; one with a call, a
 * getline or a command in it is a list of operations that leave its value on the stack.
 */
import type { Cell, Machine, Operation } from './machine.ts';
import type { Combine } from './operators.ts';

export type Evaluate = (machine: Machine) => Cell;

export interface Part {
  /** Left out where it may have to wait. */
  readonly evaluate?: Evaluate | undefined;
  /** Writes the operations that leave the value on the stack. */
  readonly emit: () => void;
}

/** Makes one value of any number of them. */
export type CombineAll = (machine: Machine, values: readonly Cell[]) => Cell;

export class Parts {
  readonly #emit: (operation: Operation) => void;

  constructor(emit: (operation: Operation) => void) {
    this.#emit = emit;
  }

  /** A part that is evaluated at once. */
  of(evaluate: Evaluate): Part {
    return { evaluate, emit: () => this.#emit((m) => m.push(evaluate(m))) };
  }

  constant(value: Cell): Part {
    return this.of(() => value);
  }

  /** A part of up to three others, which are evaluated from the left to the right. */
  combined(parts: readonly Part[], combine: Combine): Part {
    const evaluate = combinedClosure(parts, combine);
    if (evaluate) return this.of(evaluate);
    const count = parts.length;
    return {
      emit: () => {
        for (const part of parts) part.emit();
        this.#emit((m) => {
          m.top -= count;
          const { stack, top } = m;
          m.push(combine(m, stack[top], stack[top + 1], stack[top + 2]));
        });
      },
    };
  }

  list(parts: readonly Part[], combine: CombineAll): Part {
    const evaluates = closuresOf(parts);
    if (evaluates) return this.of((m) => combine(m, evaluated(evaluates, m)));
    const count = parts.length;
    return {
      emit: () => {
        for (const part of parts) part.emit();
        this.#emit((m) => {
          m.top -= count;
          m.push(combine(m, m.stack.slice(m.top, m.top + count)));
        });
      },
    };
  }
}

/** Undefined where one of the parts may have to wait. */
export function closuresOf(parts: readonly Part[]): readonly Evaluate[] | undefined {
  const closures: Evaluate[] = [];
  for (const { evaluate } of parts) {
    if (!evaluate) return undefined;
    closures.push(evaluate);
  }
  return closures;
}

export function evaluated(closures: readonly Evaluate[], m: Machine): Cell[] {
  const values: Cell[] = [];
  for (const each of closures) values.push(each(m));
  return values;
}

function combinedClosure(parts: readonly Part[], combine: Combine): Evaluate | undefined {
  const closures = closuresOf(parts);
  if (!closures) return undefined;
  const [a, b, c] = closures;
  if (!a) return (m) => combine(m, undefined, undefined, undefined);
  if (!b) return (m) => combine(m, a(m), undefined, undefined);
  if (!c) return (m) => combine(m, a(m), b(m), undefined);
  return (m) => combine(m, a(m), b(m), c(m));
}
