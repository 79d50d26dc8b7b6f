/** Files of a service by one call each, for what keeps things there. */

import type { MemFs } from '../fs/mem/memfs.ts';
import { concat } from '../kernel/bytes.ts';
import { Content } from '../kernel/content.ts';
import { hasCode } from '../kernel/errors.ts';
import type { Path } from '../kernel/path.ts';
import { type FileService, never, statIfThere } from '../kernel/service.ts';

const READ_BYTES = 1 << 20;

/** A directory with all that leads to it. */
export async function makeDir(service: FileService, path: Path): Promise<void> {
  for (let count = 1; count <= path.length; count++) {
    try {
      await service.create?.(path.slice(0, count), 'dir', never);
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

/** The whole of a file; undefined where there is none. */
export async function readIfThere(
  service: Pick<FileService, 'stat' | 'open'>,
  path: Path,
): Promise<Uint8Array | undefined> {
  if (!(await statIfThere(service, path))) return undefined;
  const handle = await service.open(path, { read: true }, never);
  const parts: Uint8Array[] = [];
  try {
    for (let at = 0; ; ) {
      const part = (await handle.read?.(at, READ_BYTES, never)) ?? new Uint8Array(0);
      if (part.length === 0) return concat(parts);
      parts.push(part.slice());
      at += part.length;
    }
  } finally {
    await handle.close?.();
  }
}

/** Replaces a file whole, or makes it: no crash shows a part of it. Its directory is there. */
export async function putFile(tree: MemFs, path: Path, data: Uint8Array): Promise<void> {
  const content = new Content();
  content.write(0, data);
  const now = BigInt(Date.now()) * 1_000_000n;
  await tree.apply([{ op: 'file', path, content, times: { mtime: now, atime: now } }]);
}

/** At its end; made where it is missing. */
export async function appendFile(tree: MemFs, path: Path, data: Uint8Array): Promise<void> {
  if (!(await statIfThere(tree, path))) await tree.create(path, 'file');
  const handle = await tree.open(path, { write: true, append: true });
  try {
    for (let rest = data; rest.length > 0; ) {
      const { written = rest.length } = (await handle.write?.('end', rest, never)) ?? {};
      rest = rest.subarray(written);
    }
  } finally {
    await handle.close?.();
  }
}

/** With all that is in it, in one step; what is not there is fine. */
export async function removeAll(tree: MemFs, path: Path): Promise<void> {
  if (await statIfThere(tree, path)) await tree.apply([{ op: 'remove', path }]);
}

export const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

export const decode = (data: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(data));
