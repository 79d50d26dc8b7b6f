/** Content that the API takes: text, bytes of every kind, and what they can be read from. */
import { concat } from '../kernel/bytes.ts';
import { toFsError } from '../kernel/errors.ts';
import { must } from './arguments.ts';
import type { Data } from './oanixfs.ts';

const isBuffer = (value: unknown): value is ArrayBuffer | SharedArrayBuffer =>
  value instanceof ArrayBuffer ||
  (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer);

/** The bytes of what holds some at once, never as shared memory; undefined for everything else, also for a buffer that was transferred away. */
export function bytesAt(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (!ArrayBuffer.isView(value) && !isBuffer(value)) return undefined;
  try {
    const { buffer, byteOffset, byteLength } = isBuffer(value) ? new Uint8Array(value) : value;
    const view = new Uint8Array(buffer, byteOffset, byteLength);
    return buffer instanceof ArrayBuffer ? view : view.slice();
  } catch {
    return undefined;
  }
}

const isSource = (value: unknown): value is Blob | ReadableStream<unknown> =>
  value instanceof Blob || (value instanceof ReadableStream && !value.locked);

export const data = must(
  'a string, an ArrayBuffer, a view of one, a Blob or a ReadableStream that is not locked',
  (value) => bytesAt(value) !== undefined || isSource(value),
);

/** The content piece by piece. TypeError for a piece that is no bytes; any other failure of a source is EIO. */
export async function* partsOf(content: Data): AsyncGenerator<Uint8Array> {
  if (!isSource(content)) {
    yield bytesAt(content) as Uint8Array;
    return;
  }
  const stream: ReadableStream<unknown> = content instanceof Blob ? content.stream() : content;
  const reader = stream.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((error: unknown) => {
        throw toFsError(error, { op: 'read' });
      });
      if (done) return;
      const part = bytesAt(value);
      if (!part) throw new TypeError('data must be a stream of strings or bytes');
      yield part;
    }
  } finally {
    // After its end this does nothing.
    void reader.cancel().catch(() => undefined);
  }
}

/** All of the content at once. */
export async function bytesOf(content: Data): Promise<Uint8Array> {
  const known = bytesAt(content);
  if (known) return known;
  const parts: Uint8Array[] = [];
  for await (const part of partsOf(content)) parts.push(part.slice());
  return concat(parts);
}
