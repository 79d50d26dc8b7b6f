/** The tab stops of expand(1) and unexpand(1): `8`, `4,9`, `3,/8`, `3,+8`. */
import { ToolError } from './host.ts';
import { inQuotes } from './quote.ts';

export class TabStops {
  readonly #stops: number[] = [];
  /** Every so many columns. */
  #size = 0;
  /** After the last stop, at multiples of it. */
  #extend = 0;
  /** After the last stop, counted from it. */
  #increment = 0;

  constructor(lists: readonly string[]) {
    for (const list of lists) this.#parse(list);
    let before = 0;
    for (const stop of this.#stops) {
      if (stop === 0) throw new ToolError('tab size cannot be 0');
      if (stop <= before) throw new ToolError('tab sizes must be ascending');
      before = stop;
    }
    if (this.#extend > 0 && this.#increment > 0)
      throw new ToolError("'/' specifier is mutually exclusive with '+'");
    const [only] = this.#stops;
    if (only === undefined) this.#size = this.#extend || this.#increment || 8;
    else if (this.#stops.length === 1 && !this.#extend && !this.#increment) this.#size = only;
  }

  /** The first stop after a column; undefined where there is none. */
  after(column: number): { readonly column: number } | undefined {
    if (this.#size > 0) return { column: column + this.#size - (column % this.#size) };
    const found = this.#stops.find((stop) => stop > column);
    if (found !== undefined) return { column: found };
    if (this.#extend > 0) return { column: column + this.#extend - (column % this.#extend) };
    if (this.#increment > 0) {
      const last = this.#stops.at(-1) ?? 0;
      return { column: column + this.#increment - ((column - last) % this.#increment) };
    }
    return undefined;
  }

  #parse(list: string): void {
    let mark = '';
    let digits = '';
    const add = (): void => {
      if (digits === '') return;
      const value = Number(digits);
      if (BigInt(digits) >= 1n << 64n)
        throw new ToolError(`tab stop is too large ${inQuotes(digits)}`);
      if (mark === '/') this.#extend = value;
      else if (mark === '+') this.#increment = value;
      else this.#stops.push(value);
      digits = '';
      mark = '';
    };
    for (let at = 0; at < list.length; at++) {
      const char = list[at] as string;
      if (char === ',' || char === ' ' || char === '\t') add();
      else if (char === '/' || char === '+') {
        if (digits !== '')
          throw new ToolError(
            `'${char}' specifier not at start of number: ${inQuotes(list.slice(at))}`,
          );
        mark = char;
      } else if (/\d/.test(char)) digits += char;
      else
        throw new ToolError(`tab size contains invalid character(s): ${inQuotes(list.slice(at))}`);
    }
    add();
  }
}
