/** Copies of files, directories and symlinks from anywhere in the namespace to anywhere: by reading and writing alone. */
import { client } from '../session.ts';
import { joinPath, showName } from '../text.ts';

/** Read at once, in bytes. */
const PIECE = 1024 * 1024;

interface Walked {
  readonly from: string;
  readonly to: string;
  readonly kind: 'file' | 'dir' | 'symlink' | 'device';
  readonly size: number;
  readonly mtime: bigint;
}

/** `to` must not exist. What a stopped or failed copy has made is taken away again. */
export async function copyTree(
  from: string,
  to: string,
  signal: AbortSignal,
  progress: (part: number) => void = () => undefined,
): Promise<void> {
  if (`${to}/`.startsWith(`${from}/`))
    throw new Error('A folder cannot be put into itself. Choose another place.');
  const { fs } = client().oanix;
  const all = await walk(from, to, signal);
  const total = all.reduce((sum, { size }) => sum + size, 0) || 1;
  let done = 0;
  let isMade = false;
  try {
    for (const each of all) {
      signal.throwIfAborted();
      if (each.kind === 'dir') await fs.mkdir(each.to);
      else if (each.kind === 'symlink') await fs.symlink(await fs.readlink(each.from), each.to);
      else
        await copyFile(each, signal, (bytes) => {
          isMade = true;
          done += bytes;
          progress(Math.min(1, done / total));
        });
      isMade = true;
    }
    // Deepest first: what is put into a directory changes its time.
    for (const { kind, to: made, mtime } of all.reverse())
      if (kind !== 'symlink' && mtime > 0n)
        await fs.setTimes(made, { mtime }).catch(() => undefined);
  } catch (error) {
    // Only what was made here: the name may be another's, taken meanwhile.
    if (isMade) await fs.remove(to, { recursive: true }).catch(() => undefined);
    throw error;
  }
}

async function walk(from: string, to: string, signal: AbortSignal): Promise<Walked[]> {
  signal.throwIfAborted();
  const { fs } = client().oanix;
  const { kind, size, mtime } = await fs.lstat(from);
  const found: Walked[] = [{ from, to, kind, size: kind === 'file' ? size : 0, mtime } as Walked];
  if (kind === 'dir')
    for (const { name } of await fs.readdir(from))
      found.push(...(await walk(joinPath(from, name), joinPath(to, name), signal)));
  return found;
}

/** A file that has an end: a stream would be copied for ever. */
export async function openFile(path: string, signal: AbortSignal) {
  const file = await client().oanix.fs.open(path, 'r', signal);
  const { stream } = await client().call('fstat', { fd: file.fd });
  if (stream === 0) return file;
  await file.close();
  throw new Error(`${showName(path)} is a stream without an end: it cannot be copied.`);
}

async function copyFile(
  { from, to }: Walked,
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<void> {
  const { fs } = client().oanix;
  const source = await openFile(from, signal);
  try {
    const target = await fs.open(to, 'wx', signal);
    try {
      for (;;) {
        const data = await source.read(PIECE, signal);
        if (data.length === 0) break;
        await target.write(data, signal);
        moved(data.length);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
