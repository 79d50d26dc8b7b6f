/** A plain file that a tool reads into memory that it uses again. */
import { expect, it } from 'vitest';
import type { Result } from '../kernel/operations.ts';
import { readerOf } from './openfile.ts';
import type { Sys } from './sys.ts';

/** A file of the kernel, as long as `length` says at each read. */
function start(length: () => number) {
  const calls: string[] = [];
  let at = 0;
  const take = (count: number): Uint8Array => {
    const data = new Uint8Array(Math.min(count, length() - at)).map((_, i) => (at + i) % 251);
    at += data.length;
    return data;
  };
  const sys = {
    read: async (_fd: number, count: number) => {
      calls.push(`read ${count}`);
      return take(count);
    },
    readInto: async (_fd: number, buffer: Uint8Array) => {
      calls.push(`readInto ${buffer.length}`);
      const data = take(buffer.length);
      buffer.set(data);
      return buffer.subarray(0, data.length);
    },
  } as unknown as Sys;
  const opened = { fd: 3, stat: { size: length() }, plain: true } as unknown as Result<'open'>;
  return { calls, read: readerOf(sys, opened, true, new Set()) };
}

async function all({ read }: ReturnType<typeof start>, count: number): Promise<number[]> {
  const bytes: number[] = [];
  let used: Uint8Array | undefined;
  for (;;) {
    used = await read(count, used);
    if (used.length === 0) return bytes;
    bytes.push(...used);
  }
}

const expected = (length: number): number[] => Array.from({ length }, (_, i) => i % 251);

it('fills the same memory again, and does not ask at the end', async () => {
  const file = start(() => 350_000);
  expect(await all(file, 100_000)).toEqual(expected(350_000));
  expect(file.calls).toEqual(['read 100000', 'readInto 100000', 'readInto 100000', 'read 100000']);
});

it('reads all of a file that grows while it is read, and of one that shrinks', async () => {
  let reads = 0;
  const growing = start(() => (reads++ < 2 ? 170_000 : 500_000));
  expect(await all(growing, 100_000)).toEqual(expected(500_000));
  let length = 400_000;
  const shrinking = start(() => length);
  length = 150_000;
  expect(await all(shrinking, 100_000)).toEqual(expected(150_000));
});
