/** The threat model names tests and decisions that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const text = readFileSync('SECURITY.md', 'utf8');

it('SECURITY.md names a test for each boundary, and each of them exists', () => {
  const rows = text.split('\n').filter((line) => /^\| [^|]*↔/.test(line));
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const files = [...row.matchAll(/`((?:src|e2e)\/[^`]+)`/g)].map(([, file]) => file ?? '');
    expect(files, row).not.toEqual([]);
    for (const file of files) expect(existsSync(file), file).toBe(true);
  }
});

it('SECURITY.md refers to decisions that exist', () => {
  const numbers = [...text.matchAll(/decisions? (\d+)(?: and (\d+))?/g)].flatMap(([, a, b]) =>
    [a, b].filter((number) => number !== undefined),
  );
  const decisions = readdirSync('src/decisions').map((name) => String(Number(name.slice(0, 4))));
  expect(numbers.length).toBeGreaterThan(5);
  for (const number of numbers) expect(decisions).toContain(number);
});
