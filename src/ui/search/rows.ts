/** What the palette lists for a text: commands, mounts and the paths that the page has looked at, the best first. */
import uFuzzy from '@leeoniya/ufuzzy';
import { commands, isAvailable, keysOf, perform, titleOf } from '../commands/table.ts';
import { open } from '../panes.ts';
import { type AppState, get } from '../store.ts';
import { joinPath, parentPath } from '../text.ts';

export interface Row {
  readonly id: string;
  readonly kind: 'command' | 'mount' | 'path' | 'more';
  readonly text: string;
  readonly keys?: string;
  run(): void;
}

type Listings = AppState['listings'];

const SHOWN_MAX = 60;
/** Names of a large directory that are searched. */
const NAMES_MAX = 20_000;
const fuzzy = new uFuzzy({ intraMode: 1 });

/** What was chosen last comes first, while nothing is typed. */
let recent: readonly string[] = [];
export function rememberCommand(id: string): void {
  recent = [id, ...recent.filter((each) => each !== id)].slice(0, 5);
}

function commandRows(): Row[] {
  return commands
    .filter((each) => isAvailable(each) && each.id !== 'palette.open')
    .map((command) => ({
      id: command.id,
      kind: 'command' as const,
      text: titleOf(command),
      keys: keysOf(command),
      run: () => perform(command.id),
    }));
}

export const pathRow = (kind: 'mount' | 'path', path: string): Row => ({
  id: `${kind} ${path}`,
  kind,
  text: path,
  run: () => void open(path),
});

/** The directory in which the name that is being typed would be. */
export const typedDirectory = (text: string): string =>
  text.endsWith('/') ? text.slice(0, -1) || '/' : parentPath(text);

/** Below the directory that is typed, else everything that was looked at. */
function pathRows(text: string, listings: Listings): Row[] {
  const dirs = text.startsWith('/') ? [typedDirectory(text)] : Object.keys(listings);
  const rows: Row[] = [];
  for (const dir of dirs)
    for (const { name } of listings[dir] ?? []) {
      if (rows.length === NAMES_MAX) return rows;
      rows.push(pathRow('path', joinPath(dir, name)));
    }
  return rows;
}

export function rowsFor(text: string, listings: Listings): readonly Row[] {
  const mounts = get().mounts.map(({ at }) => pathRow('mount', at));
  if (text === '') {
    const all = commandRows();
    const before = recent.flatMap((id) => all.find((row) => row.id === id) ?? []);
    return [...before, ...all.filter((row) => !before.includes(row))];
  }
  const rows = text.startsWith('/')
    ? [...mounts, ...pathRows(text, listings)]
    : [...commandRows(), ...mounts, ...pathRows('', listings)];
  const haystack = rows.map((row) => row.text);
  const [found, info, order] = fuzzy.search(haystack, text, 1, 1000);
  const best = order && info ? order.map((at) => info.idx[at] as number) : (found ?? []);
  const seen = new Set<string>();
  return best
    .map((at) => rows[at] as Row)
    .filter((row) => (row.kind === 'command' ? true : !seen.has(row.text) && seen.add(row.text)))
    .slice(0, SHOWN_MAX);
}
