import { describe, expect, it } from 'vitest';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import {
  caller,
  changesNow,
  codeOf,
  memWith,
  namespaceOf,
  read,
  sourceOf,
  write,
} from '../testing/kernel.ts';
import { toManifest } from './manifest.ts';
import { MountTable } from './mounts.ts';
import { Namespace } from './namespace.ts';
import type { OpenDir } from './opendir.ts';
import type { OpenFile } from './openfile.ts';
import { formatPath, type Path } from './path.ts';
import { type FileService, never } from './service.ts';

const names = async (namespace: Namespace, path: Path): Promise<string[]> =>
  (await namespace.list(path, caller)).map(({ name }) => name).sort();

describe('mounting', () => {
  it('matches whole names: /tmpfile is not below /tmp', async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/tmpfile': 'root' })],
      ['/tmp', await memWith({ '/file': 'tmp' })],
    ]);
    expect(await read(ns, '/tmpfile')).toBe('root');
    expect(await codeOf(() => ns.stat('/tmp/tmpfile', true, caller))).toBe('ENOENT');
  });

  it('makes the missing parts of a mount point, read-only', async () => {
    const ns = await namespaceOf([['/cap/http', new MemFs()]]);
    expect(await names(ns, [])).toEqual(['cap']);
    expect(await names(ns, ['cap'])).toEqual(['http']);
    expect((await ns.stat('/cap', true, caller)).kind).toBe('dir');
    expect(await codeOf(() => ns.mkdir('/cap/x', caller))).toBe('EROFS');
    expect((await new Namespace(changesNow()).stat('/', true, caller)).kind).toBe('dir');
  });

  it('lists mount points that the service below does not have', async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/a': 'file' })],
      ['/a/b', new MemFs()],
    ]);
    expect((await ns.stat('/a', true, caller)).kind).toBe('dir');
    expect(await names(ns, ['a'])).toEqual(['b']);
  });

  it('refuses to remove or rename a mount point', async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/d/e/': '' })],
      ['/d/e', new MemFs()],
    ]);
    expect(await codeOf(() => ns.remove('/d/e', 'dir', caller))).toBe('EBUSY');
    expect(await codeOf(() => ns.remove('/d', 'dir', caller))).toBe('EBUSY');
    expect(await codeOf(() => ns.rename('/d', '/x', caller))).toBe('EBUSY');
  });

  it('says EXDEV for a rename into another service', async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/f': '' })],
      ['/m', new MemFs()],
    ]);
    expect(await codeOf(() => ns.rename('/f', '/m/f', caller))).toBe('EXDEV');
    expect(await codeOf(() => ns.link('/f', '/m/f', caller))).toBe('EXDEV');
  });

  it('ro refuses every mutation with EROFS, and a bind of it stays ro', async () => {
    const ns = new Namespace(changesNow());
    await ns.mount(sourceOf(await memWith({ '/f': 'x', '/d/': '' })), '/m', { ro: true }, caller);
    await ns.bind('/m', '/again', {}, caller);
    for (const at of ['/m', '/again']) {
      const attempts = [
        () => write(ns, `${at}/f`, 'y'),
        () => ns.mkdir(`${at}/n`, caller),
        () => ns.remove(`${at}/f`, 'file', caller),
        () => ns.remove(`${at}/d`, 'dir', caller),
        () => ns.rename(`${at}/f`, `${at}/g`, caller),
        () => ns.link(`${at}/f`, `${at}/g`, caller),
        () => ns.symlink('x', `${at}/l`, caller),
        () => ns.setTimes(`${at}/f`, { mtime: 1n }, true, caller),
        () => ns.open(`${at}/f`, { append: true }, caller),
        () => ns.open(`${at}/f`, { read: true, truncate: true }, caller),
      ];
      expect(await Promise.all(attempts.map(codeOf))).toEqual(attempts.map(() => 'EROFS'));
    }
    expect(await read(ns, '/m/f')).toBe('x');
  });

  it('a directory that is not there is ENOENT, also where nothing may be made', async () => {
    const ns = new Namespace(changesNow());
    await ns.mount(sourceOf(await memWith({ '/f': 'x' })), '/', { ro: true }, caller);
    for (const attempt of [
      () => write(ns, '/no/f', 'y'),
      () => ns.mkdir('/no/d', caller),
      () => ns.symlink('x', '/no/l', caller),
    ])
      expect(await codeOf(attempt)).toBe('ENOENT');
    expect(await codeOf(() => write(ns, '/new', 'y'))).toBe('EROFS');
  });

  it('a file that was opened to read cannot be written, whatever its flags become', async () => {
    const ns = new Namespace(changesNow());
    await ns.mount(sourceOf(await memWith({ '/f': 'x' })), '/', { ro: true }, caller);
    const file = (await ns.open('/f', { read: true }, caller)) as OpenFile;
    file.append = true;
    expect(await codeOf(() => file.write(new Uint8Array(1), never))).toBe('EBADF');
    expect(await codeOf(() => file.setTimes({ mtime: 1n }, never))).toBe('EROFS');
  });

  it('answers for a method that a service lacks: EROFS if it changes nothing, EXDEV for rename, else ENOTSUP', async () => {
    const ns = await namespaceOf([['/map', new MapFs({ '/f': 'x' })]]);
    expect(await codeOf(() => ns.mkdir('/map/d', caller))).toBe('EROFS');
    expect(await codeOf(() => ns.rename('/map/f', '/map/g', caller))).toBe('EROFS');
    const partial = Object.assign(new MemFs(), {
      rename: undefined,
      symlink: undefined,
    }) as unknown as FileService;
    const other = await namespaceOf([['/', partial]]);
    await write(other, '/f', 'x');
    expect(await codeOf(() => other.rename('/f', '/g', caller))).toBe('EXDEV');
    expect(await codeOf(() => other.symlink('x', '/l', caller))).toBe('ENOTSUP');
  });

  it('open handles stay on the mount that they opened', async () => {
    const ns = await namespaceOf([['/m', await memWith({ '/f': 'first' })]]);
    const file = (await ns.open('/m/f', { read: true }, caller)) as OpenFile;
    await ns.mount(sourceOf(await memWith({ '/f': 'second' })), '/m', {}, caller);
    expect(new TextDecoder().decode(await file.read(100, never))).toBe('first');
    expect(await read(ns, '/m/f')).toBe('second');
  });

  it('a bind brings along the mounts below: what they hide or protect stays so, until it is unmounted', async () => {
    const home = await memWith({ '/private/key': 'secret', '/kept/f': 'x', '/open': 'y' });
    const ns = await namespaceOf([['/home', home]]);
    await ns.mount(sourceOf(new MemFs()), '/home/private', {}, caller);
    await ns.bind('/home/kept', '/home/kept', { ro: true }, caller);
    await ns.bind('/home', '/other', {}, caller);
    expect(await read(ns, '/other/open')).toBe('y');
    expect(await codeOf(() => ns.stat('/other/private/key', true, caller))).toBe('ENOENT');
    expect(await codeOf(() => write(ns, '/other/kept/f', 'z'))).toBe('EROFS');
    await ns.unmount('/other', undefined, caller);
    expect(ns.table.points.map(({ at }) => formatPath(at))).toEqual([
      '/home',
      '/home/private',
      '/home/kept',
    ]);
  });

  it('a mount whose service is dead can be unmounted, mounted over and listed', async () => {
    const dead = () => Promise.reject(new Error('gone'));
    const ns = await namespaceOf([
      ['/m', { spec: { kind: 'dead' }, stat: dead, readdir: dead, open: dead }],
    ]);
    expect(await names(ns, [])).toEqual(['m']);
    expect(
      await codeOf(() => ns.list(['m'], caller).catch((error: unknown) => Promise.reject(error))),
    ).not.toBe('ok');
    await ns.unmount('/m', undefined, caller);
    expect(await names(ns, [])).toEqual([]);
  });

  it('says the operation, the path and the service in its errors', async () => {
    const ns = await namespaceOf([['/task', new MemFs()]]);
    await expect(async () => ns.open('/task/x', { read: true }, caller)).rejects.toThrow(
      'ENOENT: open /task/x (mem)',
    );
    await expect(ns.rename('/task/no', '/task/x', caller)).rejects.toThrow(
      'ENOENT: rename /task/no (mem)',
    );
  });
});

describe('undo, redo and forks', () => {
  it('takes changes of mounts back and forth', async () => {
    const ns = await namespaceOf([['/a', new MemFs()]]);
    await ns.mount(sourceOf(new MemFs()), '/b', {}, caller);
    expect(ns.undo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a']);
    expect(ns.redo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a', 'b']);
    expect(ns.redo()).toBe(false);
  });

  it('a temporary mount is no step of them, stays through them, and is not saved', async () => {
    const ns = await namespaceOf([['/a', new MemFs()]]);
    await ns.mount(sourceOf(new MemFs()), '/b', {}, caller);
    await ns.mount(sourceOf(new MemFs()), '/now', { temporary: true }, caller);
    expect(await names(ns, [])).toEqual(['a', 'b', 'now']);
    expect(toManifest(ns.table).mounts.map(({ at }) => at)).toEqual(['/a', '/b']);
    expect(ns.undo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a', 'now']);
    await ns.unmount('/now', undefined, caller);
    expect(ns.redo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a', 'b']);
    await ns.mount(sourceOf(new MemFs()), '/now', { temporary: true }, caller);
    await ns.mount(sourceOf(new MemFs()), '/c', {}, caller);
    await ns.unmount('/now', undefined, caller);
    expect(ns.undo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a', 'b']);
    expect(ns.redo()).toBe(true);
    expect(await names(ns, [])).toEqual(['a', 'b', 'c']);
  });

  it('a temporary member of a union leaves the others', async () => {
    const ns = await namespaceOf([['/a', await memWith({ '/x': 'a' })]]);
    const more = await memWith({ '/y': 'b' });
    await ns.mount(sourceOf(more), '/a', { order: 'after', temporary: true }, caller);
    expect(await names(ns, ['a'])).toEqual(['x', 'y']);
    const [saved] = toManifest(ns.table).mounts;
    expect(saved?.members).toHaveLength(1);
  });

  it('a fork goes its own way from then on', async () => {
    const ns = await namespaceOf([['/a', new MemFs()]]);
    const child = ns.fork();
    await child.mount(sourceOf(new MemFs()), '/b', {}, caller);
    expect(await names(ns, [])).toEqual(['a']);
    expect(child.table).not.toBe(ns.table);
  });
});

describe('open directories', () => {
  it('list from a snapshot, so that cookies survive changes', async () => {
    const ns = await namespaceOf([['/', await memWith({ '/a': '', '/b': '', '/c': '' })]]);
    const dir = (await ns.open('/', { directory: true }, caller)) as OpenDir;
    const first = await dir.list(0, 1, caller);
    await ns.remove('/b', 'file', caller);
    await write(ns, '/d', '');
    const rest = await dir.list(1, 10, caller);
    expect([...first.entries, ...rest.entries].map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect((await dir.list(0, 10, caller)).entries.map(({ name }) => name)).toEqual([
      'a',
      'c',
      'd',
    ]);
  });

  it('move with a rename, in every namespace, and are ENOENT once removed', async () => {
    const ns = await namespaceOf([['/m', await memWith({ '/x/d/f': 'x' })]]);
    await ns.bind('/m/x', '/b', {}, caller);
    const child = ns.fork();
    const here = (await ns.open('/m/x/d', { directory: true }, caller)) as OpenDir;
    const there = (await child.open('/b/d', { directory: true }, caller)) as OpenDir;
    await ns.rename('/m/x/d', '/m/x/e', caller);
    expect(here.path).toEqual(['m', 'x', 'e']);
    expect(there.path).toEqual(['b', 'e']);
    await ns.rename('/m/x/e', '/m/gone', caller);
    expect(() => there.path).toThrow('ENOENT');
    await ns.remove('/m/gone/f', 'file', caller);
    await ns.remove('/m/gone', 'dir', caller);
    expect(await codeOf(() => here.list(0, 10, caller))).toBe('ENOENT');
  });
});

describe('whole files', () => {
  it('replacing never shows an empty file in between, and two replacements follow each other', async () => {
    const ns = await namespaceOf([['/', await memWith({ '/f': 'old' })]]);
    await Promise.all([
      write(ns, '/f', 'aaaaaaaaaa'),
      write(ns, '/f', 'bbbbb'),
      write(ns, '/f', 'cccccccc'),
    ]);
    expect(['aaaaaaaaaa', 'bbbbb', 'cccccccc']).toContain(await read(ns, '/f'));
  });

  it('an endless stream is EFBIG, not the end of the kernel', async () => {
    const endless: FileService = {
      spec: { kind: 'endless' },
      stat: async (path) => ({
        kind: path.length === 0 ? 'dir' : 'file',
        size: 0,
        mtime: 0n,
        version: '',
      }),
      readdir: async () => [{ name: 'zero', kind: 'file' }],
      open: async () => ({ stream: true, read: async (_at, count) => new Uint8Array(count) }),
    };
    const ns = await namespaceOf([['/', endless]]);
    expect(await codeOf(() => ns.readFile('/zero', caller))).toBe('EFBIG');
  });
});

describe('changes', () => {
  it('are shown at every bind of what changed, also after a rename of the open file', async () => {
    const ns = await namespaceOf([['/m', await memWith({ '/d/f': 'x' })]]);
    await ns.bind('/m/d', '/b', {}, caller);
    const source = ns.table.at(['m'])?.members[0]?.source as object;
    expect(ns.pathsOf(source, ['d', 'f'])).toEqual([
      ['m', 'd', 'f'],
      ['b', 'f'],
    ]);
    expect(ns.pathsOf(source, ['d'])).toEqual([['m', 'd'], ['b']]);
    expect(ns.pathsOf(source, [])).toEqual([['m'], ['b']]);
  });
});

describe('names', () => {
  it.each([
    ['', 'ENOENT'],
    ['/a\0b', 'EINVAL'],
    [`/${'x'.repeat(256)}`, 'ENAMETOOLONG'],
    [`/${'é'.repeat(128)}`, 'ENAMETOOLONG'],
    [`/${'x/'.repeat(2100)}`, 'ENAMETOOLONG'],
    ['/\ud800', 'EILSEQ'],
    [`/${'x'.repeat(255)}`, 'ok'],
    ['/\u202egpj.exe', 'ok'],
  ])('%j as a new directory is %s', async (path, code) => {
    expect(
      await codeOf(async () => (await namespaceOf([['/', new MemFs()]])).mkdir(path, caller)),
    ).toBe(code);
  });
});

describe('the table', () => {
  it('keeps the order of mounts and refuses an order that leaves one out', async () => {
    const ns = await namespaceOf([
      ['/a', new MemFs()],
      ['/b', new MemFs()],
    ]);
    expect(ns.table.reordered([['b'], ['a']]).points.map(({ at }) => at[0])).toEqual(['b', 'a']);
    expect(() => ns.table.reordered([['b']])).toThrow('EINVAL');
    expect(MountTable.empty.points).toEqual([]);
  });

  it('orders a union by what was seen of it; what is left out is unmounted, never what was there before', async () => {
    const ns = await namespaceOf([['/', await memWith({ '/u/which': 'original' })]]);
    const [one, two] = [sourceOf(await memWith({})), sourceOf(await memWith({}))];
    await ns.mount(one, '/u', { order: 'before' }, caller);
    await ns.mount(two, '/u', { order: 'before' }, caller);
    const at = ['u'];
    const devices = (table = ns.table): number[] =>
      table.at(at)?.members.map(({ source }) => source.dev) ?? [];
    const of = devices();
    expect(of.slice(0, 2)).toEqual([two.dev, one.dev]);
    expect(devices(ns.table.reorderedUnion(at, [2, 0, 1], of))).toEqual([of[2], two.dev, one.dev]);
    expect(devices(ns.table.reorderedUnion(at, [1, 2], of))).toEqual([one.dev, of[2]]);
    // What was there alone is no mount point any more.
    expect(ns.table.reorderedUnion(at, [2], of).at(at)).toBeUndefined();
    expect(() => ns.table.reorderedUnion(at, [0, 1], of)).toThrow('EINVAL');
    expect(() => ns.table.reorderedUnion(at, [0, 0, 2], of)).toThrow('EINVAL');
    expect(() => ns.table.reorderedUnion(at, [0, 3, 2], of)).toThrow('EINVAL');
    // Another one came between the look and the word.
    await ns.mount(sourceOf(await memWith({})), '/u', { order: 'before' }, caller);
    expect(() => ns.table.reorderedUnion(at, [1, 2], of)).toThrow('EINVAL');
  });
});
