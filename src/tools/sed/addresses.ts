/** Which lines the addresses of a command select. */
import type { Address, Command } from './script.ts';

/** What an address is compared with. */
export interface Place {
  readonly line: number;
  readonly isLast: boolean;
  matches(address: Address & { readonly kind: 'pattern' }): boolean;
}

type Range = 'outside' | 'inside' | 'over';

export class Selection {
  readonly #command: Command;
  #range: Range = 'outside';
  #end = 0;

  constructor(command: Command) {
    this.#command = command;
    this.restart();
  }

  /** Files that are separate begin anew. */
  restart(): void {
    const { first } = this.#command;
    this.#range = first?.kind === 'line' && first.line === 0 ? 'inside' : 'outside';
  }

  /** Whether a range goes on behind the line that was last asked for. */
  get goesOn(): boolean {
    return this.#range === 'inside';
  }

  /** Sets whether a range of two patterns goes on, behind lines for which nobody has called `selects`. */
  setGoesOn(on: boolean): void {
    this.#range = on ? 'inside' : 'outside';
  }

  selects(place: Place): boolean {
    const { first, second, isNegated } = this.#command;
    if (!first) return !isNegated;
    const isIn = second ? this.#isInRange(first, second, place) : isAt(first, place);
    return isIn !== isNegated;
  }

  #isInRange(first: Address, second: Address, place: Place): boolean {
    if (this.#range === 'inside') return this.#goesOn(second, place);
    if (!this.#begins(first, second, place)) return false;
    this.#end = endOf(second, place.line);
    const isOneLine =
      this.#end <= place.line ||
      ((second.kind === 'step' || second.kind === 'last') && isAt(second, place));
    this.#range = isOneLine ? 'over' : 'inside';
    if (first.kind !== 'line' && isOneLine) this.#range = 'outside';
    return true;
  }

  /** A range from a line number begins once: at that line, or behind it where the command was not reached before. */
  #begins(first: Address, second: Address, place: Place): boolean {
    if (first.kind !== 'line') return isAt(first, place);
    if (this.#range === 'over' || place.line < first.line) return false;
    return second.kind !== 'line' || place.line === first.line || place.line <= second.line;
  }

  #goesOn(second: Address, place: Place): boolean {
    if (second.kind === 'pattern' || second.kind === 'last' || second.kind === 'step') {
      if (isAt(second, place)) this.#range = 'over';
      return true;
    }
    if (place.line >= this.#end) this.#range = 'over';
    // A range whose end was passed over selects one more line, where its end is not written as a line number.
    return second.kind !== 'line' || place.line <= this.#end;
  }
}

/** The line that ends a range by its number; infinity where something else ends it. */
function endOf(second: Address, line: number): number {
  if (second.kind === 'line') return second.line;
  if (second.kind === 'more') return line + second.count;
  if (second.kind === 'multiple')
    return second.of > 0 ? line + second.of - (line % second.of) : line;
  return Number.POSITIVE_INFINITY;
}

function isAt(address: Address, place: Place): boolean {
  switch (address.kind) {
    case 'line':
      return place.line === address.line;
    case 'step':
      return place.line >= address.first && (place.line - address.first) % address.step === 0;
    case 'last':
      return place.isLast;
    case 'pattern':
      return place.matches(address);
    default:
      return false;
  }
}
