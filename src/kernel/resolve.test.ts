/** Where a path leads: over symbolic links, and not out of a preopen. */
import { describe, expect, it } from 'vitest';
import { caller, codeOf, memWith, namespaceOf, read, write } from '../testing/kernel.ts';

describe('symbolic links', () => {
  const linked = async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/a/f': 'in a', '/d/': '' })],
      ['/m', await memWith({ '/g': 'in m' })],
    ]);
    await ns.symlink('/m', '/a/abs', caller);
    await ns.symlink('../m/g', '/a/rel', caller);
    await ns.symlink('loop', '/loop', caller);
    return ns;
  };

  it('cross mounts, absolute from the root and relative from where they are', async () => {
    const ns = await linked();
    expect(await read(ns, '/a/abs/g')).toBe('in m');
    expect(await read(ns, '/a/rel')).toBe('in m');
    expect((await ns.stat('/a/rel', false, caller)).kind).toBe('symlink');
  });

  it("'..' applies after links", async () => {
    const ns = await linked();
    expect(await read(ns, '/a/abs/../a/f')).toBe('in a');
    expect(await codeOf(() => ns.stat('/a/no/../f', true, caller))).toBe('ENOENT');
    expect(await codeOf(() => ns.stat('/a/f/..', true, caller))).toBe('ENOTDIR');
  });

  it('a loop is ELOOP', async () => {
    const ns = await linked();
    expect(await codeOf(() => ns.stat('/loop', true, caller))).toBe('ELOOP');
    expect(await codeOf(() => ns.open('/loop/x', { read: true }, caller))).toBe('ELOOP');
  });

  it('a file is created where a dangling link leads, but not exclusively', async () => {
    const ns = await linked();
    await ns.symlink('/m/new', '/dangling', caller);
    expect(
      await codeOf(() =>
        ns.open('/dangling', { write: true, create: true, exclusive: true }, caller),
      ),
    ).toBe('EEXIST');
    await write(ns, '/dangling', 'made');
    expect(await read(ns, '/m/new')).toBe('made');
  });
});

describe('beneath a preopen', () => {
  const confined = { ...caller, cwd: ['home'], beneath: ['home'] };
  const jail = async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/home/f': 'ok', '/secret': 'no', '/home/d/': '' })],
    ]);
    await ns.symlink('../secret', '/home/up', caller);
    await ns.symlink('/secret', '/home/abs', caller);
    await ns.symlink('/home/f', '/home/inside', caller);
    return ns;
  };

  it.each(['/secret', '../secret', 'd/../../secret', 'up', 'abs', '..', 'd/../..'])(
    '%s is ENOTCAPABLE',
    async (path) => {
      expect(await codeOf(async () => (await jail()).stat(path, true, confined))).toBe(
        'ENOTCAPABLE',
      );
    },
  );

  it.each(['f', 'd/../f', './f', 'inside', 'd/..'])('%s stays inside', async (path) => {
    expect(await codeOf(async () => (await jail()).stat(path, true, confined))).toBe('ok');
  });
});
