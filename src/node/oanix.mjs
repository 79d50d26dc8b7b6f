#!/usr/bin/env node
// The command `oanix`: builds what it lacks of itself, without a word, then runs.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = [
  'kernel',
  'wasi',
  'fs',
  'env',
  'harbor',
  'shell',
  'tools',
  'storage',
  'policy',
  'executors',
  'capsule',
  'node',
  'programs',
].map((name) => join(root, 'src', name));

/** Changes when a source changes. */
function stampOf() {
  let newest = statSync(join(root, 'package-lock.json')).mtimeMs;
  let count = 0;
  for (const folder of sources) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|mjs)$/.test(entry.name)) continue;
      count++;
      newest = Math.max(newest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
    }
  }
  return `${Math.round(newest)}-${count}`;
}

const built = join(root, 'node_modules/.oanix', stampOf());
if (!existsSync(join(built, 'cli.js'))) {
  const making = `${built}.${process.pid}`;
  mkdirSync(making, { recursive: true });
  const { build } = await import('vite');
  const configFile = join(root, 'src/node/vite.config.ts');
  for (const mode of ['cli', 'thread', 'program', 'shell'])
    await build({ root, mode, configFile, build: { outDir: making } });
  try {
    renameSync(making, built);
  } catch {
    // Another one was faster.
    rmSync(making, { recursive: true, force: true });
  }
}
// The program and the kernel keep both cores of a small machine busy: an optimizing compiler at work beside
// them halves their speed in the first second, so JavaScript is optimized once it is really hot.
setFlagsFromString('--interrupt-budget=2500000');
// Programs, libraries and packages that come with the project are found by this.
process.env.OANIX_ROOT = root;
await import(pathToFileURL(join(built, 'cli.js')).href);
