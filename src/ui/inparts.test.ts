import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atOnce, inParts, type Steps } from './inparts.ts';

/** Counts to a number, and notes each step that is made. */
function* counting(to: number, made: number[] = []): Steps<string> {
  for (let step = 1; step <= to; step++) {
    const until = performance.now() + 1;
    while (performance.now() < until);
    made.push(step);
    yield step;
  }
  return 'done';
}

test('other tasks run between the parts of a long work', async () => {
  const tasks: number[] = [];
  const heard: number[] = [];
  const made: number[] = [];
  const other = setInterval(() => tasks.push(made.length));
  const signal = new AbortController().signal;
  const result = await inParts(counting(100, made), signal, (done) => heard.push(done));
  clearInterval(other);
  expect(result).toBe('done');
  expect(made).toHaveLength(100);
  expect(heard.length).toBeGreaterThan(1);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  expect(tasks.some((step) => step > 0 && step < 100)).toBe(true);
});

test('no step is made after an abort', async () => {
  const made: number[] = [];
  const stop = new AbortController();
  const work = inParts(counting(100_000, made), stop.signal, () => stop.abort(new Error('left')));
  await expect(work).rejects.toThrow('left');
  const then = made.length;
  await sleep(20);
  expect(made.length).toBe(then);
  expect(then).toBeLessThan(100_000);
});

test('a failure of a step is a failure of the work', async () => {
  const failing = (function* (): Steps<void> {
    yield 1;
    throw new Error('no');
  })();
  await expect(inParts(failing, new AbortController().signal, () => {})).rejects.toThrow('no');
});

test('short work is done at once', () => {
  expect(atOnce(counting(3))).toBe('done');
});
