/** The addresses of od(1), in front of lines and at the end. */
import type { Radix } from './odoptions.ts';

export class Addresses {
  readonly #radix: Radix;
  /** How much more than the address the label is; undefined where there is none. */
  readonly #label: number | undefined;

  constructor(radix: Radix, skip: number, label: number | undefined) {
    this.#radix = radix;
    this.#label = label === undefined ? undefined : label - skip;
  }

  /** Nothing is shown. */
  get isNone(): boolean {
    return this.#radix === 'n' && this.#label === undefined;
  }

  text(address: number): string {
    if (this.#label === undefined) return this.#radix === 'n' ? '' : this.#digits(address);
    // Without addresses the parentheses hold the address itself, as od has it.
    if (this.#radix === 'n') return `(${this.#digits(address)})`;
    return `${this.#digits(address)} (${this.#digits(address + this.#label)})`;
  }

  /** What stands in the place of the address in further lines of the same bytes. */
  get blank(): string {
    return this.isNone ? '' : ' '.repeat(this.#radix === 'x' ? 6 : 7);
  }

  #digits(address: number): string {
    const base = this.#radix === 'd' ? 10 : this.#radix === 'x' ? 16 : 8;
    return address.toString(base).padStart(this.#radix === 'x' ? 6 : 7, '0');
  }
}
