/** Where one was in each viewer of this visit: a tab that is shown again, or a pane that is split, begins there. */

const KEPT_MAX = 200;

/** By pane, path and viewer; the latest last. */
const positions = new Map<string, unknown>();

/** Where a viewer of a file is remembered. The position is the pane's own, or else the latest in any pane. */
export interface PositionKey {
  readonly pane: number;
  readonly path: string;
  readonly viewer: string;
}

const shared = ({ path, viewer }: PositionKey): string => `${viewer} ${path}`;
const own = (key: PositionKey): string => `${key.pane} ${shared(key)}`;

export const positionAt = <T>(key: PositionKey): T | undefined =>
  (positions.get(own(key)) ?? positions.get(shared(key))) as T | undefined;

export function keepPosition<T>(key: PositionKey, position: T): void {
  for (const name of [own(key), shared(key)]) {
    positions.delete(name);
    positions.set(name, position);
  }
  for (const name of [...positions.keys()].slice(0, -KEPT_MAX)) positions.delete(name);
}
