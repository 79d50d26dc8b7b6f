/** Several services at one mount point. */
import { describe, expect, it } from 'vitest';
import { MemFs } from '../fs/mem/memfs.ts';
import { caller, codeOf, memWith, namespaceOf, read, sourceOf, write } from '../testing/kernel.ts';
import type { Namespace } from './namespace.ts';
import type { Path } from './path.ts';

const names = async (namespace: Namespace, path: Path): Promise<string[]> =>
  (await namespace.list(path, caller)).map(({ name }) => name).sort();

describe('unions', () => {
  const union = async () => {
    const ns = await namespaceOf([
      ['/one', await memWith({ '/x': 'one', '/d/only-one': '' })],
      ['/two', await memWith({ '/x': 'two', '/y': 'two', '/d/only-two': '' })],
    ]);
    await ns.bind('/one', '/u', {}, caller);
    await ns.bind('/two', '/u', { order: 'after', create: true }, caller);
    return ns;
  };

  it('the first that has the name serves it, and listings merge', async () => {
    const ns = await union();
    expect(await read(ns, '/u/x')).toBe('one');
    expect(await read(ns, '/u/y')).toBe('two');
    expect(await names(ns, ['u'])).toEqual(['d', 'x', 'y']);
  });

  it('is one level deep', async () => {
    const ns = await union();
    expect(await names(ns, ['u', 'd'])).toEqual(['only-one']);
    expect(await codeOf(() => ns.stat('/u/d/only-two', true, caller))).toBe('ENOENT');
  });

  it('creates in the first member mounted with create', async () => {
    const ns = await union();
    await write(ns, '/u/new', 'made');
    expect(await read(ns, '/two/new')).toBe('made');
    expect(await codeOf(() => ns.stat('/one/new', true, caller))).toBe('ENOENT');
  });

  it('without create in any member, creating is EACCES', async () => {
    const ns = await namespaceOf([
      ['/one', new MemFs()],
      ['/two', new MemFs()],
    ]);
    await ns.bind('/one', '/two', { order: 'before' }, caller);
    expect(await codeOf(() => write(ns, '/two/new', ''))).toBe('EACCES');
  });

  it('keeps the directory that was there as a member', async () => {
    const ns = await namespaceOf([
      ['/', await memWith({ '/bin/sh': 'sh' })],
      ['/mine', await memWith({ '/ls': 'ls' })],
    ]);
    await ns.bind('/mine', '/bin', { order: 'before' }, caller);
    expect(await names(ns, ['bin'])).toEqual(['ls', 'sh']);
    await ns.unmount('/bin', '/mine', caller);
    expect(await names(ns, ['bin'])).toEqual(['sh']);
    expect(ns.table.at(['bin'])).toBeUndefined();
  });

  it('skips a member that fails and counts it', async () => {
    const bad = () => Promise.reject(new Error('down'));
    const ns = await namespaceOf([
      ['/u', { spec: { kind: 'bad' }, stat: bad, readdir: bad, open: bad }],
    ]);
    await ns.mount(sourceOf(await memWith({ '/f': 'x' })), '/u', { order: 'after' }, caller);
    expect(await names(ns, ['u'])).toEqual(['f']);
    expect(await read(ns, '/u/f')).toBe('x');
    expect((await ns.stat('/u', true, caller)).kind).toBe('dir');
    expect(ns.table.at(['u'])?.members[0]?.source.use.errors).toBeGreaterThan(0);
  });

  it('a bind of a union brings all its members', async () => {
    const ns = await union();
    await ns.bind('/u', '/copy', {}, caller);
    expect(await names(ns, ['copy'])).toEqual(['d', 'x', 'y']);
    await write(ns, '/copy/new', 'made');
    expect(await read(ns, '/two/new')).toBe('made');
  });
});
