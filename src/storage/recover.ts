/**
 * What a backend holds, made into a tree again: the newest whole tree, and the changes after it in order.
 * What cannot be read is set aside and named, and everything else is restored: damage stays where it is.
 */
import type { NodeRecord } from '../kernel/keeper.ts';
import type { Backend, Key, Super, Table } from './backend.ts';
import type { Sum } from './bytes.ts';
import { type Decoded, decode, type NodeChange } from './record.ts';

/** A record that could not be read: kept, named, and out of the way. */
export interface Aside {
  readonly table: Table;
  readonly key: Key;
  readonly name: string;
  readonly reason: string;
  readonly value: unknown;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Recovered {
  /** Undefined where the journal is new. */
  readonly nodes: NodeRecord[] | undefined;
  readonly aside: Aside[];
  /** The tree is not what the records say: it must be written whole. */
  readonly repaired: boolean;
  /** Every segment, with its size where that is known. */
  readonly segs: ReadonlyMap<number, number>;
  readonly seq: number;
  readonly nextSeg: number;
  readonly nextIno: number;
  readonly checkpoint: Super['checkpoint'];
  /** Numbers of the changes in the log. */
  readonly log: readonly number[];
}

const ROOT = 1;

/** A node while changes are applied to it. */
type Growing = Omit<NodeRecord, 'entries'> & { readonly entries?: Map<string, number> };

export async function recover(
  backend: Backend,
  { checkpoint }: Super,
  sum: Sum,
  now: number,
): Promise<Recovered> {
  const [log, segKeys] = await Promise.all([backend.all('log'), backend.keys('seg')]);
  const aside: Aside[] = [];
  const tree = new Tree();
  const segs = new Map(segKeys.map((key) => [key as number, 0]));
  const found = await newestTree(backend, checkpoint, sum, aside, now);
  if (found) tree.apply(found.decoded);
  const entries = log.map(([key, value]) => ({ seq: key as number, value }));
  for (const { seq, value } of entries) {
    if (seq <= tree.seq) continue;
    const decoded = decode(value, sum);
    if (typeof decoded === 'string') {
      aside.push({
        table: 'log',
        key: seq,
        name: `change ${seq}`,
        reason: decoded,
        value,
        at: now,
      });
      tree.seq = seq;
      continue;
    }
    tree.apply(decoded);
    const name = `change ${seq} of ${new Date(decoded.header.time).toISOString()}`;
    for (const { reason, bytes } of decoded.damaged)
      aside.push({ table: 'log', key: seq, name, reason, value: bytes, at: now });
  }
  for (const [seg, size] of tree.segs) if (segs.has(seg)) segs.set(seg, size);
  const isNew = !found && entries.length === 0 && aside.length === 0;
  const finished = isNew ? undefined : tree.finish(new Set(segKeys as number[]), now, aside);
  return {
    nodes: finished?.nodes,
    repaired: finished?.repaired === true || aside.length > 0,
    aside,
    segs,
    seq: tree.seq,
    nextSeg: segKeys.reduce<number>((next, key) => Math.max(next, Number(key) + 1), tree.nextSeg),
    nextIno: tree.nextIno,
    checkpoint: found?.checkpoint,
    log: entries.map(({ seq }) => seq),
  };
}

interface Found {
  readonly decoded: Decoded;
  readonly checkpoint: NonNullable<Super['checkpoint']>;
}

/** The tree that the journal points to; where that is damaged the one before, with more of the log after it. */
async function newestTree(
  backend: Backend,
  wanted: Super['checkpoint'],
  sum: Sum,
  aside: Aside[],
  now: number,
): Promise<Found | undefined> {
  const slots = wanted ? [wanted.slot, 1 - wanted.slot] : [0, 1];
  let partly: Found | undefined;
  for (const slot of slots) {
    const value = await backend.get('ckpt', slot);
    if (value === undefined) continue;
    const decoded = decode(value, sum);
    const name = 'a checkpoint';
    if (typeof decoded === 'string') {
      aside.push({ table: 'ckpt', key: slot, name, reason: decoded, value, at: now });
      continue;
    }
    const found = { decoded, checkpoint: { slot, seq: decoded.header.seq } };
    if (decoded.damaged.length === 0) return found;
    partly ??= found;
    for (const { reason, bytes } of decoded.damaged)
      aside.push({ table: 'ckpt', key: slot, name, reason, value: bytes, at: now });
  }
  return partly;
}

class Tree {
  seq = 0;
  nextSeg = 1;
  nextIno = ROOT + 1;
  readonly segs = new Map<number, number>();
  #nodes = new Map<number, Growing>();

  apply({ header, changes }: Decoded): void {
    if (header.kind === 'tree') {
      this.#nodes = new Map();
      this.segs.clear();
    }
    this.seq = Math.max(this.seq, header.seq);
    this.nextSeg = Math.max(this.nextSeg, header.nextSeg);
    this.nextIno = Math.max(this.nextIno, header.nextIno);
    for (const [seg, size] of header.segs) this.segs.set(seg, size);
    for (const change of changes) this.#change(change);
  }

  #change(change: NodeChange): void {
    if ('gone' in change) this.#nodes.delete(change.gone);
    else if ('node' in change) {
      const { entries, ...node } = change.node;
      this.#nodes.set(node.ino, entries ? { ...node, entries: new Map(entries) } : node);
    } else {
      const entries = this.#nodes.get(change.dir.ino)?.entries ?? new Map<string, number>();
      for (const [name, ino] of change.names) {
        if (ino === 0) entries.delete(name);
        else entries.set(name, ino);
      }
      this.#nodes.set(change.dir.ino, { ...change.dir, entries });
    }
  }

  /** The tree as records: files whose content is gone and names that lead nowhere are told and left out. */
  finish(
    segs: ReadonlySet<number>,
    now: number,
    aside: Aside[],
  ): { nodes: NodeRecord[]; repaired: boolean } {
    const names = this.#names();
    let repaired = false;
    const missing = (ino: number, name: string, reason: string, value: unknown): void => {
      repaired = true;
      aside.push({ table: 'log', key: ino, name, reason, value, at: now });
    };
    for (const [ino, { chunks, ...node }] of this.#nodes) {
      const lost = (chunks ?? []).filter(([, { seg }]) => !segs.has(seg)).length;
      if (lost === 0) continue;
      const reason = `${lost} of its parts are missing`;
      missing(ino, names.get(ino) ?? `node ${ino}`, reason, { ...node, chunks });
      this.#nodes.delete(ino);
    }
    for (const node of this.#nodes.values()) {
      for (const [name, ino] of node.entries ?? []) {
        if (this.#nodes.has(ino)) continue;
        const base = names.get(node.ino) ?? '';
        const path = `${base === '/' ? '' : base}/${name}`;
        if (!aside.some(({ key }) => key === ino))
          missing(ino, path, 'its record is damaged', undefined);
        node.entries?.delete(name);
      }
    }
    repaired = this.#reattach(names, now) || repaired;
    return { nodes: [...this.#nodes.values()].map(toRecord), repaired };
  }

  /** Paths by inode number, as far as directories still tell. */
  #names(): Map<number, string> {
    const names = new Map<number, string>([[ROOT, '/']]);
    const todo = [ROOT];
    for (let ino = todo.pop(); ino !== undefined; ino = todo.pop()) {
      const base = names.get(ino) as string;
      for (const [name, child] of this.#nodes.get(ino)?.entries ?? []) {
        if (names.has(child)) continue;
        names.set(child, `${base === '/' ? '' : base}/${name}`);
        todo.push(child);
      }
    }
    return names;
  }

  /** What no directory leads to any more, because its own was damaged, is found again under `lost+found`. */
  #reattach(names: ReadonlyMap<number, string>, now: number): boolean {
    const root = this.#nodes.get(ROOT)?.entries ? this.#nodes.get(ROOT) : this.#dir(ROOT, now);
    const children = new Set([...this.#nodes.values()].flatMap(childrenOf));
    const lost = [...this.#nodes.keys()].filter(
      (ino) => ino !== ROOT && !names.has(ino) && !children.has(ino),
    );
    if (lost.length === 0) return false;
    const known = this.#nodes.get(root?.entries?.get('lost+found') ?? 0);
    const shelf = known?.entries ? known : this.#dir(this.nextIno++, now);
    root?.entries?.set('lost+found', shelf.ino);
    for (const ino of lost) shelf.entries?.set(`#${ino}`, ino);
    return true;
  }

  #dir(ino: number, now: number): Growing {
    const time = BigInt(now) * 1_000_000n;
    const times = { mtime: time, atime: time, ctime: time };
    const made: Growing = { ino, kind: 'dir', nlink: 1, ...times, size: 0, entries: new Map() };
    this.#nodes.set(ino, made);
    return made;
  }
}

const childrenOf = ({ entries }: Growing): number[] => [...(entries?.values() ?? [])];

const toRecord = ({ entries, ...node }: Growing): NodeRecord =>
  entries ? { ...node, entries: [...entries] } : node;
