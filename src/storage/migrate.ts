/**
 * The first format had a record for each node and one for each 64 KiB of content. It becomes a journal within
 * the upgrade's own transaction: whole or not at all. Contents stay where they are, each a segment of its own.
 */
import type { IDBPTransaction } from 'idb';
import { Content, type Extent } from '../kernel/content.ts';
import type { KeptNode, NodeRecord } from '../kernel/keeper.ts';
import type { Super } from './backend.ts';
import { checksumNow } from './bytes.ts';
import { encode } from './record.ts';

type Old = Omit<NodeRecord, 'chunks'> & {
  readonly chunks?: readonly (readonly [number, number])[];
};

export async function migrate(
  tx: IDBPTransaction<unknown, string[], 'versionchange'>,
): Promise<void> {
  const sum = checksumNow();
  const meta = tx.objectStore('meta');
  const known = (await meta.get('super')) as (Super & { lastChunk?: number }) | undefined;
  const places = new Map<number, Extent>();
  for (
    let cursor = await tx.objectStore('chunks').openCursor();
    cursor;
    cursor = await cursor.continue()
  ) {
    const seg = cursor.key as number;
    const value = cursor.value as unknown;
    if (value instanceof Uint8Array)
      places.set(seg, { seg, at: 0, length: value.length, sum: sum(value) });
  }
  const nodes: KeptNode[] = [];
  for (
    let cursor = await tx.objectStore('nodes').openCursor();
    cursor;
    cursor = await cursor.continue()
  )
    nodes.push(keptOf(cursor.value as Old, places));
  tx.objectStore('chunks').name = 'seg';
  tx.db.deleteObjectStore('nodes');
  const nextSeg = Math.max(known?.lastChunk ?? 0, ...places.keys(), 0) + 1;
  const nextIno = nodes.reduce((most, { ino }) => Math.max(most, ino), 1) + 1;
  const segs = [...places.values()].map(({ seg, length }) => [seg, length] as const);
  const header = { kind: 'tree', seq: 0, time: 0, nextSeg, nextIno, segs } as const;
  const claimed: Super = { format: 2, epoch: known?.epoch ?? 0 };
  if (nodes.length === 0) {
    await meta.put(claimed, 'super');
    return;
  }
  const tree = encode(
    header,
    nodes.map((node) => ({ node })),
    sum,
  );
  await tx.objectStore('ckpt').put(tree, 0);
  await meta.put({ ...claimed, checkpoint: { slot: 0, seq: 0 } }, 'super');
}

/** A part that is missing leads to a segment that never was: recovery names the file. */
function keptOf({ chunks, entries, ...old }: Old, places: ReadonlyMap<number, Extent>): KeptNode {
  const none = { seg: 0, at: 0, length: 0, sum: 0 };
  const kept = (chunks ?? []).map(([index, id]) => [index, places.get(id) ?? none] as const);
  return {
    ...old,
    ...(old.kind === 'file' ? { content: Content.restored(old.size, kept) } : {}),
    ...(old.kind === 'dir'
      ? { entries: new Map((entries ?? []).map(([name, ino]) => [name, { ino }])) }
      : {}),
  };
}
