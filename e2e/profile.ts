/** A browser of its own on a profile that stays: to be killed in the middle of its work, and opened again. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { chromiumLaunch } from '../src/testing/browsers.ts';
import type { Page } from './oanix.ts';

/** Chromium's two ways of storing IndexedDB. */
export const backends = {
  LevelDB: '--disable-features=IdbSqliteBackingStore',
  SQLite: '--enable-features=IdbSqliteBackingStore',
} as const;

export class Profile {
  readonly dir: string;
  readonly #args: readonly string[];
  #context: BrowserContext | undefined;

  constructor(args: readonly string[] = [], dir = mkdtempSync(join(tmpdir(), 'oanix-profile-'))) {
    this.#args = args;
    this.dir = dir;
  }

  async open(baseURL: string): Promise<Page> {
    const args = [...chromiumLaunch.args, ...this.#args];
    this.#context = await chromium.launchPersistentContext(this.dir, { ...chromiumLaunch, args });
    const page = this.#context.pages()[0] ?? (await this.#context.newPage());
    await page.goto(baseURL);
    await page.evaluate(() => window.oanix.ready);
    return page;
  }

  /** SIGKILL to the browser, in the middle of whatever it does; its children end too. */
  async kill(): Promise<void> {
    const processes = readProcesses();
    const browser = processes.find(
      ({ command }) => command.includes(this.dir) && !command.includes('--type='),
    );
    if (!browser) throw new Error('the browser was not found');
    const family = descendants(browser.pid, processes);
    process.kill(browser.pid, 'SIGKILL');
    await this.#context?.close().catch(() => undefined);
    for (let tries = 0; tries < 100; tries++) {
      const alive = family.filter(isAlive);
      if (alive.length === 0) return;
      if (tries > 20) for (const pid of alive) end(pid);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('children of the killed browser stay');
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function readProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent, command }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

function descendants(pid: number, processes: readonly ProcessRow[]): number[] {
  const children = processes.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child.pid, ...descendants(child.pid, processes)]);
}

function isAlive(pid: number): boolean {
  try {
    // One that has ended and was not waited for is over too.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
