/**
 * A disk that is really full: a profile on a small file system of its own, filled from outside while the page
 * saves. The writer gets ENOSPC, a person is told, what was saved is there, and room made heals it. Where no file
 * system may be mounted it is skipped, and says so.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from './oanix.ts';
import { backends, Profile } from './profile.ts';

const DISK = '128m';
/** What is left when it is full: less than one write takes. */
const LEFT = 256 * 1024;
const FILE = 1024 * 1024;

class SmallDisk {
  readonly dir = mkdtempSync(join(tmpdir(), 'oanix-disk-'));
  readonly #filler = join(this.dir, 'filler');

  /** Why it could not be mounted, if it could not. */
  readonly refused: string | undefined;

  constructor() {
    const options = ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', this.dir];
    const { error, stderr, status } = spawnSync('mount', options, { encoding: 'utf8' });
    this.refused = status === 0 ? undefined : (error?.message ?? stderr);
  }

  fill(): void {
    const { bavail, bsize } = statfsSync(this.dir);
    writeFileSync(this.#filler, Buffer.alloc(Math.max(0, bavail * bsize - LEFT)), { flag: 'a' });
  }

  makeRoom(): void {
    rmSync(this.#filler);
  }

  remove(): void {
    if (this.refused === undefined) execFileSync('umount', ['--lazy', this.dir]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Writes one file of bytes that do not compress, and says how its sync ended. */
const save = (page: Page, path: string): Promise<string> =>
  page.evaluate(
    async ([at, size]) => {
      const bytes = new Uint8Array(size);
      for (let i = 0; i < size; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
      const { fs } = window.oanix;
      const said = (error: { code?: string }): string => error.code ?? String(error);
      const written = await fs.writeFile(at, bytes).then(() => 'written', said);
      return written === 'written' ? fs.sync().then(() => 'saved', said) : written;
    },
    [path, FILE] as const,
  );

const sizeOf = (page: Page, path: string): Promise<number> =>
  page.evaluate(
    (at) =>
      window.oanix.fs.readFile(at).then(
        ({ length }) => length,
        () => -1,
      ),
    path,
  );

for (const [backend, flag] of Object.entries(backends)) {
  test(`a full disk refuses the writer, harms nothing, and heals, in ${backend} @chromium`, async () => {
    test.setTimeout(120_000);
    const baseURL = test.info().project.use.baseURL as string;
    const disk = new SmallDisk();
    if (disk.refused !== undefined) {
      disk.remove();
      test.skip(true, `no small file system can be mounted: ${disk.refused}`);
    }
    const profile = new Profile([flag], join(disk.dir, 'profile'));
    try {
      let page = await profile.open(baseURL);
      for (let i = 0; i < 5; i++) expect(await save(page, `/home/before${i}`)).toBe('saved');
      disk.fill();
      const refused: string[] = [];
      for (let i = 0; i < 40 && refused.length < 3; i++) {
        const end = await save(page, `/home/during${i}`);
        if (end !== 'saved') refused.push(end);
      }
      expect(refused).toEqual(['ENOSPC', 'ENOSPC', 'ENOSPC']);
      await expect(page.getByLabel('Storage')).toContainText('Not saved');
      await expect(page.getByText('no room left').first()).toBeVisible();
      // Reading, and making room, go on.
      expect(await sizeOf(page, '/home/before3')).toBe(FILE);
      await page.evaluate(() => window.oanix.fs.remove('/home/before4'));
      disk.makeRoom();
      await expect(page.getByLabel('Storage')).toContainText('Saved', { timeout: 30_000 });
      expect(await save(page, '/home/after')).toBe('saved');
      const names = await page.evaluate(async () =>
        (await window.oanix.fs.readdir('/home')).map(({ name }) => name),
      );
      expect(names).not.toContain('before4');
      // The same by what was stored.
      await profile.kill();
      page = await profile.open(baseURL);
      await expect(page.getByText('could not be read')).toHaveCount(0);
      for (const path of ['/home/before0', '/home/before3', '/home/after'])
        expect(await sizeOf(page, path), path).toBe(FILE);
      expect(await sizeOf(page, '/home/before4')).toBe(-1);
      await profile.close();
    } finally {
      await profile.kill().catch(() => undefined);
      disk.remove();
    }
  });
}
