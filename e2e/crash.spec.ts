/**
 * The browser is killed at random moments under load, over both ways in which Chromium stores IndexedDB: what
 * was synced is there, the tree is as it was after some number of the steps, and what was kept of a program's
 * changes is there whole or not at all. `npm run torture -- --runs 50` does it fifty times.
 */
import { randomBy } from '../src/testing/mutate.ts';
import { seedOfRun } from '../src/tooling/seed.mjs';
import { expect, type Page, test } from './oanix.ts';
import { backends, Profile } from './profile.ts';

const RUNS = Number(process.env['TORTURE_RUNS'] ?? 3);

/** The tree after the first `count` steps, as it must be: names with the beginning of their content. */
function model(count: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let i = 0; i < count; i++) {
    const name = `f${i}`;
    if (i % 5 === 4) files.delete(`f${i - 4}`);
    else if (i % 5 === 3) {
      const moved = files.get(`f${i - 1}`);
      files.delete(`f${i - 1}`);
      if (moved !== undefined) files.set(`m${i - 1}`, moved);
    } else files.set(name, `${name} ${i * 7}`);
  }
  return files;
}

/** Takes the steps from `from` on, tells of each sync, and every now and then keeps what a script changed. */
function work(page: Page, from: number): Promise<void> {
  return page.evaluate((first) => {
    const { oanix } = window;
    const { fs } = oanix;
    const told = window as never as { synced(step: number): Promise<void> };
    void (async () => {
      for (let i = first; ; i++) {
        const name = `/home/t/f${i}`;
        if (i % 5 === 4) await fs.remove(`/home/t/f${i - 4}`);
        else if (i % 5 === 3) await fs.rename(`/home/t/f${i - 1}`, `/home/t/m${i - 1}`);
        // Some are large, so that a kill meets a flush that has begun.
        else await fs.writeFile(name, `f${i} ${i * 7}`.padEnd(i % 11 === 0 ? 400_000 : 3_000));
        if (i % 13 === 0) {
          await fs.sync();
          await told.synced(i + 1);
        }
      }
    })().catch(() => undefined);
    void (async () => {
      for (let generation = Date.now(); ; generation++) {
        const { pid, done } = await oanix.spawn('/home/change.sh', {
          args: ['change', String(generation)],
          cwd: '/home',
          access: { '*': 'cow' },
        });
        await done;
        await oanix.reviews.keep(pid);
      }
    })().catch(() => undefined);
  }, from);
}

/** What is there: the files of the steps, and the words that the script wrote into each of its files. */
function look(page: Page): Promise<{ files: [string, string, number][]; kept: string[] }> {
  return page.evaluate(async () => {
    const { fs } = window.oanix;
    const files = await Promise.all(
      (await fs.readdir('/home/t')).map(async ({ name }): Promise<[string, string, number]> => {
        const text = await fs.readFile(`/home/t/${name}`, 'utf8');
        return [name, text.trimEnd(), text.length];
      }),
    );
    const kept: string[] = [];
    for (const name of ['a', 'b/c', 'd'])
      kept.push(await fs.readFile(`/home/kept/${name}`, 'utf8').catch(() => 'missing'));
    return { files, kept };
  });
}

for (const [backend, flag] of Object.entries(backends)) {
  test(`a killed browser loses nothing that was synced, in ${backend} @chromium`, async () => {
    test.setTimeout(60_000 + RUNS * 40_000);
    const baseURL = test.info().project.use.baseURL as string;
    const profile = new Profile([flag]);
    const random = randomBy(seedOfRun());
    let synced = 0;
    let lost = 0;
    for (let run = 0; run <= RUNS; run++) {
      const page = await profile.open(baseURL);
      // Chromium itself throws a database away now and then when it was killed: that must be told, and rare.
      const thrownAway = (await page.getByText('no longer has the database').count()) > 0;
      if (thrownAway) {
        lost++;
        synced = 0;
        await page.getByRole('button', { name: 'Dismiss' }).click();
      }
      await expect(page.getByText('could not be read')).toHaveCount(0);
      if (run === 0 || thrownAway) {
        await page.evaluate(async () => {
          const { fs } = window.oanix;
          await fs.mkdir('/home/t');
          await fs.mkdir('/home/kept');
          await fs.writeFile(
            '/home/change.sh',
            '#!/bin/sh\nmkdir -p kept/b\nfor f in a b/c d; do echo $1 > kept/$f; done\n',
          );
          await fs.sync();
        });
      }
      const { files, kept } = await look(page);
      expect(new Set(kept).size, `kept whole or not at all: ${kept.join(' ')}`).toBe(1);
      // Which step it has come to: the tree must be just what it was after that.
      const numbers = files.map(([name]) => Number(name.slice(1)));
      const least = Math.max(0, ...numbers);
      const found = new Map(files.map(([name, text]) => [name, text]));
      const at = Array.from({ length: 6 }, (_, i) => least + i).find((count) =>
        isSame(model(count), found),
      );
      expect(at, `a tree that was: ${[...found.keys()].sort().join(' ')}`).toBeDefined();
      expect(at, 'all that was synced is there').toBeGreaterThanOrEqual(synced);
      for (const [name, , size] of files)
        expect([3_000, 400_000], `${name} is not torn`).toContain(size);
      if (run === RUNS) break;
      await page.exposeFunction('synced', (step: number) => {
        synced = step;
      });
      await work(page, at as number);
      await page.waitForTimeout(400 + random(1_500));
      await profile.kill();
    }
    expect(synced).toBeGreaterThan(0);
    expect(lost, 'databases that the browser threw away').toBeLessThanOrEqual(Math.ceil(RUNS / 10));
    await profile.close();
    profile.remove();
  });
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([name, text]) => b.get(name) === text);
