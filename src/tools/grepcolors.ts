/** The colours of grep's output, which GREP_COLORS sets. */
import { bytesOf } from '../kernel/rawtext.ts';

export class Colors {
  readonly #values = new Map<string, string>([
    ['ms', '01;31'],
    ['mc', '01;31'],
    ['fn', '35'],
    ['ln', '32'],
    ['bn', '32'],
    ['se', '36'],
    ['sl', ''],
    ['cx', ''],
  ]);
  readonly #erase: string;
  readonly isReversed: boolean;

  constructor(given: string) {
    const parts = given.split(':').map((part) => part.split('='));
    for (const [name = '', value = ''] of parts) {
      if (name === 'mt') this.#values.set('ms', value).set('mc', value);
      else if (this.#values.has(name)) this.#values.set(name, value);
    }
    const flags = parts.map(([name]) => name);
    this.#erase = flags.includes('ne') ? '' : '\x1b[K';
    this.isReversed = flags.includes('rv');
  }

  start(name: string): Uint8Array {
    const value = this.#values.get(name);
    return bytesOf(value ? `\x1b[${value}m${this.#erase}` : '');
  }

  end(name: string): Uint8Array {
    return bytesOf(this.#values.get(name) ? `\x1b[m${this.#erase}` : '');
  }
}
