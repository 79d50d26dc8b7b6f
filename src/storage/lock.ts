/** Who owns the store: one tab at a time, by a Web Lock that ends with its holder. */

export interface Ownership {
  readonly owner: boolean;
  /** Resolves when a tab that does not own the store could have it now. */
  readonly available: Promise<void>;
}

/** A tab that is being reloaded lets go a moment later: wait this long before calling it taken. */
const PATIENCE_MS = 1_000;

/** Without Web Locks nobody can tell: the epoch in the store then catches a second writer. */
export async function claim(name: string, locks: LockManager | undefined): Promise<Ownership> {
  if (!locks) return { owner: true, available: new Promise(() => undefined) };
  return new Promise((resolve) => {
    let told = false;
    const available = new Promise<void>((free) => {
      void locks.request(name, () => {
        if (told) {
          free();
          return undefined;
        }
        told = true;
        resolve({ owner: true, available: new Promise(() => undefined) });
        return new Promise(() => undefined);
      });
    });
    setTimeout(() => {
      if (told) return;
      told = true;
      resolve({ owner: false, available });
    }, PATIENCE_MS);
  });
}
