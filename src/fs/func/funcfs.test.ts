import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { bytes, codeOf, text } from '../../testing/kernel.ts';
import { FuncFs } from './funcfs.ts';

describe('FuncFs', () => {
  it('computes once per open, at the first read, never for stat or readdir', async () => {
    let runs = 0;
    const fs = new FuncFs().readOnly('/n', () => String(++runs));
    await fs.stat(['n']);
    await fs.readdir([]);
    const handle = await fs.open(['n'], { read: true });
    expect(runs).toBe(0);
    expect(text((await handle.read?.(0, 10, never)) as Uint8Array)).toBe('1');
    expect(text((await handle.read?.(0, 10, never)) as Uint8Array)).toBe('1');
    const again = await fs.open(['n'], { read: true });
    expect(text((await again.read?.(0, 10, never)) as Uint8Array)).toBe('2');
  });

  it('delivers what was written whole, by offset, and its error reaches the writer', async () => {
    const got: string[] = [];
    const fs = new FuncFs().writeOnly('/in', (data) => {
      if (text(data) === 'bad') throw new Error('no such thing');
      got.push(text(data));
    });
    const handle = await fs.open(['in'], { write: true });
    await handle.write?.(3, bytes('def'), never);
    await handle.write?.(0, bytes('abc'), never);
    expect(got).toEqual([]);
    await handle.close?.();
    const emptied = await fs.open(['in'], { write: true, truncate: true });
    await emptied.close?.();
    expect(got).toEqual(['abcdef', '']);
    const bad = await fs.open(['in'], { write: true });
    await bad.write?.('end', bytes('bad'), never);
    await expect(bad.close?.()).rejects.toThrow('no such thing');
  });

  it('refuses the other direction with EACCES', async () => {
    const fs = new FuncFs().readOnly('/r', () => 'x').writeOnly('/w', () => undefined);
    expect(await codeOf(() => fs.open(['r'], { write: true }))).toBe('EACCES');
    expect(await codeOf(() => fs.open(['w'], { read: true }))).toBe('EACCES');
  });

  it('streams as parts come, waits, ends, and returns the iterable when closed', async () => {
    let returned = false;
    let release: () => void = () => undefined;
    const fs = new FuncFs().stream('/s', async function* () {
      try {
        yield 'one';
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield 'two';
      } finally {
        returned = true;
      }
    });
    const handle = await fs.open(['s'], { read: true });
    expect(text((await handle.read?.(0, 100, never)) as Uint8Array)).toBe('one');
    const waiting = handle.read?.(0, 100, never) as Promise<Uint8Array>;
    release();
    expect(text(await waiting)).toBe('two');
    expect((await handle.read?.(0, 100, never))?.length).toBe(0);
    expect(returned).toBe(true);
  });
});
