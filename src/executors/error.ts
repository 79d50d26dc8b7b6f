/** Why an executor could not do something: a POSIX code, the kind, and the reason in words. */
import { type Errno, FsError } from '../kernel/errors.ts';

const codes = {
  http: 'EIO',
  timeout: 'ETIMEDOUT',
  shutting_down: 'ENXIO',
  not_attached: 'ENXIO',
  config: 'EINVAL',
} as const satisfies Readonly<Record<string, Errno>>;

export type ExecutorErrorKind = keyof typeof codes;

export class ExecutorError extends FsError {
  readonly kind: ExecutorErrorKind;

  constructor(kind: ExecutorErrorKind, reason: string) {
    super(codes[kind], { reason });
    this.name = 'ExecutorError';
    this.kind = kind;
  }
}
