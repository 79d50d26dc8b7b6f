/**
 * SQLite over a disk that dies, loses its power and fails: what was acknowledged is there, every transaction is whole, and
 * the database passes SQLite's own check.
 */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, FaultyDisk, randomFrom } from '../testing/faultydisk.ts';
import { codeOf } from '../testing/kernel.ts';
import { hasPython, integrityOf, python } from '../testing/sqlitestore.ts';
import type { Durability, Write } from './backend.ts';
import { SqliteBackend } from './sqlite.ts';

const PATH = '/store';
const JOURNAL = `${PATH}-journal`;

interface Commit {
  readonly writes: readonly Write[];
  readonly durability: Durability;
}

/** Sizes that fit into a row, fill a page, and overflow into many. */
const sizes = [0, 100, 3_000, 9_000, 60_000];

/** A transaction that puts and deletes some of a few records, always with other bytes. */
function commitOf(random: () => number): Commit {
  const count = 1 + Math.floor(random() * 4);
  const writes = Array.from({ length: count }, (): Write => {
    const key = Math.floor(random() * 6);
    if (random() < 0.25) return { table: 'seg', key };
    const size = sizes[Math.floor(random() * sizes.length)] as number;
    return { table: 'seg', key, value: new Uint8Array(size).fill(Math.floor(random() * 256)) };
  });
  return { writes, durability: random() < 0.5 ? 'strict' : 'relaxed' };
}

/** A journal can be neither written nor deleted, and serves the next transaction before its name was synced. */
const journalUsedAgain = [1, 122, 180, 181].map((at) => ({ at, what: 'EIO' as const }));

type State = ReadonlyMap<number, string>;

const sketch = (bytes: Uint8Array): string => `${bytes.length}:${bytes[0] ?? ''}`;

function after(state: State, { writes }: Commit): State {
  const next = new Map(state);
  for (const { key, value } of writes) {
    if (value === undefined) next.delete(key as number);
    else next.set(key as number, sketch(value as Uint8Array));
  }
  return next;
}

const textOf = (state: State): string => JSON.stringify([...state].sort(([a], [b]) => a - b));

async function read(backend: SqliteBackend): Promise<string> {
  const rows = (await backend.all('seg')) as [number, Uint8Array][];
  for (const [, bytes] of rows) expect(bytes.every((byte) => byte === bytes[0])).toBe(true);
  return textOf(new Map(rows.map(([key, bytes]) => [key, sketch(bytes)])));
}

/** Runs the transactions until the disk dies. The states that were tried, and which of them were acknowledged. */
async function work(disk: FaultyDisk, commits: readonly Commit[]) {
  const states: string[] = [];
  const acknowledged = { relaxed: -1, strict: -1 };
  let backend: SqliteBackend | undefined;
  try {
    backend = await SqliteBackend.openOn(disk, PATH);
    const { epoch } = await backend.claim();
    let state: State = new Map();
    states.push(textOf(state));
    for (const commit of commits) {
      state = after(state, commit);
      states.push(textOf(state));
      await backend.commit(commit.writes, epoch, commit.durability);
      acknowledged.relaxed = states.length - 1;
      if (commit.durability === 'strict') acknowledged.strict = states.length - 1;
    }
  } catch {
    // It died: what is on the disk is looked at by who called.
  }
  await backend?.close().catch(() => undefined);
  return { states, acknowledged };
}

/** The store opens, holds a state that is no older than `least`, is sound, and can be written to. */
async function expectSound(disk: FaultyDisk, states: readonly string[], least: number) {
  const backend = await SqliteBackend.openOn(disk, PATH);
  const found = await read(backend);
  const { epoch } = await backend.claim();
  expect(['[]', ...states].slice(least + 1)).toContain(found);
  expect(await integrityOf(disk, PATH)).toBe('ok');
  await backend.commit([{ table: 'log', key: 1, value: new Uint8Array(1) }], epoch, 'strict');
  await backend.close();
}

/** A journal as a failing disk or a person with an editor may leave it. */
function damage(journal: Uint8Array, random: () => number): Uint8Array {
  const damaged = journal.slice(0, Math.floor(random() * (journal.length + 1)));
  const at = Math.floor(random() * journal.length);
  const ways = [
    () => damaged,
    () => journal.slice().fill(0, 0, 28),
    () => journal.slice().fill(0, at, at + 512),
    () => journal.slice().fill(0xff, at, at + 512),
  ];
  return (ways[Math.floor(random() * ways.length)] as () => Uint8Array)();
}

/** Whether the store is sound, and its rows, as the peer describes them. */
async function describeStore(disk: FaultyDisk): Promise<unknown> {
  try {
    const sound = (await integrityOf(disk, PATH)) === 'ok';
    const backend = await SqliteBackend.openOn(disk, PATH);
    const rows = (await backend.all('seg')) as [number, Uint8Array][];
    const hex = ([byte]: Uint8Array): string =>
      byte === undefined ? '' : byte.toString(16).padStart(2, '0').toUpperCase();
    if (!sound) return [false, []];
    return [sound, rows.map(([key, bytes]) => [key, bytes.length, hex(bytes)])];
  } catch {
    return [false, []];
  }
}

let dir: string;
beforeAll(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-faults-'));
});
afterAll(() => fs.rmSync(dir, { recursive: true }));

describe('a store in SQLite', () => {
  it('keeps what it acknowledged, whichever operation on the disk is the last', async () => {
    const random = randomFrom(7);
    const commits = Array.from({ length: 6 }, () => commitOf(random));
    const whole = new FaultyDisk();
    await work(whole, commits);
    expect(whole.operations).toBeGreaterThan(60);
    for (let last = 0; last < whole.operations; last++) {
      const disk = new FaultyDisk(last);
      disk.dieAfter = last;
      const { states, acknowledged } = await work(disk, commits);
      await expectSound(disk.killed(), states, acknowledged.relaxed);
      await expectSound(disk.unplugged(last), states, acknowledged.strict);
    }
  }, 120_000);

  it.runIf(hasPython)(
    'reads a torn, shortened or zeroed journal as another SQLite does',
    async () => {
      const random = randomFrom(11);
      const commits = Array.from({ length: 4 }, () => commitOf(random));
      const whole = new FaultyDisk();
      await work(whole, commits);
      const paths: string[] = [];
      const ours: unknown[] = [];
      for (let last = 30; last < whole.operations; last++) {
        const disk = new FaultyDisk(last);
        disk.dieAfter = last;
        await work(disk, commits);
        const found = disk.killed();
        const journal = found.contents(JOURNAL);
        if (!journal || journal.length === 0) continue;
        found.setContents(JOURNAL, damage(journal, random));
        const path = join(dir, String(last));
        fs.writeFileSync(path, found.contents(PATH) ?? '');
        fs.writeFileSync(`${path}-journal`, found.contents(JOURNAL) ?? '');
        paths.push(path);
        ours.push(await describeStore(found));
      }
      expect(paths.length).toBeGreaterThan(10);
      const theirs = python(PEER, JSON.stringify(paths));
      expect(ours).toEqual(theirs.map((line): unknown => JSON.parse(line)));
    },
  );

  it('goes on after writes, syncs and deletions that fail, and loses nothing then', async () => {
    const faults = fc.array(
      fc.record({
        at: fc.nat(250),
        what: fc.constantFrom<Fault>('EIO', 'ENOSPC', 'short'),
      }),
      { maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), faults, async (seed, failing) => {
        const random = randomFrom(seed);
        const disk = new FaultyDisk(seed);
        const backend = await SqliteBackend.openOn(disk, PATH);
        const { epoch } = await backend.claim();
        const first = disk.operations;
        disk.fault = () => failing.find(({ at }) => first + at === disk.operations)?.what;
        let state: State = new Map();
        const since = [textOf(state)];
        for (let i = 0; i < 10; i++) {
          const commit = commitOf(random);
          const next = after(state, commit);
          const isEmpty = commit.writes.every(
            ({ key, value }) => value === undefined && !state.has(key as number),
          );
          since.push(textOf(next));
          const failed = await codeOf(() =>
            backend.commit(commit.writes, epoch, commit.durability),
          );
          // A commit that failed has happened whole or not at all.
          const now = await readPatiently(backend);
          if (failed === 'ok') expect(now).toBe(textOf(next));
          else expect([textOf(state), textOf(next)]).toContain(now);
          if (now === textOf(next)) state = next;
          if (failed === 'ok' && commit.durability === 'strict' && !isEmpty)
            since.splice(0, since.length, now);
        }
        await expectSound(disk.killed(), [textOf(state)], 0);
        await expectSound(disk.unplugged(seed), since, 0);
        await backend.close().catch(() => undefined);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 20), examples: [[7, journalUsedAgain]] },
    );
  }, 120_000);
});

/** Python's SQLite, which knows nothing of ours, says of each store whether it is sound, and what is in it. */
const PEER = `
import json, sqlite3, sys
for path in json.loads(sys.argv[1]):
    try:
        db = sqlite3.connect(path)
        ok = db.execute('PRAGMA integrity_check').fetchone()[0] == 'ok'
        rows = db.execute('SELECT key, length(value), hex(substr(value, 1, 1)) FROM seg ORDER BY key').fetchall()
        print(json.dumps([ok, rows if ok else []]))
    except sqlite3.DatabaseError as error:
        print(json.dumps([False, []]))
`;

/** Reading may have to roll back first, which a fault may hit too. */
async function readPatiently(backend: SqliteBackend): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      return await read(backend);
    } catch (error) {
      if (tries === 6) throw error;
    }
  }
}
