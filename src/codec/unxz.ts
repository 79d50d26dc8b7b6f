/** xz (the .xz file format 1.2), all streams of a file, with its checks. */
import * as xz from 'xz-decompress';
import { FsError } from '../kernel/errors.ts';
import { BadStream, CutStream } from './badstream.ts';

/** A CommonJS module: bundlers give its names to an import, Node only the whole of it. */
const { XzReadableStream } = 'default' in xz ? (xz.default as typeof xz) : xz;

/** What the decoder's codes mean; every other one is damage. */
const UNSUPPORTED = '6';
const CUT = '8';

/**
 * The package lets one stream decode at a time, so that one which waits for another would wait for ever, as in
 * `xzcat a | xz -d`. Its decoder has a context for each stream, so its lock is replaced by one that is never held.
 */
Object.assign(XzReadableStream, {
  _contextMutex: { acquire: async (): Promise<void> => undefined, release: (): void => undefined },
});

export async function* unxz(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const parts = input[Symbol.asyncIterator]();
  let failure: { readonly error: unknown } | undefined;
  const packed = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { value, done } = await parts.next();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          failure = { error };
          throw error;
        }
      },
    },
    { highWaterMark: 0 },
  );
  const reader = new XzReadableStream(packed).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read().catch((error: unknown) => {
        throw failure ? failure.error : translated(error);
      });
      if (done) return;
      if (value.length > 0) yield value;
    }
  } finally {
    // A stream that is left must be cancelled, or its context would stay.
    await reader.cancel().catch(() => undefined);
    await parts.return?.();
  }
}

/** The error in our words. */
function translated(error: unknown): Error {
  const code = /error code (\d+)/.exec(String(error))?.[1];
  if (code === UNSUPPORTED)
    return new FsError('ENOTSUP', {
      reason: 'it uses a filter of xz or a check that is not supported',
    });
  if (code === CUT) return new CutStream('it is cut off in the middle');
  return new BadStream('xz: the data or its check is wrong');
}
