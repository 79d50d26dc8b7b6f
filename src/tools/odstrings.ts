/** The strings that `od -S` shows: printable characters with a NUL behind them. */
import type { Addresses } from './odaddresses.ts';
import type { Output } from './stdio.ts';

export class StringFinder {
  readonly #out: Output;
  readonly #addresses: Addresses;
  readonly #least: number;
  readonly #end: number;
  #address: number;
  #text: number[] = [];
  #isOver = false;

  /** Looks at the bytes from address `from` to `end`; strings have `least` characters or more. */
  constructor(out: Output, addresses: Addresses, least: number, from: number, end: number) {
    this.#out = out;
    this.#addresses = addresses;
    this.#least = least;
    this.#address = from;
    this.#end = end;
  }

  take(data: Uint8Array): void {
    for (const byte of data) {
      // Where no string fits in any more, od stops.
      this.#isOver ||= this.#text.length === 0 && this.#end - this.#least <= this.#address;
      if (this.#isOver) return;
      this.#address++;
      const isPrinted = byte >= 32 && byte < 127;
      if (isPrinted) this.#text.push(byte);
      const isEnough = this.#text.length >= this.#least;
      // A string that the end of what is looked at cuts off is shown, with an address that is too low by one.
      if (isEnough && (byte === 0 || (isPrinted && this.#address >= this.#end))) this.#show();
      else if (!isPrinted) this.#text = [];
    }
  }

  #show(): void {
    const address = this.#address - this.#text.length - 1;
    if (!this.#addresses.isNone) this.#out.text(`${this.#addresses.text(address)} `);
    this.#out.bytes(Uint8Array.from(this.#text));
    this.#out.byte(10);
    this.#text = [];
  }
}
