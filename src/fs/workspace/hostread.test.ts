/** Reads of small, large and growing files, and of those that report no size. */
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHost } from './hostread.ts';

const PIECE = 1 << 20;

function opened<T>(path: string, use: (fd: number) => T): T {
  const fd = fs.openSync(path, 'r+');
  try {
    return use(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function inFile(use: (fd: number) => void): void {
  const dir = fs.mkdtempSync(join(tmpdir(), 'oanix-read-'));
  try {
    fs.writeFileSync(join(dir, 'file'), 'small');
    opened(join(dir, 'file'), use);
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
}

it('a small file takes a small buffer, however much is asked for', () => {
  inFile((fd) => {
    const data = readHost(fd, 0, PIECE);
    expect(Buffer.from(data).toString()).toBe('small');
    expect(data.buffer.byteLength).toBeLessThan(PIECE / 10);
    expect(readHost(fd, 3, 2)).toHaveLength(2);
    expect(readHost(fd, 5, PIECE)).toHaveLength(0);
    expect(readHost(fd, 1e9, PIECE)).toHaveLength(0);
  });
});

it('a large file is read in the pieces that are asked for, also where it has grown', () => {
  inFile((fd) => {
    fs.writeSync(fd, Buffer.alloc(3 * PIECE, 7), 0, 3 * PIECE, 0);
    expect(readHost(fd, 0, PIECE)).toHaveLength(PIECE);
    expect(readHost(fd, 2 * PIECE + 1, PIECE)).toHaveLength(PIECE - 1);
    fs.writeSync(fd, 'more', 3 * PIECE);
    expect(Buffer.from(readHost(fd, 3 * PIECE, PIECE)).toString()).toBe('more');
  });
});

it.runIf(process.platform === 'linux')('a file that reports no size is read whole', () => {
  const fd = fs.openSync('/proc/self/status', 'r');
  let read = '';
  for (let part = readHost(fd, 0, PIECE); part.length > 0; part = readHost(fd, read.length, PIECE))
    read += Buffer.from(part).toString('latin1');
  fs.closeSync(fd);
  expect(read).toMatch(/^Name:[\s\S]*Pid:/);
});
