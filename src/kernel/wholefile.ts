/** Files read and replaced whole. */
import { concat } from './bytes.ts';
import { fail } from './errors.ts';
import type { OpenFile } from './openfile.ts';
import { Turns } from './turns.ts';

const READ_BYTES = 4 * 1024 * 1024;
/** What readFile takes of a stream, which may have no end, and of a file. */
const STREAM_MAX = 16 * 1024 * 1024;
const FILE_MAX = 1024 * 1024 * 1024;

/** Replacements of whole files that are under way: two of one file follow each other. */
const replacing = new Turns();

/** To its end; EFBIG for more than one piece should be. */
export async function readWhole(file: OpenFile, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const most = file.stream ? STREAM_MAX : FILE_MAX;
  for (let size = 0; ; ) {
    const part = await file.read(READ_BYTES, signal);
    if (part.length === 0) break;
    parts.push(part);
    size += part.length;
    if (size > most)
      fail('EFBIG', 'too much to be read in one piece: open it and read it in parts');
    if (signal.aborted) fail('EINTR');
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : concat(parts);
}

/**
 * Replaces or appends to a file: written over from its beginning and then cut, so that no moment in
 * between shows an empty file.
 */
export const writeWhole = (
  file: OpenFile,
  data: Uint8Array,
  append: boolean,
  signal: AbortSignal,
): Promise<void> =>
  replacing.run(file.place.name(), () => replaceContent(file, data, append, signal));

async function replaceContent(
  file: OpenFile,
  data: Uint8Array,
  append: boolean,
  signal: AbortSignal,
): Promise<void> {
  const cuts = !append && !file.stream && (await file.stat(signal)).size > data.length;
  for (let done = 0; done < data.length; ) {
    done += await file.write(done === 0 ? data : data.subarray(done), signal);
  }
  if (cuts) await file.truncate(data.length, signal);
}
