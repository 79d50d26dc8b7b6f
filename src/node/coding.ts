/**
 * Content codings under Node (RFC 9110 8.4), decoded to their very end: a body that is cut short is an error. undici's
 * fetch takes what there is for the whole, as browsers do, so it is not shown the coding.
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import zlib from 'node:zlib';
import type { Dispatcher } from 'undici';

type Handler = Dispatcher.DispatchHandler;

const NAME = 'content-encoding';
const CODINGS_MAX = 5;
const { Z_SYNC_FLUSH: flush } = zlib.constants;
/** From Node 22.15 on. */
const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };

/** By what the first bytes are: `deflate` is zlib's form, or by mistake without its header. */
const decoders: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => zlib.createGunzip({ flush }),
  'x-gzip': () => zlib.createGunzip({ flush }),
  deflate: ([byte = 0]) =>
    (byte & 0x0f) === 8 ? zlib.createInflate({ flush }) : zlib.createInflateRaw({ flush }),
  br: () => zlib.createBrotliDecompress(),
  ...(createZstdDecompress ? { zstd: () => createZstdDecompress() } : {}),
};

/** A dispatcher that takes the coding away from what its caller sees, and tells it. */
export const withoutCoding = (agent: Dispatcher, tell: (coding: string) => void): Dispatcher =>
  agent.compose((dispatch) => (options, handler) => dispatch(options, hiding(handler, tell)));

function hiding(handler: Handler, tell: (coding: string) => void): Handler {
  return {
    onRequestStart: (...args) => handler.onRequestStart?.(...args),
    onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
    onResponseStart: (controller, status, { [NAME]: coding, ...headers }, message) => {
      if (coding !== undefined) tell(String(coding));
      handler.onResponseStart?.(controller, status, headers, message);
    },
    onResponseData: (...args) => handler.onResponseData?.(...args),
    onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
    onResponseError: (...args) => handler.onResponseError?.(...args),
  };
}

/** A body without its codings; as it is where one of them is not known. */
export function decoded(
  body: ReadableStream<Uint8Array>,
  coding: string,
): ReadableStream<Uint8Array> {
  const codings = coding.split(',').map((each) => each.trim().toLowerCase());
  if (codings.length > CODINGS_MAX || !codings.every((each) => each in decoders)) return body;
  let pieces: AsyncIterable<Uint8Array> = Readable.fromWeb(body as NodeStream<Uint8Array>);
  for (const each of codings.reverse()) pieces = inflated(pieces, each);
  return Readable.toWeb(Readable.from(pieces, { objectMode: false })) as ReadableStream<Uint8Array>;
}

async function* inflated(
  body: AsyncIterable<Uint8Array>,
  coding: string,
): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  const first = await pieces.next();
  // An answer without a body has no end to be missed.
  if (first.done) return;
  const decoder = (decoders[coding] as (first: Uint8Array) => Transform)(first.value);
  const whole = async function* (): AsyncGenerator<Uint8Array> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  };
  pipeline(Readable.from(whole(), { objectMode: false }), decoder, () => undefined);
  try {
    yield* decoder;
  } catch (error) {
    throw new Error(`the ${coding} body is damaged or was cut short`, { cause: error });
  }
}
