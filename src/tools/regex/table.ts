/** The states of a deterministic automaton. They are made when they are first needed; a full table is emptied. */

export interface State {
  /** The index of its row in the table. */
  row: number;
  /** Nodes in groups; the group of the earliest start is the first. */
  readonly parts: readonly (readonly number[])[];
  /** The kind of the neighbour on the side that was read (symbols.ts). */
  readonly side: number;
  /** A match ends before the last symbol that was read. */
  readonly isMatch: boolean;
  /** A match was found, so that no later start is added. */
  readonly isBound: boolean;
  /** Nothing has begun that may become a match; undefined until somebody asks. */
  isIdle: boolean | undefined;
}

export const UNKNOWN = -1;
const MAX_ENTRIES = 1 << 20;
/** The most characters that the keys of all states have together. */
const MAX_KEYS = 1 << 24;

export class Table {
  /** The row of the next state, by the row of a state plus the symbol. It is complemented for a special state. */
  next: Int32Array;
  stride = 16;
  #states: State[] = [];
  #byKey = new Map<string, State>();
  #keys = 0;
  /** The states that searches begin with, by `side`. */
  #starts: State[] = [];
  readonly #isSpecial: (state: State) => boolean;

  constructor(isSpecial: (state: State) => boolean) {
    this.#isSpecial = isSpecial;
    this.next = new Int32Array(this.stride * 16).fill(UNKNOWN);
  }

  at(row: number): State {
    return this.#states[row / this.stride] as State;
  }

  #clear(): void {
    this.#states = [];
    this.#byKey = new Map();
    this.#keys = 0;
    this.#starts = [];
    this.next.fill(UNKNOWN);
  }

  /** Returns the state with these properties, and makes it where it is new. */
  intern(parts: State['parts'], side: number, isMatch: boolean, isBound: boolean): State {
    const key = `${parts.map((part) => part.join()).join(';')}/${side}${isMatch}${isBound}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    const isFull = this.#states.length * this.stride >= MAX_ENTRIES || this.#keys >= MAX_KEYS;
    if (isFull) this.#clear();
    this.#keys += key.length;
    const row = this.#states.length * this.stride;
    const state: State = { row, parts, side, isMatch, isBound, isIdle: undefined };
    this.#states.push(state);
    this.#byKey.set(key, state);
    if (state.row + this.stride > this.next.length) {
      const larger = new Int32Array(this.next.length * 2).fill(UNKNOWN);
      larger.set(this.next);
      this.next = larger;
    }
    return state;
  }

  /** Returns the state that a search begins with at a neighbour of this kind. A table has one for each kind. */
  start(node: number, side: number, isBound: boolean): State {
    const known = this.#starts[side];
    if (known) return known;
    const state = this.intern([[node]], side, false, isBound);
    this.#starts[side] = state;
    return state;
  }

  /** Records that `to` follows `from`, unless the table was emptied in between. Returns the entry. */
  link(from: State, symbol: number, to: State): number {
    const entry = this.#isSpecial(to) ? ~to.row - 1 : to.row;
    if (this.#states[from.row / this.stride] === from) this.next[from.row + symbol] = entry;
    return entry;
  }

  /** Makes the rows wide enough for this many symbols. */
  widen(symbols: number): void {
    if (symbols <= this.stride) return;
    while (this.stride < symbols) this.stride *= 2;
    this.next = new Int32Array(this.stride * 16);
    this.#clear();
  }
}

/** Returns the row of an entry for a special state. */
export const specialRow = (entry: number): number => ~(entry + 1);
