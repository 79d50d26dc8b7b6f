/**
 * No way leads out of a workspace while another process exchanges a directory or a file for a symlink: at every
 * step of every method, and as fast as it can.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FsError } from '../../kernel/errors.ts';
import type { Path } from '../../kernel/path.ts';
import { never } from '../../kernel/service.ts';
import { codeOf } from '../../testing/kernel.ts';
import { DescriptorRoot, type HostRoot, VerifiedRoot } from './hostroot.ts';
import { WorkspaceFs } from './workspacefs.ts';

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
  'ftruncateSync',
  'writeSync',
  'readSync',
] as const;
const real = { ...fs };

let base: string;
let root: string;
let outside: string;

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
function plant(): void {
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
function pictureOf(tree: string): string[] {
  return (real.readdirSync(tree, { recursive: true }) as string[]).sort().map((name) => {
    const stats = real.lstatSync(join(tree, name));
    const content = stats.isFile() ? real.readFileSync(join(tree, name), 'utf8') : '';
    return `${name} ${stats.mode} ${stats.nlink} ${content} ${stats.isFile() ? stats.mtimeMs : ''}`;
  });
}

async function contentOf(space: WorkspaceFs, path: Path): Promise<string> {
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
const file = ['dir', 'sub', 'file'];

const reading: { readonly [name: string]: Act } = {
  stat: (space) => space.stat(file),
  readdir: (space) => space.readdir(['dir', 'sub']),
  read: (space) => contentOf(space, file),
  readlink: (space) => space.readlink(['dir', 'sub', 'link']),
};

const changing: { readonly [name: string]: Act } = {
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
  utimes: (space) => space.setTimes(file, { mtime: 5_000_000_000n }),
};

/** What is exchanged for a symlink that leads to the same name outside. */
const placesFor = (name: string): string[] => ['dir', 'dir/sub', lastOf[name] ?? 'dir/sub/file'];
const lastOf: { readonly [name: string]: string } = {
  readlink: 'dir/sub/link',
  rmdir: 'dir/sub/empty',
  'link to': 'top',
};

function exchange(place: string): () => void {
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

async function everyStep(name: string, open: (root: string) => HostRoot, back: number) {
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

describe.runIf(process.platform === 'linux')('by descriptors', () => {
  const open = (path: string) => DescriptorRoot.open(path) as DescriptorRoot;

  it.each(Object.keys({ ...reading, ...changing }))(
    '%s stays inside when a name is exchanged for a symlink at any step',
    async (name) => {
      await everyStep(name, open, Number.POSITIVE_INFINITY);
      // It is there for one call only.
      await everyStep(name, open, 1);
    },
  );

  it('no method leaves a descriptor open', async () => {
    plant();
    const space = new WorkspaceFs(root, undefined, open);
    const opened = () => fs.readdirSync('/proc/self/fd').length;
    const before = opened();
    for (const act of Object.values({ ...reading, ...changing })) {
      await act(space).catch(() => undefined);
      await act(space).catch(() => undefined);
    }
    for (const path of [['none'], ['dir', 'none', 'x'], ['dir', 'near', 'x'], ['dir']])
      for (const mode of [{ read: true }, { write: true }, { truncate: true }])
        await codeOf(() => space.open(path, mode));
    expect(opened()).toBe(before);
  });

  it('the root is the directory that was mounted, whatever has its name', async () => {
    plant();
    const space = new WorkspaceFs(root, undefined, open);
    fs.renameSync(root, join(base, 'renamed'));
    fs.symlinkSync(outside, root);
    expect(await contentOf(space, file)).toBe('inside');
    fs.unlinkSync(root);
    fs.renameSync(join(base, 'renamed'), root);
  });

  it('a magic link of /proc is a symlink', async () => {
    const space = new WorkspaceFs(`/proc/${process.pid}`, undefined, open);
    expect(await codeOf(() => space.stat(['root', 'etc']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.readdir(['cwd']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.open(['exe'], { read: true }))).toBe('ELOOP');
  });

  it('a process that exchanges names as fast as it can wins nothing', async () => {
    plant();
    const swapper = await swapping();
    try {
      const space = new WorkspaceFs(root, undefined, open);
      const before = pictureOf(outside);
      const seen = new Set<string>();
      const until = Date.now() + 2_000;
      for (let i = 0; i < 20_000 && Date.now() < until; i++) {
        seen.add(await contentOf(space, file).catch((error: FsError) => error.code));
        await space.remove(['dir', 'sub', 'bait'], 'file').catch(() => undefined);
        await space.create(['dir', 'sub', 'bait'], 'file').catch(() => undefined);
        await space.setTimes(file, { mtime: 1n }).catch(() => undefined);
      }
      expect(seen).toContain('inside');
      expect(seen).not.toContain('secret');
      expect(pictureOf(outside)).toEqual(before);
    } finally {
      await ended(swapper);
    }
  }, 15_000);
});

describe('by paths, where there are no descriptors of directories', () => {
  const open = (path: string) => new VerifiedRoot(fs.realpathSync(path));

  it.each(Object.keys(reading))(
    '%s tells nothing from outside when a name is exchanged for a symlink at any step',
    async (name) => {
      await everyStep(name, open, Number.POSITIVE_INFINITY);
    },
  );

  it.each(Object.entries({ ...reading, ...changing }))(
    '%s does not follow a symlink that is there already',
    async (_, act) => {
      for (const place of ['dir', 'dir/sub']) {
        plant();
        const space = new WorkspaceFs(root, undefined, open);
        const restore = exchange(place);
        const before = pictureOf(outside);
        expect(await codeOf(() => act(space))).toBe('ENOTDIR');
        expect(pictureOf(outside)).toEqual(before);
        restore();
      }
    },
  );

  it.each(Object.entries({ ...reading, ...changing }))('%s works', async (_, act) => {
    plant();
    expect(await codeOf(() => act(new WorkspaceFs(root, undefined, open)))).toBe('ok');
  });
});

/** A process that exchanges `dir` for a symlink and back, until it is ended. */
async function swapping(): Promise<ChildProcess> {
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

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}
