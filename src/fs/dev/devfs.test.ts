import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { Terminal } from '../../kernel/terminal.ts';
import { bytes, codeOf, text } from '../../testing/kernel.ts';
import { DevFs } from './devfs.ts';

const host = {
  random: (into: Uint8Array) => crypto.getRandomValues(into as Uint8Array<ArrayBuffer>),
  now: () => 12_345n,
  storage: async () => ({ quota: 1 }),
};
const fs = new DevFs(host);
const read = async (name: string, count: number): Promise<Uint8Array> =>
  (await (await fs.open([name], { read: true })).read?.(0, count, never)) as Uint8Array;
const write = async (name: string): Promise<string> =>
  codeOf(async () =>
    (async () => (await fs.open([name], { write: true })).write?.(0, bytes('x'), never))(),
  );

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
      await Promise.all(
        ['null', 'zero', 'random', 'full', 'time', 'cons', 'consctl', 'winsize', 'storage'].map(
          write,
        ),
      ),
    ).toEqual(['ok', 'ok', 'ok', 'ENOSPC', 'EACCES', 'ENXIO', 'ENXIO', 'EACCES', 'EACCES']);
  });

  it('time is one moment per open', async () => {
    expect(text(await read('time', 100))).toBe('12345\n');
  });

  it('the terminal outlives each descriptor that leads to it, and is cooked again after the last consctl', async () => {
    const terminal = new Terminal({ cols: 80, rows: 24 }, () => () => undefined);
    const dev = new DevFs({ ...host, terminal });
    for (const word of ['one', 'two']) {
      const handle = await dev.open(['cons'], { write: true });
      await handle.write?.(0, bytes(word), never);
      await handle.close?.();
    }
    expect(text((await terminal.master.read?.(0, 100, never)) as Uint8Array)).toBe('onetwo');
    const first = await dev.open(['consctl'], { write: true });
    const second = await dev.open(['consctl'], { write: true });
    await first.write?.(0, bytes('rawon\n'), never);
    expect(terminal.raw).toBe(true);
    await first.close?.();
    expect(terminal.raw).toBe(true);
    expect(await codeOf(() => (async () => second.write?.(0, bytes('loud\n'), never))())).toBe(
      'EINVAL',
    );
    await second.close?.();
    expect(terminal.raw).toBe(false);
    const size = await dev.open(['winsize'], { read: true });
    expect(text((await size.read?.(0, 100, never)) as Uint8Array)).toBe('80 24\n');
  });
});
