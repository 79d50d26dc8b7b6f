/** The workload over names: N files of 4 KiB, a hundred in a directory, or one chain of 16 directories. */

import type { Awaitable } from '../kernel/awaitable.ts';

/** What a file system must do here; paths are absolute. */
export interface Names {
  mkdir(path: string): Promise<unknown>;
  writeFile(path: string, data: Uint8Array): Promise<unknown>;
  readFile(path: string): Promise<Uint8Array>;
  stat(path: string): Awaitable<{ size: number | bigint }>;
  readdir(path: string): Promise<{ length: number }>;
  rename(from: string, to: string): Promise<unknown>;
  unlink(path: string): Awaitable<unknown>;
}

export type Phases = Record<'write' | 'read' | 'stat' | 'readdir' | 'rename' | 'unlink', number>;

const PER_DIRECTORY = 100;

export async function measureNames(fs: Names, count: number, deep: boolean): Promise<Phases> {
  const data = new Uint8Array(4096).fill(7);
  const base = deep ? `/${Array.from({ length: 15 }, (_, i) => `level-${i}`).join('/')}` : '';
  for (let i = 1; deep && i <= 15; i++)
    await fs.mkdir(
      base
        .split('/')
        .slice(0, i + 1)
        .join('/'),
    );
  const dirs = Array.from(
    { length: Math.ceil(count / PER_DIRECTORY) },
    (_, i) => `${base}/dir-${i}`,
  );
  for (const dir of dirs) await fs.mkdir(dir);
  const files = Array.from(
    { length: count },
    (_, i) => `${dirs[Math.floor(i / PER_DIRECTORY)]}/file-${i}`,
  );
  const timed = async (run: () => Promise<void>): Promise<number> => {
    const from = performance.now();
    await run();
    return performance.now() - from;
  };
  const each = (run: (file: string) => unknown) =>
    timed(async () => {
      for (const file of files) await run(file);
    });
  return {
    write: await each((file) => fs.writeFile(file, data.slice())),
    read: await each(async (file) => check((await fs.readFile(file)).length === 4096)),
    stat: await each(async (file) => check(Number((await fs.stat(file)).size) === 4096)),
    readdir: await timed(async () => {
      for (const dir of dirs) check((await fs.readdir(dir)).length > 0);
    }),
    rename: await each((file) => fs.rename(file, `${file}-new`)),
    unlink: await each((file) => fs.unlink(`${file}-new`)),
  };
}

function check(holds: boolean): void {
  if (!holds) throw new Error('the file system gave a wrong answer');
}
