import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

/** Work that ends when it is told to. */
function pieces(turns: Turns) {
  const log: string[] = [];
  const begin = (name: string, what: string) => {
    let end: (error?: Error) => void = () => undefined;
    const result = turns.run(name, () => {
      log.push(`${what} begins`);
      return new Promise<string>((resolve, reject) => {
        end = (error) => (error ? reject(error) : resolve(what));
      });
    });
    return { result, end: (error?: Error) => end(error) };
  };
  return { log, begin };
}

test('work of one name runs in its order, and work of another name at once', async () => {
  const { log, begin } = pieces(new Turns());
  const first = begin('a', 'first');
  const second = begin('a', 'second');
  const other = begin('b', 'other');
  expect(log).toEqual(['first begins', 'other begins']);
  first.end();
  expect(await first.result).toBe('first');
  await Promise.resolve();
  expect(log).toEqual(['first begins', 'other begins', 'second begins']);
  second.end();
  other.end();
  expect(await Promise.all([second.result, other.result])).toEqual(['second', 'other']);
});

test('work that fails tells only the one who gave it', async () => {
  const { begin } = pieces(new Turns());
  const first = begin('a', 'first');
  const second = begin('a', 'second');
  first.end(new Error('It failed.'));
  await expect(first.result).rejects.toThrow('It failed.');
  await Promise.resolve();
  second.end();
  expect(await second.result).toBe('second');
});
