/**
 * Reads archives for suites.mjs, in a process that can be ended where a reader hangs. A message is the path of
 * an archive; the answer is its tree, or why it was refused.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import { load } from './typescript.mjs';

const { ArchiveFs } = await load('/src/fs/archive/archivefs.ts');
process.on('disconnect', () => process.exit());

/** Content that is larger is not compared: sparse files have 60 GB. */
const CONTENT_MAX = 1 << 26;
const PIECE = 1 << 20;

process.on('message', (path) => {
  void treeOf(path)
    .catch(failed)
    .then((answer) => process.send(answer));
});
process.send('ready');

/** An error without a code is a crash of the reader. */
function failed(error) {
  const isRefusal = typeof error.code === 'string' && error.name === 'FsError';
  return isRefusal ? { refused: error.message } : { crashed: String(error.stack ?? error) };
}

async function treeOf(path) {
  const file = await fs.open(path);
  try {
    const { size } = await file.stat();
    const read = async (at, count) => {
      const data = new Uint8Array(Math.max(0, Math.min(count, size - at)));
      const { bytesRead } = await file.read(data, 0, data.length, at);
      return data.subarray(0, bytesRead);
    };
    const options = { path, links: 'kept' };
    const archive = new ArchiveFs(async () => ({ size, read }), { kind: 'archive', options });
    await archive.ready();
    const entries = {};
    await walk(archive, [], entries);
    return { entries, problems: archive.problems };
  } finally {
    await file.close();
  }
}

async function walk(archive, path, entries) {
  for (const { name } of await archive.readdir(path)) {
    const here = [...path, name];
    const { kind, size, mtime, ino } = await archive.stat(here);
    // The list of problems is no entry.
    if (ino === 0n) continue;
    const entry = { kind, size, mtime: Number(mtime / 1_000_000_000n) };
    entries[here.join('/')] = entry;
    if (kind === 'dir') await walk(archive, here, entries);
    else if (kind === 'symlink') entry.content = await archive.readlink(here);
    else Object.assign(entry, await contentOf(archive, here, size));
  }
}

async function contentOf(archive, path, size) {
  if (size > CONTENT_MAX) return {};
  const hash = createHash('sha256');
  try {
    const handle = await archive.open(path, { read: true });
    for (let at = 0; ; ) {
      const part = await handle.read(at, PIECE);
      if (part.length === 0) return { content: hash.digest('hex') };
      hash.update(part);
      at += part.length;
    }
  } catch (error) {
    if (error.name !== 'FsError') throw error;
    return { refused: error.message };
  }
}
