/** CRC-32, which zip keeps of every entry and of names. */
import { createCRC32, type IHasher } from 'hash-wasm';

export type Crc32 = (bytes: Uint8Array) => number;

let hasher: Promise<IHasher> | undefined;

/** The CRC-32 of bytes that are at hand. Its module is compiled once. */
export async function crc32(): Promise<Crc32> {
  hasher ??= createCRC32();
  const ready = await hasher;
  return (bytes) => {
    ready.init();
    ready.update(bytes);
    return numberOf(ready);
  };
}

/** Hashers that nobody uses now. */
const idle: IHasher[] = [];

/** The CRC-32 of parts that arrive one after the other. */
export async function crc32Of(parts: AsyncIterable<Uint8Array>): Promise<number> {
  // Others may be computed while the next part is awaited, so each computation has a hasher of its own.
  const own = idle.pop() ?? (await createCRC32());
  try {
    own.init();
    for await (const part of parts) own.update(part);
    return numberOf(own);
  } finally {
    idle.push(own);
  }
}

function numberOf(ready: IHasher): number {
  const [a = 0, b = 0, c = 0, d = 0] = ready.digest('binary');
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
