import type { Output } from '../stdio.ts';

/** What takes bytes at its end. */
export interface Appendable {
  append(bytes: Uint8Array): void;
  /** Appends a part of an array. */
  appendRange(bytes: Uint8Array, from: number, to: number): void;
}

/** The pattern space and the hold space: bytes that grow at the end and are cut at the beginning. */
export class Space implements Appendable {
  #data = new Uint8Array(256);
  #from = 0;
  #to = 0;
  /** Whether a delimiter follows when it is written: the last line of the input may lack it. */
  isWhole = true;

  get bytes(): Uint8Array {
    return this.#data.subarray(this.#from, this.#to);
  }

  get length(): number {
    return this.#to - this.#from;
  }

  set(bytes: Uint8Array): void {
    this.clear();
    this.append(bytes);
  }

  clear(): void {
    this.#from = 0;
    this.#to = 0;
  }

  append(bytes: Uint8Array): void {
    this.appendRange(bytes, 0, bytes.length);
  }

  /** Appends a part of an array without a view of it: most parts are short. */
  appendRange(bytes: Uint8Array, from: number, to: number): void {
    const count = to - from;
    this.#grow(count);
    const data = this.#data;
    const at = this.#to;
    if (count > 64) data.set(bytes.subarray(from, to), at);
    else for (let i = 0; i < count; i++) data[at + i] = bytes[from + i] as number;
    this.#to = at + count;
  }

  /** Writes what it holds. */
  writeTo(out: Output): void {
    out.range(this.#data, this.#from, this.#to);
  }

  byte(byte: number): void {
    this.#grow(1);
    this.#data[this.#to++] = byte;
  }

  /** Takes bytes away at the beginning. */
  cut(count: number): void {
    this.#from += count;
  }

  /** Puts the byte that a table of 256 names in the place of each. */
  translate(table: Uint8Array): void {
    const data = this.#data;
    for (let at = this.#from; at < this.#to; at++) data[at] = table[data[at] as number] as number;
  }

  /** Adds a delimiter and another space. */
  add(delimiter: number, other: Space): void {
    this.byte(delimiter);
    this.append(other.bytes);
    this.isWhole = other.isWhole;
  }

  copy(other: Space): void {
    this.set(other.bytes);
    this.isWhole = other.isWhole;
  }

  #grow(by: number): void {
    if (this.#to + by <= this.#data.length) return;
    const { length } = this;
    // Half of it may be what was cut away: it is moved, not made larger.
    const isLargeEnough = (length + by) * 2 <= this.#data.length;
    const target = isLargeEnough ? this.#data : new Uint8Array((length + by) * 2);
    target.set(this.bytes);
    this.#data = target;
    this.#from = 0;
    this.#to = length;
  }
}
