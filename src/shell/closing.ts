/**
 * Closing streams at the end of what they were open for. What was written may be refused only then: that is said on standard
 * error, and the status is 1.
 */
import { type Context, complain } from './context.ts';
import { ShellError } from './failure.ts';
import type { Io, Stream } from './io.ts';

/** Closes all of them. Returns false where one has failed. */
export async function closeTelling(streams: Iterable<Stream>, context: Context): Promise<boolean> {
  let succeeds = true;
  for (const stream of streams)
    try {
      await stream.close();
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      succeeds = false;
      // The place for the message may be what has failed.
      await complain(context, error.message).catch(() => undefined);
    }
  return succeeds;
}

/** The streams of a command, standard error last. */
export const inClosingOrder = (io: Io): readonly Stream[] =>
  [...io].sort(([a], [b]) => Number(a === 2) - Number(b === 2)).map(([, stream]) => stream);

/** Runs something, and then closes streams, whatever it does. */
export async function thenClose(
  run: () => Promise<number>,
  streams: () => Iterable<Stream>,
  context: Context,
): Promise<number> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    await closeTelling(streams(), context);
    throw error;
  }
  return (await closeTelling(streams(), context)) ? status : 1;
}
