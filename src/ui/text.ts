/** Words for people: names made safe to show, sizes, times, and errors as sentences with a remedy. */
import type { Errno } from '../kernel/errors.ts';

/** Control, format and bidirectional characters, which could make a name look like another (Unicode UAX 9). */
const deceptive = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export const showName = (name: string): string =>
  name.replace(
    deceptive,
    (c) => `\\u${(c.codePointAt(0) as number).toString(16).padStart(4, '0')}`,
  );

export function showSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

export function showTime(ns: bigint): string {
  if (ns <= 0n) return '';
  const date = new Date(Number(ns / 1_000_000n));
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export const showDuration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

const sentences: Partial<Record<Errno, string>> = {
  EACCES: 'That is not allowed here.',
  EBUSY: 'That is in use, for instance as a mount point. Unmount it first.',
  EEXIST: 'Something with this name is already there. Choose another name.',
  EFBIG: 'That is larger than what fits here.',
  EINVAL: 'That is not valid here.',
  EIO: 'The service behind this path could not do it.',
  EISDIR: 'That is a directory.',
  ELOOP: 'The symbolic links here lead in a circle.',
  ENAMETOOLONG: 'The name is too long: a name has at most 255 bytes, a path 4,096.',
  ENOENT: 'There is nothing at this path. It may have been moved or removed.',
  ENOEXEC: 'This cannot be run.',
  ENOMEM: 'The program asks for more memory than it may have.',
  ENOSPC: 'There is no room left. Remove files you no longer need, then try again.',
  ENOTDIR: 'A part of this path is a file, not a directory.',
  ENOTEMPTY: 'The directory is not empty.',
  ENOTSUP: 'The service behind this path cannot do that.',
  EPERM: 'That is not permitted.',
  EROFS: 'This part of the namespace is read-only. Save a copy under /home or /tmp instead.',
  ESTALE: 'This is no longer up to date. Reload the page.',
  EXDEV: 'That would cross from one mount into another. Copy it instead.',
};

/** A sentence for a person, then the reason where the service gave one. */
export function explain(error: unknown): string {
  const { code, reason, message } = (error ?? {}) as {
    code?: Errno;
    reason?: string;
    message?: string;
  };
  const sentence = code ? sentences[code] : undefined;
  if (code === 'ENOEXEC' && reason) return reason;
  if (!sentence) return message ?? String(error);
  return reason ? `${sentence} (${reason})` : sentence;
}

/** Splits arguments as a shell would: blanks separate, quotes and backslashes hold together. */
export function splitArguments(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs)) {
    found.push(
      match[0].replace(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs,
        (_, plain?: string, double?: string, single?: string) =>
          plain ?? single ?? (double as string).replace(/\\(["\\])/g, '$1'),
      ),
    );
  }
  return found;
}

export const joinPath = (dir: string, name: string): string =>
  dir === '/' ? `/${name}` : `${dir}/${name}`;
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const isProgram = (path: string): boolean => path.endsWith('.wasm');
