import fc from 'fast-check';
import { expect, it } from 'vitest';
import { concat, isGivenAway } from './bytes.ts';
import { Queue } from './queue.ts';

const never = new AbortController().signal;
const bytes = (length: number, value = 0): Uint8Array => new Uint8Array(length).fill(value);

it('hands a large chunk on as it was written, though it is more than the room that is left', async () => {
  const queue = new Queue(100, 50);
  const large = bytes(300, 7);
  expect(await queue.write(large, never)).toBe(300);
  const read = await queue.read(1000, never);
  expect(read).toBe(large);
  expect(isGivenAway(read)).toBe(true);
});

it('takes nothing more once it is full, large or not', async () => {
  const queue = new Queue(100, 50);
  await queue.write(bytes(300), never);
  const stop = new AbortController();
  const waits = queue.write(bytes(60), stop.signal);
  stop.abort();
  await expect(waits).rejects.toMatchObject({ code: 'EINTR' });
  expect(queue.size).toBe(300);
});

it('writes all of it, also where its reader gives the bytes away before the writer hears', async () => {
  const queue = new Queue(10, 50);
  await queue.write(bytes(10), never);
  const written = queue.writeAll(bytes(300, 7), never);
  await queue.read(10, never);
  const read = await queue.read(300, never);
  structuredClone(read, { transfer: [read.buffer as ArrayBuffer] });
  await written;
  expect(queue.size).toBe(0);
});

it('copies small chunks together, and no large one with them', async () => {
  const queue = new Queue(1000, 50);
  for (const length of [10, 20, 60, 5]) await queue.write(bytes(length), never);
  const lengths = [];
  while (queue.size > 0) lengths.push((await queue.read(1000, never)).length);
  expect(lengths).toEqual([30, 60, 5]);
});

it('gives what was written, in its order, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      async (chunks, limit, large, count) => {
        const queue = new Queue(limit, large);
        const writes = (async () => {
          for (const chunk of chunks)
            for (let at = 0; at < chunk.length; ) at += await queue.write(chunk.slice(at), never);
          queue.end();
        })();
        const got: Uint8Array[] = [];
        for (let data = await queue.read(count, never); data.length > 0; ) {
          expect(data.length).toBeLessThanOrEqual(count);
          got.push(data);
          data = await queue.read(count, never);
        }
        await writes;
        expect(concat(got)).toEqual(concat(chunks));
      },
    ),
  );
});
