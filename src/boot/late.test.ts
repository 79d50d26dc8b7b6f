/** A stand-in for a service has the methods that the service has, and creates the service once. */
import { expect, test } from 'vitest';
import { MapFs } from '../fs/map/mapfs.ts';
import { MemFs } from '../fs/mem/memfs.ts';
import { isImmutable, mutations, never } from '../kernel/service.ts';
import { late } from './late.ts';

test('a service without mutating methods is immutable before and after it is created', async () => {
  const service = late({ kind: 'map' }, async () => new MapFs({ a: 'text' }, { kind: 'map' }));
  expect(isImmutable(service)).toBe(true);
  expect(await service.readdir([], never)).toMatchObject([{ name: 'a', kind: 'file' }]);
  expect(isImmutable(service)).toBe(true);
});

test('a service that can be changed is changed through its stand-in', async () => {
  const inner = new MemFs();
  const service = late({ kind: 'mem' }, async () => inner, { has: mutations });
  expect(isImmutable(service)).toBe(false);
  await service.create?.(['made'], 'dir', never);
  expect((await inner.stat(['made'])).kind).toBe('dir');
});

test('a creation that failed is tried again by the next call', async () => {
  let tries = 0;
  const service = late({ kind: 'map' }, async () => {
    if (tries++ === 0) throw new Error('no network');
    return new MapFs({ a: 'text' }, { kind: 'map' });
  });
  await expect(async () => service.readdir([], never)).rejects.toThrow('no network');
  expect(await service.readdir([], never)).toHaveLength(1);
});
