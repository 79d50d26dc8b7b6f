/** Reads of files of the host, by descriptor. */
import fs from 'node:fs';

/** A buffer of at most this many bytes costs less than the call that tells the file's size. */
const SMALL = 16_384;

/**
 * Reads at most `count` bytes from offset `at`; fewer, or none, at the end of the file. Callers ask for large pieces of
 * files that are mostly small, so the buffer is as large as what is left of the file. Files such as those of /proc
 * report no size: they are read in small pieces. Throws what the host reports.
 */
export function readHost(fd: number, at: number, count: number): Uint8Array {
  const room =
    count <= SMALL ? count : Math.min(count, Math.max(fs.fstatSync(fd).size - at, SMALL));
  const data = new Uint8Array(room);
  return data.subarray(0, fs.readSync(fd, data, 0, room, at));
}
