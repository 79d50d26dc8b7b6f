/** Random choices, made of the bytes of a source as GNU's tools make them: the same bytes give the same choices. */
import type { Host, Source } from './host.ts';
import { BLOCK } from './stdio.ts';

export interface Chooser {
  /** A number from 0 to `choices` - 1. */
  choose(choices: bigint): Promise<bigint>;
}

/** Without a source of the user's the bytes come from the system. */
export function systemChooser(): Chooser {
  const bytes = new Uint8Array(BLOCK);
  let at = bytes.length;
  return new ByteChooser(async () => {
    if (at === bytes.length) {
      crypto.getRandomValues(bytes);
      at = 0;
    }
    return bytes[at++] as number;
  });
}

/** `failed` makes the error of a source that ends too soon. */
export function sourceChooser(source: Source, failed: () => Error): Chooser {
  let data: Uint8Array = new Uint8Array(0);
  let at = 0;
  return new ByteChooser(async () => {
    if (at === data.length) {
      data = (await source.read(BLOCK)).slice();
      at = 0;
      if (data.length === 0) throw failed();
    }
    return data[at++] as number;
  });
}

class ByteChooser implements Chooser {
  readonly #next: () => Promise<number>;
  /** Randomness that is left over: a number from 0 to `most`. */
  #number = 0n;
  #most = 0n;

  constructor(next: () => Promise<number>) {
    this.#next = next;
  }

  async choose(choices: bigint): Promise<bigint> {
    const highest = choices - 1n;
    let number = this.#number;
    let most = this.#most;
    for (;;) {
      while (most < highest) {
        number = (number << 8n) + BigInt(await this.#next());
        most = (most << 8n) + 255n;
      }
      if (most === highest) {
        this.#number = 0n;
        this.#most = 0n;
        return number;
      }
      const excess = most - highest;
      const unusable = excess % choices;
      const last = most - unusable;
      if (number <= last) {
        this.#number = number / choices;
        this.#most = excess / choices;
        return number % choices;
      }
      number -= last + 1n;
      most = unusable - 1n;
    }
  }
}

/** The first `count` places of a permutation of `total` numbers. Only the places that were exchanged are held. */
export async function permutation(
  { checkpoint }: Host,
  chooser: Chooser,
  count: bigint,
  total: bigint,
): Promise<readonly bigint[]> {
  const moved = new Map<bigint, bigint>();
  const places: bigint[] = [];
  for (let i = 0n; i < count; i++) {
    const j = i + (await chooser.choose(total - i));
    places.push(moved.get(j) ?? j);
    if (j !== i) moved.set(j, moved.get(i) ?? i);
    moved.delete(i);
    if (places.length % 4096 === 0) await checkpoint();
  }
  return places;
}
