/** Which process last opened a name to read it, and which to write it: for whoever looks at the name. */
import type { Mode } from './service.ts';

/** Names that are remembered; the one that was opened longest ago goes first. */
const NAMES_MAX = 10_000;

export interface Toucher {
  readonly pid: number;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}
export interface LastTouch {
  readonly reader?: Toucher;
  readonly writer?: Toucher;
}

export class Touched {
  readonly #names = new Map<string, LastTouch>();

  /** `client`: the process that all descend from who see the same at a path. */
  note(client: number, path: string, mode: Mode, by: Toucher): void {
    const name = `${client}:${path}`;
    const known = this.#names.get(name);
    this.#names.delete(name);
    this.#names.set(name, {
      ...known,
      ...(mode.read ? { reader: by } : {}),
      ...(mode.write || mode.append ? { writer: by } : {}),
    });
    const oldest = this.#names.keys().next().value;
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
  }

  of(client: number, path: string): LastTouch {
    return this.#names.get(`${client}:${path}`) ?? {};
  }
}
