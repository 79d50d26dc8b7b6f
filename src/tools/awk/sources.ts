/** The texts that a program is put together from, for telling where a mistake is. */

interface Part {
  readonly name: string;
  readonly from: number;
}

export class Sources {
  #text = '';
  readonly #parts: Part[] = [];

  add(name: string, text: string): void {
    this.#parts.push({ name, from: this.#text.length });
    this.#text += `${text}\n`;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  get text(): string {
    return this.#text;
  }

  /** As "line 2", with the name of the file where there is one. */
  lineOf(at: number): string {
    const part = this.#parts.findLast(({ from }) => from <= at) ?? { name: '', from: 0 };
    const line = this.#text.slice(part.from, at).split('\n').length;
    return `${part.name === '' ? '' : `${part.name}: `}line ${line}`;
  }

  /** A mistake with its line of the program, and a mark below it. */
  explain(position: number, message: string, tool: string): string {
    // What is missing at the end is missing in the last line.
    const at = Math.min(position, this.#text.length - 1);
    const place = this.lineOf(at);
    const from = this.#text.lastIndexOf('\n', at - 1) + 1;
    const end = this.#text.indexOf('\n', from);
    const line = this.#text.slice(from, end < 0 ? undefined : end);
    return `${place}: ${line}\n${tool}: ${place}: ${' '.repeat(Math.max(0, at - from))}^ ${message}`;
  }
}
