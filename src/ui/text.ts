/** Words for people: names made safe to show, sizes, times, and errors as sentences with a remedy. */
import type { Errno } from '../kernel/errors.ts';
import { withSuffix } from './files/names.ts';

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
  return Number.isNaN(date.getTime()) ? '' : times.format(date);
}

/** Made once: making it costs more than using it. */
const times = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const showDuration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;

const sentences: Record<Errno, string> = {
  E2BIG: 'That is too much at once. Do it in smaller parts.',
  EACCES:
    'That is not allowed here. Mount the directory with "New files go here", or choose another.',
  EAGAIN: 'There is nothing to read at the moment. Try again.',
  EBADF: 'That file is no longer open. Open it again.',
  EBUSY: 'That is in use. End what uses it, then try again.',
  ECHILD: 'That is no child of this process. Look at its list of jobs.',
  EDQUOT: 'This mount has used up its quota. Remove files there, then try again.',
  EEXIST: 'Something with this name is already there. Choose another name.',
  EFBIG: 'That is larger than what fits here. Read or write it in parts.',
  EILSEQ: 'That is not valid text in UTF-8. Choose another name, or read the file as bytes.',
  EINTR: 'That was interrupted. Try again.',
  EINVAL: 'That is not valid here. Check what you entered.',
  EIO: 'The service behind this path could not do it. Try again; if it stays, reload the page.',
  EISDIR: 'That is a directory. Choose a file in it.',
  ELOOP: 'The symbolic links here lead in a circle. Remove one of them.',
  EMFILE: 'Too many files are open at once. Close some, or end a program.',
  EMLINK: 'That file has too many names. Remove one of them.',
  ENAMETOOLONG:
    'The name is too long: a name has at most 255 bytes, a path 4,096. Choose a shorter one.',
  ENOENT: 'There is nothing at this path. It may have been moved or removed.',
  ENOEXEC: 'This cannot be run. Choose a WASI preview1 command.',
  ENOMEM: 'The program asks for more memory than it may have. Raise its memory limit.',
  ENOSPC: 'There is no room left. Remove files you no longer need, then try again.',
  ENOSYS: 'This version of OANIX cannot do that. Reload the page for a newer one.',
  ENOTCAPABLE:
    'The program may not reach outside of its directories. Give it that directory as a preopen.',
  ENOTDIR: 'A part of this path is a file, not a directory. Check the path.',
  ENOTEMPTY: 'The directory is not empty. Remove what is in it first.',
  ENOTSUP: 'The service behind this path cannot do that. Try it in /home or /tmp.',
  ENOTTY: 'This is no terminal. Run the program in a terminal.',
  ENXIO: 'There is no device behind this file. Choose another.',
  EPERM: 'That is not permitted. Choose another file.',
  EPIPE: 'The program that was to read this has ended. Run it again.',
  EROFS:
    'This part of the namespace is read-only. Save a copy in /tmp or another writable mount instead.',
  ESPIPE: 'A stream has no positions. Read it from its beginning.',
  ESRCH: 'That program has already ended.',
  ESTALE: 'This is no longer up to date. Reload the page.',
  ETIMEDOUT: 'That took too long. Try again.',
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
  // Why something is not valid is all that helps: the person may have entered nothing.
  if (code === 'EINVAL' && reason) return asSentence(reason);
  if (!sentence) return message ?? String(error);
  return reason ? `${sentence} (${reason})` : sentence;
}

const asSentence = (words: string): string =>
  words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?…]$/.test(words) ? '' : '.');

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

/** As a shell reads it back, whatever is in it. */
export const shellQuoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export const joinPath = (dir: string, name: string): string =>
  dir === '/' ? `/${name}` : `${dir}/${name}`;
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const isWithin = (path: string, dir: string): boolean =>
  path === dir || path.startsWith(`${dir}/`);
/** Names of archives, which open when they are dropped alone. */
export const isArchive = (path: string): boolean =>
  /\.(zip|tar|tar\.(gz|bz2|xz|zst)|tgz|tbz2?|txz|tzst)$/i.test(path);
/** Names of files that can be looked into: archives, compressed files, and documents and packages that are zips. */
export const isBrowsable = (path: string): boolean =>
  isArchive(path) ||
  /\.(gz|bz2|xz|zst|jar|war|whl|docx|xlsx|pptx|od[tsp]|epub|vsix|apk|crx|xpi|nupkg)$/i.test(path);
export const isProgram = (path: string): boolean => path.endsWith('.wasm');

/** `/mnt/NAME`, or the next number where something is mounted there; a name that is too long is cut. */
export function freePlace(name: string, mounts: readonly { readonly at: string }[]): string {
  const taken = new Set(mounts.map(({ at }) => at));
  for (let number = 1; ; number++) {
    const at = `/mnt/${withSuffix(name, number === 1 ? '' : ` ${number}`)}`;
    if (!taken.has(at)) return at;
  }
}
