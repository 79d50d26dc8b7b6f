/** Runs pieces of work of one name one after the other, in the order in which they were given. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs at once where nothing of this name runs; settles as the work itself does. */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const mine = before ? before.catch(() => undefined).then(work) : work();
    this.#last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
    }
  }
}
