/** Passes over lines that no command of a script of sed(1) can change, many at a time. */
import type { Regex } from '../regex/index.ts';
import type { Command, Script } from './script.ts';

export class Skimmer {
  readonly #regexes: readonly Regex[];
  readonly #delimiter: number;
  /** The next hit of each expression in the block; before the offset that is asked for where it must be looked for. */
  readonly #hits: number[];
  #block: Uint8Array | undefined;

  private constructor(regexes: readonly Regex[], delimiter: number) {
    this.#regexes = regexes;
    this.#delimiter = delimiter;
    this.#hits = regexes.map(() => -1);
  }

  /** Returns undefined where a command of the script may act on any line. */
  static of({ commands }: Script, delimiter: number): Skimmer | undefined {
    const regexes: Regex[] = [];
    for (let at = 0; at < commands.length; at++) {
      const command = commands[at] as Command;
      const regex = neededBy(command);
      if (!regex) return undefined;
      regexes.push(regex);
      if (command.name === '{') at = (command.target ?? commands.length) - 1;
    }
    return new Skimmer(regexes, delimiter);
  }

  /** Returns the beginning of the first line on which a command may act, from the line at `from` on, or `to`. */
  next(block: Uint8Array, from: number, to: number): number {
    if (block !== this.#block) this.#hits.fill(-1);
    this.#block = block;
    let first = to;
    for (let i = 0; i < this.#hits.length; i++) {
      let hit = this.#hits[i] as number;
      if (hit < from) {
        const found = (this.#regexes[i] as Regex).endOfAny(block, from, to);
        hit = found < 0 ? Number.POSITIVE_INFINITY : found;
        this.#hits[i] = hit;
      }
      if (hit < first) first = hit;
    }
    if (first >= to) return to;
    return first === from
      ? from
      : Math.max(block.lastIndexOf(this.#delimiter, first - 1) + 1, from);
  }
}

/** The expression without which a command does nothing with a line. A range and an empty expression depend on other lines. */
function neededBy({ name, first, second, isNegated, substitution }: Command): Regex | undefined {
  if (second) return undefined;
  if (first?.kind === 'pattern' && !isNegated && first.pattern) return first.pattern.inLines;
  const isOwn = first?.kind !== 'pattern' || first.pattern !== null;
  return name === 's' && isOwn ? substitution?.pattern?.inLines : undefined;
}
