/** `oanix capsule pack|unpack|ls`: folders of this computer as capsules, and back. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import fs from 'node:fs/promises';
import nodePath from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type CapsuleSource,
  FILES,
  MANIFEST,
  packCapsule,
  parseManifest,
  SUMS,
} from '../capsule/capsule.ts';
import { ArchiveFs } from '../fs/archive/archivefs.ts';
import { WorkspaceFs } from '../fs/workspace/workspacefs.ts';
import { fail, hasCode } from '../kernel/errors.ts';
import { type FileService, never } from '../kernel/service.ts';

export const CAPSULE_USAGE = `usage: oanix capsule pack DIR FILE.tar [--name NAME]
       oanix capsule unpack FILE.tar DIR
       oanix capsule ls FILE.tar
`;

const PIECE = 1 << 20;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* contentOf(service: FileService, path: string[]): AsyncGenerator<Uint8Array> {
  const handle = await service.open(path, { read: true }, never);
  try {
    for (let at = 0; ; ) {
      const part = (await handle.read?.(at, PIECE, never)) ?? new Uint8Array(0);
      if (part.length === 0) return;
      yield part;
      at += part.length;
    }
  } finally {
    await handle.close?.();
  }
}

/** A directory of this computer, as it will be called in the capsule. */
function sourceOf(service: FileService, root: string): CapsuleSource {
  const inside = (path: string): string[] => path.slice(root.length).split('/').filter(Boolean);
  return {
    list: async (path) => service.readdir(inside(path), never),
    stat: async (path) => service.stat(inside(path), never),
    readlink: async (path) => service.readlink?.(inside(path), never) ?? fail('EINVAL'),
    read: (path) => contentOf(service, inside(path)),
  };
}

export async function pack(dir: string, file: string, name: string): Promise<void> {
  const root = `/${name}`;
  const stream = packCapsule(sourceOf(new WorkspaceFs(dir), root), {
    name,
    roots: [root],
    now: Date.now(),
    sha256: async (bytes) => sha256(bytes),
  });
  // Written beside, so that what is there is replaced whole.
  const beside = `${file}.part`;
  await pipeline(
    Readable.fromWeb(stream as Parameters<typeof Readable.fromWeb>[0]),
    createWriteStream(beside),
  );
  await fs.rename(beside, file);
}

async function openArchive(file: string): Promise<{ archive: ArchiveFs; close(): Promise<void> }> {
  const handle = await fs.open(file);
  const { size } = await handle.stat();
  const archive = new ArchiveFs(async () => ({
    size,
    read: async (at, count) => {
      const data = new Uint8Array(count);
      const { bytesRead } = await handle.read(data, 0, count, at);
      return data.subarray(0, bytesRead);
    },
  }));
  await archive.ready();
  return { archive, close: () => handle.close() };
}

const textOf = async (archive: ArchiveFs, path: string[]): Promise<string> => {
  const parts: Uint8Array[] = [];
  for await (const part of contentOf(archive, path)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};

async function manifestOf(archive: ArchiveFs): Promise<ReturnType<typeof parseManifest>> {
  try {
    return parseManifest(await textOf(archive, [MANIFEST]));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) fail('EINVAL', `this is no capsule: it has no ${MANIFEST}`);
    throw error;
  }
}

/** Every file and directory below `files/`, directories before what is in them. */
async function* walk(archive: ArchiveFs, path: string[]): AsyncGenerator<string[]> {
  for (const { name, kind } of await archive.readdir(path)) {
    yield [...path, name];
    if (kind === 'dir') yield* walk(archive, [...path, name]);
  }
}

export async function list(file: string): Promise<string> {
  const { archive, close } = await openArchive(file);
  try {
    const { name, created_at, namespace } = await manifestOf(archive);
    const lines = [`${name}, made ${created_at}`];
    if (namespace)
      lines.push(
        'mounts:',
        ...namespace
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`),
      );
    for await (const path of walk(archive, [FILES.slice(0, -1)])) {
      const { kind, size } = await archive.stat(path);
      lines.push(
        `${kind === 'file' ? String(size).padStart(12) : kind.padStart(12)}  /${path.slice(1).join('/')}`,
      );
    }
    return `${lines.join('\n')}\n`;
  } finally {
    await close();
  }
}

/** Into a directory that is empty or not there; every file is checked by its sum. */
export async function unpack(file: string, dir: string): Promise<void> {
  const { archive, close } = await openArchive(file);
  try {
    await manifestOf(archive);
    await fs.mkdir(dir, { recursive: true });
    if ((await fs.readdir(dir)).length > 0) fail('ENOTEMPTY', `${dir} is not empty`);
    const sums = new Map(
      (await textOf(archive, [SUMS]))
        .split('\n')
        .filter(Boolean)
        .map((line) => [line.slice(66), line.slice(0, 64)] as const),
    );
    const target = new WorkspaceFs(dir);
    for await (const path of walk(archive, [FILES.slice(0, -1)])) {
      const { kind, mtime } = await archive.stat(path);
      const inside = path.slice(1);
      if (kind === 'symlink') await target.symlink(await archive.readlink(path), inside);
      else await target.create(inside, kind);
      if (kind !== 'file') continue;
      await copy(archive, path, target, inside, sums.get(path.join('/')));
      await target.setTimes(inside, { mtime });
    }
  } finally {
    await close();
  }
}

async function copy(
  archive: ArchiveFs,
  path: string[],
  target: WorkspaceFs,
  inside: string[],
  sum: string | undefined,
): Promise<void> {
  const hash = createHash('sha256');
  const handle = await target.open(inside, { write: true });
  try {
    let at = 0;
    for await (const part of contentOf(archive, path)) {
      hash.update(part);
      await handle.write?.(at, part, never);
      at += part.length;
    }
  } finally {
    await handle.close?.();
  }
  if (hash.digest('hex') !== sum)
    fail('EIO', `${nodePath.posix.join(...inside)} is not what its sum says`);
}
