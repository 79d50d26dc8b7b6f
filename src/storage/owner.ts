/**
 * A file that names the process that owns a store. Node has no locks that end with their process, so the file tells who
 * made it, and what a dead process left is taken over. Two processes never take over from the same dead one: the right to
 * do so is itself such a file, and its holder looks again before it replaces anything. A file of that name that no store
 * wrote stays, and the store is refused.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { FsError, fail } from '../kernel/errors.ts';

interface OwnerRecord {
  readonly pid: number;
  readonly host: string;
  /** The PID namespace in which `pid` counts; empty where the system has none, and in files of earlier versions. */
  readonly namespace: string;
  /** What tells a process from a later one with its number: `BOOT TICK`; empty where the system does not say. */
  readonly started: string;
  readonly id: string;
}

/** Longer files are not ours. */
const RECORD_MAX_BYTES = 4096;

/**
 * Throws EBUSY while another process owns what `path` stands for, or may own it, and EIO where `path` is not a file of
 * this kind. The returned function gives it up.
 */
export function own(path: string): () => void {
  const mine: OwnerRecord = {
    pid: process.pid,
    host: hostname(),
    namespace: namespaceOf(process.pid),
    started: startOf(process.pid),
    id: randomUUID(),
  };
  while (!create(path, mine)) {
    const found = read(path);
    if (!found) continue;
    refuseIfAlive(path, found, mine);
    const release = own(`${path}.${found.id}`);
    try {
      if (read(path)?.id === found.id) fs.rmSync(path, { force: true });
    } finally {
      release();
    }
  }
  return () => {
    try {
      if (read(path)?.id === mine.id) fs.rmSync(path, { force: true });
    } catch {
      // Something else has taken the name, which is not ours to delete.
    }
  };
}

function refuseIfAlive(path: string, found: OwnerRecord, mine: OwnerRecord): void {
  const { pid, host, namespace, started } = found;
  const refuse = (who: string): never =>
    fail(
      'EBUSY',
      `${who} has this store open, or had it open when it died: if it is gone, delete ${path}`,
    );
  if (host !== '' && host !== mine.host) refuse(`process ${pid} on the host ${host}`);
  // Everything that ran before this start of the machine is dead.
  const isOfAnotherBoot = started !== '' && mine.started !== '' && bootOf(found) !== bootOf(mine);
  if (isOfAnotherBoot) return;
  if (namespace !== '' && namespace !== mine.namespace)
    refuse(`process ${pid} in another container (${namespace})`);
  if (!isAlive(pid)) return;
  const now = startOf(pid);
  // The system may hide when a process of another user started.
  if (started !== '' && now !== '' && started !== now) return;
  fail('EBUSY', `process ${pid} has this store open: end it and try again`);
}

/** False if the name is taken. The file appears with its content at once, so that nobody reads half of it. */
function create(path: string, record: OwnerRecord): boolean {
  const draft = `${path}.${record.id}`;
  const text = JSON.stringify(record);
  try {
    write(draft, text);
    try {
      return linkOrWrite(draft, path, text);
    } finally {
      fs.rmSync(draft, { force: true });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new FsError('EIO', { reason: `cannot create ${path} (${code})`, cause: error });
  }
}

function linkOrWrite(draft: string, path: string, text: string): boolean {
  try {
    fs.linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  }
  try {
    // The file system has no hard links.
    write(path, text);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Makes a file that a power cut does not leave empty. */
function write(path: string, text: string): void {
  const fd = fs.openSync(path, 'wx', 0o644);
  try {
    fs.writeSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Undefined if nothing has the name. Throws EIO where what has it cannot be the file of an owner. */
function read(path: string): OwnerRecord | undefined {
  const refuse = (what: string): never =>
    fail('EIO', `${path} ${what}: the store keeps its owner under this name; move it away`);
  const stats = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return undefined;
  // Opening a pipe would wait for ever.
  if (!stats.isFile()) refuse(`is ${stats.isSymbolicLink() ? 'a symbolic link' : 'not a file'}`);
  if (stats.size > RECORD_MAX_BYTES) refuse('was not written by a store');
  let text: string;
  try {
    text = fs.readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? undefined : refuse(`cannot be read (${code})`);
  }
  return parse(text) ?? refuse('was not written by a store');
}

/** Undefined where it is no record. Earlier versions wrote the number of the process alone. */
function parse(text: string): OwnerRecord | undefined {
  if (/^[1-9]\d{0,9}$/.test(text))
    return { pid: Number(text), host: '', namespace: '', started: '', id: `pid-${text}` };
  try {
    // Earlier versions recorded no namespace.
    const record = { namespace: '', ...JSON.parse(text) } as OwnerRecord;
    const { pid, host, namespace, started, id } = record;
    const isRecord =
      Number.isSafeInteger(pid) &&
      [host, namespace, started].every((word) => typeof word === 'string') &&
      /^[0-9a-f-]{36}$/.test(id);
    return isRecord ? { pid, host, namespace, started, id } : undefined;
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

const bootOf = ({ started }: OwnerRecord): string => started.split(' ')[0] ?? '';

/** As `pid:[4026531836]`, from Linux's `/proc`. */
function namespaceOf(pid: number): string {
  try {
    return fs.readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return '';
  }
}
