/** Why an executor could not do something. */

export type ExecutorErrorKind =
  | 'http'
  | 'websocket'
  | 'connection'
  | 'timeout'
  | 'protocol'
  | 'policy'
  | 'shutting_down'
  | 'not_attached'
  | 'config';

export class ExecutorError extends Error {
  readonly kind: ExecutorErrorKind;

  constructor(kind: ExecutorErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = 'ExecutorError';
    this.kind = kind;
  }
}
