/** Errors in the words that scripts and people know. */
import type { FsError } from '../kernel/errors.ts';

/** The words of strerror(3), which scripts and people know. */
export const words: { readonly [code: string]: string } = {
  EACCES: 'Permission denied',
  EBADF: 'Bad file descriptor',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  EINVAL: 'Invalid argument',
  EIO: 'Input/output error',
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  EMFILE: 'Too many open files',
  ENAMETOOLONG: 'File name too long',
  ENOENT: 'No such file or directory',
  ENOSPC: 'No space left on device',
  ENOTDIR: 'Not a directory',
  ENOTEMPTY: 'Directory not empty',
  ENXIO: 'No such device or address',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
  ESRCH: 'No such process',
  EXDEV: 'Invalid cross-device link',
};

/** The words of strerror(3), the reason, and what to do. */
const atLength = ({ code, reason }: FsError): string =>
  [words[code] ?? code, reason, code === 'EROFS' && 'the command mount shows what can be written']
    .filter(Boolean)
    .join(': ');

/** What a rule of the namespace refuses. Debian has no words for the rule, so it is said as well. */
const refusals: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

/** Why an operation failed: the words of strerror(3) alone, where there are some, but for what is refused. */
export const wordsOf = (error: FsError): string =>
  refusals.has(error.code) ? atLength(error) : (words[error.code] ?? error.reason ?? error.code);

export const explain = (error: FsError): string =>
  [error.path, atLength(error)].filter(Boolean).join(': ');
