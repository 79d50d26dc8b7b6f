/** Files of a service by one call, for tests. */
import { type FileService, never } from '../kernel/service.ts';
import { codeOf } from './kernel.ts';

export async function put(fs: FileService, path: string[], text: string): Promise<void> {
  await codeOf(() => fs.create?.(path, 'file', never));
  const handle = await fs.open(path, { write: true, truncate: true }, never);
  await handle.write?.(0, new TextEncoder().encode(text), never);
  await handle.close?.();
}

export async function cat(fs: FileService, path: string[]): Promise<string> {
  const handle = await fs.open(path, { read: true }, never);
  const { size } = await fs.stat(path, never);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < size; ) {
    const part = (await handle.read?.(at, size - at, never)) as Uint8Array;
    if (part.length === 0) throw new Error(`${path.join('/')} ends before its size`);
    parts.push(part);
    at += part.length;
  }
  await handle.close?.();
  return new TextDecoder().decode(await new Blob(parts as BlobPart[]).arrayBuffer());
}

export const names = async (fs: FileService, path: string[] = []): Promise<string[]> =>
  (await fs.readdir(path, never)).map(({ name }) => name).sort();
