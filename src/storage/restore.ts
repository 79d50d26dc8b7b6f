/**
 * What the database holds, made into a tree again. A record that makes no sense is set aside and
 * named, and everything else is restored: damage stays where it is.
 */
import type { NodeRecord } from '../kernel/keeper.ts';
import type { Aside, Database } from './database.ts';

export interface Restored {
  /** Undefined where the store is new. */
  readonly nodes: NodeRecord[] | undefined;
  readonly aside: Aside[];
  /** Records that must be written again, because what they led to was set aside. */
  readonly repaired: NodeRecord[];
  /** Chunks that no file has: what a flush left that never finished. */
  readonly unused: number[];
  readonly lastChunk: number;
}

const ROOT = 1;

export async function readTree(db: Database, now: number): Promise<Restored> {
  const tx = db.transaction(['nodes', 'chunks', 'aside'], 'readonly');
  const [keys, values, chunkKeys, kept] = await Promise.all([
    tx.objectStore('nodes').getAllKeys(),
    tx.objectStore('nodes').getAll(),
    tx.objectStore('chunks').getAllKeys(),
    tx.objectStore('aside').getAll(),
  ]);
  await tx.done;
  const lastChunk = chunkKeys.reduce((most, key) => Math.max(most, key), 0);
  if (keys.length === 0)
    return { nodes: undefined, aside: [], repaired: [], unused: chunkKeys, lastChunk };
  const chunks = new Set(chunkKeys);
  const aside: Aside[] = [];
  const good = new Map<number, NodeRecord>();
  const damaged = new Map<number, { reason: string; value: unknown }>();
  for (const [index, key] of keys.entries()) {
    const value: unknown = values[index];
    const reason = faultOf(key, value, chunks);
    if (reason === undefined) good.set(key, value as NodeRecord);
    else damaged.set(key, { reason, value });
  }
  const names = namesOf(good);
  for (const [key, { reason, value }] of damaged) {
    aside.push({
      store: 'nodes',
      key,
      name: names.get(key) ?? `node ${key}`,
      reason,
      value,
      at: now,
    });
  }
  const nodes = reattached(good, names, now, Math.max(ROOT, ...highest(keys, good)));
  const repaired = nodes.filter((node) => node !== good.get(node.ino));
  const used = new Set(nodes.flatMap((node) => (node.chunks ?? []).map(([, id]) => id)));
  // What was set aside keeps its chunks, so that it can still be rescued.
  for (const { value } of [...damaged.values(), ...kept])
    for (const id of chunkIds(value)) used.add(id);
  return { nodes, aside, repaired, unused: chunkKeys.filter((id) => !used.has(id)), lastChunk };
}

/** Why a record cannot be used; undefined where it can. */
function faultOf(key: number, value: unknown, chunks: ReadonlySet<number>): string | undefined {
  const node = value as Partial<NodeRecord> | null;
  if (typeof node !== 'object' || node === null) return 'it is no record';
  if (node.ino !== key || !Number.isSafeInteger(key)) return 'its number is wrong';
  const times = [node.mtime, node.atime, node.ctime];
  if (!times.every((time) => typeof time === 'bigint')) return 'its times are no times';
  if (!Number.isSafeInteger(node.size) || (node.size as number) < 0) return 'its size is no size';
  if (!Number.isInteger(node.nlink) || (node.nlink as number) < 1) return 'it has no name';
  if (node.kind === 'dir')
    return isPairs(node.entries, 'string') ? undefined : 'its names are damaged';
  if (node.kind === 'symlink')
    return typeof node.target === 'string' ? undefined : 'its target is damaged';
  if (node.kind !== 'file') return 'it is of no known kind';
  if (!isPairs(node.chunks, 'number')) return 'its list of contents is damaged';
  const lost = (node.chunks ?? []).filter(([, id]) => !chunks.has(id)).length;
  return lost > 0 ? `${lost} of its parts are missing` : undefined;
}

const isPairs = (value: unknown, first: 'string' | 'number'): boolean =>
  Array.isArray(value) &&
  value.every(
    (pair: unknown) =>
      Array.isArray(pair) && typeof pair[0] === first && Number.isSafeInteger(pair[1]),
  );

function chunkIds(value: unknown): number[] {
  const { chunks } = (value ?? {}) as Partial<NodeRecord>;
  return isPairs(chunks, 'number') ? (chunks ?? []).map(([, id]) => id) : [];
}

/** Paths by inode number, as far as directories still tell. */
function namesOf(nodes: ReadonlyMap<number, NodeRecord>): Map<number, string> {
  const names = new Map<number, string>([[ROOT, '/']]);
  const todo = [ROOT];
  for (let ino = todo.pop(); ino !== undefined; ino = todo.pop()) {
    const base = names.get(ino) as string;
    for (const [name, child] of nodes.get(ino)?.entries ?? []) {
      if (names.has(child)) continue;
      names.set(child, `${base === '/' ? '' : base}/${name}`);
      todo.push(child);
    }
  }
  return names;
}

/** The highest number of a node, and of a name that leads to one: a new node must not take it. */
function highest(
  keys: readonly number[],
  nodes: ReadonlyMap<number, NodeRecord>,
): [number, number] {
  const key = keys.reduce((most, each) => Math.max(most, each), ROOT);
  let named = ROOT;
  for (const { entries } of nodes.values())
    for (const [, ino] of entries ?? []) named = Math.max(named, ino);
  return [key, named];
}

/** What no directory leads to any more, because its own was damaged, is found again under `lost+found`. */
function reattached(
  good: ReadonlyMap<number, NodeRecord>,
  names: ReadonlyMap<number, string>,
  now: number,
  lastIno: number,
): NodeRecord[] {
  const time = BigInt(now) * 1_000_000n;
  const made = { nlink: 1, mtime: time, atime: time, ctime: time, size: 0 } as const;
  const root = withoutMissing(
    good.get(ROOT) ?? { ...made, ino: ROOT, kind: 'dir', entries: [] },
    good,
  );
  const children = new Set(
    [...good.values()].flatMap((node) => (node.entries ?? []).map(([, ino]) => ino)),
  );
  const lost = [...good.values()].filter(
    (node) => node.ino !== ROOT && !names.has(node.ino) && !children.has(node.ino),
  );
  const kept = [...good.values()]
    .filter((node) => node.ino !== ROOT)
    .map((node) => withoutMissing(node, good));
  if (lost.length === 0) return [root, ...kept];
  const found = lost.map((node) => [`#${node.ino}`, node.ino] as const);
  const shelfIno = root.entries?.find(([name]) => name === 'lost+found')?.[1];
  const shelf = kept.find(({ ino, kind }) => ino === shelfIno && kind === 'dir');
  if (shelf) {
    const more = { ...shelf, entries: [...(shelf.entries ?? []), ...found] };
    return [root, ...kept.map((node) => (node === shelf ? more : node))];
  }
  const ino = lastIno + 1;
  const rootEntries = (root.entries ?? []).filter(([name]) => name !== 'lost+found');
  const entries = [...rootEntries, ['lost+found', ino] as const];
  return [{ ...root, entries }, { ...made, ino, kind: 'dir', entries: found }, ...kept];
}

function withoutMissing(node: NodeRecord, good: ReadonlyMap<number, NodeRecord>): NodeRecord {
  if (!node.entries || node.entries.every(([, ino]) => good.has(ino))) return node;
  return { ...node, entries: node.entries.filter(([, ino]) => good.has(ino)) };
}
