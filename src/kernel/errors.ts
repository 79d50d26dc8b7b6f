/**
 * Errors: every failure of a file operation is an FsError with a POSIX code (errno(3)).
 * Numbers for WASI live in wasi/errno.ts, sentences for people in ui/; here are only codes.
 */

export type Errno =
  | 'E2BIG'
  | 'EACCES'
  | 'EAGAIN'
  | 'EBADF'
  | 'EBUSY'
  | 'ECHILD'
  | 'EDQUOT'
  | 'EEXIST'
  | 'EFBIG'
  | 'EILSEQ'
  | 'EINTR'
  | 'EINVAL'
  | 'EIO'
  | 'EISDIR'
  | 'ELOOP'
  | 'EMFILE'
  | 'EMLINK'
  | 'ENAMETOOLONG'
  | 'ENOENT'
  | 'ENOEXEC'
  | 'ENOMEM'
  | 'ENOSPC'
  | 'ENOSYS'
  | 'ENOTCAPABLE'
  | 'ENOTDIR'
  | 'ENOTEMPTY'
  | 'ENOTSUP'
  | 'ENOTTY'
  | 'ENXIO'
  | 'EPERM'
  | 'EPIPE'
  | 'EROFS'
  | 'ESPIPE'
  | 'ESRCH'
  | 'ESTALE'
  | 'ETIMEDOUT'
  | 'EXDEV';

/** Where an error happened; the kernel fills in what a service does not know. */
export interface ErrorContext {
  readonly op?: string | undefined;
  /** Full path in the namespace, as text. */
  readonly path?: string | undefined;
  /** Kind of the service that answered. */
  readonly service?: string | undefined;
  /** Why, in a few words, where the code alone does not tell. */
  readonly reason?: string | undefined;
  readonly cause?: unknown;
}

/** V8's knob; other engines ignore it. */
const engine = Error as { stackTraceLimit?: number | undefined };

/** A failed operation: `ENOENT: open /task/x (task)`, then `: reason` where there is one. */
export class FsError extends Error {
  readonly code: Errno;
  readonly op: string | undefined;
  readonly path: string | undefined;
  readonly service: string | undefined;
  readonly reason: string | undefined;

  constructor(code: Errno, context: ErrorContext = {}) {
    // An expected answer, not a bug: where the engine can, no stack is taken (it costs more than most calls).
    const limit = engine.stackTraceLimit;
    engine.stackTraceLimit = 0;
    super(describe(code, context), context.cause === undefined ? {} : { cause: context.cause });
    engine.stackTraceLimit = limit;
    this.name = 'FsError';
    this.code = code;
    this.op = context.op;
    this.path = context.path;
    this.service = context.service;
    this.reason = context.reason;
  }

  /** The same error with what is still unknown of `context` filled in. */
  within(context: ErrorContext): FsError {
    const known = { op: this.op, path: this.path, service: this.service, reason: this.reason };
    const merged: Record<string, unknown> = { ...context };
    for (const [key, value] of Object.entries(known)) if (value !== undefined) merged[key] = value;
    return new FsError(this.code, { ...merged, cause: this.cause });
  }
}

function describe(code: Errno, { op, path, service, reason }: ErrorContext): string {
  const where = [op, path, service && `(${service})`].filter(Boolean).join(' ');
  return [code, where, reason].filter(Boolean).join(': ');
}

/** Shorthand for services: `fail('EINVAL', 'not a number')`. */
export function fail(code: Errno, reason?: string): never {
  throw reason === undefined ? bare(code) : new FsError(code, { reason });
}

/** Missing names and the like are asked for all the time: an error that says no more than its code is made once. */
const known = new Map<Errno, FsError>();

function bare(code: Errno): FsError {
  const found = known.get(code) ?? Object.freeze(new FsError(code));
  known.set(code, found);
  return found;
}

/** Whatever was thrown, as an FsError: an abort is EINTR, anything unknown is EIO with its cause. */
export function toFsError(thrown: unknown, context: ErrorContext = {}): FsError {
  if (thrown instanceof FsError) return thrown.within(context);
  if (isAbort(thrown)) return new FsError('EINTR', { ...context, reason: 'interrupted' });
  return new FsError('EIO', { ...context, reason: textOf(thrown), cause: thrown });
}

/** What was thrown as text, whatever it is: some objects throw when they are asked for theirs. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return 'something was thrown that has no text';
  }
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}

/** True where `thrown` is an FsError of one of these codes. */
export function hasCode(thrown: unknown, ...codes: Errno[]): thrown is FsError {
  return thrown instanceof FsError && codes.includes(thrown.code);
}

/** An FsError as it travels over a port: structured clone would drop its code. */
export interface WireError {
  readonly code: Errno;
  readonly op?: string | undefined;
  readonly path?: string | undefined;
  readonly service?: string | undefined;
  readonly reason?: string | undefined;
  readonly cause?: string | undefined;
}

export function toWire(thrown: unknown): WireError {
  const { code, op, path, service, reason, cause } = toFsError(thrown);
  return {
    code,
    op,
    path,
    service,
    reason,
    cause: cause instanceof Error ? cause.message : undefined,
  };
}

export function fromWire(wire: WireError): FsError {
  return new FsError(wire.code, wire);
}
