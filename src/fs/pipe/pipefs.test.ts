import { describe, expect, it } from 'vitest';
import { never } from '../../kernel/service.ts';
import { bytes, codeOf, text } from '../../testing/kernel.ts';
import { PipeFs } from './pipefs.ts';

const readFrom = async (handle: Awaited<ReturnType<PipeFs['open']>>): Promise<string> =>
  text((await handle.read?.(0, 1000, never)) as Uint8Array);

async function pipe(): Promise<{
  fs: PipeFs;
  control: Awaited<ReturnType<PipeFs['open']>>;
  number: string;
}> {
  const fs = new PipeFs();
  const control = await fs.open(['clone'], { read: true, write: true });
  return { fs, control, number: (await readFrom(control)).trim() };
}

describe('PipeFs', () => {
  it('clone makes a numbered directory, which goes with its last handle', async () => {
    const { fs, control, number } = await pipe();
    expect(number).toBe('1');
    expect((await fs.readdir(['1'])).map(({ name }) => name)).toEqual(['ctl', 'data', 'data1']);
    const data = await fs.open(['1', 'data'], { write: true });
    await control.close?.();
    expect((await fs.stat(['1'])).kind).toBe('dir');
    await data.close?.();
    expect(await codeOf(() => fs.stat(['1']))).toBe('ENOENT');
  });

  it('keep lets it stay, forget takes that back, anything else is EINVAL', async () => {
    const { fs, control } = await pipe();
    await control.write?.(0, bytes('keep\n'), never);
    expect(await codeOf(() => Promise.resolve(control.write?.(0, bytes('stay\n'), never)))).toBe(
      'EINVAL',
    );
    await control.close?.();
    const again = await fs.open(['1', 'ctl'], { write: true });
    await again.write?.(0, bytes('forget'), never);
    await again.close?.();
    expect(await codeOf(() => fs.stat(['1']))).toBe('ENOENT');
  });

  it('carries both ways; the end after the writer, EPIPE after the reader', async () => {
    const { fs } = await pipe();
    const here = await fs.open(['1', 'data'], { read: true, write: true });
    const there = await fs.open(['1', 'data1'], { read: true, write: true });
    await here.write?.(0, bytes('ping'), never);
    await there.write?.(0, bytes('pong'), never);
    expect([await readFrom(there), await readFrom(here)]).toEqual(['ping', 'pong']);
    const waiting = readFrom(there);
    await here.close?.();
    expect(await waiting).toBe('');
    expect(await codeOf(() => Promise.resolve(there.write?.(0, bytes('x'), never)))).toBe('EPIPE');
  });

  it('goes on with the next writer, and the next reader', async () => {
    const { fs } = await pipe();
    const reader = await fs.open(['1', 'data1'], { read: true });
    for (const word of ['one', 'two']) {
      const writer = await fs.open(['1', 'data'], { write: true });
      await writer.write?.(0, bytes(word), never);
      await writer.close?.();
      expect(await readFrom(reader)).toBe(word);
      expect(await readFrom(reader)).toBe('');
    }
    const writer = await fs.open(['1', 'data'], { write: true });
    await reader.close?.();
    expect(await codeOf(() => writer.write?.(0, bytes('x'), never))).toBe('EPIPE');
    const again = await fs.open(['1', 'data1'], { read: true });
    await writer.write?.(0, bytes('three'), never);
    expect(await readFrom(again)).toBe('three');
  });

  it('takes back what was read too far, and tells of changes in both directions', async () => {
    const { fs } = await pipe();
    const here = await fs.open(['1', 'data'], { read: true, write: true });
    const there = await fs.open(['1', 'data1'], { read: true, write: true });
    await here.write?.(0, bytes('line\nrest'), never);
    there.unread?.(bytes((await readFrom(there)).slice(5)));
    expect(await readFrom(there)).toBe('rest');
    while (here.ready?.('write')) await here.write?.(0, new Uint8Array(1 << 17), never);
    const changed = here.changed?.(never);
    await there.read?.(0, 1 << 18, never);
    await changed;
    expect(here.ready?.('write')?.bytes).toBe(1 << 18);
  });

  it('only so many are kept', async () => {
    const { fs } = await pipe();
    const controls = await Promise.all(
      Array.from({ length: 64 }, () => fs.open(['clone'], { read: true, write: true })),
    );
    for (const control of controls) await control.write?.(0, bytes('keep\n'), never);
    const one = await fs.open(['clone'], { read: true, write: true });
    expect(await codeOf(() => one.write?.(0, bytes('keep\n'), never))).toBe('ENOSPC');
    await controls[0]?.write?.(0, bytes('forget\n'), never);
    expect(await codeOf(() => one.write?.(0, bytes('keep\n'), never))).toBe('ok');
  });

  it('a writer waits while it is full', async () => {
    const { fs } = await pipe();
    const writer = await fs.open(['1', 'data'], { write: true });
    const reader = await fs.open(['1', 'data1'], { read: true });
    const first = await writer.write?.(0, new Uint8Array(1 << 19), never);
    expect(first?.written).toBe(1 << 18);
    expect(writer.ready?.('write')).toBeUndefined();
    await reader.read?.(0, 1000, never);
    expect(writer.ready?.('write')?.bytes).toBe(1000);
  });
});
