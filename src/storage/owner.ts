/**
 * A file that names the process that owns a store. Node has no locks that end with their process, so the file tells who
 * made it, and what a dead process left is taken over. Two processes never take over from the same dead one: the right to
 * do so is itself such a file, and its holder looks again before it replaces anything.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { FsError, fail } from '../kernel/errors.ts';

interface OwnerRecord {
  readonly pid: number;
  readonly host: string;
  /** What tells a process from a later one with its number; empty where the system does not say. */
  readonly started: string;
  readonly id: string;
}

/** Throws EBUSY while another process owns what `path` stands for. The returned function gives it up. */
export function own(path: string): () => void {
  const mine: OwnerRecord = {
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    id: randomUUID(),
  };
  while (!create(path, mine)) {
    const found = read(path);
    if (!found) continue;
    refuseIfAlive(path, found);
    const release = own(`${path}.${found.id}`);
    try {
      if (read(path)?.id === found.id) fs.rmSync(path, { force: true });
    } finally {
      release();
    }
  }
  return () => {
    if (read(path)?.id === mine.id) fs.rmSync(path, { force: true });
  };
}

function refuseIfAlive(path: string, { pid, host, started }: OwnerRecord): void {
  if (host !== '' && host !== hostname())
    fail(
      'EBUSY',
      `process ${pid} on the host ${host} has this store open, or had when it died: if it is gone, delete ${path}`,
    );
  if (!isAlive(pid) || (started !== '' && started !== startOf(pid))) return;
  fail('EBUSY', `process ${pid} has this store open: end it and try again`);
}

/** False if the file exists. It appears with its content at once, so that nobody reads half of it. */
function create(path: string, record: OwnerRecord): boolean {
  const draft = `${path}.${record.id}`;
  const text = JSON.stringify(record);
  try {
    fs.writeFileSync(draft, text, { flag: 'wx' });
    try {
      fs.linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      // The file system has no hard links.
      fs.writeFileSync(path, text, { flag: 'wx' });
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    throw new FsError('EIO', { reason: `cannot create ${path} (${code})`, cause: error });
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Undefined if the file is gone. Earlier versions wrote the number of the process alone. */
function read(path: string): OwnerRecord | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  return parse(text) ?? { pid: Number(text), host: '', started: '', id: `pid-${Number(text)}` };
}

function parse(text: string): OwnerRecord | undefined {
  try {
    const { pid, host, started, id } = JSON.parse(text) as OwnerRecord;
    return /^[0-9a-f-]{36}$/.test(id) ? { pid, host, started, id } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The boot and the clock tick in which a process started, from Linux's `/proc`. */
function startOf(pid: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold spaces.
    return `${boot} ${stat.slice(stat.lastIndexOf(')')).split(' ')[20]}`;
  } catch {
    return '';
  }
}
