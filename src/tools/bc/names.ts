/** The numbers that names get in the order in which they are seen. */

class Numbering {
  readonly #ids: Map<string, number>;
  readonly #names: string[];

  constructor(first: readonly string[]) {
    this.#names = [...first];
    this.#ids = new Map(first.map((name, id) => [name, id]));
  }

  idOf(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const id = this.#names.length;
    this.#names.push(name);
    this.#ids.set(name, id);
    return id;
  }

  nameOf(id: number): string {
    return this.#names[id] ?? '';
  }
}

export const IBASE = 0;
export const OBASE = 1;
export const SCALE = 2;
export const HISTORY = 3;
export const LAST = 4;

/** Variables, arrays and functions have names of their own each. */
export class Names {
  readonly variables = new Numbering(['ibase', 'obase', 'scale', 'history', 'last']);
  readonly arrays = new Numbering(['']);
  readonly functions = new Numbering(['(main)']);
}
