/** Archives are browsed without unpacking them: mounted by their name below /mnt. */
import { encodings } from './editor/encodings.ts';
import { attempt, toast, type Undone } from './notices.ts';
import { open } from './panes.ts';
import { client } from './session.ts';
import { get } from './store.ts';
import { freePlace, isBrowsable, joinPath, nameOf, showName } from './text.ts';
import { coveringMount } from './viewing.ts';

/** Archives that are more than that: a taker gets the mount and the file, and returns true where it takes the archive. */
type Taker = (at: string, file: string) => Promise<boolean>;
const takers: Taker[] = [];
export const addDropped = (taker: Taker): void => void takers.push(taker);

/** A name that promises an archive, or an open file that holds one. */
export const isUnpackable = (path: string): boolean =>
  isBrowsable(path) ||
  get().panes.some(
    ({ path: shown, view }) =>
      shown === path && (view.kind === 'bytes' || view.kind === 'text') && view.content?.isArchive,
  );

/** Stands for what the archive itself tells, and for its format's usual encoding where it tells nothing. */
export const TOLD = 'told';

/** The encodings of names in archives. UTF-16 is none: names end at a zero byte. */
export const archiveEncodings: readonly (readonly [string, string])[] = [
  [TOLD, 'Detect from the archive'],
  ['cp437', 'DOS (code page 437)'],
  ...Object.entries(encodings).filter(([id]) => !id.startsWith('utf-16')),
];

/** So many names are looked at for the preview, and so many are shown. */
const NAMES_MAX = 2000;
const SHOWN_MAX = 6;

const optionsOf = (path: string, encoding: string): { path: string; encoding?: string } =>
  encoding === TOLD ? { path } : { path, encoding };

/** Some names of an archive that are not plain ASCII, as they read in an encoding. */
export async function namesIn(
  path: string,
  encoding: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { oanix } = client();
  const at = freePlace(`reading in ${encoding} ${nameOf(path)}`, get().mounts);
  await oanix.mount({ kind: 'archive', options: optionsOf(path, encoding) }, at, {
    ro: true,
    temporary: true,
  });
  try {
    const names = new Set<string>();
    const waiting = [at];
    let looked = 0;
    for (let dir = waiting.shift(); dir && looked < NAMES_MAX; dir = waiting.shift()) {
      signal.throwIfAborted();
      for (const { name, kind } of await oanix.fs.readdir(dir)) {
        looked++;
        if (/\P{ASCII}/u.test(name)) names.add(name);
        if (kind === 'dir') waiting.push(joinPath(dir, name));
      }
      if (names.size >= SHOWN_MAX) break;
    }
    return [...names].slice(0, SHOWN_MAX);
  } finally {
    // Its failure must not hide why the names could not be read.
    await oanix.unmount(at).catch(() => undefined);
  }
}

/** The archive that is browsed at a path, and the encoding that its names are read in. */
export function archiveAt(path: string): { path: string; encoding: string } | undefined {
  const service = coveringMount(path)?.members[0]?.service;
  if (service?.kind !== 'archive') return undefined;
  const { path: file, encoding } = service.options ?? {};
  return { path: String(file), encoding: encoding === undefined ? TOLD : String(encoding) };
}

/**
 * Mounts an archive that is in the namespace, unless it is already, and shows it. With an encoding for its names, a
 * mount that reads them in another one gives way.
 */
export function browseArchive(path: string, encoding?: string): Promise<Undone | undefined> {
  return attempt('Not opened', async () => {
    const { oanix } = client();
    const there = get().mounts.find(({ members }) =>
      members.some(
        ({ service }) => service.kind === 'archive' && service.options?.['path'] === path,
      ),
    );
    const at = there?.at ?? freePlace(nameOf(path), get().mounts);
    const isOther = there && encoding !== undefined && archiveAt(at)?.encoding !== encoding;
    if (isOther) await oanix.unmount(at);
    if (!there || isOther) {
      const options = optionsOf(path, encoding ?? TOLD);
      await oanix.mount({ kind: 'archive', options }, at, { ro: true });
    }
    for (const take of takers) if (await take(at, path)) return;
    await open(at);
    if (!there)
      toast(`${showName(nameOf(path))} is mounted at ${showName(at)}`, {
        action: { label: 'Unmount', run: () => void oanix.unmount(at) },
      });
  });
}
