/** xz (the .xz file format 1.2), all streams of a file, with its checks. */
import * as xz from 'xz-decompress';
import { fail } from '../../kernel/errors.ts';
import type { Sink } from './archive.ts';
import { BadStream, CutStream } from './badstream.ts';
import { gathered } from './pages.ts';

/** A CommonJS module: bundlers give its names to an import, Node only the whole of it. */
const { XzReadableStream } = 'default' in xz ? (xz.default as typeof xz) : xz;

/** What the decoder's codes mean; every other one is damage. */
const UNSUPPORTED = '6';
const CUT = '8';

/**
 * The decoder serves one stream at a time. The input is gathered first, so that reading it never waits for another
 * stream: the file may itself lie in an archive that is packed by xz.
 */
export async function unxz(input: AsyncIterable<Uint8Array>, into: Sink): Promise<void> {
  const parts = (await gathered(input)).parts();
  const packed = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const reader = new XzReadableStream(packed).getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read().catch(translated);
      if (done) return;
      into.append(value);
    }
  } finally {
    // A stream that is left must be cancelled, or the next one would wait for it.
    await reader.cancel().catch(() => undefined);
  }
}

function translated(error: unknown): never {
  const code = /error code (\d+)/.exec(String(error))?.[1];
  if (code === UNSUPPORTED)
    fail('ENOTSUP', 'it uses a filter of xz or a check that is not supported');
  if (code === CUT) throw new CutStream('it is cut off in the middle');
  throw new BadStream('xz: the data or its check is wrong');
}
