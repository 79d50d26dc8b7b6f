/** Files and folders given to the person, as downloads. */
import { attempt, type Undone, withProgress } from '../notices.ts';
import { client } from '../session.ts';
import { joinPath, nameOf } from '../text.ts';
import { openFile } from './copytree.ts';

/** One file as it is; a folder, or many things, as one zip. */
export async function download(paths: readonly string[]): Promise<Undone | undefined> {
  const [only] = paths;
  if (only === undefined) return undefined;
  return attempt('Not downloaded', async () => {
    const { fs } = client().oanix;
    if (paths.length === 1 && (await fs.stat(only)).kind !== 'dir') {
      const bytes = await fs.readFile(only);
      saveAs(nameOf(only), new Blob([bytes as Uint8Array<ArrayBuffer>]));
      return undefined;
    }
    const name = paths.length === 1 ? nameOf(only) || 'namespace' : 'files';
    return withProgress(`Packing ${name}`, async (signal, progress) => {
      saveAs(`${name}.zip`, await zipOf(paths, signal, progress));
    });
  });
}

async function zipOf(
  paths: readonly string[],
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<Blob> {
  const { fs } = client().oanix;
  const { Zip, ZipDeflate, ZipPassThrough } = await import('fflate');
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let failed: Error | undefined;
  const zip = new Zip((error, part) => {
    if (error) failed = error;
    else parts.push(part as Uint8Array<ArrayBuffer>);
  });
  const add = async (path: string, name: string): Promise<void> => {
    signal.throwIfAborted();
    // A link that leads up would be packed for ever: what it leads to has its own place.
    const { kind } = await fs.lstat(path);
    if (kind === 'symlink') return;
    if (kind === 'dir') {
      const folder = new ZipPassThrough(`${name}/`);
      zip.add(folder);
      folder.push(new Uint8Array(), true);
      for (const each of await fs.readdir(path))
        await add(joinPath(path, each.name), `${name}/${each.name}`);
      return;
    }
    const entry = new ZipDeflate(name, { level: 6 });
    zip.add(entry);
    const reader = (await openFile(path, signal)).stream().getReader();
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        entry.push(value);
        signal.throwIfAborted();
      }
    } finally {
      await reader.cancel();
    }
    entry.push(new Uint8Array(), true);
  };
  for (const [index, path] of paths.entries()) {
    await add(path, nameOf(path) || 'namespace');
    progress((index + 1) / paths.length);
  }
  zip.end();
  if (failed) throw failed;
  return new Blob(parts);
}

/** Gives a file to the person, as a download. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
