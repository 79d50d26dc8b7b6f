/** What is committed in /bin is what its sources make, where the compiler is installed, and what the catalogue says. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { programs } from './catalogue.ts';

describe('the programs of /bin', () => {
  it('are in the catalogue with their sizes', () => {
    const found = readdirSync('public/bin').map((name) => ({
      name,
      size: readFileSync(join('public/bin', name)).length,
    }));
    expect(programs).toEqual(found);
  });

  it.runIf(existsSync('/usr/bin/clang-19') && existsSync('/usr/include/wasm32-wasi'))(
    'are made again byte by byte from their sources',
    () => {
      const out = mkdtempSync(join(tmpdir(), 'oanix-bin-'));
      expect(spawnSync('bash', ['src/programs/build.sh', out], { encoding: 'utf8' }).stderr).toBe(
        '',
      );
      // The source of jq is not kept here: src/programs/jq/build.sh takes its archive.
      for (const { name } of programs.filter(({ name }) => name !== 'jq.wasm'))
        expect(readFileSync(join(out, name)).equals(readFileSync(join('public/bin', name)))).toBe(
          true,
        );
      for (const name of ['fsbench.wasm', 'callbench.wasm'])
        expect(readFileSync(join(out, name)).equals(readFileSync(join('src/bench', name)))).toBe(
          true,
        );
      rmSync(out, { recursive: true });
    },
    60_000,
  );
});
