/**
 * Exchanges a directory or a file of a workspace for a symlink at a chosen call of the host, as another process could. Every
 * method of a workspace is tried, and every call that it makes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { HostRoot } from '../fs/workspace/hostroot.ts';
import { WorkspaceFs } from '../fs/workspace/workspacefs.ts';
import { FsError } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import { never } from '../kernel/service.ts';

/** Every call of the host that the service makes. */
const calls = [
  'openSync',
  'closeSync',
  'lstatSync',
  'fstatSync',
  'readdirSync',
  'mkdirSync',
  'rmdirSync',
  'unlinkSync',
  'renameSync',
  'symlinkSync',
  'readlinkSync',
  'linkSync',
  'lutimesSync',
  'futimesSync',
  'chmodSync',
  'fchmodSync',
  'fsyncSync',
  'statSync',
  'ftruncateSync',
  'writeSync',
  'readSync',
] as const;
const real = { ...fs };

/** The calls of the host that are watched. */
export const watchedCalls: ReadonlySet<string> = new Set(calls);

/** The directories of the running test: the workspace is `root`, and no call may reach `outside`. */
export let base: string;
export let root: string;
export let outside: string;

/** Runs before each of them. */
let tick: () => void = () => undefined;
const host = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
const { native } = fs.realpathSync;

beforeAll(() => {
  for (const name of calls) {
    const original = real[name] as (...args: unknown[]) => unknown;
    host[name] = (...args) => {
      tick();
      return original(...args);
    };
  }
  fs.realpathSync.native = ((path: string) => {
    tick();
    return native(path);
  }) as typeof native;
});
afterAll(() => {
  Object.assign(fs, Object.fromEntries(calls.map((name) => [name, real[name]])));
  fs.realpathSync.native = native;
});
beforeEach(() => {
  base = fs.mkdtempSync(join(tmpdir(), 'oanix-exchange-'));
});
afterEach(() => fs.rmSync(base, { recursive: true }));

/** Two trees with the same names; only what is in the files tells them apart. */
export function plant(): void {
  [root, outside] = [join(base, 'root'), join(base, 'outside')];
  for (const [tree, text] of [
    [root, 'inside'],
    [outside, 'secret'],
  ] as const) {
    fs.rmSync(tree, { recursive: true, force: true });
    fs.mkdirSync(join(tree, 'dir/sub/empty'), { recursive: true });
    for (const name of ['top', 'dir/near', 'dir/sub/file']) {
      fs.writeFileSync(join(tree, name), text);
      fs.utimesSync(join(tree, name), 1, 1);
    }
    fs.symlinkSync(text, join(tree, 'dir/sub/link'));
  }
}

/** What a tree holds: names, content, times of files. */
export function pictureOf(tree: string): string[] {
  return (real.readdirSync(tree, { recursive: true }) as string[]).sort().map((name) => {
    const stats = real.lstatSync(join(tree, name));
    const content = stats.isFile() ? real.readFileSync(join(tree, name), 'utf8') : '';
    return `${name} ${stats.mode} ${stats.nlink} ${content} ${stats.isFile() ? stats.mtimeMs : ''}`;
  });
}

export async function contentOf(space: WorkspaceFs, path: Path): Promise<string> {
  const handle = await space.open(path, { read: true });
  try {
    return Buffer.from((await handle.read?.(0, 100, never)) ?? []).toString();
  } finally {
    await handle.close?.();
  }
}

async function overwrite(space: WorkspaceFs, path: Path, truncate: boolean): Promise<void> {
  const handle = await space.open(path, { write: true, truncate });
  try {
    await handle.write?.(0, Buffer.from('mine'), never);
  } finally {
    await handle.close?.();
  }
}

type Act = (space: WorkspaceFs) => Promise<unknown>;
export const file = ['dir', 'sub', 'file'];

export const reading: { readonly [name: string]: Act } = {
  stat: (space) => space.stat(file),
  readdir: (space) => space.readdir(['dir', 'sub']),
  read: (space) => contentOf(space, file),
  readlink: (space) => space.readlink(['dir', 'sub', 'link']),
};

export const changing: { readonly [name: string]: Act } = {
  write: (space) => overwrite(space, file, false),
  truncate: (space) => overwrite(space, file, true),
  'create a file': (space) => space.create(['dir', 'sub', 'new'], 'file'),
  mkdir: (space) => space.create(['dir', 'sub', 'new'], 'dir'),
  unlink: (space) => space.remove(file, 'file'),
  rmdir: (space) => space.remove(['dir', 'sub', 'empty'], 'dir'),
  'rename from': (space) => space.rename(file, ['moved']),
  'rename to': (space) => space.rename(['top'], file),
  'link from': (space) => space.link(file, ['linked']),
  'link to': (space) => space.link(['top'], ['dir', 'sub', 'linked']),
  symlink: (space) => space.symlink('file', ['dir', 'sub', 'made']),
  chmod: (space) => space.setMode(file, 0o600),
  utimes: (space) => space.setTimes(file, { mtime: 5_000_000_000n }),
};

/** What is exchanged for a symlink that leads to the same name outside. */
const placesFor = (name: string): string[] => ['dir', 'dir/sub', lastOf[name] ?? 'dir/sub/file'];
const lastOf: { readonly [name: string]: string } = {
  readlink: 'dir/sub/link',
  rmdir: 'dir/sub/empty',
  'link to': 'top',
};

export function exchange(place: string): () => void {
  const at = join(root, place);
  real.renameSync(at, join(base, 'aside'));
  real.symlinkSync(join(outside, place), at);
  return () => {
    real.unlinkSync(at);
    real.renameSync(join(base, 'aside'), at);
  };
}

/** Runs `act` with the exchange before its call number `step`, and back after `back` more; false if it never came. */
async function disturbed(
  act: Act,
  space: WorkspaceFs,
  place: string,
  step: number,
  back: number,
): Promise<{ reached: boolean; told: string }> {
  let count = 0;
  let restore: (() => void) | undefined;
  tick = () => {
    if (count === step) restore = exchange(place);
    if (count === step + back) restore?.();
    count++;
  };
  let told: string;
  try {
    const result = (await act(space)) ?? 'done';
    told = JSON.stringify(result, (_, value) =>
      typeof value === 'bigint' ? String(value) : (value as unknown),
    );
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    told = error.code;
  } finally {
    tick = () => undefined;
  }
  fs.rmSync(join(base, 'aside'), { recursive: true, force: true });
  return { reached: count > step, told };
}

/** Every inode outside, as a result would tell it. */
const inodesOutside = (): string[] =>
  (fs.readdirSync(outside, { recursive: true }) as string[]).map(
    (name) => `"ino":"${fs.lstatSync(join(outside, name)).ino}"`,
  );

/** Exchanges each place before each call of a method, and back after `back` more calls: nothing outside is told or changed. */
export async function everyStep(name: string, open: (root: string) => HostRoot, back: number) {
  const act = { ...reading, ...changing }[name] as Act;
  for (const place of placesFor(name)) {
    for (let step = 0, reached = true; reached; step++) {
      plant();
      const [space, before] = [new WorkspaceFs(root, undefined, open), pictureOf(outside)];
      const end = await disturbed(act, space, place, step, back);
      reached = end.reached;
      expect(pictureOf(outside), `${place}, step ${step}`).toEqual(before);
      for (const secret of ['secret', ...inodesOutside()])
        expect(end.told, `${place}, step ${step}`).not.toContain(secret);
      expect(step).toBeLessThan(100);
    }
  }
}

/** A process that exchanges `dir` for a symlink and back, until it is ended. */
export async function swapping(): Promise<ChildProcess> {
  const script = `
    const fs = require('fs');
    process.chdir(process.argv[1]);
    fs.symlinkSync('../outside/dir', 'link');
    console.log('ready');
    for (;;) {
      fs.renameSync('dir', 'aside'); fs.renameSync('link', 'dir');
      fs.renameSync('dir', 'link'); fs.renameSync('aside', 'dir');
    }`;
  const child = spawn(process.execPath, ['-e', script, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

export async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
