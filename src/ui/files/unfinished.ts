/**
 * Paths that hold a part of something while it is being copied. Whoever keeps the list finds in it, after the page was
 * left in the middle, what that left behind.
 */

export interface Unfinished {
  readonly path: string;
  /** What it is a part of: "a copy of /home/photos". */
  readonly what: string;
}

const parts = new Set<Unfinished>();
let keep: (parts: readonly Unfinished[]) => void = () => undefined;

/** Called with the whole list whenever it changes. */
export function onUnfinished(run: typeof keep): void {
  keep = run;
}

/** No copy goes on: what is still listed was left behind. */
export function clearUnfinished(): void {
  parts.clear();
}

/** Lists a path until the returned function is called. */
export function unfinished(path: string, what: string): () => void {
  const part = { path, what };
  parts.add(part);
  keep([...parts]);
  return () => {
    parts.delete(part);
    keep([...parts]);
  };
}
