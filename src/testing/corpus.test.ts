/**
 * Every input of the corpus, and random changes of each, is fed to every parser. `npm run fuzz` makes more changes and
 * keeps what fails: see corpus/README.md.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { mutated, type Random, randomBy } from './mutate.ts';
import { isDeclared, parsers } from './parsers.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const runs = Number(process.env['FUZZ_RUNS'] ?? 300);
const seed = inject('seed');
const isKeeping = process.env['FUZZ_KEEP'] === '1';

const folders = fs
  .readdirSync(CORPUS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const inputs = folders.flatMap((folder) =>
  fs.readdirSync(join(CORPUS, folder)).map((file) => {
    const name = join(folder, file);
    return { folder, name, bytes: new Uint8Array(fs.readFileSync(join(CORPUS, name))) };
  }),
);

/** What went wrong, by parser; empty where all went well. */
async function failures(bytes: Uint8Array): Promise<string[]> {
  const found: string[] = [];
  for (const [name, parse] of Object.entries(parsers)) {
    try {
      await parse(bytes.slice());
    } catch (error) {
      if (!isDeclared(error)) found.push(`${name}: ${(error as Error).stack ?? String(error)}`);
    }
  }
  return found;
}

describe('the corpus', () => {
  it('holds small files', () => {
    expect(inputs.length).toBeGreaterThan(20);
    for (const { name, bytes } of inputs)
      expect([name, bytes.length <= 16_384]).toEqual([name, true]);
  });

  it.each(inputs)('$name is read or refused by every parser', async ({ bytes }) => {
    expect(await failures(bytes)).toEqual([]);
  });

  it(
    `changed at random is read or refused by every parser (OANIX_SEED=${seed})`,
    async () => {
      const random = randomBy(seed);
      for (let run = 0; run < runs; run++) {
        const { folder, name, bytes } = pick(inputs, random);
        const changed = mutated(bytes, pick(inputs, random).bytes, random);
        const file = join(CORPUS, folder, `fuzz-${seed}-${run}`);
        // The input is written first, so that it is there also when a parser never ends.
        if (isKeeping) fs.writeFileSync(file, changed);
        const found = await failures(changed);
        expect(found, `run ${run} of seed ${seed}, from ${name}`).toEqual([]);
        if (isKeeping) fs.rmSync(file);
      }
    },
    30_000 + runs * 100,
  );
});

const pick = <T>(all: readonly T[], random: Random): T => all[random(all.length)] as T;
