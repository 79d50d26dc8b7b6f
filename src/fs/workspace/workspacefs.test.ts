/** No way leads out of a workspace; each way that was thought of is a test. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Namespace } from '../../kernel/namespace.ts';
import { never } from '../../kernel/service.ts';
import {
  bytes,
  caller,
  codeOf,
  namespaceOf,
  read,
  sourceOf,
  text,
  write,
} from '../../testing/kernel.ts';
import { put } from '../../testing/tree.ts';
import { CowFs } from '../cow/cowfs.ts';
import { Review } from '../cow/review.ts';
import { WorkspaceFs } from './workspacefs.ts';

let outside: string;
let root: string;
let space: WorkspaceFs;
let namespace: Namespace;

beforeEach(async () => {
  outside = fs.mkdtempSync(join(tmpdir(), 'oanix-ws-'));
  root = join(outside, 'root');
  fs.mkdirSync(join(root, 'dir'), { recursive: true });
  fs.writeFileSync(join(outside, 'secret'), 'secret');
  fs.writeFileSync(join(root, 'dir/file'), 'inside');
  space = new WorkspaceFs(root);
  namespace = await namespaceOf([['/w', space]]);
});
afterEach(() => fs.rmSync(outside, { recursive: true }));

describe('a workspace', () => {
  it('is live in both directions', async () => {
    await write(namespace, '/w/new', 'from inside');
    expect(fs.readFileSync(join(root, 'new'), 'utf8')).toBe('from inside');
    fs.writeFileSync(join(root, 'other'), 'from outside');
    expect(await read(namespace, '/w/other')).toBe('from outside');
  });

  it('keeps times to the nanosecond', async () => {
    await space.setTimes(['dir', 'file'], { atime: 1_234_567_890_123_456_789n, mtime: 77n });
    const stat = await space.stat(['dir', 'file']);
    expect([stat.atime, stat.mtime]).toEqual([1_234_567_890_123_456_789n, 77n]);
    fs.utimesSync(join(root, 'dir/file'), 5, 6);
    expect((await space.stat(['dir', 'file'])).mtime).toBe(6_000_000_000n);
  });

  it('keeps modes, and never sets setuid, setgid or sticky', async () => {
    const file = join(root, 'dir/file');
    fs.chmodSync(file, 0o4644);
    await space.setMode(['dir', 'file'], 0o6755);
    expect((await space.stat(['dir', 'file'])).mode).toBe(0o755);
    expect(fs.statSync(file).mode & 0o7777).toBe(0o755);
    await namespace.setMode('/w/dir', 0o1700, true, caller);
    expect(fs.statSync(join(root, 'dir')).mode & 0o7777).toBe(0o700);
    // Nobody but its owner may do this, and the owner may also where nothing can be read.
    for (const mode of [0o200, 0o000, 0o644]) {
      await space.setMode(['dir', 'file'], mode);
      expect(fs.statSync(file).mode & 0o7777).toBe(mode);
    }
  });

  it('gives no mode to what a symlink leads to', async () => {
    fs.chmodSync(join(outside, 'secret'), 0o600);
    fs.symlinkSync(join(outside, 'secret'), join(root, 'link'));
    expect(await codeOf(() => space.setMode(['link'], 0o777))).toBe('EINVAL');
    expect(await codeOf(() => namespace.setMode('/w/link', 0o777, true, caller))).not.toBe('ok');
    expect(fs.statSync(join(outside, 'secret')).mode & 0o777).toBe(0o600);
  });

  it('a file that is closed, and closed again, never meets the one that has its number on the host', async () => {
    const late = await space.open(['dir', 'file'], { read: true, write: true });
    await late.close?.();
    const other = await space.open(['dir', 'file'], { read: true, write: true });
    for (const use of [
      () => late.close?.(),
      () => late.read?.(0, 1, never),
      () => late.write?.(0, bytes('x'), never),
      () => late.truncate?.(0, never),
      () => late.stat?.(never),
      () => late.sync?.(),
    ])
      expect(await codeOf(use)).toBe('EBADF');
    await other.write?.(0, bytes('IN'), never);
    await other.close?.();
    expect(fs.readFileSync(join(root, 'dir/file'), 'utf8')).toBe('INside');
  });

  it('sets times before 1970 on the host', async () => {
    await space.setTimes(['dir', 'file'], { mtime: -315_619_200_000_000_000n });
    expect(fs.statSync(join(root, 'dir/file')).mtime.toISOString()).toBe(
      '1960-01-01T00:00:00.000Z',
    );
  });

  it('takes what was kept of an overlay', async () => {
    fs.writeFileSync(join(root, 'gone'), 'soon gone');
    fs.mkdirSync(join(root, 'old'));
    fs.writeFileSync(join(root, 'old/moves'), 'along');
    const cow = new CowFs(space);
    await put(cow, ['dir', 'file'], 'changed');
    await cow.remove(['gone'], 'file');
    await cow.rename(['old'], ['new']);
    await cow.symlink('new/moves', ['link']);
    const review = new Review([{ at: [], cow }], {
      diff: async () => '',
      announce: () => undefined,
      changed: () => undefined,
    });
    await review.commit();
    expect(fs.readdirSync(root).sort()).toEqual(['dir', 'link', 'new']);
    expect(fs.readFileSync(join(root, 'dir/file'), 'utf8')).toBe('changed');
    expect(fs.readFileSync(join(root, 'link'), 'utf8')).toBe('along');
    expect(await review.changes()).toEqual([]);
  });

  it('passes the codes of the host on', async () => {
    expect(await codeOf(() => space.create(['dir'], 'dir'))).toBe('EEXIST');
    expect(await codeOf(() => space.remove(['dir'], 'dir'))).toBe('ENOTEMPTY');
    expect(await codeOf(() => space.remove(['dir'], 'file'))).toBe('EISDIR');
    expect(await codeOf(() => space.stat(['none']))).toBe('ENOENT');
    expect(await codeOf(() => space.readdir(['dir', 'file']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.open(['dir'], { read: true }))).toBe('EISDIR');
  });
});

describe('nothing leads out', () => {
  it('dots in a path', async () => {
    for (const path of ['/w/../secret', '/w/dir/../../secret', '/../w/../secret'])
      expect(await codeOf(() => read(namespace, path))).toBe('ENOENT');
    expect(await codeOf(() => space.open(['..', 'secret'], { read: true }))).toBe('EINVAL');
    expect(await codeOf(() => space.stat(['dir', '..', '..', 'secret']))).toBe('EINVAL');
  });

  it('a symlink to a file outside', async () => {
    fs.symlinkSync(join(outside, 'secret'), join(root, 'link'));
    expect(await codeOf(() => read(namespace, '/w/link'))).toBe('ENOENT');
    expect(await codeOf(() => space.open(['link'], { read: true }))).toBe('ELOOP');
    fs.symlinkSync('../secret', join(root, 'up'));
    expect(await codeOf(() => read(namespace, '/w/up'))).toBe('ENOENT');
  });

  it('a symlink to a directory outside', async () => {
    fs.symlinkSync(outside, join(root, 'out'));
    expect(await codeOf(() => space.open(['out', 'secret'], { read: true }))).toBe('ENOTDIR');
    expect(await codeOf(() => space.readdir(['out']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.create(['out', 'made'], 'file'))).toBe('ENOTDIR');
    expect(await codeOf(() => space.remove(['out', 'secret'], 'file'))).toBe('ENOTDIR');
    expect(await codeOf(() => space.rename(['dir', 'file'], ['out', 'moved']))).toBe('ENOTDIR');
    expect(await codeOf(() => space.link(['out', 'secret'], ['mine']))).toBe('ENOTDIR');
    expect(fs.readdirSync(outside).sort()).toEqual(['root', 'secret']);
  });

  it('a dangling symlink that creating would follow', async () => {
    fs.symlinkSync(join(outside, 'made'), join(root, 'dangling'));
    expect(await codeOf(() => space.create(['dangling'], 'file'))).toBe('EEXIST');
    expect(await codeOf(() => write(namespace, '/w/dangling', 'x'))).not.toBe('ok');
    expect(fs.existsSync(join(outside, 'made'))).toBe(false);
  });

  it('a directory that becomes a symlink while it is used', async () => {
    await space.stat(['dir', 'file']);
    fs.renameSync(join(root, 'dir'), join(root, 'gone'));
    fs.symlinkSync(outside, join(root, 'dir'));
    expect(await codeOf(() => space.open(['dir', 'secret'], { read: true }))).toBe('ENOTDIR');
  });

  it('a FIFO, which would hold everyone up', async () => {
    const { spawnSync } = await import('node:child_process');
    spawnSync('mkfifo', [join(root, 'fifo')]);
    for (const mode of [{ read: true }, { write: true }, { read: true, write: true }])
      expect(await codeOf(() => space.open(['fifo'], mode))).toBe('EACCES');
    expect((await space.readdir([])).map(({ name }) => name)).toContain('fifo');
  });

  it.runIf(fs.existsSync('/dev/null'))('a device', async () => {
    const devices = new WorkspaceFs('/dev');
    for (const mode of [{ read: true }, { write: true }])
      expect(await codeOf(() => devices.open(['null'], mode))).toBe('EACCES');
  });

  it('a root that is not a directory', () => {
    expect(() => new WorkspaceFs(join(outside, 'secret'))).toThrow('ENOTDIR');
    expect(() => new WorkspaceFs(join(outside, 'none'))).toThrow('ENOENT');
  });
});

describe('a symlink that a guest leaves', () => {
  const linked = (target: string, path: string) =>
    codeOf(() => space.symlink(target, path.split('/')));

  it('is refused if it is absolute or climbs above the root', async () => {
    fs.mkdirSync(join(root, 'dir/sub'));
    for (const target of ['/etc/passwd', '/', '..', '../x', './../x', 'dir/../../x', './/..'])
      expect(await linked(target, 'out'), target).toBe('EPERM');
    for (const target of ['../../..', '../../../x', '../.././../x'])
      expect(await linked(target, 'dir/sub/out'), target).toBe('EPERM');
    expect(fs.readdirSync(root)).toEqual(['dir']);
  });

  it('is refused if it has .. behind a name, which may be another symlink', async () => {
    await space.symlink('.', ['dir', 'here']);
    expect(await linked('dir/here/../../secret', 'out')).toBe('EPERM');
    expect(await linked('here/../x', 'dir/out')).toBe('EPERM');
  });

  it('may climb within the root, and then the host follows it', async () => {
    for (const [target, path] of [
      ['file', 'dir/beside'],
      ['../dir/file', 'dir/around'],
      ['..', 'dir/up'],
      ['dir/./file', 'down'],
      ['none', 'dangling'],
    ] as const)
      expect(await linked(target, path), target).toBe('ok');
    expect(fs.readFileSync(join(root, 'dir/around'), 'utf8')).toBe('inside');
    expect(await linked('', 'empty')).toBe('ENOENT');
  });

  it('cannot be moved, or get a second name, where it would lead out', async () => {
    await space.symlink('../other', ['dir', 'link']);
    expect(await codeOf(() => space.rename(['dir', 'link'], ['link']))).toBe('EPERM');
    expect(await codeOf(() => space.link(['dir', 'link'], ['link']))).toBe('EPERM');
    expect(fs.readdirSync(root)).toEqual(['dir']);
    await space.rename(['dir', 'link'], ['dir', 'renamed']);
    await space.link(['dir', 'renamed'], ['dir', 'second']);
    expect(await space.readlink(['dir', 'second'])).toBe('../other');
  });

  it('cannot be carried out by its directory, which goes no nearer to the root', async () => {
    await space.create(['dir', 'sub'], 'dir');
    await space.symlink('../../other', ['dir', 'sub', 'link']);
    expect(await codeOf(() => space.rename(['dir', 'sub'], ['sub']))).toBe('EXDEV');
    await space.rename(['dir', 'sub'], ['dir', 'same']);
    await space.create(['deep'], 'dir');
    await space.create(['deep', 'er'], 'dir');
    await space.rename(['dir', 'same'], ['deep', 'er', 'down']);
    await space.rename(['dir', 'file'], ['file']);
    expect(fs.readFileSync(join(root, 'file'), 'utf8')).toBe('inside');
  });

  it('takes no place among those that lead out: one of the host is neither moved nor linked', async () => {
    fs.symlinkSync(outside, join(root, 'owners'));
    expect(await codeOf(() => space.rename(['owners'], ['dir', 'mine']))).toBe('EPERM');
    expect(await codeOf(() => space.link(['owners'], ['dir', 'mine']))).toBe('EPERM');
    await space.remove(['owners'], 'file');
    expect(fs.readdirSync(root)).toEqual(['dir']);
  });

  it('cannot pass as a file that another process exchanges for it during the rename', async () => {
    fs.symlinkSync('../secret', join(root, 'dir/bad'));
    const { renameSync } = fs;
    let isFirst = true;
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (isFirst) renameSync(join(root, 'dir/bad'), join(root, 'dir/file'));
      isFirst = false;
      renameSync(from, to);
    });
    expect(await codeOf(() => space.rename(['dir', 'file'], ['new']))).toBe('EPERM');
    rename.mockRestore();
    expect(fs.readdirSync(root)).toEqual(['dir']);
  });
});

describe('a read-only workspace', () => {
  it('refuses every mutating open and call', async () => {
    const ro = await namespaceOf([]);
    await ro.mount(sourceOf(space), '/w', { ro: true }, caller);
    const file = '/w/dir/file';
    for (const flags of [
      { write: true },
      { append: true },
      { read: true, truncate: true },
      { read: true, write: true },
    ])
      expect(await codeOf(() => ro.open(file, flags, caller))).toBe('EROFS');
    const refused = [
      () => write(ro, '/w/new', 'x'),
      () => ro.mkdir('/w/d', caller),
      () => ro.remove(file, 'file', caller),
      () => ro.rename(file, '/w/x', caller),
      () => ro.link(file, '/w/x', caller),
      () => ro.symlink('x', '/w/l', caller),
      () => ro.setTimes(file, { mtime: 1n }, true, caller),
    ];
    expect(await Promise.all(refused.map(codeOf))).toEqual(refused.map(() => 'EROFS'));
    const handle = await space.open(['dir', 'file'], { read: true });
    expect(text((await handle.read?.(0, 100, never)) as Uint8Array)).toBe('inside');
    expect(bytes('inside').length).toBe(6);
  });
});
