/** The one place that knows WASI preview1's error numbers (witx typenames `errno`). */
import type { Errno } from '../kernel/errors.ts';

export const SUCCESS = 0;

const numbers: Readonly<Record<Errno, number>> = {
  E2BIG: 1,
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  ECHILD: 12,
  EDQUOT: 19,
  EEXIST: 20,
  EFBIG: 22,
  EILSEQ: 25,
  EINTR: 27,
  EINVAL: 28,
  EIO: 29,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  EMLINK: 34,
  ENAMETOOLONG: 37,
  ENOENT: 44,
  ENOEXEC: 45,
  ENOMEM: 48,
  ENOSPC: 51,
  ENOSYS: 52,
  ENOTDIR: 54,
  ENOTEMPTY: 55,
  ENOTSUP: 58,
  ENOTTY: 59,
  ENXIO: 60,
  EPERM: 63,
  EPIPE: 64,
  EROFS: 69,
  ESPIPE: 70,
  ESRCH: 71,
  ESTALE: 72,
  ETIMEDOUT: 73,
  EXDEV: 75,
  ENOTCAPABLE: 76,
};

/** A pointer led outside the program's memory. The kernel never says this. */
export const EFAULT = 21;
/** No such socket; preview1's sockets exist only as descriptors. */
export const ENOTSOCK = 57;

export const errnoOf = (code: Errno): number => numbers[code];
