/**
 * Processes that are killed while they write to a store: every file that was acknowledged is there, and SQLite finds
 * nothing wrong. `npm run torture -- --runs N` kills N of them.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasPython, integrityOf, openStoreFile, python } from '../testing/sqlitestore.ts';
import { cat, names } from '../testing/tree.ts';
import { nodeDisk } from './disk.ts';

const RUNS = Number(process.env['TORTURE_RUNS'] ?? 6);

let dir: string;
let writer: string;

beforeAll(async () => {
  dir = fs.mkdtempSync(join(tmpdir(), 'oanix-kill-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    ssr: { external: ['@sqlite.org/sqlite-wasm', 'hash-wasm'] },
    build: {
      ssr: 'src/testing/storewriter.ts',
      outDir: 'node_modules/.oanix/killed',
      target: 'node20',
    },
  });
  writer = 'node_modules/.oanix/killed/storewriter.js';
}, 30_000);
afterAll(() => fs.rmSync(dir, { recursive: true }));

/** Runs a writer until it has acknowledged a file and some milliseconds have passed; the last number acknowledged. */
async function kill(store: string, first: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [writer, store, String(first)]);
  let output = '';
  let errors = '';
  child.stderr.on('data', (data) => (errors += data));
  const exited = new Promise((resolve) => child.on('exit', resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      if (output === '') setTimeout(resolve, afterMs);
      output += data;
    });
    child.on('exit', () => resolve());
  });
  child.kill('SIGKILL');
  await exited;
  expect(errors).toBe('');
  return Number(output.trimEnd().split('\n').at(-1));
}

it(
  'a store keeps every acknowledged file when its process is killed',
  async () => {
    const store = join(dir, 'store');
    let next = 0;
    let rolledBack = 0;
    for (let run = 0; run < RUNS; run++) {
      const last = await kill(store, next, (run * 37) % 120);
      expect(last).toBeGreaterThanOrEqual(next);
      if (fs.existsSync(`${store}-journal`)) rolledBack++;
      const { fs: tree, journal, backend, damaged } = await openStoreFile(store);
      expect(damaged).toEqual([]);
      const found = new Set(await names(tree));
      for (let number = 0; number <= last; number++) expect(found).toContain(`f${number}`);
      for (let number = next; number <= last; number++)
        expect(new Set((await cat(tree, [`f${number}`])).trim().split(' '))).toEqual(
          new Set([String(number)]),
        );
      await journal.sync();
      await backend.close();
      expect(await integrityOf(nodeDisk, store)).toBe('ok');
      next = last + 1;
    }
    if (RUNS > 20) expect(rolledBack).toBeGreaterThan(0);
  },
  30_000 + RUNS * 3_000,
);

it.runIf(hasPython)(
  "Python's SQLite finds a store sound as its killed process left it",
  async () => {
    const store = join(dir, 'for-python');
    for (let run = 0, next = 0; run < 3; run++) {
      next = (await kill(store, next, run * 37)) + 1;
      for (const end of ['', '-journal']) {
        fs.rmSync(`${store}.copy${end}`, { force: true });
        if (fs.existsSync(store + end)) fs.copyFileSync(store + end, `${store}.copy${end}`);
      }
      expect(python(CHECK, `${store}.copy`)).toEqual(['ok']);
    }
  },
  30_000,
);

const CHECK =
  'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0])';
