/** The fields of a record as it was read: they are found as far as they are asked for. */
import { isBlank, type Splitter, splitterOf } from './split.ts';

/** How fields are separated: by blanks, by one byte, or as a splitter does it. */
export type Separation = 'blanks' | number | Splitter;

/** The separation of a value of FS. In paragraphs a newline separates too. */
export function separationOf(fs: string, ignoreCase: boolean, isParagraphs: boolean): Separation {
  if (fs === ' ') return 'blanks';
  if (fs.length === 1 && !ignoreCase && !isParagraphs) return fs.charCodeAt(0);
  return splitterOf(fs, ignoreCase, isParagraphs);
}

export class Fields {
  #separation: Separation;
  #text = '';
  /** Where each field that was found starts, and where it ends. */
  #starts: Int32Array = new Int32Array(64);
  #ends: Int32Array = new Int32Array(64);
  #found = 0;
  /** Where the next field is looked for; -1 where there is no other. */
  #next = 0;
  #parts: string[] | undefined;

  constructor(separation: Separation) {
    this.#separation = separation;
  }

  reset(text: string): void {
    this.#text = text;
    this.#found = 0;
    this.#next = text === '' ? -1 : 0;
    this.#parts = undefined;
  }

  /** Applies to the next record: the fields of this one are found before. */
  separateBy(separation: Separation): void {
    this.#find(Number.POSITIVE_INFINITY);
    this.#separation = separation;
  }

  get count(): number {
    this.#find(Number.POSITIVE_INFINITY);
    return this.#parts ? this.#parts.length : this.#found;
  }

  /** Undefined where there is no such field; the first has the index 0. */
  at(index: number): string | undefined {
    if (index >= this.#found && this.#next >= 0) this.#find(index + 1);
    if (this.#parts) return this.#parts[index];
    if (index >= this.#found) return undefined;
    return this.#text.slice(this.#starts[index], this.#ends[index]);
  }

  all(): string[] {
    return Array.from({ length: this.count }, (_, i) => this.at(i) as string);
  }

  #find(wanted: number): void {
    if (this.#next < 0) return;
    if (this.#separation === 'blanks') this.#findBetweenBlanks(wanted);
    else if (typeof this.#separation === 'number')
      this.#findBetween(String.fromCharCode(this.#separation), wanted);
    else {
      this.#parts = this.#separation(this.#text);
      this.#next = -1;
    }
  }

  #findBetweenBlanks(wanted: number): void {
    const text = this.#text;
    const { length } = text;
    let at = this.#next;
    while (this.#found < wanted) {
      while (at < length && isBlank(text.charCodeAt(at))) at++;
      if (at === length) {
        this.#next = -1;
        return;
      }
      const start = at;
      while (at < length && !isBlank(text.charCodeAt(at))) at++;
      this.#add(start, at);
    }
    this.#next = at;
  }

  #findBetween(separator: string, wanted: number): void {
    const text = this.#text;
    while (this.#found < wanted) {
      const start = this.#next;
      const end = text.indexOf(separator, start);
      this.#add(start, end < 0 ? text.length : end);
      this.#next = end < 0 ? -1 : end + 1;
      if (end < 0) return;
    }
  }

  #add(start: number, end: number): void {
    if (this.#found === this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#ends = grown(this.#ends);
    }
    this.#starts[this.#found] = start;
    this.#ends[this.#found++] = end;
  }
}

function grown(numbers: Int32Array): Int32Array {
  const larger = new Int32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
