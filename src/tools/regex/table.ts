/** The states of a deterministic automaton that is made as it is walked; when there are too many, it begins anew. */

export interface State {
  /** Where it stands in the table. */
  row: number;
  /** Nodes in groups; of an earlier start the first. */
  readonly parts: readonly (readonly number[])[];
  /** What the neighbour on the side that was read is for assertions. */
  readonly side: number;
  /** A match ends before the last symbol. */
  readonly isMatch: boolean;
  /** No later start counts any more. */
  readonly isBound: boolean;
}

export const UNKNOWN = -1;
const MAX_ENTRIES = 1 << 20;

export class Table {
  /** The row of the next state by the row of a state and the symbol; complemented where the state is special. */
  next: Int32Array;
  stride = 16;
  #states: State[] = [];
  #byKey = new Map<string, State>();
  readonly #isSpecial: (state: State) => boolean;

  constructor(isSpecial: (state: State) => boolean) {
    this.#isSpecial = isSpecial;
    this.next = new Int32Array(this.stride * 16).fill(UNKNOWN);
  }

  at(row: number): State {
    return this.#states[row / this.stride] as State;
  }

  clear(): void {
    this.#states = [];
    this.#byKey = new Map();
    this.next.fill(UNKNOWN);
  }

  /** The one state that is like this. */
  intern(parts: State['parts'], side: number, isMatch: boolean, isBound: boolean): State {
    const key = `${parts.map((part) => part.join()).join(';')}/${side}${isMatch}${isBound}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    if (this.#states.length * this.stride >= MAX_ENTRIES) this.clear();
    const state = { row: this.#states.length * this.stride, parts, side, isMatch, isBound };
    this.#states.push(state);
    this.#byKey.set(key, state);
    if (state.row + this.stride > this.next.length) {
      const larger = new Int32Array(this.next.length * 2).fill(UNKNOWN);
      larger.set(this.next);
      this.next = larger;
    }
    return state;
  }

  /** Keeps that `to` follows `from`, unless the states have begun anew in between. */
  link(from: State, symbol: number, to: State): number {
    const entry = this.#isSpecial(to) ? ~to.row - 1 : to.row;
    if (this.#states[from.row / this.stride] === from) this.next[from.row + symbol] = entry;
    return entry;
  }

  /** Makes room for this many symbols. */
  widen(symbols: number): void {
    if (symbols <= this.stride) return;
    while (this.stride < symbols) this.stride *= 2;
    this.next = new Int32Array(this.stride * 16);
    this.clear();
  }
}

/** The row of an entry for a special state. */
export const specialRow = (entry: number): number => ~(entry + 1);
