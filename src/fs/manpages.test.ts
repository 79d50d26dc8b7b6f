/** Each service has its man page, and the one of DevFs lists just the files that it serves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { never } from '../kernel/service.ts';
import { DevFs } from './dev/devfs.ts';

describe('man pages', () => {
  const folders = readdirSync('src/fs', { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );

  it.each(folders.map(({ name }) => name))('%s has one, with its tree and its errors', (name) => {
    const page = `src/fs/${name}/README.md`;
    expect(existsSync(page)).toBe(true);
    expect(readFileSync(page, 'utf8')).toMatch(/EROFS/);
  });

  it('of DevFs lists its files', async () => {
    const listed = [
      ...readFileSync('src/fs/dev/README.md', 'utf8').matchAll(/^\| `(\w+)` \|/gm),
    ].map(([, name]) => name);
    const dev = new DevFs({ random: () => undefined, now: () => 0n, storage: async () => ({}) });
    expect((await dev.readdir([])).map(({ name }) => name)).toEqual(listed);
    for (const name of listed) await (await dev.open([name as string], {})).close?.();
    expect(never.aborted).toBe(false);
  });
});
