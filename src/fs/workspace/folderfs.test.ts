/** A folder of the browser: what the conformance suite does not ask. Runs in the browsers alone. */
import { beforeEach, describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { codeOf } from '../../testing/kernel.ts';
import { FolderFs, type FolderHost } from './folderfs.ts';

const later: { ms: number; run: () => void }[] = [];
const host: FolderHost = {
  now: () => 1_700_000_000_000,
  after: (ms, run) => {
    later.push({ ms, run });
    return () => undefined;
  },
};
let root: FileSystemDirectoryHandle;
let folder: FolderFs;
let last = 0;

beforeEach(async () => {
  later.length = 0;
  const origin = await navigator.storage.getDirectory();
  root = await origin.getDirectoryHandle(`folder ${performance.timeOrigin} ${++last}`, {
    create: true,
  });
  folder = new FolderFs(root, { kind: 'workspace' }, host);
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (read: Uint8Array | undefined): string => new TextDecoder().decode(read);
async function outside(name: string): Promise<string> {
  return (await (await root.getFileHandle(name)).getFile()).text();
}
async function fromOutside(name: string, content: string): Promise<void> {
  const stream = await (await root.getFileHandle(name, { create: true })).createWritable();
  await stream.write(content);
  await stream.close();
}
const opened = (name: string) => folder.open([name], { read: true, write: true });

describe('a folder', () => {
  it('shows what is written before the browser does, and to all that have it open', async () => {
    await folder.create(['f'], 'file');
    const [a, b] = [await opened('f'), await opened('f')];
    await a.write?.(0, bytes('hello'), never);
    expect(text(await b.read?.(0, 10, never))).toBe('hello');
    expect((await folder.stat(['f'])).size).toBe(5);
    expect(await outside('f')).toBe('');
    await b.sync?.();
    expect(await outside('f')).toBe('hello');
    await a.write?.('end', bytes(' world'), never);
    await a.close?.();
    expect(await outside('f')).toBe('hello');
    await b.close?.();
    expect(await outside('f')).toBe('hello world');
  });

  it('writes by itself soon after, and when much waits', async () => {
    await folder.create(['f'], 'file');
    const file = await opened('f');
    await file.write?.(0, bytes('soon'), never);
    expect(later).toHaveLength(1);
    later[0]?.run();
    await expect.poll(() => outside('f')).toBe('soon');
    const piece = new Uint8Array(4 << 20).fill(65);
    for (let i = 0; i < 5; i++) await file.write?.(i * piece.length, piece, never);
    expect((await outside('f')).length).toBeGreaterThan(2 * piece.length);
    await file.close?.();
    expect((await outside('f')).length).toBe(5 * piece.length);
  });

  it('changes a part and leaves the rest as it was', async () => {
    await fromOutside('f', 'x'.repeat(200_000));
    const file = await opened('f');
    await file.write?.(100_000, bytes('MIDDLE'), never);
    await file.truncate?.(150_000, never);
    await file.close?.();
    const now = await outside('f');
    expect(now.length).toBe(150_000);
    expect(now.replaceAll('x', '')).toBe('MIDDLE');
  });

  it('shows what others write, also in an open file', async () => {
    await fromOutside('f', 'one');
    const file = await folder.open(['f'], { read: true });
    expect(text(await file.read?.(0, 10, never))).toBe('one');
    await fromOutside('f', 'two!');
    expect(text(await file.read?.(0, 10, never))).toBe('two!');
    expect((await folder.stat(['f'])).size).toBe(4);
  });

  it('says so where a file changed from outside under one that was being changed', async () => {
    await fromOutside('f', 'y'.repeat(100_000));
    const file = await opened('f');
    await file.write?.(0, bytes('mine'), never);
    await fromOutside('f', 'theirs');
    expect(await codeOf(() => file.read?.(70_000, 10, never))).toBe('ESTALE');
    expect(await codeOf(() => file.close?.())).toBe('ESTALE');
    expect(await outside('f')).toBe('theirs');
  });

  it('cuts for good: what comes after is zeros, in the file too', async () => {
    await fromOutside('f', 'x'.repeat(131_072));
    const file = await opened('f');
    await file.truncate?.(65_536, never);
    await file.truncate?.(131_072, never);
    await file.close?.();
    expect((await outside('f')).replaceAll('x', '')).toBe('\0'.repeat(65_536));
  });

  it('writes the others where one was removed by someone else, and lets the name be used again', async () => {
    for (const name of ['gone', 'stays']) await folder.create([name], 'file');
    const [gone, stays] = [await opened('gone'), await opened('stays')];
    await gone.write?.(0, bytes('lost'), never);
    await stays.write?.(0, bytes('kept'), never);
    await root.removeEntry('gone');
    expect(await codeOf(() => folder.sync())).toBe('ENOENT');
    expect(await outside('stays')).toBe('kept');
    expect(await codeOf(() => folder.stat(['gone']))).toBe('ENOENT');
    await folder.create(['gone'], 'file');
    expect((await folder.stat(['gone'])).size).toBe(0);
    await gone.close?.();
    expect((await folder.stat(['gone'])).size).toBe(0);
  });

  it('renames from one case to the other', async () => {
    await fromOutside('readme', 'text');
    await folder.rename(['readme'], ['README']);
    expect((await folder.readdir([])).map(({ name }) => name)).toEqual(['README']);
    expect(await outside('README')).toBe('text');
  });

  it('is not held up by a sparse file of any size that loses its name', async () => {
    await folder.create(['f'], 'file');
    const file = await opened('f');
    await file.write?.(0, bytes('a'), never);
    await file.truncate?.(Number.MAX_SAFE_INTEGER, never);
    await folder.remove(['f'], 'file');
    expect(text(await file.read?.(0, 2, never))).toBe('a\0');
    await file.close?.();
  });

  it('keeps a removed file for those that have it open, and for no one else', async () => {
    await fromOutside('f', 'kept');
    const file = await opened('f');
    await folder.remove(['f'], 'file');
    expect(text(await file.read?.(0, 10, never))).toBe('kept');
    await file.write?.('end', bytes('!'), never);
    await file.close?.();
    expect(await codeOf(() => folder.stat(['f']))).toBe('ENOENT');
    await expect(outside('f')).rejects.toThrow();
  });

  it('loses nothing of a file whose removal, or replacement, fails', async () => {
    await fromOutside('f', 'old');
    await fromOutside('g', 'other');
    const file = await opened('f');
    await file.write?.(0, bytes('new content'), never);
    // Something else writes it: the browser lets nobody remove it.
    const stream = await (await root.getFileHandle('f')).createWritable();
    const ends = [
      await codeOf(() => folder.remove(['f'], 'file')),
      await codeOf(() => folder.rename(['missing'], ['f'])),
    ];
    await stream.abort();
    expect(ends[1]).toBe('ENOENT');
    if (ends[0] === 'ok') return;
    await file.close?.();
    expect(await outside('f')).toBe('new content');
  });

  it('moves a directory with what is open and unwritten in it', async () => {
    await folder.create(['d'], 'dir');
    await folder.create(['d', 'f'], 'file');
    const file = await folder.open(['d', 'f'], { read: true, write: true });
    await file.write?.(0, bytes('before '), never);
    await folder.rename(['d'], ['e']);
    await file.write?.('end', bytes('after'), never);
    await file.close?.();
    expect(await codeOf(() => folder.stat(['d']))).toBe('ENOENT');
    const moved = await folder.open(['e', 'f'], { read: true });
    expect(text(await moved.read?.(0, 20, never))).toBe('before after');
  });

  it('says that it is blocked while the browser refuses, and no longer', async () => {
    await fromOutside('f', 'here');
    let allowed = false;
    const guarded = new Proxy(root, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (!allowed) throw new DOMException('not allowed', 'NotAllowedError');
          return (value as (...all: unknown[]) => unknown).apply(target, args);
        };
      },
    });
    const asked = new FolderFs(guarded, { kind: 'workspace' }, host);
    expect(await codeOf(() => asked.stat(['f']))).toBe('EACCES');
    expect(asked.about().blocked).toMatch(/allow it/);
    allowed = true;
    expect((await asked.stat(['f'])).size).toBe(4);
    expect(asked.about().blocked).toBeUndefined();
  });

  it('refuses names that a folder cannot have', async () => {
    for (const name of ['..', '.', 'a/b'])
      expect(await codeOf(() => folder.create([name], 'file')), name).toBe('EINVAL');
  });
});
