/** What a mount or a bind would change at a place, by the names that are there and that would come (bind(1)). */
import { client } from './session.ts';
import { get } from './store.ts';

export interface Effect {
  /** Names of the place that would no longer be seen. */
  readonly hides: readonly string[];
  /** Names of which there would be two: those that would be searched second. */
  readonly shadows: readonly string[];
  readonly shows: readonly string[];
  /** The place is not there yet. */
  readonly isNew: boolean;
  readonly isMounted: boolean;
}

/** `from` undefined stands for something empty. undefined for what is no place, or cannot be bound. */
export async function effectOf(
  from: string | undefined,
  at: string,
  order: string,
): Promise<Effect | undefined> {
  if (!at.startsWith('/') || (from !== undefined && !from.startsWith('/'))) return undefined;
  const names = async (path: string): Promise<readonly string[] | undefined> =>
    (
      await client()
        .oanix.fs.readdir(path)
        .catch(() => undefined)
    )?.map(({ name }) => name);
  const before = await names(at);
  const coming = from === undefined ? [] : await names(from);
  if (!coming) return undefined;
  const isMounted = get().mounts.some((mount) => mount.at === at);
  const there = new Set(before);
  if (order !== 'replace') {
    const shadows = coming.filter((name) => there.has(name));
    const shows = coming.filter((name) => !there.has(name));
    return { hides: [], shadows, shows, isNew: !before, isMounted };
  }
  const arriving = new Set(coming);
  return {
    hides: [...there].filter((name) => !arriving.has(name)),
    shadows: [...there].filter((name) => arriving.has(name)),
    shows: coming.filter((name) => !there.has(name)),
    isNew: !before,
    isMounted,
  };
}
