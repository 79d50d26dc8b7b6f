import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { bytes, codeOf, text } from '../../testing/kernel.ts';
import { DevFs } from './devfs.ts';

const host = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => 12_345n,
};
const fs = new DevFs(host);
const read = async (name: string, count: number): Promise<Uint8Array> =>
  (await (await fs.open([name], { read: true })).read?.(0, count, never)) as Uint8Array;
const write = async (name: string): Promise<string> =>
  codeOf((async () => (await fs.open([name], { write: true })).write?.(0, bytes('x'), never))());

describe('DevFs', () => {
  it('null ends at once, zero and full give zeros, random gives as much as is asked', async () => {
    expect((await read('null', 10)).length).toBe(0);
    expect(await read('zero', 3)).toEqual(new Uint8Array(3));
    expect(await read('full', 3)).toEqual(new Uint8Array(3));
    const random = await read('random', 200_000);
    expect(random.length).toBe(200_000);
    expect(new Set(random.subarray(150_000)).size).toBe(256);
  });

  it('writes are taken, refused as full, or not possible', async () => {
    expect(
      await Promise.all(['null', 'zero', 'random', 'full', 'time', 'cons'].map(write)),
    ).toEqual(['ok', 'ok', 'ok', 'ENOSPC', 'EACCES', 'ENXIO']);
  });

  it('time is one moment per open', async () => {
    expect(text(await read('time', 100))).toBe('12345\n');
  });

  it('a console outlives each descriptor that leads to it', async () => {
    const written: string[] = [];
    let closed = false;
    const console = {
      stream: true,
      write: async (_at: number | 'end', data: Uint8Array) => {
        written.push(text(data));
        return { written: data.length, end: 0 };
      },
      close: async () => {
        closed = true;
      },
    };
    const dev = new DevFs({ ...host, console });
    for (const word of ['one', 'two']) {
      const handle = await dev.open(['cons'], { write: true });
      await handle.write?.(0, bytes(word), never);
      await handle.close?.();
    }
    expect([written, closed]).toEqual([['one', 'two'], false]);
  });
});
